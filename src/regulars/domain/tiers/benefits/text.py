"""Anything that words alone describe."""

from __future__ import annotations

from pydantic import Field

from regulars.domain.tiers.benefit import Benefit
from regulars.kernel.words import Sentence


class Text(Benefit):
    """“A free coffee on Sundays”: staff and members read it, no program acts on it. A plain text in a rulebook is one.

    text: the words.
    """

    name = "text"

    text: str = Field(min_length=1, max_length=300)

    def words(self, *, currency: str) -> Sentence:
        return Sentence("{text}", {"text": self.text})
