"""A member founds a household, and owns it."""

from __future__ import annotations

from regulars.flows.live_together import Act, found_household
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.verb import MemberVerb


class FoundsHousehold(MemberVerb):
    """Founds a household; `{debit: proportional}` says whose points pay, where the rulebook pools."""

    name = "founds household"
    example = "ada founds household:"

    name_: str = ""
    debit: str | None = None

    def play(self, stage: Stage, member: str) -> Outcome:
        act = Act(stage.programme.id, stage.now, BY, stage.members[member])
        found_household(stage.conn, act, member_id=stage.members[member], name=self.name_, debit=self.debit)
        return Outcome()
