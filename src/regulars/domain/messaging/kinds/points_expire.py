"""Points are about to expire, and the member can still use them."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from regulars.domain.messaging.message_kind import MessageKind
from regulars.kernel.words import Sentence, counted


class PointsExpire(MessageKind):
    """Before the last day of points, as often as the rulebook says: 120 points, until 31 December 2026.

    point_type: its id; point_name: how members call it; points: all that go on that day; last_day: of them.
    currency: where they count money, in its smallest unit.
    """

    name = "points_expire"

    point_type: str
    point_name: str
    points: int
    last_day: date
    currency: str = Field(default="", exclude_if=lambda value: value == "")

    def title(self) -> Sentence:
        return Sentence("Use your points in time")

    def text(self) -> Sentence:
        return Sentence(
            "{point_name}: {points} can be used until {last_day}. After that day they are gone.",
            {"point_name": self.point_name, "points": counted(self.points, self.currency), "last_day": self.last_day},
        )
