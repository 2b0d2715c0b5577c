"""Binary arrays, packed by hand, for statements that write or change many rows at once.

The driver's own dumpers cost several microseconds a value; a batch of 500 events has 20,000 values. Here a column of
fixed width is one `struct` call. Format: PostgreSQL's array_send.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format

Row = tuple[Sequence[Any], Sequence[bytes | None], int | None]
"""A row on its way: values of the fixed columns, of the text columns, of the tail."""

_NULL = b"\xff\xff\xff\xff"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(2000, 1, 1).toordinal()


@lru_cache(maxsize=4096)  # an event's own time is packed into each of its rows
def micros(instant: datetime) -> int:
    """Microseconds since 2000-01-01 UTC: PostgreSQL's timestamptz."""
    delta = instant - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def days(day: date) -> int:
    """Days since 2000-01-01: PostgreSQL's date."""
    return day.toordinal() - _EPOCH_DAY


class _Array(bytes):
    """A whole array parameter in binary form."""

    oid = 0


class UuidArray(_Array):
    """uuid[] from sixteen-byte ids."""

    oid = 2951

    def __new__(cls, ids: Sequence[bytes]) -> UuidArray:
        body = b"\x00\x00\x00\x10".join([b"", *ids])
        return super().__new__(cls, _array_header(2950, len(ids)) + body)


class _Integers(_Array):
    element = 0
    code = ""
    width = 0

    def __new__(cls, values: Sequence[int | None]) -> _Integers:
        if None in values:
            pack = struct.Struct(f">i{cls.code}").pack
            body = b"".join([_NULL if value is None else pack(cls.width, value) for value in values])
            return super().__new__(cls, _array_header(cls.element, len(values)) + body)
        interleaved: list[int | None] = [cls.width] * (2 * len(values))
        interleaved[1::2] = values
        body = struct.pack(">" + f"i{cls.code}" * len(values), *interleaved)
        return super().__new__(cls, _array_header(cls.element, len(values)) + body)


class SmallIntArray(_Integers):
    """smallint[]."""

    oid, element, code, width = 1005, 21, "h", 2


class IntArray(_Integers):
    """integer[]."""

    oid, element, code, width = 1007, 23, "i", 4


class BigIntArray(_Integers):
    """bigint[]."""

    oid, element, code, width = 1016, 20, "q", 8


class TimestampArray(_Integers):
    """timestamptz[] from `micros`."""

    oid, element, code, width = 1185, 1184, "q", 8


class DateArray(_Integers):
    """date[] from `days`."""

    oid, element, code, width = 1182, 1082, "i", 4


class BoolArray(_Integers):
    """boolean[]."""

    oid, element, code, width = 1000, 16, "?", 1


class TextArray(_Array):
    """text[] from UTF-8 bytes, or None."""

    oid = 1009

    def __new__(cls, values: Sequence[bytes | None]) -> TextArray:
        body = b"".join([_NULL if value is None else len(value).to_bytes(4, "big") + value for value in values])
        return super().__new__(cls, _array_header(25, len(values)) + body)


FIXED: dict[str, type[_Array]] = {
    "int2": SmallIntArray,
    "int4": IntArray,
    "int8": BigIntArray,
    "uuid": UuidArray,
    "timestamptz": TimestampArray,
    "date": DateArray,
    "bool": BoolArray,
}
"""Column types of fixed width. Give timestamps by `micros`, dates by `days`, uuids as bytes."""


class RowPacker:
    """Packs rows of one table into one INSERT: an array for each column, however many rows.

    COPY would be a little cheaper, and PostgreSQL refuses it where row-level security binds the role.
    table: its name. fixed: column -> type of FIXED, never null. texts: columns of text, as UTF-8 or None.
    tail: one last fixed-width column that may be null, as (column, type), or None.
    """

    def __init__(
        self, table: str, fixed: dict[str, str], texts: Sequence[str] = (), tail: tuple[str, str] | None = None
    ) -> None:
        kinds = fixed | dict.fromkeys(texts, "text") | dict([tail] if tail else [])
        arrays = ", ".join(f"%b::{kind}[]" for kind in kinds.values())
        into = f"insert into {table} ({', '.join(kinds)})"
        self.statement = f"{into} select * from unnest({arrays})".encode()  # noqa: S608  # names of our own
        self._fixed = [FIXED[kind] for kind in fixed.values()]
        self._tail = FIXED[tail[1]] if tail else None

    def row(self, values: Sequence[Any], texts: Sequence[bytes | None] = (), tail: int | None = None) -> Row:
        """One row. values: for the fixed columns, in order."""
        return values, texts, tail

    def insert(self, conn: psycopg.Connection[Any], rows: Sequence[Row]) -> None:
        """Writes the rows in one statement, in their order. Errors of the database come through as they are."""
        if not rows:
            return
        values, texts, tails = zip(*rows, strict=True)
        columns = [kind(column) for kind, column in zip(self._fixed, zip(*values, strict=True), strict=True)]
        columns += [TextArray(column) for column in zip(*texts, strict=True)]
        if self._tail is not None:
            columns.append(self._tail(tails))
        conn.execute(self.statement, columns)


def _array_header(element: int, length: int) -> bytes:
    return struct.pack(">iiIii", 1, 0, element, length, 1) if length else struct.pack(">iiI", 0, 0, element)


def _dumper(kind: type[_Array]) -> type[Dumper]:
    class ArrayDumper(Dumper):
        format = Format.BINARY
        oid = kind.oid

        def dump(self, obj: Any) -> Buffer | None:
            return bytes(obj)

    return ArrayDumper


def register(conn: psycopg.Connection[Any]) -> None:
    """Teaches a connection the array types of this module."""
    for kind in (UuidArray, SmallIntArray, IntArray, BigIntArray, TimestampArray, DateArray, BoolArray, TextArray):
        conn.adapters.register_dumper(kind, _dumper(kind))
