"""A streak: so many days, weeks or months in a row with at least one event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from pydantic import Field

from regulars.domain.earning.contracts import Data, Occurrence
from regulars.domain.earning.example import Example, Happened
from regulars.domain.earning.needs import Need
from regulars.domain.earning.past import Past, Rows
from regulars.domain.earning.progress import Goal, Progress
from regulars.domain.earning.strategy import Asked, EarnStrategy, StrategyParameters, Terms, rule_key
from regulars.domain.earning.windows import Window
from regulars.kernel.periods import Period
from regulars.kernel.words import Sentence

_SEEN, _USED = "seen", "used"
_LATE = 31
"""How many periods more than a streak has are looked at, so that what comes late finds what an earlier one left."""
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
    late event may close a gap and complete a streak, and no week counts for two of them. So the order in which events
    arrive does not matter; it does with freezes, which bridge a missed period and do not count themselves, and without
    `again`, where two runs that were won stay won when a late event makes them one.

    A return takes the week away, unless something else happened in it, and the points with the order that won them.
    """

    name = "streak"
    title = "A streak"
    Parameters = StreakParameters
    remembers = True
    need = Need.return_
    example = Example(
        {"points": 40, "each": "week", "length": 3},
        (Happened(amount="12.00"), Happened(amount="8.00", day=7), Happened(amount="9.00", day=14)),
    )
    when_returned = Sentence(
        "The period counts no more, unless something else happened in it. Points go back with the order that completed"
        " the streak."
    )

    def __init__(self, parameters: StreakParameters) -> None:
        self._parameters = parameters
        self._reach = parameters.length + parameters.freezes + min(parameters.length, _LATE)
        self._window = Window(parameters.each, _reach(parameters.each, self._reach), around=True)

    def exact(self, asked: Asked) -> Decimal:
        return Decimal(self._parameters.points if self._chosen(asked) else 0)

    def tallies(self, occurrence: Occurrence) -> dict[str, Window]:
        return {_SEEN: self._window, _USED: self._window}

    def counted(self, asked: Asked) -> dict[str, int]:
        return {_SEEN: 1}

    def counted_apart(self, asked: Asked) -> dict[str, dict[date, int]]:
        return {_USED: dict.fromkeys(self._chosen(asked), 1)}

    def inputs(self, asked: Asked) -> dict[str, Data]:
        return {"number": self._number(asked), "length": self._parameters.length}

    def progress(self, past: Past, rule: str, day: date, joined: date, terms: Terms) -> Progress:
        seen, used = (past.between(rule_key(rule, what, self._window), date.min, date.max) for what in (_SEEN, _USED))
        here = self._window.row(day)
        # Nothing is lost before the present period is over.
        start = here if seen.get(here) else self._step(here, -1)
        number = 0
        if seen.get(start) and not used.get(start):
            number = 1 + len(self._unused(start, seen, used, -1))
        last = self._step(here, 1) - timedelta(days=1)
        length = self._parameters.length
        return Progress(
            rule, "streak", [Goal(Sentence(_NAMES[self._parameters.each]), number, length)],
            times=sum(used.values()) // length, ends_on=last if number and not seen.get(here) else None,
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

    def _chosen(self, asked: Asked) -> list[date]:
        """The periods that make a streak now, and are used up by it; none where there is none."""
        here = self._window.row(asked.day)
        seen, used = asked.kept_apart(_SEEN, self._window), asked.kept_apart(_USED, self._window)
        if seen.get(here, 0) > 0 or used.get(here, 0) > 0:
            return []
        if not self._parameters.again and self._is_run_won(here, seen, used):
            return []
        before, after = (self._unused(here, seen, used, way) for way in (-1, 1))
        needed = self._parameters.length - 1
        for earlier in range(min(needed, len(before)), max(needed - len(after), 0) - 1, -1):
            rows = [*before[:earlier], *after[: needed - earlier]]
            missed = _missed(before[:earlier]) + _missed(after[: needed - earlier])
            if len(rows) == needed and missed <= self._parameters.freezes:
                return [here, *(row for row, _ in rows)]
        return []

    def _number(self, asked: Asked) -> int:
        here = self._window.row(asked.day)
        seen, used = asked.kept_apart(_SEEN, self._window), asked.kept_apart(_USED, self._window)
        if used.get(here, 0) > 0:
            return self._parameters.length
        return 1 + sum(len(self._unused(here, seen, used, way)) for way in (-1, 1))

    def _unused(self, here: date, seen: Rows, used: Rows, way: int) -> list[tuple[date, int]]:
        """Periods of the run on one side that no streak has used, the nearest first, with the missed ones up to each.

        Used ones belong to the run and are passed over.
        """
        found: list[tuple[date, int]] = []
        missed, row = 0, here
        for _ in range(self._reach):
            row = self._step(row, way)
            if used.get(row, 0) > 0:
                continue
            if seen.get(row, 0) > 0:
                found.append((row, missed))
                continue
            missed += 1
            if missed > self._parameters.freezes:
                break
        return found

    def _is_run_won(self, here: date, seen: Rows, used: Rows) -> bool:
        """Whether the run, on either side, holds a streak; one that is longer than a streak held one."""
        for way in (-1, 1):
            missed, count, row = 0, 0, here
            for _ in range(self._reach):
                row = self._step(row, way)
                if used.get(row, 0) > 0:
                    return True
                count += seen.get(row, 0) > 0
                missed += seen.get(row, 0) <= 0
                if missed > self._parameters.freezes:
                    break
            if count >= self._parameters.length:
                return True
        return False

    def _step(self, row: date, way: int) -> date:
        if self._parameters.each == "month":
            return self._window.row(row + timedelta(days=31)) if way > 0 else self._window.row(row - timedelta(days=1))
        return row + way * timedelta(days=7 if self._parameters.each == "week" else 1)


def _missed(chosen: Sequence[tuple[date, int]]) -> int:
    return chosen[-1][1] if chosen else 0


def _reach(each: str, count: int) -> Period:
    if each == "month":
        return Period(months=count)
    return Period(days=count * (7 if each == "week" else 1))
