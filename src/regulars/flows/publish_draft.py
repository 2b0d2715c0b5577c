"""A draft comes into force: submitted, approved, scheduled, published. Each step looks at what is true then.

open -> submitted -> approved -> scheduled -> published. A step may be left out where nothing asks for it: a second
person is needed where the latest version says so, where points would expire at once, and where tiers would be taken.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import psycopg

from regulars.domain.programmes.change_words import differences
from regulars.domain.programmes.commands import check_belongs, lock_versions
from regulars.domain.programmes.contracts import Draft, DraftState, Programme, StepKind
from regulars.domain.programmes.document import require_valid
from regulars.domain.programmes.queries import draft, draft_steps, drafts_due, programme
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.audiences_in_rulebooks import check_audiences
from regulars.flows.change_ladders import begin_to_change
from regulars.flows.draft_refusals import in_another_state, needs_approval, out_of_date
from regulars.flows.draft_rulebook import LONGEST_NOTE, concluded, held
from regulars.flows.ladder_approval import check_restores, takes_tiers
from regulars.flows.preview_expiry_change import ExpiryChange, preview_expiry_change
from regulars.flows.publish_rulebook import record_version
from regulars.flows.second_person import needs_second_person
from regulars.flows.versions import document_of, latest_version, planned_after, still_resting
from regulars.kernel.errors import Conflict, NotAllowed, Refusal
from regulars.kernel.text import clean

LEAD = timedelta(minutes=2)
"""How long before its instant a scheduled draft is published, so that the version is there when it begins."""
_PUBLISHABLE = (DraftState.open, DraftState.approved)


class Ready(NamedTuple):
    """A draft that can come into force. rulebook: with the pauses of now; changes: for points that are there.

    tiers_taken: members who would lose a tier at once, where the ladder asks for a second person then.
    """

    rulebook: Rulebook
    changes: list[ExpiryChange]
    tiers_taken: int
    needs_second: bool


def submit_draft(
    conn: psycopg.Connection[Any], draft_id: int, *, of: Programme, by: str, now: datetime, note: str = ""
) -> Draft:
    """It waits for a second person. Submitting again changes nothing."""
    note = clean(note, longest=LONGEST_NOTE, field="note")
    with conn.transaction():
        lock_versions(conn, of=of)
        found = held(conn, draft_id, of=of)
        if found.state is DraftState.submitted:
            return found
        if found.state is not DraftState.open:
            raise in_another_state(found)
        ready(conn, found, of=of, effective_from=now, now=now)
        return concluded(
            conn, found, StepKind.submitted, of=of, by=by, now=now, note=note, state=DraftState.submitted,
            submitted_by=by, submitted_at=now,
        )  # fmt: skip


def withdraw_draft(conn: psycopg.Connection[Any], draft_id: int, *, of: Programme, by: str, now: datetime) -> Draft:
    """It is open again, to be changed; an approval is gone. An open draft stays what it is."""
    with conn.transaction():
        found = held(conn, draft_id, of=of)
        if found.state is DraftState.open:
            return found
        if found.state is DraftState.scheduled:
            raise in_another_state(found)
        return concluded(conn, found, StepKind.withdrawn, of=of, by=by, now=now, state=DraftState.open, **_UNDECIDED)


def approve_draft(conn: psycopg.Connection[Any], draft_id: int, *, of: Programme, by: str, now: datetime) -> Draft:
    """A second person has seen it: it may be published. Approving again changes nothing.

    Raises NotAllowed to whoever wrote a part of it or submitted it.
    """
    with conn.transaction():
        lock_versions(conn, of=of)
        found = held(conn, draft_id, of=of)
        if found.state is DraftState.approved and found.decided_by == by:
            return found
        if found.state is not DraftState.submitted:
            raise in_another_state(found)
        if by in _authors(conn, found):
            raise NotAllowed(
                "own_draft",
                "A second person has to approve",
                detail=f"{by} wrote or submitted “{found.name}”, and nobody approves what they wrote themselves.",
                remedy="Let a colleague, or another API key, approve it.",
                field="draft",
            )
        ready(conn, found, of=of, effective_from=now, now=now)
        return concluded(
            conn, found, StepKind.approved, of=of, by=by, now=now, state=DraftState.approved, decided_by=by,
            decided_at=now,
        )  # fmt: skip


def decline_draft(
    conn: psycopg.Connection[Any], draft_id: int, *, of: Programme, by: str, now: datetime, note: str = ""
) -> Draft:
    """It is open again, and its author reads why. Raises Conflict for one that waits for nobody."""
    note = clean(note, longest=LONGEST_NOTE, field="note")
    with conn.transaction():
        found = held(conn, draft_id, of=of)
        if found.state is not DraftState.submitted:
            raise in_another_state(found)
        return concluded(
            conn, found, StepKind.declined, of=of, by=by, now=now, note=note, state=DraftState.open, **_UNDECIDED
        )


def schedule_draft(
    conn: psycopg.Connection[Any], draft_id: int, *, of: Programme, at: datetime, by: str, now: datetime, note: str = ""
) -> Draft:
    """It comes into force at that instant. Raises Refusal for one that is over, and where approval is missing."""
    note = clean(note, longest=LONGEST_NOTE, field="note")
    with conn.transaction():
        lock_versions(conn, of=of)
        found = held(conn, draft_id, of=of)
        if found.state is DraftState.scheduled and found.scheduled_for == at:
            return found
        if found.state not in _PUBLISHABLE:
            raise in_another_state(found)
        if at <= now:
            raise Refusal(
                "schedule_in_the_past",
                "That instant is over",
                detail=f"{at:%-d %b %Y, %H:%M} UTC is not after now ({now:%-d %b %Y, %H:%M} UTC).",
                remedy="Choose a later time, or publish it now.",
                field="at",
            )
        _approved(found, ready(conn, found, of=of, effective_from=at, now=now))
        return concluded(
            conn, found, StepKind.scheduled, of=of, by=by, now=now, note=note, state=DraftState.scheduled,
            scheduled_for=at, scheduled_by=by, problem=None,
        )  # fmt: skip


def unschedule_draft(conn: psycopg.Connection[Any], draft_id: int, *, of: Programme, by: str, now: datetime) -> Draft:
    """It does not come into force by itself; an approval that it had stays. Once more changes nothing."""
    with conn.transaction():
        found = held(conn, draft_id, of=of)
        if found.state is not DraftState.scheduled:
            return found
        return concluded(
            conn, found, StepKind.unscheduled, of=of, by=by, now=now, state=_before_schedule(found), **_OFF
        )


def publish_draft(
    conn: psycopg.Connection[Any], draft_id: int, *, of: Programme, by: str, now: datetime, note: str | None = None
) -> Draft:
    """It comes into force now. Raises Refusal for what is wrong with it, out of date, or not approved."""
    with conn.transaction():
        lock_versions(conn, of=of)
        found = held(conn, draft_id, of=of)
        if found.state not in _PUBLISHABLE:
            raise in_another_state(found)
        if note is not None:
            note = clean(note, longest=LONGEST_NOTE, field="note")
        done = _publish(conn, found, of=of, effective_from=now, by=by, now=now, note=note)
    begin_to_change(conn, programme_id=of.id, now=now)
    return done


def publish_due(conn: psycopg.Connection[Any], *, programme_id: int, now: datetime) -> int:
    """Publishes the drafts whose time has come; how many. Restartable: two workers publish each of them once.

    A version begins at the instant for which it was scheduled, also when it was published a little earlier or, after a
    pause of the worker, later. What cannot be published is open again, with the reason; nothing else is touched.
    """
    of = programme(conn, programme_id=programme_id)
    published = 0
    for number in drafts_due(conn, programme_id=programme_id, until=now + LEAD):
        with conn.transaction():
            lock_versions(conn, of=of)
            found = draft(conn, programme_id=of.id, draft_id=number, lock=True)
            if (
                found.state is not DraftState.scheduled
                or found.scheduled_for is None
                or found.scheduled_for > now + LEAD
            ):
                continue  # another worker was faster, or somebody took it from the schedule
            by = found.scheduled_by or found.changed_by
            try:
                with conn.transaction():
                    _publish(conn, found, of=of, effective_from=found.scheduled_for, by=by, now=now, note=None)
                    published += 1
            except Refusal as refusal:
                concluded(
                    conn, found, StepKind.stopped, of=of, by=by, now=now, note=refusal.title,
                    state=_before_schedule(found), **_OFF | {"problem": dict(refusal.as_problem())},
                )  # fmt: skip
    return published


def ready(
    conn: psycopg.Connection[Any], found: Draft, *, of: Programme, effective_from: datetime, now: datetime
) -> Ready:
    """The draft as it would come into force. Raises Refusal for whatever keeps it from that; approval is not asked."""
    rulebook = require_valid(found.text)
    check_belongs(rulebook, of=of)
    _check_up_to_date(conn, found, of=of)
    rulebook = still_resting(conn, rulebook, of=of)
    _check_place(conn, found, rulebook, of=of, effective_from=effective_from)
    check_audiences(conn, rulebook, programme_id=of.id)
    check_restores(conn, rulebook, of=of, effective_from=effective_from, now=now)
    changes = preview_expiry_change(conn, rulebook, of=of, effective_from=effective_from, now=now)
    taken = takes_tiers(conn, rulebook, of=of, effective_from=effective_from, now=now)
    return Ready(rulebook, changes, taken, taken > 0 or needs_second_person(conn, changes, of=of))


def _check_place(
    conn: psycopg.Connection[Any], found: Draft, rulebook: Rulebook, *, of: Programme, effective_from: datetime
) -> None:
    """It changes something, and no version that is planned already would take its place."""
    for start, planned in planned_after(conn, effective_from, of=of):
        raise Conflict(
            "version_planned",
            "Another version begins after it",
            detail=f"Version {planned.version} begins on {start:%-d %b %Y, %H:%M} UTC and would take its place.",
            remedy="Choose a later time, or call that version off by rolling back first.",
            field="at",
        )
    if found.based_on and rulebook.document() == document_of(conn, latest_version(conn, of=of), of=of):
        raise Conflict(
            "draft_changes_nothing",
            "The draft changes nothing",
            detail=f"“{found.name}” says the same as the latest version.",
            remedy="Change something in it, or discard it.",
            field="draft",
        )


def _check_up_to_date(conn: psycopg.Connection[Any], found: Draft, *, of: Programme) -> None:
    """Raises Conflict when the latest version says something else by now; pauses disturb nobody who writes rules."""
    latest = lock_versions(conn, of=of)
    if latest == found.based_on:
        return
    base = document_of(conn, found.based_on, of=of) if found.based_on else {}
    theirs = document_of(conn, latest, of=of)
    if _without_pauses(base) != _without_pauses(theirs):
        raise out_of_date(found, latest, differences(base, theirs))


def _publish(
    conn: psycopg.Connection[Any], found: Draft, *, of: Programme, effective_from: datetime, by: str, now: datetime,
    note: str | None,
) -> Draft:  # fmt: skip
    prepared = ready(conn, found, of=of, effective_from=effective_from, now=now)
    _approved(found, prepared)
    told = found.note if note is None else note
    version = record_version(
        conn, prepared.rulebook, prepared.changes, of=of, effective_from=effective_from, note=told or found.name, by=by,
        now=now, approved_by=found.decided_by or "",
    )  # fmt: skip
    return concluded(
        conn, found, StepKind.published, of=of, by=by, now=now, note=told, state=DraftState.published, version=version,
        problem=None,
    )  # fmt: skip


def _approved(found: Draft, prepared: Ready) -> None:
    if prepared.needs_second and found.decided_by is None:
        why = "is a new version of this rulebook"
        if prepared.tiers_taken:
            members = "member" if prepared.tiers_taken == 1 else "members"
            why = f"would take a tier from {prepared.tiers_taken:,} {members} at once"
        if any(each.lots.at_once for each in prepared.changes):
            why = "would let points expire at once"
        raise needs_approval(found, why)


def _authors(conn: psycopg.Connection[Any], found: Draft) -> set[str]:
    """Whoever wrote a part of it, or wants it published."""
    wrote = {each.by for each in draft_steps(conn, draft_id=found.id) if each.text is not None}
    return wrote | ({found.submitted_by} if found.submitted_by else set())


def _before_schedule(found: Draft) -> DraftState:
    return DraftState.open if found.decided_by is None else DraftState.approved


def _without_pauses(document: dict[str, Any]) -> dict[str, Any]:
    return {key: each for key, each in document.items() if key != "paused"}


_UNDECIDED: dict[str, Any] = {"submitted_by": None, "submitted_at": None, "decided_by": None, "decided_at": None}
_OFF: dict[str, Any] = {"scheduled_for": None, "scheduled_by": None}
