"""Sales and new things before others can have them."""

from __future__ import annotations

from pydantic import Field

from regulars.domain.tiers.benefit import Benefit
from regulars.kernel.words import Sentence


class EarlyAccess(Benefit):
    """What is on sale from Friday noon is there for gold members on Thursday noon: 24 hours earlier.

    hours: how much earlier.
    """

    name = "early_access"

    hours: int = Field(strict=True, ge=1, le=8_760)

    def words(self, *, currency: str) -> Sentence:
        if self.hours == 1:
            return Sentence("Sales and new things an hour earlier")
        return Sentence("Sales and new things {hours} hours earlier", {"hours": self.hours})
