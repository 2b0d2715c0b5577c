"""A new rulebook started the clock of points that were there: they have another last day now."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from regulars.domain.messaging.message_kind import MessageKind
from regulars.kernel.words import Sentence, counted


class ExpiryChanged(MessageKind):
    """Once for each member whose points got another last day: 120 points, until 31 December 2027, or for ever.

    point_type: its id; point_name: how members call it; points: that got another day; last_day: None for ever.
    currency: where they count money, in its smallest unit.
    """

    name = "expiry_changed"

    point_type: str
    point_name: str
    points: int
    last_day: date | None
    currency: str = Field(default="", exclude_if=lambda value: value == "")

    def title(self) -> Sentence:
        return Sentence("Your points have another last day")

    def text(self) -> Sentence:
        values = {
            "point_name": self.point_name,
            "points": counted(self.points, self.currency),
            "last_day": self.last_day,
        }
        if self.last_day is None:
            return Sentence("{point_name}: {points} no longer expire.", values)
        return Sentence("{point_name}: {points} can now be used until {last_day}.", values)
