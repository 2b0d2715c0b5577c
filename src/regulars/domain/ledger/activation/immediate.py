"""Points that are never pending."""

from __future__ import annotations

from datetime import date

from regulars.domain.ledger.activation_policy import ActivationPolicy, Term
from regulars.kernel.words import Sentence


class Immediate(ActivationPolicy):
    """Points of an order can be spent on the next one, a minute later."""

    name = "immediate"

    def term(self, earned_on: date) -> Term | None:
        return None

    def words(self) -> Sentence:
        return Sentence("you can spend points as soon as you have earned them")
