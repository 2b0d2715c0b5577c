"""The base class of what tiers give, and how a rulebook states it. Other systems read benefits as data."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from regulars.domain.earning.plain import plain
from regulars.domain.tiers import benefits
from regulars.kernel.registry import variants_in
from regulars.kernel.validation import complaint, unknown_name
from regulars.kernel.words import Sentence

KIND = "kind"
"""The key that names the kind."""


class Benefit(BaseModel):
    """Something that a tier gives. Its fields are its parameters, and what a shop reads at its checkout.

    name: how rulebooks call it, in `{kind: discount, percent: 5}`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: ClassVar[str]

    def words(self, *, currency: str) -> Sentence:
        """What it is, for members: '5 % off everything'."""
        raise NotImplementedError

    def earn_factor(self) -> Decimal | None:
        """How many times the points are earned with it; None for what has nothing to do with points."""
        return None


@cache
def known_benefits() -> dict[str, type[Benefit]]:
    """Every kind in the folder, by name."""
    return variants_in(benefits, Benefit)


def benefit_in_form(value: object) -> str | dict[str, Any]:
    """{kind: ..., parameters}; a text alone stays what it is. Raises pydantic's errors."""
    if isinstance(value, str):
        return str(benefit_of(value).model_dump()["text"])
    if not isinstance(value, dict) or not isinstance(value.get(KIND), str):
        raise complaint("this is no benefit", f"Write a text, or {KIND}: one of {', '.join(sorted(known_benefits()))}.")
    if value[KIND] not in known_benefits():
        raise unknown_name("benefit", value[KIND], known_benefits())
    stated = benefit_of(value).model_dump(exclude_none=True)
    if value[KIND] == "text":
        return str(stated["text"])
    return {KIND: value[KIND], **{key: plain(each) for key, each in stated.items()}}


def benefit_of(value: str | dict[str, Any]) -> Benefit:
    """The benefit that `benefit_in_form` gave."""
    if isinstance(value, str):
        return known_benefits()["text"].model_validate({"text": value})
    parameters = {key: each for key, each in value.items() if key != KIND}
    return known_benefits()[str(value[KIND])].model_validate(parameters)
