"""What a rulebook says of households: whether there are any, how they pay, how large they may be."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from regulars.domain.households.contracts import Mode
from regulars.domain.households.debit_order import debit_orders
from regulars.kernel.validation import unknown_name
from regulars.kernel.words import Sentence

MOST_MEMBERS = 20


def _names_of_debit_orders(schema: dict[str, Any]) -> None:
    schema["enum"] = sorted(debit_orders())


class Households(BaseModel):
    """mode: `share` lets members see each other's points, `pool` lets the points of all pay. debit: in which order.

    New households begin with both; their owner may change the order, and may share rather than pool.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    allowed: bool = Field(default=False, description="Whether members can found and join households")
    mode: Mode = Field(default=Mode.share, description="share: all see the total; pool: the points of all pay")
    debit: str = Field(
        default="own_first",
        description="Whose points pay in a pool",
        json_schema_extra=_names_of_debit_orders,
    )
    most_members: int = Field(default=6, ge=2, le=MOST_MEMBERS, description="How many members a household can have")
    monthly_limit: int | None = Field(
        default=None, ge=1, description="Points that one member may spend within the pool in a calendar month"
    )

    @field_validator("debit")
    @classmethod
    def _debit_is_known(cls, value: str) -> str:
        if value not in debit_orders():
            raise unknown_name("debit order", value, debit_orders())
        return value

    def words(self) -> tuple[Sentence, ...]:
        """The households of this programme for members; nothing where there are none."""
        if not self.allowed:
            return ()
        said = [Sentence("up to {members} members can be a household", {"members": self.most_members})]
        if self.mode is Mode.pool:
            said.append(debit_orders()[self.debit].words())
            if self.monthly_limit is not None:
                limit = {"points": self.monthly_limit}
                said.append(Sentence("within a household, one member can spend {points} points a month", limit))
        else:
            said.append(Sentence("everybody in a household sees the points of all, and spends their own"))
        said.append(Sentence("whoever leaves a household takes their own points with them"))
        return tuple(said)
