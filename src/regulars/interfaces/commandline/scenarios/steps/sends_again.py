"""The same event once more, unchanged, as a till sends it that has not heard the first answer."""

from __future__ import annotations

import json
from collections.abc import Iterator

from regulars.interfaces.commandline.scenarios.sending import EventAnswer, Sent, answer_to, refused_by
from regulars.interfaces.commandline.scenarios.stage import Outcome, Stage
from regulars.interfaces.commandline.scenarios.story import Complaint, SoFar
from regulars.interfaces.commandline.scenarios.verb import MemberVerb


class SendsAgain(MemberVerb):
    """The earlier event that has `event: first`, unchanged; it must get the first answer, and change nothing."""

    name = "sends again"
    example = "ada sends again: first"
    short = "event"
    changes_nothing = True

    event: str

    def check(self, so_far: SoFar) -> Iterator[Complaint]:
        yield from so_far.ask("event", self.event, otherwise="no event of this id came before")

    def play(self, stage: Stage, member: str) -> Outcome:
        sent: Sent = stage.kept("event", self.event)
        answer = answer_to(stage, sent.event)
        refusal = refused_by(answer)
        if refusal:
            return refusal
        unexpected: list[tuple[str, str, str]] = []
        if answer.status != 200:
            unexpected.append(("the status of a repeat", "200", str(answer.status)))
        if answer.body != sent.answer:
            unexpected.append(("the answer, byte for byte", sent.answer.decode(), answer.body.decode()))
        return Outcome((EventAnswer(json.loads(answer.body)),), unexpected=tuple(unexpected))
