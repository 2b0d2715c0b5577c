"""Where points had come from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from regulars.database.binary import SmallIntArray, UuidArray
from regulars.domain.ledger.contracts import CauseKind


def grants_of(conn: psycopg.Connection[Any], *, ids: Sequence[bytes]) -> dict[bytes, tuple[bytes, str]]:
    """Of lots that an event granted: the event, and the rule."""
    rows = conn.execute(
        "select uuid_send(t.id), uuid_send(t.cause), t.reason from ledger_transfer t"
        " join unnest(%b::smallint[], %b::uuid[]) k(bucket, id) on t.bucket = k.bucket and t.id = k.id"
        " where t.cause_kind = %b",
        (SmallIntArray([identifier[15] for identifier in ids]), UuidArray(ids), int(CauseKind.event)),
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def moves_of_lots(conn: psycopg.Connection[Any], *, ids: Sequence[bytes]) -> dict[bytes, bytes]:
    """Of lots that a merge brought: the cause of their posting, which is the id of the move."""
    rows = conn.execute(
        "select uuid_send(t.id), uuid_send(t.cause) from ledger_transfer t"
        " join unnest(%b::smallint[], %b::uuid[]) k(bucket, id) on t.bucket = k.bucket and t.id = k.id"
        " where t.cause_kind = %b",
        (SmallIntArray([identifier[15] for identifier in ids]), UuidArray(ids), int(CauseKind.merge)),
    )
    return dict(rows.fetchall())
