"""What an import works on: a row of the file, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it stands in the file, every value as text, empty values left out.

    line: where the row begins, counted from 1; in Parquet the number of the row.
    reached: how far the file has been read, in the units of `Source.size`.
    whole: the row came from a nested record (JSON, Parquet): its neighbours belong to it only if they share its line.
    """

    line: int
    values: Mapping[str, str]
    reached: int = 0
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """Why rows were left out: which lines, the column and value at fault, what is wrong, what to do.

    rows: the rows concerned, for the errors file; a faulty line spoils its whole order.
    """

    line: int
    what: str
    remedy: str
    column: str = ""
    value: str = ""
    rows: tuple[Row, ...] = ()


class Unreadable(Exception):
    """A value that cannot be read. Carries the field of ours, the value, what is wrong, and what to do."""

    def __init__(self, field: str, value: str, *, what: str, remedy: str, line: int | None = None) -> None:
        super().__init__(what)
        self.field = field
        self.value = value
        self.what = what
        self.remedy = remedy
        self.line = line
