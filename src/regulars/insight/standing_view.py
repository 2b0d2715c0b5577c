"""Where a member stands on each ladder: why, until when, what keeps the tier, and what reaches the next. Read only.

What has left a ladder's window since the last event, and what the nightly work will do about it, is in it already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.ledger.contracts import Balance
from regulars.domain.ledger.queries import balances
from regulars.domain.members.queries import member
from regulars.domain.programmes.queries import Shelf
from regulars.domain.tiers.ladder import Ladder, Tier
from regulars.domain.tiers.projection import Keep, Projection, project
from regulars.domain.tiers.queries import standings_of
from regulars.domain.tiers.rungs import Rungs
from regulars.domain.tiers.standing import Climber, Counted, Standing
from regulars.kernel.clock import EARLIEST, local_day, start_of_day

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LadderView:
    """A member's place on one ladder today.

    score: what counts, in minor units of money or in points, from `counted_from` on. position: of the tier held, 0 the
    lowest. kept_until: the first day on which the tier is lost if nothing more happens, None: it is not. moves_to: the
    position then. keep: what avoids that. next_by: the last day on which what is missing to the next tier counts
    together with what is there, None: for ever. kept_by_change: the tier is not reached since the ladder changed, and
    kept until this day, NEVER for good.
    """

    rungs: Rungs
    position: int
    score: int
    counted_from: date | None
    since: datetime | None
    kept_until: date | None
    moves_to: int
    keep: Keep | None
    next_by: date | None
    kept_by_change: date | None = None

    @property
    def ladder(self) -> Ladder:
        """The ladder itself."""
        return self.rungs.ladder

    @property
    def thresholds(self) -> Sequence[int]:
        """The scores that reach its tiers."""
        return self.rungs.thresholds

    @property
    def tier(self) -> Tier:
        """The tier held."""
        return self.ladder.tiers[self.position]

    @property
    def above(self) -> int | None:
        """The position of the next tier that a score reaches, None at the top."""
        return self.rungs.above(self.position)

    @property
    def next(self) -> Tier | None:
        """The tier above, None at the top."""
        return None if self.above is None else self.ladder.tiers[self.above]

    @property
    def goal(self) -> int:
        """The score that reaches the next tier; at the top that of the tier held."""
        return self.thresholds[self.position if self.above is None else self.above]

    @property
    def missing(self) -> int:
        """What is missing to the next tier; 0 at the top."""
        return 0 if self.next is None else max(self.goal - self.score, 0)

    @property
    def percent(self) -> int:
        """How far the member is to the next tier, 0 to 100."""
        return 100 if self.next is None else min(max(self.score, 0) * 100 // max(self.goal, 1), 100)


def ladder_views(conn: psycopg.Connection[Any], rules: Shelf, *, member_id: UUID, now: datetime) -> list[LadderView]:
    """One for each ladder of the rulebook in force. Raises Refusal when none is in force."""
    rulebook = rules.in_force(now)
    if not rulebook.rungs:
        return []
    who = member(conn, programme_id=rules.programme.id, member_id=member_id)
    if who is None:
        raise RuntimeError(f"there is no member {member_id} who could stand anywhere")
    climber = Climber(who.enrolled_at, rules.programme.time_zone)
    found = {ladder: each for (_, ladder), each in standings_of(conn, [member_id.bytes]).items()}
    views = []
    for newest in rulebook.rungs:
        standing = found.get(newest.id)
        rungs = newest if standing is None else newest.held_by(standing.form)
        if standing is None:
            views.append(LadderView(rungs, 0, 0, None, None, None, 0, None, None))
        else:
            counted = counted_until(conn, rules, rungs, member_id, standing, now=now)
            views.append(_view(rungs, standing, counted, climber, now=now))
    return views


def counted_until(
    conn: psycopg.Connection[Any], rules: Shelf, rungs: Rungs, member_id: UUID, standing: Standing, *, now: datetime
) -> Counted:
    """Everything that counted since the standing was last written down; a score by balance is brought up to date."""
    if rungs.metric.follows_balance:
        number = rules.point_types[rungs.metric.point_types()[0]]
        standing.score = balances(conn, owners=[member_id]).get((member_id, number), Balance()).available
        return []
    zone = rules.programme.time_zone
    since = start_of_day(max(standing.counted_from, EARLIEST.date()), zone)
    span = (member_id.bytes, since, start_of_day(local_day(now, zone) + 2 * _ONE_DAY, zone))
    rows = rungs.metric.past(conn, [span], ground=rules.ground)
    return [(local_day(at, zone), amount) for _, at, amount in rows]


def _view(rungs: Rungs, standing: Standing, counted: Counted, climber: Climber, *, now: datetime) -> LadderView:
    today = local_day(now, climber.time_zone)
    found = project(standing, rungs, today=today, counted=counted, at=now, climber=climber)
    position = rungs.position(found.now.tier)
    moves_to = rungs.position(found.moves_to)
    return LadderView(
        rungs=rungs,
        position=position,
        score=found.now.score,
        counted_from=None if rungs.window.name == "lifetime" else found.now.counted_from,
        since=found.now.since,
        kept_until=found.moves_on if moves_to < position else None,
        moves_to=moves_to,
        keep=found.keep,
        next_by=_next_by(rungs, found, counted, climber, today=today),
        kept_by_change=_kept_by_change(rungs, found.now, today=today),
    )


def _kept_by_change(rungs: Rungs, standing: Standing, *, today: date) -> date | None:
    own = rungs.position(standing.own)
    is_kept = standing.kept_until >= today and rungs.reached(standing.score) < own and not standing.earned
    return standing.kept_until if is_kept else None


def _next_by(rungs: Rungs, found: Projection, counted: Counted, climber: Climber, *, today: date) -> date | None:
    if rungs.window.name == "lifetime":
        return None
    anchors = climber.anchors(found.now, rungs)
    if rungs.window.periodic:
        return rungs.next_end(today, anchors) - _ONE_DAY
    days = [day for day, amount in counted if day >= found.now.counted_from and amount > 0]
    return rungs.leaves_on(min(days, default=today), anchors) - _ONE_DAY
