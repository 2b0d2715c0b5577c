"""Invitations to evenings, tastings, previews."""

from __future__ import annotations

from pydantic import Field

from regulars.domain.tiers.benefit import Benefit
from regulars.kernel.words import Sentence


class Invitations(Benefit):
    """Two tastings a year, a friend may come along.

    to: what one is invited to. per_year: how often; None where it is not stated. guests: who may come along.
    """

    name = "invitations"

    to: str = Field(min_length=1, max_length=120)
    per_year: int | None = Field(default=None, strict=True, ge=1, le=366)
    guests: int = Field(default=0, strict=True, ge=0, le=100)

    def words(self, *, currency: str) -> Sentence:
        words = Sentence("Invitations: {event}", {"event": self.to})
        if self.per_year is not None:
            words = Sentence("{words}, {count} a year", {"words": words, "count": self.per_year})
        if self.guests:
            words = Sentence("{words}, with guests: {guests}", {"words": words, "guests": self.guests})
        return words
