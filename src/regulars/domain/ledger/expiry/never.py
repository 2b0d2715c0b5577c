"""Points that never expire."""

from __future__ import annotations

from datetime import date

from regulars.domain.ledger.expiry_policy import ExpiryPolicy
from regulars.kernel.words import Sentence


class Never(ExpiryPolicy):
    """No last day: such lots are spent last."""

    name = "never"

    def last_day(self, active_from: date) -> date | None:
        return None

    def words(self) -> Sentence:
        return Sentence("points never expire")
