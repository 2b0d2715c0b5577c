"""A ladder ready for the hot path: thresholds in whole numbers, days of its window, and how far one may fall. Pure."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from regulars.domain.tiers.ladder import Ladder
from regulars.domain.tiers.window import Anchors
from regulars.kernel.periods import end_of

_ONE_DAY = timedelta(days=1)
NOBODY = Anchors(date.min, date.min)
"""For windows that are the same for everybody."""


class Rungs:
    """A ladder with its thresholds in whole minor units, or points.

    thresholds: of a tier by invitation only, that of the tier below it. waits_up, waits_down: whether the way up, or
    down, is asked when a period ends. form: the version since which the ladder gives the standings that it gives;
    versions: that one and those after it; changed_at: since when; before: the ladder that it took the place of, None
    for the first.
    """

    form = 0
    versions: frozenset[int] = frozenset()
    changed_at: datetime | None = None
    before: Rungs | None = None

    def __init__(self, ladder: Ladder, *, places: int) -> None:
        self.ladder = ladder
        self.id = ladder.id
        self.ids = [tier.id for tier in ladder.tiers]
        self.metric = ladder.measure
        self.window = ladder.span
        self.places = ladder.measure.places(places)
        self.thresholds: list[int] = []
        for tier in ladder.tiers:
            start = tier.from_score
            self.thresholds.append(self.thresholds[-1] if start is None else int(start.scaleb(self.places)))
        self.waits_up = ladder.up == "at_period_end"
        self.waits_down = ladder.policy.waits_for_end(has_periods=ladder.span.has_periods)
        self.judged_in_time = (self.waits_up or self.waits_down) and ladder.span.periodic
        self.visit_events = ladder.measure.visit_events()
        self._by_score = [index for index, tier in enumerate(ladder.tiers) if not tier.invitation_only]
        self._position = {tier_id: position for position, tier_id in enumerate(self.ids)}
        self._life = [
            max((index for index, each in enumerate(ladder.tiers[: at + 1]) if each.for_life), default=0)
            for at in range(len(ladder.tiers))
        ]

    def follow(self, before: Rungs | None, *, version: int, at: datetime, goes_on: bool = True) -> None:
        """Says what this ladder comes after: one of the same shape goes on, another one changes standings.

        goes_on: whether the other one was there until now.
        """
        if before is not None and goes_on and before.ladder.shape == self.ladder.shape:
            self.form, self.changed_at, self.before = before.form, before.changed_at, before.before
            self.versions = before.versions | {version}
        else:
            self.form, self.changed_at, self.before = version, at, before
            self.versions = frozenset((version,))

    def since(self, form: int) -> list[Rungs]:
        """The ladders that took each other's place after the one of that form, this one last; empty: none did."""
        steps = list(self._back_to(form))
        return steps[::-1] if steps and steps[-1].before is not None else []

    def held_by(self, form: int) -> Rungs:
        """The ladder of that form, for those whom a change has not reached yet; this one where it is not known."""
        behind = self.since(form)
        return self if not behind or behind[0].before is None else behind[0].before

    @property
    def restores(self) -> bool:
        """Whether everybody stands again as before the last change: this is the ladder that was there then."""
        last = self.before
        goes_back = last is not None and last.before is not None and last.before.ladder.shape == self.ladder.shape
        return goes_back and self.ladder.on_change == "restore"

    def _back_to(self, form: int) -> Iterator[Rungs]:
        at: Rungs | None = self
        while at is not None and form not in at.versions:
            yield at
            at = at.before

    def told(self, ladder: Ladder) -> Rungs:
        """The same with the words of another language."""
        other = copy.copy(self)
        other.ladder = ladder
        return other

    def position(self, tier: str) -> int:
        """Where the tier stands, 0 the lowest; -1 for one that the ladder no longer has."""
        return self._position.get(tier, -1)

    def reached(self, score: int) -> int:
        """The position of the highest tier that the score reaches; 0 also for a score below zero."""
        position = 0
        for index in self._by_score:
            if score >= self.thresholds[index]:
                position = index
        return position

    def lowered(self, held: int, reached: int) -> int:
        """Where one goes from `held` with a score for less, by the policy; never below a tier that is for life."""
        return max(self.ladder.policy.lowered(held=held, reached=reached), self._life[held])

    def life_floor(self, held: int) -> int:
        """The tier below which nobody falls who got as far as `held`."""
        return self._life[held]

    def can_fall(self, held: int) -> bool:
        """Whether less score can ever cost the tier."""
        return held > 0 and self.lowered(held, 0) < held

    def in_units(self, score: int) -> Decimal:
        """A score in the units of thresholds."""
        return Decimal(score).scaleb(-self.places)

    def above(self, held: int) -> int | None:
        """The next tier that a score reaches; None at the top."""
        return next((index for index in self._by_score if index > held), None)

    def settled(self, held: str, score: int) -> str:
        """The tier after a review without any grace: up, or down by the policy. A removed tier is read again."""
        reached = self.reached(score)
        position = self.position(held)
        return self.ids[reached if position < 0 or reached >= position else self.lowered(position, reached)]

    def counted_from(self, day: date, anchors: Anchors = NOBODY) -> date:
        """The first day that still counts on `day`: with a window of 12 months the day after a year ago."""
        return self.window.counted_from(day, anchors)

    def leaves_on(self, day: date, anchors: Anchors = NOBODY) -> date:
        """The first day on which something of `day` no longer counts."""
        return self.window.leaves_on(day, anchors)

    def next_end(self, day: date, anchors: Anchors) -> date:
        """The first day after the period that `day` lies in: the next one on which standings are judged."""
        if self.window.has_periods:
            return self.window.next_end(day, anchors)
        return end_of(str(self.ladder.review_at), day) + _ONE_DAY
