"""Nobody spends anything."""

from __future__ import annotations

from regulars.flows.backtests.redemption_model import RedemptionModel
from regulars.kernel.words import Sentence


class Nothing(RedemptionModel):
    """Neither on rewards nor on orders: what would be owed at most. Points that staff gave or took are as they were."""

    name = "none"

    def words(self) -> Sentence:
        return Sentence("nobody spends anything: what is owed is the most that it could be")
