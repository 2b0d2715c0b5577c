"""A window without an end: everything that ever happened counts."""

from __future__ import annotations

from datetime import date

from regulars.domain.tiers.window import Anchors, Window
from regulars.kernel.words import Sentence


class Lifetime(Window):
    """An order of ten years ago counts as much as one of today. Written `window: null`."""

    name = "lifetime"

    def counted_from(self, day: date, anchors: Anchors) -> date:
        return date.min

    def leaves_on(self, day: date, anchors: Anchors) -> date:
        return date.max

    def words(self) -> Sentence:
        return Sentence("since you joined")
