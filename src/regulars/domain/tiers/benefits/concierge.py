"""Somebody to ask who knows the member."""

from __future__ import annotations

from pydantic import Field

from regulars.domain.tiers.benefit import Benefit
from regulars.kernel.words import Sentence


class Concierge(Benefit):
    """A person of one's own, at a number that only this tier gets.

    contact: the number or address, for the member's eyes; empty where the shop shows it elsewhere.
    """

    name = "concierge"

    contact: str = Field(default="", max_length=200)

    def words(self, *, currency: str) -> Sentence:
        if not self.contact:
            return Sentence("Somebody to ask who knows you")
        return Sentence("Somebody to ask who knows you: {contact}", {"contact": self.contact})
