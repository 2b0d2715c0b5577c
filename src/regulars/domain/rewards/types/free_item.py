"""A free item: one article for nothing, of a list; against a code, at the counter, or sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, model_validator

from regulars.domain.rewards.gifts import Choice, Gift, IssueVoucher, ItemToHandOver
from regulars.domain.rewards.reward_type import Lasting, RewardParameters, RewardType
from regulars.kernel.periods import parse_period
from regulars.kernel.words import Sentence, listing

_SHOWN = 3


class Collected(StrEnum):
    """code: the member shows a code at the till. counter: staff hand it over. sent: staff send it."""

    code = "code"
    counter = "counter"
    sent = "sent"


class Item(BaseModel):
    """An article. name: as members call it; worth: its price in the shop."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=80)
    worth: Decimal | None = Field(default=None, gt=0, le=100_000, decimal_places=2)


class FreeItemParameters(RewardParameters):
    """items: the articles, of which the member chooses one; quantity: how many of it; collected: how it is had."""

    items: tuple[Item, ...] = Field(min_length=1, max_length=100, description="The articles, of which one is chosen")
    quantity: int = Field(default=1, ge=1, le=100, description="How many of it")
    collected: Collected = Field(default=Collected.code, description="How the member gets it")
    valid_for: Lasting = Field(default="90 days", description="How long it can be had, such as 90 days")

    @model_validator(mode="after")
    def _different(self) -> FreeItemParameters:
        if len({each.name for each in self.items}) < len(self.items):
            raise ValueError("two items have the same name")
        if self.collected is Collected.code and self.quantity > 1:
            raise ValueError("a code is for one item; let staff hand over several")
        return self


class FreeItem(RewardType):
    """A latte or a slice of cake for 100 stars: the member chooses the latte and shows a code within 90 days.

    Three beans bags at the counter: one handed over today, two on Friday; the redemption is partly fulfilled meanwhile.
    """

    name = "free_item"
    title = "Free item"
    Parameters = FreeItemParameters

    def __init__(self, parameters: FreeItemParameters) -> None:
        self._parameters = parameters

    def words(self, *, currency: str) -> Sentence:
        names: list[Sentence | str] = [each.name for each in self._parameters.items]
        item = Sentence("One of {count} items", {"count": len(names)})
        if len(names) <= _SHOWN:
            item = listing(names, last="or")
        if self._parameters.quantity == 1:
            return Sentence("{item} for free", {"item": item})
        return Sentence("{count} times {item} for free", {"count": self._parameters.quantity, "item": item})

    def worth(self) -> Decimal | None:
        known = [each.worth for each in self._parameters.items]
        if any(each is None for each in known):
            return None
        return max(each for each in known if each is not None) * self._parameters.quantity

    def asks(self) -> Sequence[Choice]:
        options = tuple(each.name for each in self._parameters.items)
        return [Choice("item", Sentence("Which one?"), options)] if len(options) > 1 else []

    def grants(self, *, today: date, choices: Mapping[str, str]) -> Sequence[Gift]:
        chosen = self._parameters
        item = choices.get("item") or chosen.items[0].name
        last_day = parse_period(chosen.valid_for).after(today)
        if chosen.collected is Collected.code:
            return [IssueVoucher(last_day=last_day, item=item)]
        is_sent = chosen.collected is Collected.sent
        # What is sent waits for staff, and not for the member: it has no last day.
        return [ItemToHandOver(item, chosen.quantity, is_sent=is_sent, last_day=None if is_sent else last_day)]
