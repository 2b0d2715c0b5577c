"""What a rulebook says of points that members send to one another."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from regulars.domain.ledger.transfer_expiry_policy import TransferExpiryPolicy, transfer_expiry_policies
from regulars.kernel.errors import Refusal
from regulars.kernel.periods import parse_period
from regulars.kernel.validation import complaint, refused, unknown_name

MOST_POINTS = 1_000_000_000
"""More than any programme lets one member send at once."""


class TransferFee(BaseModel):
    """What sending costs: so many points, a part of what is sent, or both. A part of a point counts as a whole one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    points: int = Field(default=0, ge=0, le=1_000_000, description="Points for each transfer")
    percent: Decimal = Field(default=Decimal(0), ge=0, le=100, max_digits=6, description="Of what is sent, rounded up")

    def of(self, points: int) -> int:
        """The fee for sending so many points: 2.5 % of 30 is 0.75, and so 1."""
        part = (self.percent * points / 100).to_integral_value(ROUND_CEILING)
        return self.points + int(part)


def _names_of_policies(schema: dict[str, Any]) -> None:
    schema["enum"] = sorted(transfer_expiry_policies())


class Transfers(BaseModel):
    """allowed: false, true, or the point types that can be sent. expiry: until when the receiver can spend them.

    least, most: points of one transfer; per_day: points that a member may send on one local day; null: no limit.
    fee: what the sender pays on top; a plain number is so many points. cancel_within: how long the sender may take
    back what the receiver has not spent; null: not at all. Days end at midnight in the programme's time zone.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    allowed: bool | tuple[str, ...] = Field(
        default=False, description="Whether members can send points to one another, or which point types"
    )
    expiry: str = Field(
        default="keep",
        description="Until when points can be spent that came from another member",
        json_schema_extra=_names_of_policies,
    )
    least: int = Field(default=1, ge=1, le=MOST_POINTS, description="The fewest points of one transfer")
    most: int | None = Field(default=None, ge=1, le=MOST_POINTS, description="The most points of one transfer")
    per_day: int | None = Field(
        default=None, ge=1, le=MOST_POINTS, description="The most points that a member may send in one day"
    )
    fee: TransferFee = Field(default_factory=TransferFee, description="What the sender pays on top")
    cancel_within: str | None = Field(
        default=None, description="How long unspent points can be taken back, such as 1 day"
    )

    @field_validator("allowed", mode="before")
    @classmethod
    def _allowed_in_its_form(cls, value: object) -> object:
        names = isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)
        if not names and not isinstance(value, bool):
            remedy = "Write true, false, or a list of point types such as [points]."
            raise complaint("this does not say which points can be sent", remedy)
        return value

    @field_validator("expiry")
    @classmethod
    def _expiry_is_known(cls, value: str) -> str:
        if value not in transfer_expiry_policies():
            raise unknown_name("expiry", value, transfer_expiry_policies())
        return value

    @field_validator("fee", mode="before")
    @classmethod
    def _fee_in_its_form(cls, value: object) -> object:
        return {"points": value} if isinstance(value, int) and not isinstance(value, bool) else value

    @field_validator("cancel_within")
    @classmethod
    def _is_period(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                parse_period(value, field="transfers.cancel_within")
            except Refusal as refusal:
                raise refused(refusal) from None
        return value

    @model_validator(mode="after")
    def _limits_leave_something(self) -> Self:
        for name, limit in (("most", self.most), ("per_day", self.per_day)):
            if limit is not None and limit < self.least:
                problem = f"nothing can ever be sent: least is {self.least} and {name} is {limit}"
                raise complaint(problem, f"Set {name} to at least {self.least}.")
        return self

    def allows(self, point_type: str) -> bool:
        """Whether points of this type can be sent."""
        return self.allowed if isinstance(self.allowed, bool) else point_type in self.allowed

    def expiry_policy(self) -> TransferExpiryPolicy:
        """The policy that the document states."""
        return transfer_expiry_policies()[self.expiry]

    def cancel_until(self, today: date) -> date | None:
        """The last day on which what is sent today can be taken back; None: never."""
        return None if self.cancel_within is None else parse_period(self.cancel_within).after(today)
