"""An operator lifts a member to a tier: by hand, by invitation, or to match another status."""

from __future__ import annotations

from datetime import date
from typing import Literal

from regulars.domain.tiers.contracts import AssignmentKind
from regulars.flows.assign_tier import assign_tier
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.verb import OperatorVerb


class OperatorGivesTierTo(OperatorVerb):
    """A tier above the member's own; `kind` is manual, invited or matched, and `proof` says what a match was shown."""

    name = "operator gives tier to"
    example = "operator gives tier to ada: {tier: gold, until: 2026-12-31, reason: a hard year}"
    short = "tier"

    tier: str
    ladder: str = "status"
    kind: Literal["manual", "invited", "matched"] = "manual"
    reason: str = "goodwill"
    proof: str = ""
    until: date | None = None

    def play(self, stage: Stage, member: str) -> Outcome:
        assign_tier(
            stage.conn, programme_id=stage.programme.id, member_id=stage.members[member], ladder=self.ladder,
            tier=self.tier, kind=AssignmentKind[self.kind], reason=self.reason, proof=self.proof, until=self.until,
            now=stage.now, by=BY,
        )  # fmt: skip
        return Outcome()
