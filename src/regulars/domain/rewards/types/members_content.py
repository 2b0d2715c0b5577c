"""Members-only content: something to read or to open in the portal, for a while."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from pydantic import Field, model_validator

from regulars.domain.rewards.gifts import Access, Gift
from regulars.domain.rewards.reward_type import Lasting, RewardParameters, RewardType
from regulars.kernel.periods import parse_period
from regulars.kernel.words import Sentence


class MembersContentParameters(RewardParameters):
    """title: what it is; text: to read on the page; link: to a page, film or file; valid_for: from granting.

    worth: what it would cost others.
    """

    title: str = Field(min_length=1, max_length=120, description="What it is")
    text: str = Field(default="", max_length=10_000, description="The text", json_schema_extra={"form": "long"})
    link: str = Field(
        default="", max_length=500, pattern=r"^(https://\S+)?$", description="A link to a page, film or file"
    )
    worth: Decimal | None = Field(default=None, gt=0, le=100_000, decimal_places=2, description="What it is worth")
    valid_for: Lasting | None = Field(default=None, description="How long it can be opened; empty: for ever")

    @model_validator(mode="after")
    def _something(self) -> MembersContentParameters:
        if not self.text and not self.link:
            raise ValueError("give a text, a link, or both")
        return self


class MembersContent(RewardType):
    """A recipe for 30 days: opened on 1 March, it can be read until 31 March, and not on 1 April."""

    name = "members_content"
    title = "Members-only content"
    Parameters = MembersContentParameters

    def __init__(self, parameters: MembersContentParameters) -> None:
        self._parameters = parameters

    def words(self, *, currency: str) -> Sentence:
        return Sentence("{title}, for members only", {"title": self._parameters.title})

    def worth(self) -> Decimal | None:
        return self._parameters.worth

    def grants(self, *, today: date, choices: Mapping[str, str]) -> Sequence[Gift]:
        chosen = self._parameters
        last_day = parse_period(chosen.valid_for).after(today) if chosen.valid_for else None
        return [Access(chosen.title, text=chosen.text, link=chosen.link, last_day=last_day)]
