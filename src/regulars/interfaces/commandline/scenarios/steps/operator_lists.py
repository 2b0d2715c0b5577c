"""A member comes onto the list of an audience."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.domain.audiences.contracts import Mode
from regulars.interfaces.commandline.scenarios.audience_words import list_members
from regulars.interfaces.commandline.scenarios.stage import Outcome, Stage
from regulars.interfaces.commandline.scenarios.story import Complaint, SoFar
from regulars.interfaces.commandline.scenarios.verb import OperatorVerb


class ListsMember(OperatorVerb):
    """Puts the member on a list, beside those who are there: an audience without conditions."""

    name = "operator lists"
    example = "operator lists ada: friends"
    short = "audience"

    audience: str

    def check(self, so_far: SoFar) -> Iterator[Complaint]:
        yield from so_far.ask("audience", self.audience, otherwise="there is no such audience")

    def play(self, stage: Stage, member: str) -> Outcome:
        list_members(stage, self.audience, (member,), Mode.add)
        return Outcome()
