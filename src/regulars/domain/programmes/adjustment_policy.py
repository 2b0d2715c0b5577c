"""What staff may change in a member's balance: for which reasons, how much in a day, and when two must agree."""

from __future__ import annotations

from collections import Counter

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

MOST_POINTS = 1_000_000
"""Points that one adjustment moves at most."""


class AdjustmentReason(BaseModel):
    """Why staff change a balance. The name is kept with every adjustment, so that it outlives the reason."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$", description="Stable short name, such as goodwill")
    name: str = Field(min_length=1, max_length=60, description="What operators choose, and reports say")


USUAL_REASONS = (
    AdjustmentReason(id="goodwill", name="Goodwill"),
    AdjustmentReason(id="correction", name="Correction"),
    AdjustmentReason(id="forgotten_card", name="Forgot the card"),
    AdjustmentReason(id="promotion", name="Promotion"),
    AdjustmentReason(id="other", name="Other reason"),
)


class AdjustmentPolicy(BaseModel):
    """What staff may do alone, and what needs a second person.

    daily_limit: 1000 lets one operator give and take 1,000 points of each kind in a local day. approval_above: 500 lets
    500 through at once; 501 wait until somebody else approves.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    reasons: tuple[AdjustmentReason, ...] = Field(
        default=USUAL_REASONS, min_length=1, max_length=50, description="The reasons that staff choose from"
    )
    daily_limit: int | None = Field(
        default=None,
        ge=1,
        le=1_000_000_000,
        description="Points of each kind that one operator may give and take in a day; without it there is no limit",
    )
    approval_above: int | None = Field(
        default=None,
        ge=1,
        le=MOST_POINTS,
        description="An adjustment of more points waits until a second person approves it",
    )
    may_overdraw: bool = Field(
        default=False, description="Whether taking points may leave a member with less than nothing"
    )

    @model_validator(mode="after")
    def _reasons_are_unique(self) -> AdjustmentPolicy:
        twice = [each for each, count in Counter(reason.id for reason in self.reasons).items() if count > 1]
        if twice:
            context = {
                "id": twice[0],
                "problem": f"the reason {twice[0]} is there twice",
                "remedy": "Give it an id of its own, or remove one.",
            }
            raise PydanticCustomError("reason_twice", "the reason {id} is there twice", context)
        return self

    def reason(self, code: str) -> AdjustmentReason | None:
        """The reason of an id, or None."""
        return next((each for each in self.reasons if each.id == code), None)

    def needs_approval(self, points: int) -> bool:
        """Whether so many points, given or taken, wait for a second person."""
        return self.approval_above is not None and abs(points) > self.approval_above
