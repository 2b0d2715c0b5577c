"""A member joins the household that another owns, which invites them first."""

from __future__ import annotations

from typing import Literal

from regulars.domain.households.contracts import HouseholdNotFound, Role
from regulars.domain.households.queries import household_of
from regulars.flows.live_together import Act, accept_invitation, invite
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.verb import PairVerb


class JoinsHouseholdOf(PairVerb):
    """Is invited by the other, and accepts; `{role: child, limit: 100}` says how, and how much a month."""

    name = "joins household of"
    example = "ben joins household of ada:"

    role: Literal["adult", "child"] = "adult"
    limit: int | None = None

    def play(self, stage: Stage, member: str, other: str) -> Outcome:
        joining, inviting = stage.members[member], stage.members[other]
        found = household_of(stage.conn, member_id=inviting)
        if found is None:
            raise HouseholdNotFound(f"that of {other}")
        with stage.conn.transaction():
            by_owner = Act(stage.programme.id, stage.now, BY, inviting)
            made = invite(stage.conn, by_owner, household_id=found.id, role=Role[self.role], monthly_limit=self.limit)
            accept_invitation(stage.conn, by_owner._replace(member_id=joining), member_id=joining, code=made.code)
        return Outcome()
