"""What is remembered of a member, and what an event adds to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from regulars.domain.earning.windows import Window

Rows = dict[date, int]


class Count(NamedTuple):
    """What one event adds to a tally of its member. day: the first day of the period in which it counts."""

    key: str
    day: date
    amount: int


class Recall(NamedTuple):
    """A tally that a rule reads for one event: the rows from `since` until `until`, both within.

    apart: row by row; otherwise their sum is all that is asked.
    """

    key: str
    since: date
    until: date
    apart: bool


class Past:
    """Tallies of one member: key -> first day of a period -> amount."""

    __slots__ = ("rows",)

    def __init__(self, rows: Mapping[str, Rows] | None = None) -> None:
        self.rows: dict[str, Rows] = {} if rows is None else {key: dict(kept) for key, kept in rows.items()}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Past) and self.rows == other.rows

    def __hash__(self) -> int:
        raise TypeError("a past grows; it is no key")

    @classmethod
    def read(cls, kept: Mapping[str, Mapping[str, int]]) -> Past:
        """From what is kept with an event: days as text."""
        return cls(
            {key: {date.fromisoformat(day): amount for day, amount in rows.items()} for key, rows in kept.items()}
        )

    def between(self, key: str, since: date, until: date) -> Rows:
        """The rows of that span, those without an amount left out."""
        return {day: amount for day, amount in self.rows.get(key, {}).items() if since <= day <= until and amount}

    def total(self, key: str, since: date, until: date) -> int:
        """The sum of that span."""
        rows = self.rows.get(key)
        if not rows:
            return 0
        if since == until:  # what counts for ever, and calendar periods, have one row
            return rows.get(since, 0)
        return sum([amount for day, amount in rows.items() if since <= day <= until])

    def add(self, counts: Iterable[Count]) -> None:
        """Remembers what an event added, so that the next one sees it."""
        for key, day, amount in counts:
            rows = self.rows.setdefault(key, {})
            rows[day] = rows.get(day, 0) + amount

    def join(self, rows: Mapping[str, Rows]) -> None:
        """Counts what is remembered of a part of the member as well."""
        for key, kept in rows.items():
            self.add(Count(key, day, amount) for day, amount in kept.items())

    def recalled(self, recalls: Iterable[Recall]) -> Past:
        """Only what is asked for: this is what rules see, and what is kept with an event."""
        found: dict[str, Rows] = {}
        for key, since, until, apart in recalls:
            rows = self.between(key, since, until)
            if rows:
                found[key] = rows if apart else {until: sum(rows.values())}
        return Past(found)


NOTHING = Past()
"""The past of a member of whom no rule remembers anything. Not to be added to."""


def tally_key(owner: str, what: str, window: Window) -> str:
    """The key of a tally: rule:card:pieces:ever. The grain is part of it, so rows of two grains never meet."""
    return f"{owner}:{what}:{window.grain}"


def recall_of(key: str, window: Window, day: date) -> Recall:
    """What an event of that local day reads of a tally."""
    return Recall(key, *window.span(day), window.around)
