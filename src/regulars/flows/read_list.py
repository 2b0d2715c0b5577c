"""A list of members as people export it: CSV in whatever delimiter, of which one column names the members."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import islice

from regulars.domain.audiences.contracts import NamedBy
from regulars.kernel.errors import Refusal

MOST_ROWS = 100_000
LARGEST = 20_000_000
"""Bytes of a file: a hundred thousand rows of two hundred letters each."""
LARGEST_VALUE = 200
_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 20
_KNOWN: dict[NamedBy, tuple[str, ...]] = {
    NamedBy.external_id: (
        "externalid", "memberexternalid", "customerid", "clientid", "userid", "customernumber", "customer", "member",
    ),
    NamedBy.card: ("card", "cardnumber", "cardno", "membernumber", "memberno", "number", "no"),
    NamedBy.email: ("email", "emailaddress", "mail", "memberemail", "customeremail"),
    NamedBy.phone: ("phone", "phonenumber", "mobile", "mobilephone", "telephone", "tel", "gsm", "cell"),
    NamedBy.id: ("id", "memberid", "uuid"),
}  # fmt: skip
"""How others call the columns that name members, as `_plain` writes them."""


@dataclass(frozen=True, slots=True)
class ListFile:
    """A file that can be read. content: its text; rows: how many there are below the header."""

    content: str
    columns: tuple[str, ...]
    delimiter: str
    rows: int

    def values(self, column: str, *, start: int = 0, count: int | None = None) -> Iterator[tuple[int, str]]:
        """The line in the file and the value of the column, row by row. start: how many rows are passed over."""
        place = self.columns.index(column)
        for number, row in islice(_rows(self.content, self.delimiter), start, None if count is None else start + count):
            yield number, row[place].strip() if place < len(row) else ""


def open_list(content: bytes) -> ListFile:
    """The file of an upload. Raises Refusal for what is no list of at most MOST_ROWS rows."""
    if len(content) > LARGEST:
        raise _unreadable(f"It has {len(content):,} bytes, and {LARGEST:,} can be read at once.", "Cut it in parts.")
    if content[:2] == b"PK" or content[:4] == b"\xd0\xcf\x11\xe0":
        raise _unreadable("It is a spreadsheet or an archive.", "Save the sheet as CSV UTF-8, or unpack it.")
    return list_of(_text(content))


def list_of(text: str) -> ListFile:
    """The same for its text."""
    if "\x00" in text:
        raise _unreadable("It holds characters that no text holds.", "Save it as CSV UTF-8.")
    head = next((line for line in text.splitlines() if line.strip()), "")
    if not head:
        raise _unreadable("It is empty.", "Export it again.")
    delimiter = max(_DELIMITERS, key=head.count)
    columns = tuple(each.strip() or f"({place})" for place, each in enumerate(_first(text, delimiter), start=1))
    try:
        rows = sum(1 for _ in _rows(text, delimiter))
    except csv.Error as error:
        raise _unreadable(f"It is no CSV: {error}.", "Look for a quotation mark that is not closed.") from None
    if not rows:
        raise _unreadable("Below its first line there is nothing.", "The first line names the columns; add rows.")
    if rows > MOST_ROWS:
        raise _unreadable(f"It has {rows:,} rows, and {MOST_ROWS:,} can be read at once.", "Cut it in parts.")
    return ListFile(text, columns, delimiter, rows)


def guess(file: ListFile) -> tuple[str, NamedBy]:
    """The column that most probably names members, and by what; the first column where no name says it."""
    for named_by, names in _KNOWN.items():
        for column in file.columns:
            if _plain(column) in names:
                return column, named_by
    column = file.columns[0]
    values = [value for _, value in file.values(column, count=_SAMPLE) if value]
    if values and all("@" in each for each in values):
        return column, NamedBy.email
    if values and all(each.startswith("+") for each in values):
        return column, NamedBy.phone
    return column, NamedBy.external_id


def _text(content: bytes) -> str:
    place = 1
    for encoding in ("utf-8-sig", "utf-16") if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            place = content.count(b"\n", 0, error.start) + 1
    raise _unreadable(f"Line {place} is not UTF-8.", "Save it as CSV UTF-8.")


def _first(text: str, delimiter: str) -> list[str]:
    for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter):
        if any(each.strip() for each in row):
            return row
    return []


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Every row below the header with the line on which it ends; empty lines are passed over."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    below = False
    for row in reader:
        if not any(each.strip() for each in row):
            continue
        if below:
            yield reader.line_num, row
        below = True


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _unreadable(what: str, remedy: str) -> Refusal:
    return Refusal("list_unreadable", "The file cannot be read", detail=what, remedy=remedy, field="file")
