"""Everybody pays in proportion to what they have; what rounding leaves goes by the largest remainder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from regulars.domain.households.debit_order import DebitOrder, Purse, Shares, by_seniority
from regulars.kernel.words import Sentence


class Proportional(DebitOrder):
    """100 points out of purses of 100, 100 and 100: 34 by who joined first, 33 and 33 by the others."""

    name = "proportional"
    title = "Everybody in proportion to what they have"

    def plan(self, amount: int, purses: Sequence[Purse], *, spender: UUID, chosen: Mapping[UUID, int] | None) -> Shares:
        paying = sorted((each for each in purses if each.spendable > 0), key=by_seniority)
        total = sum(each.spendable for each in paying)
        shares = {each.member: amount * each.spendable // total for each in paying}
        left = amount - sum(shares.values())
        # The sort is stable: of equal remainders, that of who joined first.
        by_remainder = sorted(paying, key=lambda each: -(amount * each.spendable % total))
        for each in by_remainder[:left]:
            shares[each.member] += 1
        return {member: points for member, points in shares.items() if points}

    def words(self) -> Sentence:
        return Sentence("everybody in the household pays in proportion to the points they have")
