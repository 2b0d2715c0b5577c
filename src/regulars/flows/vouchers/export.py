"""The codes of a pool as CSV, in parts, so that nothing has to be held whole."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any

import psycopg

from regulars.domain.vouchers.contracts import Voucher
from regulars.domain.vouchers.queries import exported

EXPORTED = ("code", "state", "uses", "last_day")


def lines_of(conn: psycopg.Connection[Any], *, pool_id: int, batch_id: int | None) -> Iterator[str]:
    """A head, and a line for each code. Reads while it is sent."""
    yield _written([EXPORTED])
    for part in exported(conn, pool_id=pool_id, batch_id=batch_id):
        yield _written([_cells(each) for each in part])


def _cells(voucher: Voucher) -> tuple[str, ...]:
    # A code that begins like a formula would be one in a spreadsheet; codes have letters, digits, dots and underscores.
    day = "" if voucher.last_day is None else voucher.last_day.isoformat()
    return voucher.text, voucher.state.name, str(voucher.uses), day


def _written(rows: list[tuple[str, ...]]) -> str:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()
