"""Where a member stands, moved forward event by event. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from regulars.domain.tiers.rungs import NOBODY, Rungs
from regulars.domain.tiers.window import Anchors
from regulars.kernel.clock import local_day, start_of_day

NEVER = date(9999, 12, 31)
"""review_on of a standing that cannot change by itself."""
_ONE_DAY = timedelta(days=1)

Counted = Sequence[tuple[date, int]]
"""(local day, amount)."""
Happened = Sequence[tuple[datetime, int]]
"""(when, how much), in the order in which it happened."""


class Step(NamedTuple):
    """One move on a ladder. score: what counted then."""

    from_tier: str
    to_tier: str
    score: int
    at: datetime


@dataclass(slots=True)
class Standing:
    """A member's place on one ladder. score: what counts, in minor units or points, from counted_from on.

    since: of the tier held. assigned: a tier that staff gave, until assigned_until; the member holds it where it is
    above earned, the tier of their own. earned: empty where the tier held is their own. fell_on: since when the score
    no longer reaches their own tier, NEVER where it does. kept_until: they keep it until then: its ladder was changed.
    form: of the ladder that put them there (Rungs.form).
    """

    tier: str
    since: datetime
    score: int
    counted_from: date
    review_on: date = NEVER
    earned: str = ""
    assigned: str = ""
    assigned_until: date = NEVER
    fell_on: date = NEVER
    kept_until: date = date.min
    form: int = 0

    @property
    def own(self) -> str:
        """The tier that is held without what staff gave."""
        return self.earned or self.tier


@dataclass(frozen=True, slots=True)
class Climber:
    """What windows and days depend on, of one member. time_zone: the programme's."""

    enrolled_at: datetime
    time_zone: str

    def anchors(self, standing: Standing, rungs: Rungs) -> Anchors:
        """The days that the window may begin with; most windows ask for none."""
        return self.anchors_from(standing.since, rungs)

    def anchors_from(self, since: datetime, rungs: Rungs) -> Anchors:
        """The same for a standing whose tier was reached at `since`."""
        if not rungs.window.personal:
            return NOBODY
        return Anchors(local_day(self.enrolled_at, self.time_zone), local_day(since, self.time_zone))


def first_standing(rungs: Rungs, *, at: datetime, day: date, climber: Climber) -> Standing:
    """Everyone starts on the lowest tier with nothing."""
    anchors = climber.anchors_from(at, rungs)
    review_on = rungs.next_end(day, anchors) if rungs.waits_up else NEVER
    return Standing(rungs.ids[0], at, 0, rungs.counted_from(day, anchors), review_on, form=rungs.form)


def add_score(
    standing: Standing, rungs: Rungs, *, amount: int, day: date, at: datetime, oldest: date, climber: Climber
) -> tuple[str, str] | None:
    """Counts `amount` of the local `day`; up at once, unless the ladder waits. (from tier, to tier) when it changed.

    oldest: local day of the first thing that may still count. What left the window must have been taken off before
    (drop_until). An amount from before the window, which a late event may bring, no longer counts.
    """
    if day < standing.counted_from or amount == 0:
        return None
    standing.score += amount
    reached = rungs.reached(standing.score)
    own = rungs.position(standing.own)
    if reached < own or (reached == own and standing.fell_on == NEVER) or (reached > own and rungs.waits_up):
        return None
    return _rise(standing, rungs, reached, day=day, at=at, oldest=oldest, climber=climber)


def add_late(
    standing: Standing, rungs: Rungs, *, day: date, at: datetime, counted: Counted, climber: Climber
) -> tuple[str, str] | None:
    """Counts an event of the period that ended last: what it reached together with the rest decides, as if in time.

    counted: all of that period, this event too. Only where a finished period says who has which tier; else None.
    """
    anchors = climber.anchors(standing, rungs)
    if not rungs.judged_in_time or rungs.next_end(day, anchors) != standing.counted_from:
        return None
    start = rungs.counted_from(day, anchors)
    reached = rungs.reached(sum(amount for at_day, amount in counted if start <= at_day < standing.counted_from))
    if reached <= rungs.position(standing.own):
        return None
    return _rise(
        standing, rungs, reached, day=standing.counted_from, at=at, oldest=standing.counted_from, climber=climber
    )


def _rise(
    standing: Standing, rungs: Rungs, reached: int, *, day: date, at: datetime, oldest: date, climber: Climber
) -> tuple[str, str] | None:
    standing.fell_on = NEVER
    moved = hold(standing, rungs, reached, at=at)
    if reached > 0:
        if rungs.waits_down:
            look = rungs.next_end(day, climber.anchors(standing, rungs))
        else:
            first = max(min(oldest, day), standing.counted_from)
            look = rungs.leaves_on(first, climber.anchors(standing, rungs))
        standing.review_on = min(standing.review_on, look)
    return moved


def hold(standing: Standing, rungs: Rungs, own: int, *, at: datetime) -> tuple[str, str] | None:
    """The member's own tier is at this position now, and what staff gave may lift above it. The move, or None."""
    held = standing.tier
    given = rungs.position(standing.assigned) if standing.assigned else -1
    standing.tier = rungs.ids[max(given, own)]
    standing.earned = rungs.ids[own] if given > own else ""
    if standing.tier == held:
        return None
    standing.since = at
    return (held, standing.tier)


def take_off(
    standing: Standing, rungs: Rungs, *, amount: int, day: date, today: date, at: datetime
) -> tuple[str, str] | None:
    """Takes off what a return made undone of the local `day`; (from tier, to tier) when that lowers the tier.

    It does only where the ladder says so; otherwise the member keeps the tier until the next review. A tier that the
    score did not reach before, because the ladder was changed, is kept as long as was promised then.
    """
    if day < standing.counted_from or amount == 0:
        return None
    own = rungs.position(standing.own)
    is_promised = standing.kept_until >= today and standing.score < rungs.thresholds[max(own, 0)]
    standing.score -= amount
    if not rungs.ladder.downgrade_on_return or own < 0 or is_promised:
        return None
    reached = max(rungs.reached(standing.score), rungs.life_floor(own))
    if reached >= own:
        return None
    standing.fell_on = NEVER
    if not rungs.waits_down:
        # When the lower tier will fall is found by the next review, which reads all that counts.
        standing.review_on = today if reached > 0 or standing.assigned else NEVER
    return hold(standing, rungs, reached, at=at)


def take_off_late(
    standing: Standing, rungs: Rungs, *, amount: int, day: date, at: datetime, counted: Counted, climber: Climber
) -> tuple[str, str] | None:
    """Takes off what a return made undone in the period that ended last: it takes a tier that this period gave.

    counted: all of that period, without this return. Only where a finished period says who has which tier; else None.
    """
    anchors = climber.anchors(standing, rungs)
    own = rungs.position(standing.own)
    if own < 0 or not rungs.judged_in_time or rungs.next_end(day, anchors) != standing.counted_from:
        return None
    start = rungs.counted_from(day, anchors)
    score = sum(each for at_day, each in counted if start <= at_day < standing.counted_from)
    reached = max(rungs.reached(score - amount), rungs.reached(standing.score), rungs.life_floor(own))
    if rungs.reached(score) < own or reached >= own:
        return None  # it was not this period that gave the tier, or what is left still does
    return hold(standing, rungs, reached, at=at)


def drop_until(standing: Standing, counted_from: date, dropped: Counted) -> None:
    """Takes off what is older than `counted_from`. dropped: of any days."""
    if counted_from <= standing.counted_from:
        return
    gone = sum(amount for day, amount in dropped if standing.counted_from <= day < counted_from)
    standing.score -= gone
    standing.counted_from = counted_from


def review(
    standing: Standing, rungs: Rungs, *, today: date, counted: Counted, at: datetime, climber: Climber
) -> list[Step]:
    """Settles a standing on `today`: its moves, in their order; sets the day of the next review.

    Periods that ended since the last review are judged one after the other, each by what had counted when it ended, so
    a late review gives what one in time would have given. counted: everything since counted_from. at: of today's moves.
    """
    steps = _end_assignment(standing, rungs, today=today, climber=climber)
    if rungs.waits_up or rungs.waits_down:
        end = _first_end(standing, rungs, climber)
        while end <= today:
            steps += _judge(standing, rungs, end=end, counted=counted, climber=climber)
            end = rungs.next_end(end, climber.anchors(standing, rungs))
    fell = _below_since(standing, rungs, today=today, counted=counted, climber=climber)
    drop_until(standing, rungs.counted_from(today, climber.anchors(standing, rungs)), counted)
    own, reached = rungs.position(standing.own), rungs.reached(standing.score)
    if own < 0 or (reached > own and not rungs.waits_up):
        steps += _moved(standing, rungs, max(own, reached), at=at)
        standing.fell_on = NEVER
    elif reached >= own:
        standing.fell_on = NEVER
    elif not rungs.waits_down:
        steps += _lower(standing, rungs, reached=reached, fell=fell, today=today, at=at, climber=climber)
    elif standing.fell_on != NEVER:  # it was judged, and the grace is over
        steps += _lower(standing, rungs, reached=reached, fell=standing.fell_on, today=today, at=at, climber=climber)
    standing.review_on = next_review(standing, rungs, today=today, counted=counted, climber=climber)
    return steps


def kept_until(standing: Standing, rungs: Rungs, *, fell: date, climber: Climber) -> date:
    """The last day on which the member keeps their own tier, though the score fell below it on `fell`."""
    grace = rungs.ladder.time_left
    if grace is None:
        return standing.kept_until
    entered = local_day(standing.since, climber.time_zone)
    return max(standing.kept_until, grace.kept_until(entered=entered, fell=fell))


def _end_assignment(standing: Standing, rungs: Rungs, *, today: date, climber: Climber) -> list[Step]:
    if not standing.assigned or standing.assigned_until >= today:
        return []
    own, at = rungs.position(standing.own), start_of_day(standing.assigned_until + _ONE_DAY, climber.time_zone)
    standing.assigned, standing.assigned_until = "", NEVER
    return _moved(standing, rungs, max(own, 0), at=at)


def _first_end(standing: Standing, rungs: Rungs, climber: Climber) -> date:
    """The first end of a period that was not judged yet."""
    anchors = climber.anchors(standing, rungs)
    if rungs.window.periodic:
        return rungs.next_end(standing.counted_from, anchors)
    # A review is due at each end, if not earlier.
    return NEVER if standing.review_on == NEVER else rungs.next_end(standing.review_on - _ONE_DAY, anchors)


def _judge(standing: Standing, rungs: Rungs, *, end: date, counted: Counted, climber: Climber) -> list[Step]:
    """Settles at the end of a period, by what had counted on its last day."""
    first = rungs.counted_from(end - _ONE_DAY, climber.anchors(standing, rungs))
    score = standing.score - sum(
        amount for day, amount in counted if standing.counted_from <= day and (day < first or day >= end)
    )
    own, reached, at = rungs.position(standing.own), rungs.reached(score), start_of_day(end, climber.time_zone)
    if own < 0 or (reached > own and rungs.waits_up):
        standing.fell_on = NEVER
        return _moved(standing, rungs, max(own, reached), at=at, score=score)
    if reached >= own:
        standing.fell_on = NEVER
        return []
    if not rungs.waits_down:
        return []
    return _lower(standing, rungs, reached=reached, fell=end, today=end, at=at, climber=climber, score=score)


def _lower(
    standing: Standing, rungs: Rungs, *, reached: int, fell: date, today: date, at: datetime, climber: Climber,
    score: int | None = None,
) -> list[Step]:  # fmt: skip
    """Down by the policy, unless there is time left. The day of falling below is noted once: no review moves it."""
    standing.fell_on = min(standing.fell_on, fell)
    if kept_until(standing, rungs, fell=standing.fell_on, climber=climber) >= today:
        return []
    own = rungs.position(standing.own)
    lower = rungs.lowered(own, reached)
    if lower == own:
        return []
    if rungs.waits_down or lower == reached:
        standing.fell_on = NEVER
    return _moved(standing, rungs, lower, at=at, score=score)


def _moved(standing: Standing, rungs: Rungs, own: int, *, at: datetime, score: int | None = None) -> list[Step]:
    moved = hold(standing, rungs, own, at=at)
    return [] if moved is None else [Step(*moved, standing.score if score is None else score, at)]


def _below_since(standing: Standing, rungs: Rungs, *, today: date, counted: Counted, climber: Climber) -> date:
    """On which day, today at the latest, the score fell below the member's own tier."""
    own = rungs.position(standing.own)
    if own < 0 or rungs.waits_down or standing.score < rungs.thresholds[own]:
        return today
    day = falls_on(
        rungs, own, score=standing.score, counted_from=standing.counted_from, counted=counted,
        anchors=climber.anchors(standing, rungs),
    )  # fmt: skip
    return min(day, today)


def next_review(standing: Standing, rungs: Rungs, *, today: date, counted: Counted, climber: Climber) -> date:
    """The first day after today on which the standing can change by itself. counted: as in review."""
    looks = []
    tomorrow, anchors = today + _ONE_DAY, climber.anchors(standing, rungs)
    if standing.assigned and standing.assigned_until != NEVER:
        looks.append(standing.assigned_until + _ONE_DAY)
    own = rungs.position(standing.own)
    can_fall = rungs.can_fall(own)
    if rungs.waits_up or (rungs.waits_down and can_fall):
        looks.append(rungs.next_end(today, anchors))
    if can_fall and standing.fell_on != NEVER:
        # A tier that the policy lets the member keep for now is looked at again tomorrow.
        until = kept_until(standing, rungs, fell=standing.fell_on, climber=climber)
        looks.append(max(min(until, NEVER - _ONE_DAY) + _ONE_DAY, tomorrow))
    elif can_fall and not rungs.waits_down:
        looks.append(
            max(
                falls_on(
                    rungs, own, score=standing.score, counted_from=standing.counted_from, counted=counted,
                    anchors=anchors,
                ),
                tomorrow,
            )
        )  # fmt: skip
    return min(looks, default=NEVER)


def falls_on(
    rungs: Rungs, position: int, *, score: int, counted_from: date, counted: Counted, anchors: Anchors
) -> date:
    """The first local day on which the score is below the tier's threshold, if nothing more happens; NEVER for none.

    counted: of what makes up the score; what lies before counted_from is left out.
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
            return min(rungs.leaves_on(day, anchors), NEVER)
    return NEVER
