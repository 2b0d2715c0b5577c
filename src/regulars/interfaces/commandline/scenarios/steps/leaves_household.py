"""A member leaves the household, with their own points."""

from __future__ import annotations

from regulars.domain.households.contracts import NotInHousehold
from regulars.domain.households.queries import household_of
from regulars.flows.live_together import Act, leave_household
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.verb import MemberVerb


class LeavesHousehold(MemberVerb):
    """Leaves the household that they are in."""

    name = "leaves household"
    example = "ben leaves household:"

    def play(self, stage: Stage, member: str) -> Outcome:
        leaving = stage.members[member]
        found = household_of(stage.conn, member_id=leaving)
        if found is None:
            raise NotInHousehold
        act = Act(stage.programme.id, stage.now, BY, leaving)
        leave_household(stage.conn, act, household_id=found.id, member_id=leaving)
        return Outcome()
