"""Staff give a tier: by hand, by invitation, or to match the status of another programme; and take it back again.

It lifts a member above the tier of their own, and never lowers anybody. The member's own tier goes on beneath it: what
they reach meanwhile is theirs when the end comes.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.audit.commands import record_act
from regulars.domain.members.queries import member
from regulars.domain.merges.queries import parts_by_member
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.domain.tiers.commands import end_tier, give_tier, record_changes, write_standings
from regulars.domain.tiers.contracts import (
    Assignment,
    AssignmentEnd,
    AssignmentKind,
    ChangeCause,
    NewChange,
)
from regulars.domain.tiers.queries import assignments_in_force, standings_of
from regulars.domain.tiers.rungs import Rungs
from regulars.domain.tiers.standing import NEVER, Climber, Standing, Step, first_standing, hold, next_review, review
from regulars.flows.assign_refusals import (
    already_held,
    day_over,
    field_missing,
    nothing_to_end,
    only_by_invitation,
    tier_unknown,
)
from regulars.flows.block_member import lock_for_change
from regulars.flows.change_ladders import bring_up_to_date
from regulars.flows.review_tiers import counted_since
from regulars.kernel.clock import local_day
from regulars.kernel.ids import new_id
from regulars.kernel.text import clean


def assign_tier(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    member_id: UUID,
    ladder: str,
    tier: str,
    kind: AssignmentKind,
    reason: str,
    now: datetime,
    by: str,
    until: date | None = None,
    proof: str = "",
) -> Assignment:
    """Gives the tier until the end of the local day `until`, None: without an end; the assignment.

    It takes the place of what staff gave before on this ladder. Raises Refusal; nothing is written then.

    reason: for colleagues. proof: what showed the other status; a match needs it, and a day.
    """
    reason, proof = clean(reason, longest=500, field="reason"), clean(proof, longest=500, field="proof")
    with conn.transaction():
        rules = shelf(conn, programme_id=programme_id)
        today = local_day(now, rules.programme.time_zone)
        rungs = _known(rules, ladder, tier, now=now)
        _check(rungs, tier, kind, reason=reason, proof=proof, until=until, today=today)
        lock_for_change(conn, programme_id=programme_id, member_id=member_id)
        standing, steps, climber = _brought_up(conn, rules, rungs, member_id, today=today, now=now)
        own = max(rungs.position(standing.own), 0)
        if rungs.position(tier) <= own:
            raise already_held(rungs.ladder.tiers[own].name, rungs.ladder.tiers[rungs.position(tier)].name)
        end_tier(conn, member_id=member_id, ladder=ladder, how=AssignmentEnd.replaced, by=by, now=now)
        made = Assignment(new_id(member_id.int & 0xFF), member_id, ladder, tier, kind, reason, proof, until, by, now)
        give_tier(conn, made, organisation_id=rules.programme.organisation_id, programme_id=programme_id)
        standing.assigned, standing.assigned_until = tier, until or NEVER
        _settle(
            conn, rules, rungs, member_id, standing, steps, own, cause=made.id, today=today, now=now, climber=climber
        )
        details = {"ladder": ladder, "tier": tier, "kind": kind.name, "reason": reason}
        details |= {"proof": proof} if proof else {}
        details |= {"until": until.isoformat()} if until else {}
        _record(conn, rules, member_id, "tier.assigned", details, by=by, now=now)
    return made


def end_assignment(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    member_id: UUID,
    ladder: str,
    now: datetime,
    by: str,
    reason: str = "",
    declined: bool = False,
) -> Assignment:
    """Ends what staff gave, and the member stands where they would stand by themselves; what was ended.

    declined: the member does not want it, and needs no reason; staff do. Raises Refusal; nothing is written then.
    """
    reason = clean(reason, longest=500, field="reason")
    if not reason and not declined:
        raise field_missing("reason", "There is no reason for taking the tier back.")
    with conn.transaction():
        rules = shelf(conn, programme_id=programme_id)
        today = local_day(now, rules.programme.time_zone)
        rungs = next((each for each in rules.in_force(now).rungs if each.id == ladder), None)
        lock_for_change(conn, programme_id=programme_id, member_id=member_id)
        ended = next(iter(assignments_in_force(conn, member_id=member_id, ladder=ladder)), None)
        if rungs is None or ended is None:
            raise nothing_to_end(ladder)
        standing, steps, climber = _brought_up(conn, rules, rungs, member_id, today=today, now=now)
        how = AssignmentEnd.declined if declined else AssignmentEnd.withdrawn
        end_tier(conn, member_id=member_id, ladder=ladder, how=how, by=by, now=now)
        own = max(rungs.position(standing.own), 0)
        standing.assigned, standing.assigned_until = "", NEVER
        _settle(
            conn, rules, rungs, member_id, standing, steps, own, cause=ended.id, today=today, now=now, climber=climber
        )
        action = "tier.declined" if declined else "tier.withdrawn"
        _record(
            conn, rules, member_id, action, {"ladder": ladder, "tier": ended.tier, "reason": reason}, by=by, now=now
        )
    return ended


def _known(rules: Shelf, ladder: str, tier: str, *, now: datetime) -> Rungs:
    every = {each.id: each for each in rules.in_force(now).rungs}
    if ladder not in every:
        raise tier_unknown("ladder", ladder, every)
    if every[ladder].position(tier) < 0:
        raise tier_unknown("tier", tier, every[ladder].ids)
    return every[ladder]


def _check(
    rungs: Rungs, tier: str, kind: AssignmentKind, *, reason: str, proof: str, until: date | None, today: date
) -> None:
    wanted = rungs.ladder.tiers[rungs.position(tier)]
    if not reason:
        raise field_missing("reason", "There is no reason for giving the tier.")
    if wanted.invitation_only != (kind is AssignmentKind.invited):
        raise only_by_invitation(wanted.name, is_invitation=kind is AssignmentKind.invited)
    if kind is AssignmentKind.matched and not proof:
        raise field_missing("proof", "Nothing shows the status in the other programme.")
    if kind is AssignmentKind.matched and until is None:
        raise field_missing("until", "A matched status has a last day, on which the member's own score takes over.")
    if until is not None and until < today:
        raise day_over(until)


def _brought_up(
    conn: psycopg.Connection[Any], rules: Shelf, rungs: Rungs, member_id: UUID, *, today: date, now: datetime
) -> tuple[Standing, list[Step], Climber]:
    """The standing as it is today, and the moves that were due. Who has none yet gets a first one."""
    who = member(conn, programme_id=rules.programme.id, member_id=member_id)
    assert who is not None, "the member was locked"
    climber = Climber(who.enrolled_at, rules.programme.time_zone)
    key, parts = (member_id.bytes, rungs.id), parts_by_member(conn, members=[member_id.bytes])
    held = standings_of(conn, [member_id.bytes])
    bring_up_to_date(conn, rules, held, {member_id.bytes: climber}, parts, now=now)
    standing = held.get(key)
    if standing is None:
        standing = first_standing(rungs, at=now, day=today, climber=climber)
        past = counted_since(conn, rules, rungs, {key: standing}, parts, today=today).get(member_id.bytes, [])
        if not rungs.metric.follows_balance:
            standing.score = sum(amount for day, amount in past if day >= standing.counted_from)
            standing.review_on = today
    if standing.review_on > today:
        return standing, [], climber
    counted = counted_since(conn, rules, rungs, {key: standing}, parts, today=today).get(member_id.bytes, [])
    steps = review(standing, rungs, today=today, counted=counted, at=now, climber=climber)
    return standing, steps, climber


def _settle(
    conn: psycopg.Connection[Any], rules: Shelf, rungs: Rungs, member_id: UUID, standing: Standing, steps: list[Step],
    own: int, *, cause: UUID, today: date, now: datetime, climber: Climber,
) -> None:  # fmt: skip
    """The tier held follows, and everything is written."""
    changes = [NewChange(member_id.bytes, rungs.id, *step, int(ChangeCause.review), cause.bytes) for step in steps]
    moved = hold(standing, rungs, own, at=now)
    if moved is not None:
        score = standing.score
        changes.append(NewChange(member_id.bytes, rungs.id, *moved, score, now, int(ChangeCause.staff), cause.bytes))
    key, parts = (member_id.bytes, rungs.id), parts_by_member(conn, members=[member_id.bytes])
    counted = counted_since(conn, rules, rungs, {key: standing}, parts, today=today).get(member_id.bytes, [])
    standing.review_on = next_review(standing, rungs, today=today, counted=counted, climber=climber)
    place = {"organisation_id": rules.programme.organisation_id, "programme_id": rules.programme.id}
    write_standings(conn, {key: standing}, **place)
    record_changes(conn, changes, **place)


def _record(
    conn: psycopg.Connection[Any],
    rules: Shelf,
    member_id: UUID,
    action: str,
    details: dict[str, str],
    *,
    by: str,
    now: datetime,
) -> None:
    record_act(
        conn,
        entry_id=new_id(member_id.int & 0xFF),
        organisation_id=rules.programme.organisation_id,
        programme_id=rules.programme.id,
        now=now,
        by=by,
        action=action,
        subject=member_id,
        details=details,
    )
