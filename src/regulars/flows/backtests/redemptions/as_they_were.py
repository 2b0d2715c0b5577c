"""What was spent is spent again."""

from __future__ import annotations

from regulars.flows.backtests.redemption_model import RedemptionModel
from regulars.kernel.words import Sentence


class AsTheyWere(RedemptionModel):
    """On the day on which it was spent, and as far as the points are there: of 100 that were spent, 80 that are there.

    It does not say what members would have spent if they had had more: under a draft that gives more, they save it.
    """

    name = "as_they_were"
    replays = True

    def words(self) -> Sentence:
        return Sentence("members spend what they spent, on the same days, as far as the points are there")
