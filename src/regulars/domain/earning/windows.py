"""Windows: how far a rule looks back. 'lifetime', 'calendar month', or so many days, weeks, months or years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from regulars.kernel.errors import Refusal
from regulars.kernel.periods import Period, parse_period
from regulars.kernel.words import Sentence

Grain = Literal["day", "week", "month", "quarter", "year", "ever"]
CALENDAR: tuple[Grain, ...] = ("day", "week", "month", "quarter", "year")
EVER = date(2000, 1, 1)
"""The one day on which everything is kept that is counted for ever."""
_MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "year": 12}
_WORDS = {
    "day": "on one day",
    "week": "in one calendar week",
    "month": "in one calendar month",
    "quarter": "in one calendar quarter",
    "year": "in one calendar year",
    "ever": "over all time",
}


@dataclass(frozen=True, slots=True)
class Window:
    """grain: the periods by which counts are kept. length: of a rolling window; None: the period of the event alone.

    around: days after the event matter as well, and every period is looked at by itself: a late event may join two
    parts of a streak.
    """

    grain: Grain
    length: Period | None = None
    around: bool = False

    def row(self, day: date) -> date:
        """The first day of the period in which a local day counts; of weeks the Monday."""
        if self.grain == "day":
            return day
        if self.grain == "ever":
            return EVER
        if self.grain == "week":
            return day - timedelta(days=day.weekday())
        months = _MONTHS[self.grain]
        return date(day.year, (day.month - 1) // months * months + 1, 1)

    def span(self, day: date) -> tuple[date, date]:
        """The first and the last row that count for an event of that local day, both within."""
        last = self.row(day)
        if self.length is None:
            return last, last
        if self.around:
            return self.row(self.length.before(last)), self.row(self.length.after(last))
        return self.length.before(last) + timedelta(days=1), last

    def ends(self, day: date) -> date | None:
        """The last day of the calendar period that the day lies in; None: the window has no such end."""
        if self.length is not None or self.grain == "ever":
            return None
        if self.grain == "day":
            return day
        start = self.row(day)
        after = Period(days=7) if self.grain == "week" else Period(months=_MONTHS[self.grain])
        return after.after(start) - timedelta(days=1)

    def words(self) -> Sentence:
        """'in one calendar month', 'within 30 days'."""
        if self.length is not None:
            return Sentence("within {period}", {"period": str(self.length)})
        return Sentence(_WORDS[self.grain])


LIFETIME = Window("ever")


def parse_window(text: str, *, field: str = "window") -> Window:
    """'lifetime', 'calendar quarter', '30 days'. Raises Refusal for anything else, and for a window of nothing."""
    said = text.strip()
    if said == "lifetime":
        return LIFETIME
    for grain in CALENDAR:
        if said == f"calendar {grain}":
            return Window(grain)
    try:
        length = parse_period(said, field=field)
    except Refusal as refusal:
        if refusal.code != "bad_period":
            raise
        raise _unreadable(text, field) from None
    if length == Period():
        raise Refusal(
            "window_of_zero",
            "The window is empty",
            detail=f"Nothing ever happens within {said}.",
            remedy="Write a longer window, such as 1 day, 30 days, calendar month or lifetime.",
            field=field,
        )
    return Window("day", length)


def _unreadable(text: str, field: str) -> Refusal:
    return Refusal(
        "bad_window",
        "The window cannot be read",
        detail=f"{text!r} is no window.",
        remedy="Write lifetime, calendar month (week, quarter, year), or a period such as 30 days.",
        field=field,
    )
