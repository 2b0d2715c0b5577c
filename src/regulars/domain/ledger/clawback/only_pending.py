"""Clawback of pending points only: what could already be spent stays with the member."""

from __future__ import annotations

from regulars.domain.ledger.clawback_policy import Clawback, ClawbackPolicy
from regulars.kernel.words import Sentence


class OnlyPending(ClawbackPolicy):
    """Earned 150, all active, 100 of them spent, everything returned: the balance stays 50."""

    name = "only_pending"

    def plan(self, due: int, *, pending: int, own: int, others: int) -> Clawback:
        return Clawback(min(due, pending), 0, 0, 0)

    def words(self) -> Sentence:
        return Sentence("points of what you return are taken back only while they cannot be spent yet")
