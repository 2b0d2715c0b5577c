"""What a rulebook says of how the versions after it come about."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from regulars.kernel.words import Sentence


class Publishing(BaseModel):
    """second_person: which of the next versions wait until somebody else has approved them.

    The latest version decides about the next one, so that nobody lifts the rule by the draft that breaks it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    second_person: Literal["for_losses", "always"] = Field(
        default="for_losses",
        description="Which versions a second person approves: those by which points would expire at once, or every one",
    )

    def words(self) -> tuple[Sentence, ...]:
        """What is unusual about it; nothing where only losses need a second person."""
        if self.second_person == "for_losses":
            return ()
        return (Sentence("every new version waits until a second person has approved it"),)
