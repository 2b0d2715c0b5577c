"""Who is in an audience is computed anew, before the night does it."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.flows.refresh_audiences import refresh_audience
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.story import Complaint, SoFar
from regulars.interfaces.commandline.scenarios.verb import ProgrammeVerb


class RefreshAudience(ProgrammeVerb):
    """Who is in the audience is computed now, and not only in the night."""

    name = "refresh audience"
    example = "refresh audience: buyers"
    short = "code"

    code: str

    def check(self, so_far: SoFar) -> Iterator[Complaint]:
        yield from so_far.ask("audience", self.code, otherwise="there is no such audience")

    def play(self, stage: Stage) -> Outcome:
        moved = refresh_audience(stage.conn, programme_id=stage.programme.id, code=self.code, now=stage.now, by=BY)
        return Outcome((moved,))
