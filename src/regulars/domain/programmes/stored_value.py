"""What a rulebook says of stored value: money that members pay in and spend later, and gift cards."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from regulars.kernel.errors import Refusal
from regulars.kernel.periods import parse_period
from regulars.kernel.validation import complaint, refused
from regulars.kernel.words import Money, Sentence

LARGEST = Decimal(1_000_000)
"""More than any account of stored value holds, in units of the currency."""


class LoadBonus(BaseModel):
    """For so much paid in at once, so much on top. expires: how long the gift can be spent; null: for ever.

    {from_amount: 50, gives: 5, expires: 90 days}
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    from_amount: Decimal = Field(gt=0, le=LARGEST, max_digits=12, description="The load from which it is given")
    gives: Decimal = Field(gt=0, le=LARGEST, max_digits=12, description="Money on top, which nobody paid")
    expires: str | None = Field(default=None, description="How long it can be spent, such as 90 days")

    @field_validator("expires")
    @classmethod
    def _is_period(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                parse_period(value, field="stored_value.bonus.expires")
            except Refusal as refusal:
                raise refused(refusal) from None
        return value


class StoredValue(BaseModel):
    """point_type: which point type holds the money; empty: there is no stored value. Amounts are in the currency.

    What was paid in is the member's money: no rule earns it, and it never expires unless may_expire says so.
    pay_back: whether what is left of a load may go back to where it came from. frozen_loads: whether money may still
    come into a frozen account. transfers: whether members can send it, within what `transfers` says. staff_per_day:
    what one operator may load in a local day. cards: whether there are gift cards.
    pay_points, most_in_points, cards_first: how an order is paid in parts. Points come first, money comes last.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    point_type: str = Field(default="", max_length=40, description="The point type that holds the money")
    least_load: Decimal | None = Field(
        default=None, gt=0, le=LARGEST, max_digits=12, description="The least that is paid in at once"
    )
    most_load: Decimal | None = Field(
        default=None, gt=0, le=LARGEST, max_digits=12, description="The most that is paid in at once"
    )
    most_balance: Decimal | None = Field(
        default=None, gt=0, le=LARGEST, max_digits=12, description="The most that an account may hold"
    )
    most_per_day: Decimal | None = Field(
        default=None, gt=0, le=LARGEST, max_digits=12, description="The most that a member may pay in in one day"
    )
    staff_per_day: Decimal | None = Field(
        default=None, gt=0, le=LARGEST, max_digits=12, description="The most that one operator may load in one day"
    )
    bonus: tuple[LoadBonus, ...] = Field(
        default=(), max_length=20, description="What is given on top of a load; the highest step that is reached counts"
    )
    transfers: bool = Field(default=False, description="Whether members can send stored value to one another")
    pay_back: Literal["unspent", "never"] = Field(
        default="unspent", description="Whether what is left of a load may go back to where it was paid from"
    )
    frozen_loads: Literal["accept", "refuse"] = Field(
        default="accept", description="Whether money may come into an account that is frozen"
    )
    cards: bool = Field(default=True, description="Whether there are gift cards")
    pay_points: str = Field(
        default="", max_length=40, description="The point type that pays for orders at its worth, before stored value"
    )
    most_in_points: Decimal = Field(
        default=Decimal(100), ge=0, le=100, max_digits=6, description="How much of an order points may pay, in percent"
    )
    cards_first: bool = Field(default=True, description="Whether gift cards pay before the member's own account")
    may_expire: bool = Field(
        default=False, description="Whether money that was paid in may expire, where the law agrees"
    )

    @model_validator(mode="after")
    def _limits_leave_something(self) -> Self:
        for name, limit in (
            ("most_load", self.most_load), ("most_balance", self.most_balance), ("most_per_day", self.most_per_day),
        ):  # fmt: skip
            if limit is not None and self.least_load is not None and limit < self.least_load:
                problem = f"nothing can ever be loaded: least_load is {self.least_load} and {name} is {limit}"
                raise complaint(problem, f"Set {name} to at least {self.least_load}.")
        for lower, higher in pairwise(self.bonus):
            if higher.from_amount <= lower.from_amount:
                problem = f"the step from {higher.from_amount} stands after the one from {lower.from_amount}"
                raise complaint(problem, "Order the steps of the bonus from the lowest load to the highest.")
        return self

    def bonus_for(self, amount: Decimal) -> LoadBonus | None:
        """The highest step that the load reaches."""
        return next((each for each in reversed(self.bonus) if amount >= each.from_amount), None)

    def words(self, currency: str) -> tuple[Sentence, ...]:
        """What members should know of it; nothing where there is none."""
        if not self.point_type:
            return ()
        said = [Sentence("you can pay money in, and spend it later")]
        for template, amount in (
            ("at least {amount} at once", self.least_load),
            ("at most {amount} at once", self.most_load),
            ("at most {amount} in one day", self.most_per_day),
            ("the account holds at most {amount}", self.most_balance),
        ):
            if amount is not None:
                said.append(Sentence(template, {"amount": Money(amount, currency)}))
        for each in self.bonus:
            values: dict[str, object] = {
                "amount": Money(each.from_amount, currency),
                "gift": Money(each.gives, currency),
                "period": each.expires,
            }
            said.append(
                Sentence("from {amount} on you get {gift} on top, to be spent within {period}", values)
                if each.expires
                else Sentence("from {amount} on you get {gift} on top", values)
            )
        said.append(
            Sentence("what you have not spent can be paid back")
            if self.pay_back == "unspent"
            else Sentence("what is paid in is spent here, and not paid back")
        )
        if self.transfers:
            said.append(Sentence("you can send it to other members"))
        return tuple(said)
