"""Clawback of everything: what the balance does not cover is owed, and the next points pay for it."""

from __future__ import annotations

from regulars.domain.ledger.clawback_policy import Clawback, ClawbackPolicy
from regulars.kernel.words import Sentence


class AllowNegative(ClawbackPolicy):
    """Earned 150, 100 of them spent, everything returned: the balance is -100."""

    name = "allow_negative"

    def plan(self, due: int, *, pending: int, own: int, others: int) -> Clawback:
        from_pending = min(due, pending)
        from_own = min(due - from_pending, own)
        from_others = min(due - from_pending - from_own, others)
        return Clawback(from_pending, from_own, from_others, due - from_pending - from_own - from_others)

    def words(self) -> Sentence:
        return Sentence("points of what you return are taken back, and your balance may go below zero")
