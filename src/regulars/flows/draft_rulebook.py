"""A rulebook is written: drafts are opened, saved, brought up to date and put aside. What is in force never moves.

Two people may work on one draft. Whoever saves says which revision they had read; when somebody was faster, they are
told in words what changed, and both changes are joined where they are in different places.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg

from regulars.domain.audit.commands import record_act
from regulars.domain.audit.contracts import programme_subject
from regulars.domain.earning.plain import plain
from regulars.domain.programmes.change_words import differences
from regulars.domain.programmes.commands import change_draft, create_draft, lock_versions, record_step
from regulars.domain.programmes.contracts import Draft, DraftState, Programme, StepKind
from regulars.domain.programmes.document import LARGEST, check_rulebook
from regulars.domain.programmes.document_text import written
from regulars.domain.programmes.queries import draft, draft_steps
from regulars.domain.programmes.three_ways import join
from regulars.flows.draft_refusals import changed_meanwhile, conflicting, done, not_open, unreadable
from regulars.flows.versions import document_of, latest_version
from regulars.kernel.errors import Refusal
from regulars.kernel.ids import new_id
from regulars.kernel.text import clean

LONGEST_NAME = 120
LONGEST_NOTE = 500


def open_draft(
    conn: psycopg.Connection[Any],
    *,
    of: Programme,
    name: str,
    by: str,
    now: datetime,
    text: str | None = None,
    based_on: int | None = None,
    note: str = "",
) -> Draft:
    """A new draft: of the text, or a copy of the version that it is based on; None: of the latest. Raises Refusal."""
    name = _name(name)
    note = clean(note, longest=LONGEST_NOTE, field="note")
    with conn.transaction():
        base = latest_version(conn, of=of) if based_on is None else based_on
        document = document_of(conn, base, of=of) if base else {}
        made = create_draft(
            conn, of=of, name=name, text=_sized(written(document) if text is None else text), based_on=base, by=by,
            now=now,
        )  # fmt: skip
        found = draft(conn, programme_id=of.id, draft_id=made, lock=True)
        record_step(conn, found, of=of, kind=StepKind.opened, by=by, now=now, note=note, text=found.text)
        record_draft(conn, found, "draft.opened", of=of, by=by, now=now)
        return found


def save_draft(
    conn: psycopg.Connection[Any],
    draft_id: int,
    *,
    of: Programme,
    text: str,
    revision: int,
    by: str,
    now: datetime,
    name: str | None = None,
    note: str = "",
    merge: bool = False,
) -> Draft:
    """The draft with another text; an approval that it had is gone. The same text again changes nothing.

    revision: the one that the author had read. When there is a later one by now, Conflict says what changed in it;
    merge: both changes are joined instead, and only what both changed differently is refused.
    """
    note = clean(note, longest=LONGEST_NOTE, field="note")
    _sized(text)
    with conn.transaction():
        found = held(conn, draft_id, of=of)
        if found.state not in (DraftState.open, DraftState.approved):
            raise not_open(found)
        kind = StepKind.saved
        if found.revision != revision:
            if text == found.text:
                return found
            text, kind = _joined(conn, found, text, revision, merge=merge), StepKind.joined
        called = found.name if name is None else _name(name)
        if (text, called) == (found.text, found.name):
            return found
        return _renewed(conn, found, of=of, by=by, now=now, kind=kind, note=note, text=text, name=called)


def renew_draft(conn: psycopg.Connection[Any], draft_id: int, *, of: Programme, by: str, now: datetime) -> Draft:
    """The draft as a change of the latest version: its own changes, with what was published since. Raises Conflict.

    Of a draft that is up to date nothing changes. One that waits is taken back by it, and approved anew.
    """
    with conn.transaction():
        latest = lock_versions(conn, of=of)
        found = held(conn, draft_id, of=of)
        if found.state not in (DraftState.open, DraftState.approved):
            raise not_open(found)
        if found.based_on == latest:
            return found
        text = written(onto_latest(conn, found, latest, of=of))
        return _renewed(conn, found, of=of, by=by, now=now, kind=StepKind.renewed, text=text, based_on=latest)


def discard_draft(conn: psycopg.Connection[Any], draft_id: int, *, of: Programme, by: str, now: datetime) -> Draft:
    """Nobody works on it any more; it stays readable. Discarding again changes nothing."""
    with conn.transaction():
        found = draft(conn, programme_id=of.id, draft_id=draft_id, lock=True)
        if found.state is DraftState.discarded:
            return found
        if found.state in (DraftState.published, DraftState.scheduled):
            raise done(found) if found.state is DraftState.published else not_open(found)
        return concluded(conn, found, StepKind.discarded, of=of, by=by, now=now, state=DraftState.discarded)


def held(conn: psycopg.Connection[Any], draft_id: int, *, of: Programme) -> Draft:
    """The draft, which nobody else changes until the transaction ends. Raises Conflict for one that is done."""
    found = draft(conn, programme_id=of.id, draft_id=draft_id, lock=True)
    if found.state in (DraftState.published, DraftState.discarded):
        raise done(found)
    return found


def concluded(
    conn: psycopg.Connection[Any],
    found: Draft,
    kind: StepKind,
    *,
    of: Programme,
    by: str,
    now: datetime,
    note: str = "",
    state: DraftState,
    **fields: Any,
) -> Draft:
    """The draft in another state, with a step and an entry in the audit trail."""
    if note:
        fields["note"] = note
    after = change_draft(conn, found.id, of=of, state=int(state), **fields)
    record_step(conn, after, of=of, kind=kind, by=by, now=now, note=note)
    record_draft(conn, after, f"draft.{kind.name}", of=of, by=by, now=now, note=note)
    return after


def onto_latest(conn: psycopg.Connection[Any], found: Draft, latest: int, *, of: Programme) -> dict[str, Any]:
    """What the draft changes, joined with the latest version. Raises Conflict where both changed the same."""
    base, theirs = (document_of(conn, each, of=of) if each else {} for each in (found.based_on, latest))
    return _join(base, _values(found.text), theirs, since=f"version {found.based_on}")


def _join(base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any], *, since: str) -> dict[str, Any]:
    joined = join(base, mine, theirs)
    if joined.conflicts:
        places = [each.place for each in joined.conflicts]
        apart = [each for each in differences(theirs, mine) if any(_touch(each.place, place) for place in places)]
        raise conflicting(apart, since=since)
    return joined.document


def _touch(one: Sequence[str], other: Sequence[str]) -> bool:
    return all(step == beside for step, beside in zip(one, other, strict=False))


def record_draft(
    conn: psycopg.Connection[Any], found: Draft, action: str, *, of: Programme, by: str, now: datetime, note: str = ""
) -> None:
    """An entry in the audit trail about the draft."""
    record_act(
        conn,
        entry_id=new_id(0),
        organisation_id=of.organisation_id,
        programme_id=of.id,
        now=now,
        by=by,
        action=action,
        subject=programme_subject(of.id),
        details={"draft": found.id, "name": found.name, "revision": found.revision, "note": note},
    )


def _renewed(
    conn: psycopg.Connection[Any], found: Draft, *, of: Programme, by: str, now: datetime, kind: StepKind,
    note: str = "", **fields: Any,
) -> Draft:  # fmt: skip
    """The draft with its next revision: open, and approved by nobody."""
    after = change_draft(
        conn, found.id, of=of, revision=found.revision + 1, state=int(DraftState.open), changed_by=by, changed_at=now,
        submitted_by=None, submitted_at=None, decided_by=None, decided_at=None, problem=None, **fields,
    )  # fmt: skip
    record_step(conn, after, of=of, kind=kind, by=by, now=now, note=note, text=after.text)
    record_draft(conn, after, f"draft.{kind.name}", of=of, by=by, now=now, note=note)
    return after


def _joined(conn: psycopg.Connection[Any], found: Draft, text: str, revision: int, *, merge: bool) -> str:
    """Both texts in one. Raises Conflict where that was not asked for, or does not go."""
    before = next(
        (each for each in draft_steps(conn, draft_id=found.id) if each.text and each.revision == revision), None
    )
    if before is None or before.text is None:
        raise Refusal(
            "revision_unknown",
            "The draft never had this revision",
            detail=f"The draft is at revision {found.revision}, and {revision} was named.",
            remedy="Read the draft again and make your change in what it says now.",
            field="revision",
        )
    base, mine, theirs = (_values(each) for each in (before.text, text, found.text))
    if not merge:
        raise changed_meanwhile(found, differences(base, theirs))
    return written(_join(base, mine, theirs, since=f"revision {revision}"))


def _values(text: str) -> dict[str, Any]:
    """What stands in a text: in the form in which versions are stored, where it is a rulebook already."""
    checked = check_rulebook(text)
    if checked.rulebook is not None:
        return checked.rulebook.document()
    if checked.values is None:
        raise unreadable(checked.findings[0])
    values = plain(checked.values)
    assert isinstance(values, dict)
    return values


def _name(name: str) -> str:
    tidy = clean(name, longest=LONGEST_NAME, field="name")
    if not tidy:
        raise Refusal(
            "field_missing",
            "Something is missing",
            detail="A draft has a name, by which people find it again.",
            remedy="Say in a few words what it changes.",
            field="name",
        )
    return tidy


def _sized(text: str) -> str:
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > LARGEST or "\0" in text:
        raise Refusal(
            "draft_too_large" if size > LARGEST else "bad_text",
            "The draft is too large" if size > LARGEST else "The text cannot be stored",
            detail=f"It has {size:,} bytes, and a rulebook has at most {LARGEST:,}."
            if size > LARGEST
            else "There is a NUL character in it.",
            remedy="Remove what is no longer in force." if size > LARGEST else "Remove it.",
            field="text",
        )
    return text
