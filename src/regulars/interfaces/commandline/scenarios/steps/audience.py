"""An audience is made or changed while the story goes on."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.interfaces.commandline.scenarios.audience_words import AudienceWords
from regulars.interfaces.commandline.scenarios.stage import Outcome, Stage
from regulars.interfaces.commandline.scenarios.story import Complaint, SoFar
from regulars.interfaces.commandline.scenarios.verb import ProgrammeVerb


class SaveAudience(ProgrammeVerb, AudienceWords):
    """Makes the audience, or changes it: by conditions, or `members: [ada, ben]` for a list; `archived: true` ends it.

    Who fulfils the conditions is in it at once.
    """

    name = "audience"
    example = "audience: {code: buyers, when: {field: member.orders, at_least: 1}}"
    short = "code"

    code: str

    def check(self, so_far: SoFar) -> Iterator[Complaint]:
        so_far.make("audience", self.code)
        yield from self.complaints(so_far.names["member"])

    def play(self, stage: Stage) -> Outcome:
        self.save(stage, self.code)
        return Outcome()
