"""One rule or one campaign of a draft is changed, and nothing else of it: the same draft, not written as a text.

Whoever saves says which revision they had read. What somebody else saved meanwhile is joined with it where both changed
different things; where they changed the same, the clash is told and nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import psycopg

from regulars.domain.earning.plain import plain
from regulars.domain.programmes.contracts import Draft, Programme
from regulars.domain.programmes.document import Checked, check_rulebook
from regulars.domain.programmes.document_text import Origin, written
from regulars.domain.programmes.findings import Finding
from regulars.domain.programmes.parts import Section, findings_at, item, place_of, with_item, without_item
from regulars.domain.programmes.queries import draft, draft_steps, shelf
from regulars.flows.draft_refusals import unreadable
from regulars.flows.draft_rulebook import open_draft, save_draft
from regulars.flows.versions import document_of, latest_version
from regulars.kernel.errors import NotFound, Refusal

Change = Callable[[dict[str, Any]], dict[str, Any]]
"""The document after the change; must not touch the one that it gets."""


class Part(NamedTuple):
    """What is changed: a rule or a campaign, by its id."""

    section: Section
    code: str


class Edited(NamedTuple):
    """A text with a change in it. text: the same as before where the change changes nothing.

    places: where the parts stand in it, such as earn_rules[3]. found: about the parts.
    """

    text: str
    checked: Checked
    places: tuple[str, ...]
    found: list[Finding]

    @property
    def errors(self) -> list[Finding]:
        """What keeps it from being saved."""
        return [each for each in self.found if each.severity == "error"]


def edit_draft(
    conn: psycopg.Connection[Any],
    draft_id: int,
    change: Change,
    parts: tuple[Part, ...],
    *,
    of: Programme,
    revision: int,
    by: str,
    now: datetime,
    note: str = "",
    merge: bool = True,
) -> Draft:
    """The draft after the change. Raises Refusal where a part is wrong, Conflict where somebody else was faster."""
    with conn.transaction():
        found = draft(conn, programme_id=of.id, draft_id=draft_id, lock=True)
        edited = change_text(text_at(conn, found, revision), change, parts)
        require_right(edited)
        return save_draft(
            conn, draft_id, of=of, text=edited.text, revision=revision, by=by, now=now, note=note, merge=merge
        )


def draft_with(
    conn: psycopg.Connection[Any],
    change: Change,
    parts: tuple[Part, ...],
    *,
    of: Programme,
    name: str,
    by: str,
    now: datetime,
) -> Draft:
    """A new draft: the latest version with the change. Raises Refusal where a part is wrong."""
    with conn.transaction():
        edited = change_text(latest_text(conn, of=of), change, parts)
        require_right(edited)
        return open_draft(conn, of=of, name=name, by=by, now=now, text=edited.text)


def put_part(part: Part, new: Mapping[str, Any]) -> Change:
    """The change that puts a rule or campaign where the one with its id stands, or behind all others."""
    return lambda values: with_item(values, part.section, {**new, "id": part.code})


def take_part(part: Part) -> Change:
    """The change that takes a rule out, or a campaign with its rules. The change raises NotFound where it is not."""

    def taken(values: dict[str, Any]) -> dict[str, Any]:
        require_part(values, part)
        return without_item(values, part.section, part.code)

    return taken


def require_part(values: Mapping[str, Any], part: Part) -> dict[str, Any]:
    """The rule or campaign as it stands there. Raises NotFound."""
    found = item(values, part.section, part.code)
    if found is None:
        what = {"earn_rules": "rule", "campaigns": "campaign"}[part.section]
        raise NotFound(
            f"{what}_not_found",
            f"There is no such {what}",
            detail=f"No {what} of this draft has the id {part.code[:60]}.",
            remedy="Read the draft, and use an id that stands in it.",
            field=what,
        )
    return found


def latest_text(conn: psycopg.Connection[Any], *, of: Programme) -> str:
    """What a new draft begins with. Raises Refusal before the first version."""
    newest = max(shelf(conn, programme_id=of.id).latest.version, latest_version(conn, of=of))
    return written(document_of(conn, newest, of=of))


def text_at(conn: psycopg.Connection[Any], found: Draft, revision: int) -> str:
    """The text that the draft had then. Raises NotFound."""
    if revision == found.revision:
        return found.text
    for each in draft_steps(conn, draft_id=found.id):
        if each.text and each.revision == revision:
            return each.text
    raise NotFound(
        "revision_unknown",
        "The draft never had this revision",
        detail=f"The draft is at revision {found.revision}, and {revision} was named.",
        remedy="Read the draft again and make your change in what it says now.",
        field="revision",
    )


def values_in(text: str) -> dict[str, Any]:
    """What stands in a text, right or not yet, as JSON holds it. Raises Refusal where it cannot be read."""
    return _values(check_rulebook(text))


def change_text(text: str, change: Change, parts: tuple[Part, ...]) -> Edited:
    """The text after the change, and what is wrong with the parts in it. Raises Refusal for a text without values."""
    before = check_rulebook(text)
    values = _values(before)
    after = change(values)
    if after == values:
        return _edited(text, before, values, parts)
    said = written(after, origin=before.origin if before.origin != Origin() else None)
    return _edited(said, check_rulebook(said), after, parts)


def require_right(edited: Edited) -> None:
    """Raises Refusal "rulebook_invalid" with what is wrong about the parts."""
    if edited.errors:
        listed = "; ".join(f"{each.path}: {each.problem} - {each.remedy}" for each in edited.errors[:20])
        raise Refusal(
            "rulebook_invalid",
            "The rulebook is not valid",
            detail=f"{len(edited.errors)} {'thing is' if len(edited.errors) == 1 else 'things are'} wrong: {listed}.",
            remedy="Correct it; nothing was saved.",
            field=edited.errors[0].path or None,
        )


def _edited(text: str, checked: Checked, values: dict[str, Any], parts: tuple[Part, ...]) -> Edited:
    places = tuple(place_of(values, each.section, each.code) for each in parts)
    return Edited(text, checked, places, findings_at(checked.findings, places))


def _values(checked: Checked) -> dict[str, Any]:
    if checked.values is None:
        raise unreadable(checked.findings[0])
    values = plain(checked.values)
    assert isinstance(values, dict)
    return values
