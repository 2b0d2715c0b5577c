"""Points that a member sends begin anew."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.domain.ledger.transfer_expiry_policy import Part, TransferExpiryPolicy
from regulars.kernel.words import Sentence


class Reset(TransferExpiryPolicy):
    """30 points good until 30 June and 20 until 31 December arrive as 50, as if they had been earned today."""

    name = "reset"

    def arrives(self, paid: Sequence[Part], *, anew: Part) -> list[Part]:
        return [anew]

    def words(self) -> Sentence:
        return Sentence("points that you send last as long as points that are earned on that day")
