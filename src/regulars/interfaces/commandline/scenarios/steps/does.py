"""Any event of a member that is no order: a review, a visit, an app that was installed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import Field

from regulars.domain.events.contracts import Event, MemberReference
from regulars.interfaces.commandline.scenarios.sending import send
from regulars.interfaces.commandline.scenarios.stage import Outcome, Stage, as_json
from regulars.interfaces.commandline.scenarios.story import Complaint, SoFar
from regulars.interfaces.commandline.scenarios.verb import MemberVerb
from regulars.interfaces.commandline.scenarios.words import Happened


class Does(MemberVerb):
    """Any other event; `{type: review.written, data: {stars: 5}}` with what the rules may ask about."""

    name = "does"
    example = "ada does: review.written"
    short = "type"

    type: str
    data: dict[str, Any] = Field(default={})
    event: str | None = None
    source: str = "till"
    happened: Happened = None

    def check(self, so_far: SoFar) -> Iterator[Complaint]:
        if self.event:
            so_far.make("event", self.event)
        yield from ()

    def play(self, stage: Stage, member: str) -> Outcome:
        event = Event(
            id=self.event or stage.next_name("event"), type=self.type, member=MemberReference(id=stage.members[member]),
            occurred_at=stage.moment(self.happened), source=self.source, data=as_json(self.data),
        )  # fmt: skip
        return send(stage, event)
