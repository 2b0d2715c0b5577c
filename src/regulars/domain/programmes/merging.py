"""What a rulebook says of members who turn out to be one person."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from regulars.domain.earning.rules import EarnRule, strategy_of
from regulars.domain.events.contracts import ENROLLED
from regulars.kernel.words import Sentence


class Merging(BaseModel):
    """double_bonus: a bonus for once in a life that both members had; what is left of the newer one is taken back."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    double_bonus: Literal["take_back", "keep"] = Field(
        default="take_back",
        description="Whether the newer of two bonuses for once in a life is taken back when members are merged",
    )

    def words(self) -> tuple[Sentence, ...]:
        """What is unusual about it; nothing where a bonus counts once."""
        if self.double_bonus == "take_back":
            return ()
        return (Sentence("whoever had joined twice keeps the welcome bonus of both"),)


def is_once_in_a_life(rule: EarnRule) -> bool:
    """Whether nobody should have the rule's points twice: a bonus for joining, or for the first order."""
    return rule.on == ENROLLED or strategy_of(rule).once_in_a_life
