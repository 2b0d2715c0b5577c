"""What somebody else changed in an audience while one was at it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext
from pydantic import ValidationError

from regulars.domain.audiences.contracts import CONDITIONS, Audience
from regulars.domain.earning.conditions import Comparison, Condition, walk
from regulars.domain.earning.conditions_words import condition_words
from regulars.domain.earning.plain import plain
from regulars.domain.earning.strategy import Terms
from regulars.interfaces.console.labels import who
from regulars.interfaces.web import words


class Origin(NamedTuple):
    """What an edit began from. version: 0, which no audience has, where the form does not say it."""

    version: int
    name: str
    description: str
    conditions: Condition | None


@dataclass(frozen=True, slots=True)
class Difference:
    """who, when: of the other change. lines: what it changed; now: the conditions as saved. version: theirs."""

    who: str
    when: str
    lines: Sequence[str]
    now: str
    version: int


def origin_text(audience: Audience) -> str:
    """What the edit begins from, for a hidden field of the form."""
    conditions = None if audience.conditions is None else plain(audience.conditions.model_dump())
    return json.dumps(
        {
            "version": audience.version,
            "name": audience.name,
            "description": audience.description,
            "conditions": conditions,
        }
    )


def origin_in(text: str) -> Origin:
    """The same, read back; nothing where somebody spoiled it."""
    try:
        given = json.loads(text)
        conditions = None if given["conditions"] is None else CONDITIONS.validate_python(given["conditions"])
        return Origin(int(given["version"]), str(given["name"]), str(given["description"]), conditions)
    except (ValueError, KeyError, TypeError, ValidationError):
        return Origin(0, "", "", None)


def difference(origin: Origin, saved: Audience, terms: Terms) -> Difference:
    """What happened between the origin and what is saved now."""
    lines = []
    if origin.name and origin.name != saved.name:
        lines.append(gettext("Called it “%(name)s”.") % {"name": saved.name})
    if origin.name and origin.description != saved.description:
        lines.append(gettext("Said what it is for: %(text)s") % {"text": saved.description or "–"})
    before, after = _comparisons(origin.conditions), _comparisons(saved.conditions)
    texts = {"added": gettext("Added: %(words)s"), "removed": gettext("Took out: %(words)s")}
    lines += [texts["added"] % {"words": _words(each, terms)} for each in after if each not in before]
    lines += [texts["removed"] % {"words": _words(each, terms)} for each in before if each not in after]
    if not lines and origin.conditions != saved.conditions:
        lines.append(gettext("Put the conditions into other groups."))
    now = "" if saved.conditions is None else words.sentence_case(_words(saved.conditions, terms))
    return Difference(who(saved.changed_by), words.moment(saved.changed_at), lines, now, saved.version)


def _comparisons(condition: Condition | None) -> list[Comparison]:
    return [] if condition is None else [each for _, each in walk(condition, "") if isinstance(each, Comparison)]


def _words(condition: Condition, terms: Terms) -> str:
    return words.said(condition_words(condition, terms))
