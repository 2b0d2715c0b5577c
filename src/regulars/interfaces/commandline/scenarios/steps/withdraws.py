"""A member says no to something that the rulebook asks for."""

from __future__ import annotations

from regulars.flows.set_consent import set_consent
from regulars.interfaces.commandline.scenarios.stage import Outcome, Stage
from regulars.interfaces.commandline.scenarios.verb import MemberVerb


class Withdraws(MemberVerb):
    """Takes a consent back, or says no to it."""

    name = "withdraws"
    example = "ada withdraws: email"
    short = "consent"

    consent: str

    def play(self, stage: Stage, member: str) -> Outcome:
        set_consent(
            stage.conn, programme_id=stage.programme.id, member_id=stage.members[member], consent=self.consent,
            given=False, now=stage.now, by=member, via="scenario",
        )  # fmt: skip
        return Outcome()
