"""Rows packed by hand for PostgreSQL's binary COPY, and binary arrays for set-based updates.

The driver's own dumpers cost several microseconds a value; a batch of 500 events has 20,000 values. Here a row of
fixed width is one `struct` call. Format: PostgreSQL manual, COPY, "Binary Format"; array_send for arrays.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format

_HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_TRAILER = b"\xff\xff"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(2000, 1, 1).toordinal()

FIXED = {
    "int2": (2, "h"),
    "int4": (4, "i"),
    "int8": (8, "q"),
    "uuid": (16, "16s"),
    "timestamptz": (8, "q"),
    "date": (4, "i"),
    "bool": (1, "?"),
}
"""Column types of fixed width: bytes, struct code. Give timestamps by `micros`, dates by `days`, uuids as bytes."""


@lru_cache(maxsize=4096)  # an event's own time is packed into each of its rows
def micros(instant: datetime) -> int:
    """Microseconds since 2000-01-01 UTC: PostgreSQL's timestamptz."""
    delta = instant - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def days(day: date) -> int:
    """Days since 2000-01-01: PostgreSQL's date."""
    return day.toordinal() - _EPOCH_DAY


class RowPacker:
    """Packs rows of one table: fixed-width columns first, then text columns, in the order of the statement.

    table: its name. fixed: column -> type of FIXED, never null. texts: columns of text or bytea as bytes, or None.
    tail: one last fixed-width column that may be null, as (column, type), or None.
    """

    def __init__(
        self, table: str, fixed: dict[str, str], texts: Sequence[str] = (), tail: tuple[str, str] | None = None
    ) -> None:
        columns = [*fixed, *texts, *([tail[0]] if tail else [])]
        self.statement = f"copy {table} ({', '.join(columns)}) from stdin (format binary)"
        codes = "".join(f"i{FIXED[kind][1]}" for kind in fixed.values())
        self._fixed = struct.Struct(f">h{codes}")
        self._lengths = [FIXED[kind][0] for kind in fixed.values()]
        self._count = len(columns)
        self._texts = len(texts)
        self._tail = struct.Struct(f">i{FIXED[tail[1]][1]}") if tail else None
        self._tail_length = FIXED[tail[1]][0] if tail else 0
        source = ", ".join(f"{length}, v[{index}]" for index, length in enumerate(self._lengths))
        # One call with literal lengths is twice as fast as building the argument list value by value.
        self._pack = eval(f"lambda v, pack=pack: pack({self._count}, {source})", {"pack": self._fixed.pack})  # noqa: S307  # source is made of integers only

    def row(self, values: Sequence[Any], texts: Sequence[bytes | None] = (), tail: int | None = None) -> bytes:
        """One row. values: for the fixed columns, in order."""
        parts = [self._pack(values)]
        for text in texts:
            parts.append(b"\xff\xff\xff\xff" if text is None else len(text).to_bytes(4, "big") + text)
        if self._tail is not None:
            parts.append(b"\xff\xff\xff\xff" if tail is None else self._tail.pack(self._tail_length, tail))
        return b"".join(parts)

    def copy(self, conn: psycopg.Connection[Any], rows: Iterable[bytes]) -> None:
        """Sends the rows in one COPY. Errors of the database come through as they are."""
        with conn.cursor() as cursor, cursor.copy(self.statement) as copy:
            copy.write(b"".join((_HEADER, *rows, _TRAILER)))


class _Array(bytes):
    """A whole array parameter in binary form."""

    oid = 0


class UuidArray(_Array):
    """uuid[] from sixteen-byte ids."""

    oid = 2951

    def __new__(cls, ids: Sequence[bytes]) -> UuidArray:
        body = b"".join([b"\x00\x00\x00\x10" + identifier for identifier in ids])
        return super().__new__(cls, _array_header(2950, len(ids)) + body)


class _Integers(_Array):
    element = 0
    code = ""
    width = 0

    def __new__(cls, values: Sequence[int]) -> _Integers:
        interleaved: list[int] = [cls.width] * (2 * len(values))
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
    """text[] from UTF-8 bytes."""

    oid = 1009

    def __new__(cls, values: Sequence[bytes]) -> TextArray:
        body = b"".join([len(value).to_bytes(4, "big") + value for value in values])
        return super().__new__(cls, _array_header(25, len(values)) + body)


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
