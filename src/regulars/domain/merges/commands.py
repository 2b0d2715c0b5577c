"""Writes of merges. Points, tiers and identities are moved by the rooms that own them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.merges.contracts import Brought, Distinction, Merge, Move, TakenBack
from regulars.kernel.ids import new_id


def record_merge(conn: psycopg.Connection[Any], merge: Merge, *, organisation_id: int) -> None:
    """Writes a merge. Whoever meant the duplicate, or what had become part of it, means the kept member from now on.

    Raises psycopg's UniqueViolation when the duplicate is part of another member already.
    """
    conn.execute(
        "insert into merges_merge (bucket, id, organisation_id, programme_id, duplicate_id, kept_id, note, standings,"
        " undo_until, merged_at, by_whom) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            merge.id.int & 0xFF, merge.id, organisation_id, merge.programme_id, merge.duplicate, merge.kept,
            merge.note, merge.standings, merge.undo_until, merge.merged_at, merge.by,
        ),
    )  # fmt: skip
    conn.execute("update merges_alias set kept_id = %s where kept_id = %s", (merge.kept, merge.duplicate))
    conn.execute(
        "insert into merges_alias (bucket, member_id, organisation_id, programme_id, kept_id)"
        " values (%s, %s, %s, %s, %s)",
        (merge.duplicate.int & 0xFF, merge.duplicate, organisation_id, merge.programme_id, merge.kept),
    )


def end_merge(conn: psycopg.Connection[Any], merge: Merge, *, parts: Sequence[UUID], now: datetime, by: str) -> None:
    """The merge is undone. parts: the duplicate, and whoever had become part of it and is meant by it again.

    The caller holds both members, so nobody else ends it meanwhile.
    """
    done = conn.execute(
        "update merges_merge set undone_at = %s, undone_by = %s where bucket = %s and id = %s and undone_at is null",
        (now, by, merge.id.int & 0xFF, merge.id),
    )
    if done.rowcount != 1:
        raise RuntimeError(f"merge {merge.id} was undone without holding its members")
    conn.execute(
        "delete from merges_alias where bucket = %s and member_id = %s", (merge.duplicate.int & 0xFF, merge.duplicate)
    )
    conn.execute(
        "update merges_alias set kept_id = %s where kept_id = %s and member_id = any(%s)",
        (merge.duplicate, merge.kept, list(parts)),
    )


def record_moves(
    conn: psycopg.Connection[Any],
    moves: Sequence[Move],
    taken: Sequence[TakenBack] = (),
    *,
    organisation_id: int,
    programme_id: int,
) -> None:
    """Appends what moved, and what was taken back."""
    place = (organisation_id, programme_id)
    with conn.cursor() as cursor:
        cursor.executemany(
            "insert into merges_move (bucket, id, organisation_id, programme_id, merge_id, point_type, lot_id,"
            " entry_id, points, absorbed) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    each.id[15], UUID(bytes=each.id), *place, each.merge_id, each.point_type,
                    None if each.lot is None else UUID(bytes=each.lot), UUID(bytes=each.entry), each.points,
                    each.absorbed,
                )
                for each in moves
            ],
        )  # fmt: skip
        cursor.executemany(
            "insert into merges_taken (bucket, id, organisation_id, programme_id, merge_id, point_type, rule, lot_id,"
            " due, points) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    each.id[15], UUID(bytes=each.id), *place, each.merge_id, each.point_type, each.rule,
                    UUID(bytes=each.lot), each.due, each.points,
                )
                for each in taken
            ],
        )  # fmt: skip


def record_brought(
    conn: psycopg.Connection[Any], brought: Sequence[Brought], *, organisation_id: int, programme_id: int
) -> None:
    """Appends what a merge changed beside points."""
    with conn.cursor() as cursor:
        cursor.executemany(
            "insert into merges_brought (bucket, id, organisation_id, programme_id, merge_id, kind, subject)"
            " values (%s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    bucket := each.merge_id.int & 0xFF, new_id(bucket), organisation_id, programme_id, each.merge_id,
                    int(each.kind), each.subject,
                )
                for each in brought
            ],
        )  # fmt: skip


def record_distinction(conn: psycopg.Connection[Any], told: Distinction, *, organisation_id: int) -> bool:
    """Remembers that the two are not one person; False where that was known."""
    done = conn.execute(
        "insert into merges_distinction (bucket, id, organisation_id, programme_id, first_id, second_id, note,"
        " decided_at, by_whom) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " on conflict (bucket, first_id, second_id) where undone_at is null do nothing",
        (
            told.first.int & 0xFF, told.id, organisation_id, told.programme_id, told.first, told.second, told.note,
            told.decided_at, told.by,
        ),
    )  # fmt: skip
    return done.rowcount == 1


def end_distinction(conn: psycopg.Connection[Any], told: Distinction, *, now: datetime, by: str) -> bool:
    """The two may be one person after all; False where somebody had said so before."""
    done = conn.execute(
        "update merges_distinction set undone_at = %s, undone_by = %s"
        " where bucket = %s and id = %s and undone_at is null",
        (now, by, told.id.int & 0xFF, told.id),
    )
    return done.rowcount == 1
