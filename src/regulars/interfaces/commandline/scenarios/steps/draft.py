"""A draft of the rulebook is written, and comes into force: at once, or when its time has come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from regulars.domain.programmes.contracts import Draft as DraftMade
from regulars.flows.draft_rulebook import open_draft
from regulars.flows.publish_draft import approve_draft, publish_draft, schedule_draft, submit_draft
from regulars.interfaces.commandline.scenarios.rulebooks import rulebook_complaints, rulebook_text
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.story import Complaint, SoFar, changed
from regulars.interfaces.commandline.scenarios.verb import ProgrammeVerb


class Draft(ProgrammeVerb):
    """A change of the latest rulebook is written as a draft and published, or scheduled `for` a time.

    `approved by: someone` names the second person.
    """

    name = "draft"
    example = "draft: {name: Spring, change: {name: Spring Shop}, for: 2026-04-01 00:00}"

    name_: str
    change: dict[str, Any]
    for_: str | None = None
    approved_by: str = ""

    def check(self, so_far: SoFar) -> Iterator[Complaint]:
        so_far.document = changed(so_far.document, self.change)
        yield from rulebook_complaints(so_far.document, below=(self.name,))

    def play(self, stage: Stage) -> Outcome:
        document = changed(stage.document, self.change)
        place: dict[str, Any] = {"of": stage.programme, "by": BY, "now": stage.now}
        found = open_draft(stage.conn, name=self.name_, text=rulebook_text(document), **place)
        if self.approved_by:
            submit_draft(stage.conn, found.id, **place)
            approve_draft(stage.conn, found.id, **place | {"by": self.approved_by})
        if self.for_ is None:
            done: DraftMade = publish_draft(stage.conn, found.id, **place)
        else:
            done = schedule_draft(stage.conn, found.id, at=stage.moment(self.for_), **place)
        stage.document = document
        return Outcome((done,))
