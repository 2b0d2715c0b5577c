"""A rulebook is published through a door whose callers are known: at once, or when a second person has approved.

Whoever proposed a version by which points expire at once, or tiers go where the ladder asks for two persons, is not the
one who approves it, and what was approved is what the preview showed: once another version was published meanwhile, the
proposal is out of date.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import psycopg

from regulars.domain.audit.commands import record_act
from regulars.domain.audit.contracts import programme_subject
from regulars.domain.programmes.commands import check_belongs, decide_proposal, lock_versions, record_proposal
from regulars.domain.programmes.contracts import Programme, Proposal, ProposalNotFound, ProposalState
from regulars.domain.programmes.queries import proposal
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.change_ladders import begin_to_change
from regulars.flows.ladder_approval import check_restores, takes_tiers
from regulars.flows.preview_expiry_change import ExpiryChange, preview_expiry_change
from regulars.flows.publish_rulebook import record_version
from regulars.flows.second_person import needs_second_person
from regulars.kernel.errors import Conflict, NotAllowed
from regulars.kernel.ids import new_id
from regulars.kernel.text import clean

LONGEST_NOTE = 500


class Proposed(NamedTuple):
    """What became of a rulebook: a version, or a proposal that waits. changes: what it means for points there are."""

    version: int | None
    proposal: Proposal | None
    changes: list[ExpiryChange]


def propose_rulebook(
    conn: psycopg.Connection[Any],
    rulebook: Rulebook,
    *,
    of: Programme,
    effective_from: datetime,
    note: str,
    by: str,
    now: datetime,
    based_on: int | None = None,
) -> Proposed:
    """Publishes the rulebook, or keeps it for a second person where one is needed. Raises Refusal.

    based_on: the version that the author changed; refused when another one was published since. None: the latest.
    """
    note = clean(note, longest=LONGEST_NOTE, field="note")
    check_belongs(rulebook, of=of)
    with conn.transaction():
        latest = lock_versions(conn, of=of)
        if based_on is not None and based_on != latest:
            raise _out_of_date(based_on, latest)
        changes = preview_expiry_change(conn, rulebook, of=of, effective_from=effective_from, now=now)
        when = {"effective_from": effective_from, "now": now}
        terms: dict[str, Any] = {"of": of, "note": note, "by": by, **when}
        waits = None
        if needs_second_person(conn, changes, of=of) or takes_tiers(conn, rulebook, of=of, **when):
            check_restores(conn, rulebook, of=of, **when)
            made = record_proposal(conn, rulebook, based_on=latest, **terms)
            _record(conn, of, "rulebook.proposed", made, now=now, by=by, note=note)
            waits = _found(conn, of, made)
        version = None if waits else record_version(conn, rulebook, changes, **terms)
    if version is not None:
        begin_to_change(conn, programme_id=of.id, now=now)
    return Proposed(version, waits, changes)


def approve_rulebook(
    conn: psycopg.Connection[Any], *, of: Programme, proposal_id: int, by: str, now: datetime
) -> Proposal:
    """Publishes what waits, in the name of who proposed it. Approving again changes nothing.

    Raises NotAllowed to whoever proposed it, and Conflict when it was decided or is out of date.
    """
    with conn.transaction():
        latest = lock_versions(conn, of=of)
        found = _found(conn, of, proposal_id)
        if found.state is ProposalState.published and found.decided_by == by:
            return found
        if found.state is not ProposalState.waiting:
            raise _decided(found)
        if by == found.proposed_by:
            raise NotAllowed(
                "own_rulebook",
                "A second person has to approve",
                detail=f"{by} proposed this rulebook, and nobody approves what they proposed themselves.",
                remedy="Let a colleague, or another API key, approve it.",
            )
        if latest != found.based_on:
            raise _out_of_date(found.based_on, latest)
        rulebook = Rulebook.model_validate(found.document)
        changes = preview_expiry_change(conn, rulebook, of=of, effective_from=found.effective_from, now=now)
        version = record_version(
            conn, rulebook, changes, of=of, effective_from=found.effective_from, note=found.note,
            by=found.proposed_by, now=now, approved_by=by,
        )  # fmt: skip
        decide_proposal(conn, proposal_id, of=of, state=ProposalState.published, version=version, by=by, now=now)
    begin_to_change(conn, programme_id=of.id, now=now)
    return _found(conn, of, proposal_id)


def decline_rulebook(
    conn: psycopg.Connection[Any], *, of: Programme, proposal_id: int, by: str, now: datetime
) -> Proposal:
    """It is not published; who proposed it withdraws it in this way. Declining again changes nothing."""
    with conn.transaction():
        lock_versions(conn, of=of)
        found = _found(conn, of, proposal_id)
        if found.state is ProposalState.declined:
            return found
        if found.state is not ProposalState.waiting:
            raise _decided(found)
        decide_proposal(conn, proposal_id, of=of, state=ProposalState.declined, version=None, by=by, now=now)
        _record(conn, of, "rulebook.declined", proposal_id, now=now, by=by, note=found.note)
        return _found(conn, of, proposal_id)


def _found(conn: psycopg.Connection[Any], of: Programme, proposal_id: int) -> Proposal:
    found = proposal(conn, programme_id=of.id, proposal_id=proposal_id)
    if found is None:
        raise ProposalNotFound(proposal_id)
    return found


def _record(
    conn: psycopg.Connection[Any], of: Programme, action: str, proposal_id: int, *, now: datetime, by: str, note: str
) -> None:
    record_act(
        conn,
        entry_id=new_id(0),
        organisation_id=of.organisation_id,
        programme_id=of.id,
        now=now,
        by=by,
        action=action,
        subject=programme_subject(of.id),
        details={"proposal": proposal_id, "note": note},
    )


def _out_of_date(based_on: int, latest: int) -> Conflict:
    return Conflict(
        "rulebook_changed",
        "Another version was published meanwhile",
        detail=f"The rulebook was written as a change of version {based_on}, and version {latest} is the latest now.",
        remedy="Look at the latest version, make the change in it, and propose that.",
        field="based_on",
    )


def _decided(found: Proposal) -> Conflict:
    what = f"published as version {found.version}" if found.version else "declined"
    return Conflict(
        "proposal_decided",
        "This was decided before",
        detail=f"The proposal was {what} by {found.decided_by}.",
        remedy="Propose the rulebook again if it is still wanted.",
        field="proposal",
    )
