"""A bundle: several rewards as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from regulars.domain.rewards.gifts import Choice, Gift, IssueVoucher
from regulars.domain.rewards.reward_type import RewardParameters, RewardType, answered, reward_type
from regulars.kernel.errors import Refusal
from regulars.kernel.words import Sentence, listing

_SOME_DAY = date(2026, 1, 1)


class Part(BaseModel):
    """One reward of the bundle: its type, with the parameters of that type."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: str = Field(min_length=1, max_length=60)
    parameters: dict[str, Any] = Field(default_factory=dict)


class BundleParameters(RewardParameters):
    """parts: what is in it, two or more. One of them may give a code."""

    parts: tuple[Part, ...] = Field(
        min_length=2, max_length=8, description="What is in it", json_schema_extra={"form": "rewards"}
    )

    @model_validator(mode="after")
    def _can_be_granted(self) -> BundleParameters:
        codes = 0
        for each in self.parts:
            if each.type == Bundle.name:
                raise ValueError("a bundle holds no other bundle; name the parts themselves")
            try:
                kind = reward_type(each.type, each.parameters)
            except Refusal as refusal:
                raise ValueError(f"{each.type}: {refusal.detail}") from None
            first = {asked.name: asked.options[0] for asked in kind.asks()}
            codes += sum(isinstance(gift, IssueVoucher) for gift in kind.grants(today=_SOME_DAY, choices=first))
        if codes > 1:
            raise ValueError("a redemption has one code, and two parts of the bundle would give one")
        return self


class Bundle(RewardType):
    """A latte and 2.00 for the animal shelter: both are granted together, and both are undone together.

    What a part asks is asked with its place: `1.item` is the item of the first part.
    """

    name = "bundle"
    title = "Bundle"
    Parameters = BundleParameters

    def __init__(self, parameters: BundleParameters) -> None:
        self._parts = [reward_type(each.type, each.parameters) for each in parameters.parts]

    def words(self, *, currency: str) -> Sentence:
        return listing([each.words(currency=currency) for each in self._parts])

    def worth(self) -> Decimal | None:
        known = [each.worth() for each in self._parts]
        return None if any(each is None for each in known) else sum((each or Decimal(0) for each in known), Decimal(0))

    def asks(self) -> Sequence[Choice]:
        return [
            replace(asked, name=f"{place}.{asked.name}")
            for place, each in enumerate(self._parts, 1)
            for asked in each.asks()
        ]

    def grants(self, *, today: date, choices: Mapping[str, str]) -> Sequence[Gift]:
        return [gift for place, each in enumerate(self._parts, 1) for gift in _given(each, place, today, choices)]


def _given(kind: RewardType, place: int, today: date, choices: Mapping[str, str]) -> Sequence[Gift]:
    mine = {name.partition(".")[2]: value for name, value in choices.items() if name.startswith(f"{place}.")}
    return kind.grants(today=today, choices=answered(kind, mine))
