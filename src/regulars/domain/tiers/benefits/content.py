"""Things to read, watch or hear that others cannot."""

from __future__ import annotations

from pydantic import Field

from regulars.domain.tiers.benefit import Benefit
from regulars.kernel.words import Sentence


class Content(Benefit):
    """“The roaster's diary”, at an address that the shop opens for the tier.

    title: what it is called. key: how the shop knows it; empty where the title is enough.
    """

    name = "content"

    title: str = Field(min_length=1, max_length=120)
    key: str = Field(default="", max_length=200)

    def words(self, *, currency: str) -> Sentence:
        return Sentence("To read and watch: {title}", {"title": self.title})
