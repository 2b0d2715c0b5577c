"""A member is brought over from one ladder to the one that took its place, as of the day of the change. Pure.

First the old ladder has its last word: what was due by that day is decided by it. Then the ladder says by `on_change`:

    no_downgrade   nobody has less: a tier is kept for as long as the old ladder would have let the member keep it
    apply          the tier is what the new ladder would have given; what staff gave, and running grace, stay
    restore        the member stands as before the last change, and what happened since is played by the old ladder

Rising is the same under all of them. A tier that is gone becomes the next one above under `no_downgrade`.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from regulars.domain.tiers.projection import project
from regulars.domain.tiers.replay import play_on
from regulars.domain.tiers.rungs import Rungs
from regulars.domain.tiers.standing import (
    NEVER,
    Climber,
    Counted,
    Happened,
    Standing,
    Step,
    first_standing,
    hold,
    next_review,
    review,
    take_off,
)
from regulars.domain.tiers.window import Anchors
from regulars.kernel.clock import EARLIEST, local_day

_ONE_DAY = timedelta(days=1)
_LONGEST_PERIOD = timedelta(days=400)
_FIRST = "only a ladder that took another's place brings anybody over"

Way = Literal["up", "down", "kept", "same"]


@dataclass(frozen=True, slots=True)
class Past:
    """What counted of one member, by what each of the two ladders counts; a balance is what is there."""

    old: Happened = ()
    new: Happened = ()
    old_balance: int = 0
    new_balance: int = 0


@dataclass(frozen=True, slots=True)
class Brought:
    """What the change did. before: the standing on the old ladder, settled to that day. due: moves of the old ladder.

    move: of the change, None where the tier held is the same. way: of the tier of their own; kept: it is not reached
    any more, and kept for a while.
    """

    before: Standing
    standing: Standing
    way: Way
    move: Step | None
    due: list[Step] = field(default_factory=list)


def bring_over(
    standing: Standing, new: Rungs, past: Past, *, climber: Climber, restored: Standing | None = None
) -> Brought:
    """The standing on the ladder `new`, which follows the one that it is on.

    restored: how the member stood before the last change, where the ladder restores; None: they came after it.
    """
    old, at = new.before, new.changed_at
    assert old is not None, _FIRST
    assert at is not None, _FIRST
    day = local_day(at, climber.time_zone)
    settled = copy.copy(standing)
    counted = _by_day(past.old, climber)
    if old.metric.follows_balance:
        settled.score = past.old_balance
    due = []
    if settled.review_on <= day:
        due = review(settled, old, today=day, counted=counted, at=at, climber=climber)
    if new.restores:
        after, is_kept = _restored(settled, restored, new, past, day=day, climber=climber), False
    else:
        after = copy.copy(settled)
        counts = counted if past.new is past.old else _by_day(past.new, climber)
        after.counted_from = new.counted_from(day, climber.anchors(after, new))
        after.score = sum(amount for when, amount in counts if when >= after.counted_from)
        if new.metric.follows_balance:
            after.score = past.new_balance
        is_kept = _settle(after, settled, new, counted, counts, day=day, climber=climber)
    after.form = new.form
    move = None if after.tier == settled.tier else Step(settled.tier, after.tier, after.score, at)
    return Brought(settled, after, "kept" if is_kept else _way(settled, after, old, new), move, due)


def first_asked(standing: Standing, new: Rungs, *, climber: Climber) -> date:
    """The first local day of which the past of the new ladder must be known."""
    at = new.changed_at
    assert at is not None
    day, anchors = local_day(at, climber.time_zone), climber.anchors(standing, new)
    first = new.counted_from(day, anchors)
    end = _last_end(new, day, anchors) if new.waits_down else None
    return first if end is None else min(first, new.counted_from(end - _ONE_DAY, anchors))


def place_of(tier: str, old: Rungs, new: Rungs) -> int:
    """The position of a tier of the old ladder on the new one; of one that is gone, of the next one above it, and at
    the top of the next one below.
    """
    if new.position(tier) >= 0:
        return new.position(tier)
    stood = old.position(tier)
    higher = (new.position(each) for each in old.ids[stood + 1 :])
    above = [at for at in higher if at >= 0 and not new.ladder.tiers[at].invitation_only]
    below = [at for each in old.ids[:stood] if (at := new.position(each)) >= 0]
    return above[0] if above else max(below, default=0)


def _settle(
    after: Standing, settled: Standing, new: Rungs, counted: Counted, counts: Counted, *, day: date, climber: Climber
) -> bool:
    """Sets the tier by what is reached, and by `on_change`; whether it is not reached and kept. counted: by the old
    ladder; counts: by the new one.
    """
    old, at = new.before, new.changed_at
    assert old is not None, _FIRST
    assert at is not None, _FIRST
    held, reached = place_of(settled.own, old, new), _reached(after, new, counts, day=day, climber=climber)
    takes, was_falling = new.ladder.on_change == "apply", settled.fell_on != NEVER
    if takes and new.position(settled.own) < 0:
        held = min(held, reached)
    own = held
    if reached >= held:
        after.fell_on = NEVER
        own = held if new.waits_up else reached
    elif not was_falling:  # who was falling before the change keeps the time that the old ladder gave
        own = new.lowered(held, reached) if takes else held
        after.fell_on = NEVER if own == reached or new.waits_down or not new.can_fall(own) else day
    if new.can_fall(own) and (was_falling or not takes):
        after.kept_until = max(after.kept_until, _safe_until(settled, old, counted, day=day, climber=climber))
    hold(after, new, own, at=at)
    after.review_on = next_review(after, new, today=day, counted=counts, climber=climber)
    return reached < held and not takes and not was_falling


def _safe_until(settled: Standing, old: Rungs, counted: Counted, *, day: date, climber: Climber) -> date:
    """The last day on which the old ladder would have left the member their own tier, if nothing more had happened."""
    own = copy.copy(settled)
    own.tier, own.earned, own.assigned, own.assigned_until = settled.own, "", "", NEVER
    found = project(own, old, today=day, counted=counted, at=own.since, climber=climber)
    falls = found.moves_on is not None and old.position(found.moves_to) < old.position(own.tier)
    return found.moves_on - _ONE_DAY if falls and found.moves_on is not None else NEVER


def _reached(after: Standing, new: Rungs, counted: Counted, *, day: date, climber: Climber) -> int:
    """What the new ladder would have given: now, or at the end of a period that still says who has which tier."""
    reached = new.reached(after.score)
    anchors = climber.anchors(after, new)
    end = _last_end(new, day, anchors) if new.waits_down else None
    if end is None or new.metric.follows_balance:
        return reached
    first = new.counted_from(end - _ONE_DAY, anchors)
    return max(reached, new.reached(sum(amount for at, amount in counted if first <= at < end)))


def _last_end(rungs: Rungs, day: date, anchors: Anchors) -> date | None:
    """The last end of a period on that day or before it."""
    end = rungs.next_end(day - _LONGEST_PERIOD, anchors)
    while (following := rungs.next_end(end, anchors)) <= day:
        end = following
    return end if end <= day else None


def _restored(
    settled: Standing, restored: Standing | None, new: Rungs, past: Past, *, day: date, climber: Climber
) -> Standing:
    """As before the last change, with what happened since; what staff gave or took meanwhile stays as it is."""
    old = new.before
    assert old is not None, _FIRST
    assert old.changed_at is not None, _FIRST
    if restored is None:
        joined = climber.enrolled_at
        after = first_standing(new, at=joined, day=local_day(joined, climber.time_zone), climber=climber)
        since = EARLIEST
    else:
        after, since = copy.copy(restored), old.changed_at
    after.assigned = after.earned = ""
    after.assigned_until = NEVER
    after.tier = after.tier if restored is None else restored.own
    before = [each for each in past.new if each[0] < since]
    if new.metric.follows_balance:
        after.score = past.new_balance
        own = max(new.position(after.tier), new.reached(after.score))
        after.tier, after.review_on = new.ids[own], day
    else:
        _catch_up(after, new, before, since=since, climber=climber)
        happened = [each for each in past.new if each[0] >= since]
        play_on(after, new, before, happened, until=day, climber=climber)
    after.assigned, after.assigned_until = settled.assigned, settled.assigned_until
    own, since = new.position(after.tier), after.since
    if hold(after, new, own, at=since) is not None and after.tier == settled.tier:
        after.since = settled.since  # staff gave it, and it was held all along
    if settled.assigned_until != NEVER:
        after.review_on = min(after.review_on, settled.assigned_until + _ONE_DAY)
    return after


def _catch_up(after: Standing, new: Rungs, before: Happened, *, since: datetime, climber: Climber) -> None:
    """What has come late, or gone back, of the time before the last change."""
    day = local_day(since, climber.time_zone)
    score = sum(amount for at, amount in _by_day(before, climber) if at >= after.counted_from)
    less = after.score - score
    if less > 0:
        take_off(after, new, amount=less, day=day, today=day, at=since)
    elif less < 0:
        play_on(after, new, [], [(since, -less)], until=day, climber=climber)


def _way(settled: Standing, after: Standing, old: Rungs, new: Rungs) -> Way:
    """Which way the member's own tier went."""
    own = new.position(after.own)
    stood = float(new.position(settled.own))
    if stood < 0:
        below = [at for each in old.ids[: old.position(settled.own)] if (at := new.position(each)) >= 0]
        stood = max(below, default=-1) + 0.5
    if own != stood:
        return "up" if own > stood else "down"
    return "same"


def _by_day(happened: Sequence[tuple[datetime, int]], climber: Climber) -> list[tuple[date, int]]:
    return [(local_day(at, climber.time_zone), amount) for at, amount in happened]
