"""A streak: so many days, weeks or months in a row with at least one event."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from pydantic import Field

from regulars.domain.earning.contracts import Data, Occurrence
from regulars.domain.earning.past import Past
from regulars.domain.earning.progress import Goal, Progress
from regulars.domain.earning.strategy import Asked, EarnStrategy, StrategyParameters, Terms, rule_key
from regulars.domain.earning.windows import Window
from regulars.kernel.periods import Period
from regulars.kernel.words import Sentence

_SEEN, _WON = "seen", "won"
_IN_A_ROW = {
    "day": "{points} for {length} days in a row",
    "week": "{points} for {length} weeks in a row",
    "month": "{points} for {length} months in a row",
}
_NOW = {
    "day": "this is day {number} in a row, of {length}",
    "week": "this is week {number} in a row, of {length}",
    "month": "this is month {number} in a row, of {length}",
}
_NAMES = {"day": "days in a row", "week": "weeks in a row", "month": "months in a row"}


class StreakParameters(StrategyParameters):
    """each: the period that counts, in the programme's calendar. length: how many in a row. freezes: periods that may
    be missed within one streak. again: whether every further streak gives points, or only the first of a run.
    """

    points: int = Field(gt=0, le=1_000_000_000, description="How many points for the streak")
    each: Literal["day", "week", "month"] = Field(description="Days, weeks or months in a row")
    length: int = Field(ge=2, le=366, description="How many in a row")
    freezes: int = Field(default=0, ge=0, le=30, description="How many may be missed without ending the streak")
    again: bool = Field(default=True, description="Whether the streak begins anew when it was completed")


class Streak(EarnStrategy):
    """Five weeks in a row give 50 points: week after week with at least one order, weeks begin on Monday.

    What gave points is used up: with `again` the next five weeks give 50 more; without it the run has to end first. A
    late event may close a gap and complete a streak. A freeze bridges a missed period and does not count itself.
    """

    name = "streak"
    title = "A streak"
    Parameters = StreakParameters
    remembers = True

    def __init__(self, parameters: StreakParameters) -> None:
        self._parameters = parameters
        self._reach = parameters.length + parameters.freezes
        self._window = Window(parameters.each, _reach(parameters.each, self._reach), around=True)

    def exact(self, asked: Asked) -> Decimal:
        return Decimal(self._parameters.points if self._wins(asked) else 0)

    def tallies(self, occurrence: Occurrence) -> dict[str, Window]:
        return {_SEEN: self._window, _WON: self._window}

    def counted(self, asked: Asked) -> dict[str, int]:
        return {_SEEN: 1, _WON: int(self._wins(asked))}

    def inputs(self, asked: Asked) -> dict[str, Data]:
        return {"number": self._number(asked), "length": self._parameters.length}

    def progress(self, past: Past, rule: str, day: date, terms: Terms) -> Progress:
        seen, won = (past.between(rule_key(rule, what, self._window), date.min, date.max) for what in (_SEEN, _WON))
        here = self._window.row(day)
        # Nothing is lost before the present period is over.
        start = here if seen.get(here) else self._step(here, -1)
        number = 0
        if seen.get(start) and not won.get(start):
            number = 1 + self._run(start, seen, won, -1)[0]
        last = self._step(here, 1) - timedelta(days=1)
        return Progress(
            rule, "streak", [Goal(Sentence(_NAMES[self._parameters.each]), number, self._parameters.length)],
            times=sum(won.values()), ends_on=last if number and not seen.get(here) else None,
        )  # fmt: skip

    def words(self, terms: Terms) -> Sentence:
        values = {"points": self._parameters.points, "length": self._parameters.length}
        words = Sentence(_IN_A_ROW[self._parameters.each], values)
        if self._parameters.freezes:
            return Sentence(
                "{rest}, of which {freezes} may be missed", {"rest": words, "freezes": self._parameters.freezes}
            )
        return words

    def explain(self, inputs: dict[str, Data], terms: Terms) -> Sentence:
        return Sentence(_NOW[self._parameters.each], self._values(inputs))

    def explain_nothing(self, inputs: dict[str, Data], terms: Terms) -> Sentence | None:
        return Sentence(_NOW[self._parameters.each], self._values(inputs))

    def _values(self, inputs: dict[str, Data]) -> dict[str, object]:
        return {key: int(str(inputs[key])) for key in ("number", "length")}

    def _wins(self, asked: Asked) -> bool:
        here = self._window.row(asked.day)
        seen, won = asked.kept_apart(_SEEN, self._window), asked.kept_apart(_WON, self._window)
        if seen.get(here):
            return False
        before, is_run_won = self._run(here, seen, won, -1)
        after, _ = self._run(here, seen, won, 1)
        return not (is_run_won and not self._parameters.again) and before + 1 + after >= self._parameters.length

    def _number(self, asked: Asked) -> int:
        here = self._window.row(asked.day)
        seen, won = asked.kept_apart(_SEEN, self._window), asked.kept_apart(_WON, self._window)
        before, after = (self._run(here, seen, won, way)[0] for way in (-1, 1))
        return before + 1 + after

    def _run(self, here: date, seen: dict[date, int], won: dict[date, int], way: int) -> tuple[int, bool]:
        """Periods in a row on one side that no streak has used yet; and whether the run holds one that has."""
        count, missed, row = 0, 0, here
        for _ in range(self._reach):
            row = self._step(row, way)
            if won.get(row, 0) > 0:
                return count, True
            if seen.get(row, 0) > 0:
                count += 1
                continue
            missed += 1
            if missed > self._parameters.freezes:
                return count, False
        # The run goes on beyond what is looked at: it is longer than a streak, so one was completed in it.
        return count, count >= self._parameters.length

    def _step(self, row: date, way: int) -> date:
        if self._parameters.each == "month":
            return self._window.row(row + timedelta(days=31)) if way > 0 else self._window.row(row - timedelta(days=1))
        return row + way * timedelta(days=7 if self._parameters.each == "week" else 1)


def _reach(each: str, count: int) -> Period:
    if each == "month":
        return Period(months=count)
    return Period(days=count * (7 if each == "week" else 1))
