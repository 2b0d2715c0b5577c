"""What of a rulebook rests for a while: rules that give nothing until somebody lets them go on."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field

from regulars.domain.earning.campaigns import Campaign
from regulars.domain.earning.rules import EarnRule
from regulars.kernel.words import Sentence


class Paused(BaseModel):
    """everything: no rule gives anything. rules, campaigns: these alone, by id.

    A pause is a version like any other, so that of every event it is known what rested when it happened.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    everything: bool = Field(default=False, strict=True, description="Whether no rule gives anything")
    rules: tuple[str, ...] = Field(default=(), max_length=10_000, description="The ids of earn rules that give nothing")
    campaigns: tuple[str, ...] = Field(
        default=(), max_length=1_000, description="The ids of campaigns whose rules give nothing"
    )

    def resting(self, rules: Iterable[EarnRule]) -> frozenset[str]:
        """Ids of the rules that give nothing: by themselves, by their campaign, or because everything rests."""
        own, campaigns = set(self.rules), set(self.campaigns)
        return frozenset(each.id for each in rules if self.everything or each.id in own or each.campaign in campaigns)

    def among(self, rules: Iterable[EarnRule], campaigns: Iterable[Campaign]) -> Paused:
        """What of it is about these rules and campaigns: others are gone, and nothing of them can rest."""
        of_rules, of_campaigns = {each.id for each in rules}, {each.id for each in campaigns}
        return Paused(
            everything=self.everything,
            rules=tuple(each for each in self.rules if each in of_rules),
            campaigns=tuple(each for each in self.campaigns if each in of_campaigns),
        )

    def words(self) -> tuple[Sentence, ...]:
        """What has to be known by those who read all of the rules; single rules say it themselves."""
        return (Sentence("Nothing is earned at present: all rules are paused"),) if self.everything else ()
