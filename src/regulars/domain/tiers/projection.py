"""What becomes of a standing when nothing more happens, and what would keep it. Pure: coming reviews are tried."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from regulars.domain.tiers.rungs import Rungs
from regulars.domain.tiers.standing import NEVER, Climber, Counted, Standing, review
from regulars.kernel.clock import start_of_day

_ONE_DAY = timedelta(days=1)
_MOST_REVIEWS = 500
"""A month that is judged for forty years; nobody plans further."""


@dataclass(frozen=True, slots=True)
class Keep:
    """What keeps the tier: so much more (minor units or points), counted from `since` until `until`, both included."""

    amount: int
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Projection:
    """now: the standing as it is today. moves_on: the first day on which the tier is another one if nothing more
    happens, None: never; moves_to: which one then. keep: what avoids it; None where nothing moves, or no score can.
    """

    now: Standing
    moves_on: date | None
    moves_to: str
    keep: Keep | None


def project(
    standing: Standing, rungs: Rungs, *, today: date, counted: Counted, at: datetime, climber: Climber
) -> Projection:
    """Plays the reviews that are to come, on a copy. counted: everything since the standing's counted_from."""
    tried = copy.copy(standing)
    review(tried, rungs, today=today, counted=counted, at=at, climber=climber)
    now = copy.copy(tried)
    judged = NEVER
    for _ in range(_MOST_REVIEWS):
        day = tried.review_on
        if day == NEVER:
            break
        review(tried, rungs, today=day, counted=counted, at=start_of_day(day, climber.time_zone), climber=climber)
        if tried.fell_on != NEVER and judged == NEVER:
            judged = tried.fell_on
        if tried.tier != now.tier:
            end = judged if rungs.waits_down and judged != NEVER and now.fell_on == NEVER else day
            keep = _keep(now, tried, rungs, end=end, counted=counted, climber=climber)
            return Projection(now, day, tried.tier, keep)
    return Projection(now, None, now.tier, None)


def _keep(now: Standing, then: Standing, rungs: Rungs, *, end: date, counted: Counted, climber: Climber) -> Keep | None:
    """end: the day on which it is asked for the last time."""
    held = rungs.position(now.tier)
    if held <= rungs.position(then.tier) or rungs.ladder.tiers[held].invitation_only:
        return None
    day = end - _ONE_DAY if rungs.waits_down and now.fell_on == NEVER else end
    since = rungs.counted_from(day, climber.anchors(now, rungs))
    has = now.score - sum(amount for at, amount in counted if now.counted_from <= at < since)
    if rungs.metric.follows_balance:
        has = now.score
    return Keep(max(rungs.thresholds[held] - has, 1), max(since, now.counted_from), end - _ONE_DAY)
