"""A ladder ready for the hot path: thresholds in whole numbers, days of its window, and how far one may fall. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from regulars.domain.tiers.ladder import Ladder
from regulars.domain.tiers.window import Anchors
from regulars.kernel.periods import end_of

_ONE_DAY = timedelta(days=1)
NOBODY = Anchors(date.min, date.min)
"""For windows that are the same for everybody."""


class Rungs:
    """A ladder with its thresholds in whole minor units, or points.

    thresholds: of a tier by invitation only, that of the tier below it. waits_up, waits_down: whether the way up, or
    down, is asked when a period ends.
    """

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
