"""A tier will be lost soon, unless something more counts until then."""

from __future__ import annotations

from datetime import date

from regulars.domain.messaging.message_kind import MessageKind
from regulars.kernel.words import Sentence


class TierAtRisk(MessageKind):
    """Before a downgrade, as often as the rulebook says: Gold until 31 December 2026, Silver after that day.

    ladder: its id; tier, lower: how members call the tiers; last_day: of the tier held.
    """

    name = "tier_at_risk"

    ladder: str
    tier: str
    lower: str
    last_day: date

    def title(self) -> Sentence:
        return Sentence("Your tier can be kept")

    def text(self) -> Sentence:
        return Sentence(
            "{tier} is yours until {last_day}. After that day you are {lower}.",
            {"tier": self.tier, "lower": self.lower, "last_day": self.last_day},
        )
