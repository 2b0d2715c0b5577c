"""A day begins: the clock moves to its first moment in the programme's time zone, and the nightly work is done."""

from __future__ import annotations

from datetime import date, datetime

from regulars.flows.nightly_work import nightly_work
from regulars.interfaces.commandline.scenarios.stage import Outcome, Stage
from regulars.interfaces.commandline.scenarios.verb import ProgrammeVerb
from regulars.kernel.clock import start_of_day


class Midnight(ProgrammeVerb):
    """The clock moves to the first moment of that day, and the nightly work is done."""

    name = "midnight"
    example = "midnight: 2026-04-15"
    short = "day"

    day: date

    def moment(self, zone_name: str) -> datetime | None:
        return start_of_day(self.day, zone_name)

    def play(self, stage: Stage) -> Outcome:
        return Outcome((nightly_work(stage.conn, programme_id=stage.programme.id, now=stage.now),))
