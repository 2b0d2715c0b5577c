"""A present, on an occasion."""

from __future__ import annotations

from pydantic import Field

from regulars.domain.tiers.benefit import Benefit
from regulars.kernel.words import Sentence


class Gift(Benefit):
    """A bag of beans on one's birthday; the shop hands it over.

    what: the present. occasion: when; empty where there is none in particular.
    """

    name = "gift"

    what: str = Field(min_length=1, max_length=120)
    occasion: str = Field(default="", max_length=120)

    def words(self, *, currency: str) -> Sentence:
        if not self.occasion:
            return Sentence("A present: {what}", {"what": self.what})
        return Sentence("A present: {what} ({occasion})", {"what": self.what, "occasion": self.occasion})
