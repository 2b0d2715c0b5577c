"""Audiences that a rulebook names: where, whether they are there, and whether they go round in a circle.

Audiences live outside of rulebooks, so this is asked when one is published, and when an audience changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from pydantic import ValidationError

from regulars.domain.audiences.contracts import Audience
from regulars.domain.earning.conditions import Comparison, Condition, walk
from regulars.domain.earning.facts import AUDIENCE
from regulars.domain.earning.measures import HISTORY, Measure
from regulars.domain.programmes.findings import Steps
from regulars.domain.programmes.rulebook import Rulebook
from regulars.kernel.validation import instead

Section = Literal["earn_rules", "measures", "campaigns"]
_CALLED: dict[str, str] = {"earn_rules": "the rule", "measures": "the measure", "campaigns": "the campaign"}

Asked = Mapping[str, frozenset[str]]
"""What audiences and measures ask for, each by the name of its field: {member.audience.gold: {history.coffees}}."""


class Use(NamedTuple):
    """A part of a rulebook that names an audience."""

    section: Section
    id: str
    name: str


class Astray(NamedTuple):
    """An audience that a rulebook cannot name as it does. code: of the refusal; steps: where it stands."""

    code: Literal["rule_audience_unknown", "rule_audience_archived", "audience_circle"]
    steps: Steps
    problem: str
    remedy: str


def audiences_named(document: object, steps: Steps = ()) -> Iterator[tuple[Steps, str]]:
    """Every place in the document that names an audience, with its code; whatever part of the document it is."""
    if isinstance(document, dict):
        named = document.get("field")
        if isinstance(named, str) and named.startswith(AUDIENCE):
            yield (*steps, "field"), named[len(AUDIENCE) :]
        for key, value in document.items():
            yield from audiences_named(value, (*steps, key))
    elif isinstance(document, list | tuple):
        for position, value in enumerate(document):
            yield from audiences_named(value, (*steps, position))


def uses_in(rulebook: Rulebook, *, now: datetime) -> dict[str, list[Use]]:
    """By the code of an audience what names it and is not over."""
    found: dict[str, list[Use]] = {}
    sections: list[tuple[Section, Sequence[Any]]] = [
        ("earn_rules", rulebook.earn_rules), ("campaigns", rulebook.campaigns), ("measures", rulebook.measures),
    ]  # fmt: skip
    for section, items in sections:
        for item in items:
            until = getattr(item, "valid_until", None)
            if until is None or until > now:
                for code in {each for _, each in audiences_named(item.model_dump())}:
                    found.setdefault(code, []).append(Use(section, item.id, item.name))
    return found


def owner_of(document: Mapping[str, Any], steps: Steps) -> str:
    """Whose place it is, in words: the rule “Ten more for friends”."""
    section = str(steps[0])
    items = document.get(section)
    position = steps[1] if len(steps) > 1 else None
    item = items[position] if isinstance(items, list) and isinstance(position, int) else None
    name = item.get("name") or item.get("id") if isinstance(item, dict) else None
    return f"{_CALLED.get(section, section)} “{name}”" if name else f"the rulebook, under {section},"


def audiences_astray(document: object, known: Iterable[Audience]) -> Iterator[Astray]:
    """Audiences that are not there or archived, and circles, each with its place."""
    by_code = {each.code: each for each in known}
    for steps, code in audiences_named(document):
        if code not in by_code:
            remedy = f"{instead(code, by_code)} Make the audience first, if it is new."
            yield Astray("rule_audience_unknown", steps, f"there is no audience {code}", remedy)
        elif by_code[code].archived:
            problem = f"the audience {by_code[code].name} is archived, and its members do not change any more"
            yield Astray("rule_audience_archived", steps, problem, "Name another, or take it out of the archive first.")
    yield from _circles(document, by_code)


def asked_by_audiences(audiences: Iterable[Audience]) -> dict[str, frozenset[str]]:
    """What audiences ask for."""
    return {f"{AUDIENCE}{each.code}": asked_in(each.conditions) for each in audiences}


def asked_by_measures(measures: Iterable[Measure]) -> dict[str, frozenset[str]]:
    """What measures ask for."""
    return {f"{HISTORY}{each.id}": asked_in(each.when, each.lines) for each in measures}


def asked_in(*conditions: Condition | None) -> frozenset[str]:
    """The audiences and measures that conditions ask for."""
    return frozenset(
        each.field
        for condition in conditions
        if condition is not None
        for _, each in walk(condition, "")
        if isinstance(each, Comparison) and each.field.startswith((AUDIENCE, HISTORY))
    )


def way_round(start: str, asked: Asked) -> list[str]:
    """The way from a field back to itself, with it at both ends; empty: there is none."""
    ways = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for each in sorted(asked.get(way[-1], ())):
            if each == start:
                return [*way, each]
            if each not in seen:
                seen.add(each)
                ways.append([*way, each])
    return []


def _circles(document: object, known: Mapping[str, Audience]) -> Iterator[Astray]:
    """A measure that counts for an audience which asks for the measure: nobody could say which of them comes first."""
    items = document.get("measures") if isinstance(document, dict) else None
    places: dict[str, int] = {}
    measures: list[Measure] = []
    for position, item in enumerate(items if isinstance(items, list) else []):
        try:
            measures.append(Measure.model_validate(item))
        except ValidationError:
            continue  # the structural findings say why
        places.setdefault(f"{HISTORY}{measures[-1].id}", position)
    asked = asked_by_audiences(known.values()) | asked_by_measures(measures)
    names = {f"{AUDIENCE}{each.code}": each.name for each in known.values()}
    names |= {f"{HISTORY}{each.id}": each.name for each in measures}
    for field, position in places.items():
        way = way_round(field, asked)
        if any(each.startswith(AUDIENCE) for each in way):
            problem = "measures and audiences go round in a circle: " + " → ".join(names[each] for each in way)
            remedy = "Take one of them out of the conditions of another."
            yield Astray("audience_circle", ("measures", position), problem, remedy)
