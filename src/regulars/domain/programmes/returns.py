"""What a rulebook says of returned orders: how much is taken back, from where, and how spent points come back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from regulars.domain.earning.return_rounding import ReturnRounding, return_roundings
from regulars.domain.ledger.clawback_policy import ClawbackPolicy, clawback_policy
from regulars.domain.ledger.restore_policy import RestorePolicy, restore_policy
from regulars.domain.programmes.stated_policies import POLICY_FIELDS
from regulars.kernel.validation import unknown_name


@dataclass(frozen=True, slots=True)
class ReturnPolicies:
    """The policies of `Returns`, ready for the hot path."""

    rounding: ReturnRounding
    clawback: ClawbackPolicy
    restore: RestorePolicy


def _names_of_roundings(schema: dict[str, Any]) -> None:
    schema["enum"] = sorted(return_roundings())


class Returns(BaseModel):
    """rounding: what is kept of an order that is partly returned. clawback: from where points are taken back.
    restore: until when points can be spent that were spent on the order and come back.

    The name of a policy without parameters may stand alone: `clawback: within_balance`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    rounding: str = Field(
        default="recompute_remaining",
        description="What a member keeps of an order that is partly returned",
        json_schema_extra=_names_of_roundings,
    )
    clawback: dict[str, Any] = Field(
        default_factory=lambda: {"policy": "within_balance"}, description="From where points are taken back"
    )
    restore: dict[str, Any] = Field(
        default_factory=lambda: {"policy": "strict"}, description="Until when points that come back can be spent"
    )

    @field_validator("rounding")
    @classmethod
    def _rounding_is_known(cls, value: str) -> str:
        if value not in return_roundings():
            raise unknown_name("rounding", value, return_roundings())
        return value

    @field_validator("clawback", mode="before")
    @classmethod
    def _clawback_in_its_form(cls, value: object) -> dict[str, object]:
        return POLICY_FIELDS["clawback"].in_form(value)

    @field_validator("restore", mode="before")
    @classmethod
    def _restore_in_its_form(cls, value: object) -> dict[str, object]:
        return POLICY_FIELDS["restore"].in_form(value)

    def policies(self) -> ReturnPolicies:
        """The policies that the document states."""
        return ReturnPolicies(
            rounding=return_roundings()[self.rounding],
            clawback=clawback_policy(self.clawback),
            restore=restore_policy(self.restore),
        )
