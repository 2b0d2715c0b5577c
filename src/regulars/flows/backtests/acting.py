"""What staff did to a member beside giving points, played again: blocks, and tiers that they gave or took back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from regulars.domain.ledger.book import Cause
from regulars.domain.ledger.contracts import CauseKind
from regulars.domain.ledger.frozen import freeze, thaw
from regulars.domain.members.contracts import MemberStatus
from regulars.domain.tiers.rungs import Rungs
from regulars.domain.tiers.standing import NEVER, Standing, Step, first_standing, hold, next_review, review
from regulars.flows.backtests.remembered import Remembered
from regulars.flows.backtests.tables import NeedsTables
from regulars.flows.block_member import settle_all
from regulars.flows.desk import Desk
from regulars.flows.member_file import MemberFile
from regulars.kernel.clock import local_day

ACTIONS = (
    "member.blocked", "member.unblocked", "tier.assigned", "tier.withdrawn", "tier.declined", "expiry.extended",
    "member.merged", "member.merged_into", "member.merge_undone",
)  # fmt: skip
"""Acts of the audit trail that change what a member has."""


class Act(NamedTuple):
    """details: as the audit trail has them. extended: (point type, last day before, new last day)."""

    id: bytes
    member: bytes
    came_at: datetime
    action: str
    details: dict[str, Any]
    extended: Sequence[tuple[int, date, date]] = ()


def act(desk: Desk, file: MemberFile, memory: Remembered, done: Act) -> list[tuple[str, Step]]:
    """Plays it at `desk.now`; the moves on ladders. What would be no gift under these rules is not given.

    Raises NeedsTables for merges.
    """
    if done.action.startswith("member.merge"):
        raise NeedsTables("merged")
    if done.action == "expiry.extended":
        _extend(desk, file, done)
        return []
    if done.action == "member.blocked":
        settle_all(desk.book, desk.rules, file.id, now=desk.now)
        freeze(desk.book, file.id)
        file.status = int(MemberStatus.blocked)
        return []
    if done.action == "member.unblocked":
        thaw(desk.book, file.id)
        settle_all(desk.book, desk.rules, file.id, now=desk.now)
        file.status = int(MemberStatus.active)
        return []
    rungs = next((each for each in desk.rules.in_force(desk.now).rungs if each.id == done.details["ladder"]), None)
    return [] if rungs is None else [(rungs.id, step) for step in _assign(desk, file, memory, rungs, done)]


def _extend(desk: Desk, file: MemberFile, done: Act) -> None:
    """Lots that have a last day which staff moved get the later one: of lots by other rules, those alone."""
    settle_all(desk.book, desk.rules, file.id, now=desk.now)
    cause = Cause(CauseKind.extension, done.id, desk.now, "extended")
    later = {(number, before): after for number, before, after in done.extended}
    for number in desk.rules.point_types.values():
        for lot in desk.book.open_lots(file.id, number):
            after = later.get((number, lot.last_day)) if lot.last_day is not None else None
            if lot.remaining and after is not None:
                desk.book.extend(file.id, lot, after, cause=cause)


def _assign(desk: Desk, file: MemberFile, memory: Remembered, rungs: Rungs, done: Act) -> list[Step]:
    today = local_day(desk.now, file.climber.time_zone)
    standing, steps = _brought_up(desk, file, memory, rungs, today)
    own = max(rungs.position(standing.own), 0)
    if done.action == "tier.assigned":
        tier, until = done.details["tier"], done.details.get("until")
        if rungs.position(tier) <= own:
            return steps
        standing.assigned, standing.assigned_until = tier, date.fromisoformat(until) if until else NEVER
    else:
        standing.assigned, standing.assigned_until = "", NEVER
    moved = hold(standing, rungs, own, at=desk.now)
    if moved is not None:
        steps.append(Step(*moved, standing.score, desk.now))
    counted = _counted(file, rungs, standing)
    standing.review_on = next_review(standing, rungs, today=today, counted=counted, climber=file.climber)
    return steps


def _brought_up(
    desk: Desk, file: MemberFile, memory: Remembered, rungs: Rungs, today: date
) -> tuple[Standing, list[Step]]:
    """The standing as it is today, and the moves that were due. Who has none yet gets a first one."""
    standing = file.standings.get(rungs.id)
    if standing is None:
        standing = file.standings[rungs.id] = first_standing(rungs, at=desk.now, day=today, climber=file.climber)
        if not rungs.metric.follows_balance:
            file.faded[rungs.id] = memory.counts_of(rungs)
            counted = _counted(file, rungs, standing)
            standing.score, standing.review_on = sum(amount for _, amount in counted), today
    if standing.review_on > today:
        return standing, []
    counted = _counted(file, rungs, standing)
    return standing, review(standing, rungs, today=today, counted=counted, at=desk.now, climber=file.climber)


def _counted(file: MemberFile, rungs: Rungs, standing: Standing) -> list[tuple[date, int]]:
    return [pair for pair in file.faded.get(rungs.id, []) if pair[0] >= standing.counted_from]
