"""Where a member stands, moved forward event by event. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from regulars.domain.tiers.ladder import Rungs

NEVER = date(9999, 12, 31)
"""review_on of a standing that cannot fall."""


@dataclass(slots=True)
class Standing:
    """A member's place on one ladder. score: what counts, in minor units or points, from counted_from on."""

    tier: str
    since: datetime
    score: int
    counted_from: date
    review_on: date = NEVER


def first_standing(rungs: Rungs, *, at: datetime, day: date) -> Standing:
    """Everyone starts on the lowest tier with nothing."""
    return Standing(rungs.ids[0], at, 0, rungs.counted_from(day))


def add_score(
    standing: Standing, rungs: Rungs, *, amount: int, day: date, at: datetime, oldest: date
) -> tuple[str, str] | None:
    """Counts `amount` of the local `day`; up at once. (from tier, to tier) when it changed, else None.

    oldest: local day of the first thing that may still count. What left the window must have been taken off before
    (drop_until). An amount from before the window, which a late event may bring, no longer counts.
    """
    if day < standing.counted_from or amount == 0:
        return None
    standing.score += amount
    held = standing.tier
    position = rungs.ids.index(held) if held in rungs.ids else -1
    reached = rungs.reached(standing.score)
    if reached <= position:
        return None
    standing.tier, standing.since = rungs.ids[reached], at
    if reached > 0:
        standing.review_on = min(standing.review_on, rungs.leaves_on(max(min(oldest, day), standing.counted_from)))
    return (held, standing.tier)


def take_off(
    standing: Standing, rungs: Rungs, *, amount: int, day: date, today: date, at: datetime
) -> tuple[str, str] | None:
    """Takes off what a return made undone of the local `day`; (from tier, to tier) when that lowers the tier.

    It does only where the ladder says so; otherwise the member keeps the tier until the next review.
    """
    if day < standing.counted_from or amount == 0:
        return None
    standing.score -= amount
    held = standing.tier
    if not rungs.ladder.downgrade_on_return or held not in rungs.ids:
        return None
    reached = rungs.reached(standing.score)
    if reached >= rungs.ids.index(held):
        return None
    standing.tier, standing.since = rungs.ids[reached], at
    # When the lower tier will fall is found by the next review, which reads all that counts.
    standing.review_on = today if reached > 0 else NEVER
    return (held, standing.tier)


def drop_until(standing: Standing, counted_from: date, dropped: list[tuple[date, int]]) -> None:
    """Takes off what is older than `counted_from`. dropped: (local day, amount), of any days."""
    if counted_from <= standing.counted_from:
        return
    gone = sum(amount for day, amount in dropped if standing.counted_from <= day < counted_from)
    standing.score -= gone
    standing.counted_from = counted_from


def review(
    standing: Standing, rungs: Rungs, *, today: date, counted: list[tuple[date, int]], at: datetime
) -> tuple[str, str] | None:
    """Settles a standing on `today`: (from tier, to tier) when it moved, else None; sets the day of the next review.

    counted: (local day, amount) of everything since counted_from.
    """
    drop_until(standing, rungs.counted_from(today), counted)
    held = standing.tier
    standing.tier = rungs.settled(held, standing.score)
    standing.review_on = _next_review(standing, rungs, today=today, counted=counted)
    if standing.tier == held:
        return None
    standing.since = at
    return (held, standing.tier)


def _next_review(standing: Standing, rungs: Rungs, *, today: date, counted: list[tuple[date, int]]) -> date:
    position = rungs.ids.index(standing.tier)
    if rungs.ladder.policy.lowered(held=position, reached=0) == position:
        return NEVER
    day = falls_on(rungs, position, score=standing.score, counted_from=standing.counted_from, counted=counted)
    # A tier that the policy lets the member keep for now is looked at again tomorrow.
    return max(day, date.fromordinal(today.toordinal() + 1))


def falls_on(rungs: Rungs, position: int, *, score: int, counted_from: date, counted: list[tuple[date, int]]) -> date:
    """The first local day on which the score is below the tier's threshold, if nothing more happens; NEVER for none.

    counted: (local day, amount) of what makes up the score; what lies before counted_from is left out.
    """
    threshold = rungs.thresholds[position]
    if position == 0:
        return NEVER
    if score < threshold:
        return counted_from
    for day, amount in sorted(counted):
        if day < counted_from:
            continue
        score -= amount
        if score < threshold:
            return rungs.leaves_on(day)
    return NEVER
