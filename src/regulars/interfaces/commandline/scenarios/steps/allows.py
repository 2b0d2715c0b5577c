"""A member says yes to something that the rulebook asks for."""

from __future__ import annotations

from regulars.flows.set_consent import set_consent
from regulars.interfaces.commandline.scenarios.stage import Outcome, Stage
from regulars.interfaces.commandline.scenarios.verb import MemberVerb


class Allows(MemberVerb):
    """Gives a consent that the rulebook asks for."""

    name = "allows"
    example = "ada allows: email"
    short = "consent"

    consent: str

    def play(self, stage: Stage, member: str) -> Outcome:
        set_consent(
            stage.conn, programme_id=stage.programme.id, member_id=stage.members[member], consent=self.consent,
            given=True, now=stage.now, by=member, via="scenario",
        )  # fmt: skip
        return Outcome()
