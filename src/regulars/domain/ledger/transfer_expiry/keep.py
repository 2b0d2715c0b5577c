"""Points that a member sends stay as old as they are."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.domain.ledger.transfer_expiry_policy import Part, TransferExpiryPolicy
from regulars.kernel.words import Sentence


class Keep(TransferExpiryPolicy):
    """30 points good until 30 June and 20 until 31 December arrive as 30 until 30 June and 20 until 31 December."""

    name = "keep"

    def arrives(self, paid: Sequence[Part], *, anew: Part) -> list[Part]:
        return list(paid)

    def words(self) -> Sentence:
        return Sentence("points that you send keep their last day")
