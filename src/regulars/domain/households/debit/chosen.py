"""The spender says who pays how much; without a word, the spender pays alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from regulars.domain.households.contracts import SharesRefused
from regulars.domain.households.debit_order import DebitOrder, Purse, Shares
from regulars.kernel.words import Sentence


class Chosen(DebitOrder):
    """Price 150, said: 100 of mine and 50 of Ben's. 100 and 40 would be refused, and so would 50 of Ben's 30."""

    name = "chosen"
    title = "As the spender chooses"
    asks = True

    def plan(self, amount: int, purses: Sequence[Purse], *, spender: UUID, chosen: Mapping[UUID, int] | None) -> Shares:
        spendable = {each.member: each.spendable for each in purses}
        shares = {spender: amount} if chosen is None else {who: points for who, points in chosen.items() if points}
        if any(points < 0 for points in shares.values()):
            raise SharesRefused("shares_below_zero", "A share is below zero.", "Give every share as points, from 0.")
        total = sum(shares.values())
        if total != amount:
            detail = f"The shares make {total:,} points and the price is {amount:,}."
            raise SharesRefused("shares_do_not_add_up", detail, "Change the shares so that they make the price.")
        for member, points in shares.items():
            if points > spendable.get(member, 0):
                detail = (
                    f"A share is {points:,} points, and this member has {max(spendable.get(member, 0), 0):,} to spend."
                )
                remedy = "Say who of the household pays how much, each at most what they have."
                raise SharesRefused("share_above_purse", detail, remedy)
        return shares

    def words(self) -> Sentence:
        return Sentence("whoever takes a reward says whose points pay for it")
