"""Years of one's own: from the day of joining, or from the day on which the tier was reached."""

from __future__ import annotations

from datetime import date
from typing import Literal

from regulars.domain.tiers.window import Anchors, Window
from regulars.kernel.periods import add_months
from regulars.kernel.words import Sentence


class Anniversary(Window):
    """Who joined on 10 May has years that begin on 10 May, and what counts begins anew with each.

    of: `joining`; or `tier`: the last 12 months count, and whether the tier is kept is asked a year after it was
    reached, and every year again.
    """

    name = "anniversary"
    has_periods = True

    of: Literal["joining", "tier"] = "joining"

    @property
    def periodic(self) -> bool:
        return self.of == "joining"

    @property
    def personal(self) -> bool:
        return True

    def counted_from(self, day: date, anchors: Anchors) -> date:
        if self.of == "joining":
            return _anniversary(anchors.joined, day)
        return date.fromordinal(add_months(day, -12).toordinal() + 1)

    def leaves_on(self, day: date, anchors: Anchors) -> date:
        return self.next_end(day, anchors) if self.of == "joining" else add_months(day, 12)

    def next_end(self, day: date, anchors: Anchors) -> date:
        start = anchors.joined if self.of == "joining" else anchors.reached
        return add_months(start, _years(start, day) * 12 + 12)

    def words(self) -> Sentence:
        if self.of == "joining":
            return Sentence("within a year of your membership")
        return Sentence("within 12 months")


def _years(start: date, day: date) -> int:
    """Whole years from `start` to `day`; below zero before it."""
    years = day.year - start.year
    return years if add_months(start, years * 12) <= day else years - 1


def _anniversary(start: date, day: date) -> date:
    return add_months(start, _years(start, day) * 12)
