"""Campaigns: a name, dates, conditions and a budget that several rules share."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from regulars.domain.earning.conditions import Condition
from regulars.domain.earning.limits import Budget


class Campaign(BaseModel):
    """What holds for all of its rules, beside what each of them asks for itself.

    id: stable, never used for another campaign. valid_from, valid_until: half-open, by occurred_at.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{0,59}$", description="Stable short name; never used again for another")
    name: str = Field(min_length=1, max_length=120, description="How members and operators call the campaign")
    valid_from: AwareDatetime | None = Field(
        default=None, description="The first instant at which the campaign is in force"
    )
    valid_until: AwareDatetime | None = Field(default=None, description="The instant from which it no longer is")
    when: Condition | None = Field(default=None, description="Conditions over the event and the member")
    budget: Budget | None = Field(
        default=None, exclude_if=lambda value: value is None, description="What all members together get from its rules"
    )
