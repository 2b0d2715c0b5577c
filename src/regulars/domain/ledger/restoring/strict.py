"""Points that come back keep their last day, also when it is over."""

from __future__ import annotations

from datetime import date

from regulars.domain.ledger.restore_policy import RestorePolicy
from regulars.kernel.words import Sentence


class Strict(RestorePolicy):
    """Points good until 30 June that come back on 10 July expire in the same moment."""

    name = "strict"

    def last_day(self, original: date | None, *, today: date) -> date | None:
        return original

    def words(self) -> Sentence:
        return Sentence("points that you spent on a returned order come back, and expire when they would have")
