"""Clawback of what there is: pending points, those of the order, then others, and never below zero."""

from __future__ import annotations

from regulars.domain.ledger.clawback_policy import Clawback, ClawbackPolicy
from regulars.kernel.words import Sentence


class WithinBalance(ClawbackPolicy):
    """Earned 150, 100 of them spent, everything returned: the 50 that are left go, and the balance is 0."""

    name = "within_balance"

    def plan(self, due: int, *, pending: int, own: int, others: int) -> Clawback:
        from_pending = min(due, pending)
        from_own = min(due - from_pending, own)
        return Clawback(from_pending, from_own, min(due - from_pending - from_own, others), 0)

    def words(self) -> Sentence:
        return Sentence("points of what you return are taken back, as far as your balance goes")
