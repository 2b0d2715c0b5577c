"""The spender's own points pay first; then the others', who joined first at the front."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from regulars.domain.households.debit_order import DebitOrder, Purse, Shares, by_seniority
from regulars.kernel.words import Sentence


class OwnFirst(DebitOrder):
    """Price 150, own points 100: 100 of one's own, 50 of who joined the household first."""

    name = "own_first"
    title = "Own points first, then those of who joined first"

    def plan(self, amount: int, purses: Sequence[Purse], *, spender: UUID, chosen: Mapping[UUID, int] | None) -> Shares:
        shares: Shares = {}
        left = amount
        for purse in sorted(purses, key=lambda each: (each.member != spender, *by_seniority(each))):
            part = min(left, max(purse.spendable, 0))
            if part:
                shares[purse.member] = part
                left -= part
        return shares

    def words(self) -> Sentence:
        return Sentence("your own points pay first, then those of the others, in the order in which they joined")
