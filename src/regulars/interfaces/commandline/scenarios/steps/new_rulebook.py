"""The next version of the rulebook is published, in force from a moment of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from regulars.domain.programmes.document import require_valid
from regulars.flows.propose_rulebook import approve_rulebook, propose_rulebook
from regulars.flows.publish_rulebook import publish_rulebook
from regulars.interfaces.commandline.scenarios.rulebooks import rulebook_complaints, rulebook_text
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.story import Complaint, SoFar, changed
from regulars.interfaces.commandline.scenarios.verb import ProgrammeVerb


class NewRulebook(ProgrammeVerb):
    """The next version, in force from that moment; `change` says what differs from the last one.

    `approved by: someone` names the second person where points expire at once.
    """

    name = "new rulebook"
    example = "new rulebook: {from: 2026-04-01 00:00, change: {earn_rules: [{id: base, name: Twice as much}]}}"

    from_: str
    change: dict[str, Any]
    approved_by: str = ""

    def check(self, so_far: SoFar) -> Iterator[Complaint]:
        so_far.document = changed(so_far.document, self.change)
        yield from rulebook_complaints(so_far.document, below=(self.name,))

    def play(self, stage: Stage) -> Outcome:
        document = changed(stage.document, self.change)
        rulebook, start = require_valid(rulebook_text(document)), stage.moment(self.from_)
        terms: dict[str, Any] = {"of": stage.programme, "effective_from": start, "note": "", "by": BY, "now": stage.now}
        if self.approved_by:
            waits = propose_rulebook(stage.conn, rulebook, **terms).proposal
            if waits is not None:
                approve_rulebook(
                    stage.conn, of=stage.programme, proposal_id=waits.id, by=self.approved_by, now=stage.now
                )  # fmt: skip
        else:
            publish_rulebook(stage.conn, rulebook, **terms)
        stage.document = document
        return Outcome()
