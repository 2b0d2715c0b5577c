"""How many of those who stand on a ladder are on one of its tiers at the end."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from regulars.flows.tuning.estimates import Pair, share
from regulars.flows.tuning.goal import Goal, Unit
from regulars.flows.tuning.lever import Ground
from regulars.flows.tuning.outcome import Member, Outcome
from regulars.kernel.errors import Refusal
from regulars.kernel.words import Sentence


class MembersOnTier(Goal):
    """Between 5 % and 10 % of the members are Gold: neither few nor many of them are good by themselves."""

    name = "members_on_tier"
    title = Sentence("Members on a tier")
    unit = Unit.percent
    better = None
    estimated = staticmethod(share)

    ladder: str = Field(description="Id of the ladder")
    tier: str = Field(description="Id of the tier")

    def pair(self, member: Member, outcome: Outcome) -> Pair:
        stands = [tier for ladder, tier in outcome.tiers if ladder == self.ladder]
        return int(self.tier in stands), int(bool(stands))

    def figure_words(self, ground: Ground) -> Sentence:
        wanted = {"ladder": self.ladder, "tier": self.tier}
        return next((said for each, said in self.choices(ground) if each == wanted), self.title)

    @classmethod
    def choices(cls, ground: Ground) -> list[tuple[dict[str, Any], Sentence]]:
        return [
            (
                {"ladder": ladder["id"], "tier": tier["id"]},
                Sentence("Members on tier “{name}”", {"name": tier["name"]}),
            )
            for ladder in ground.document.get("ladders", ())
            for tier in ladder["tiers"]
        ]

    def check(self, ground: Ground) -> None:
        tiers = [(each["ladder"], each["tier"]) for each, _ in self.choices(ground)]
        if (self.ladder, self.tier) not in tiers:
            there = ", ".join("/".join(each) for each in tiers)
            raise Refusal(
                "unknown_goal_tier",
                "The goal names no tier of these rules",
                detail=f"No ladder {self.ladder[:40]!r} has a tier {self.tier[:40]!r}.",
                remedy=f"Name one of {there}." if there else "These rules have no tiers; choose another goal.",
                field="goals",
            )
