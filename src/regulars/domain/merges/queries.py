"""Reads of merges: who is meant, who is part of whom, and where points went."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import psycopg

from regulars.database.binary import SmallIntArray, UuidArray
from regulars.domain.merges.contracts import Brought, BroughtKind, Distinction, LotMoved, Merge, Move, TakenBack

_MERGE = """
    select id, programme_id, duplicate_id, kept_id, note, standings, undo_until, merged_at, by_whom, undone_at,
           undone_by
    from merges_merge
"""
_OPEN_WITHIN = f"""
    {_MERGE} where undone_at is null and (kept_id = any(%(kept)s) or (bucket, duplicate_id) in (
        select bucket, member_id from merges_alias where kept_id = any(%(kept)s)
    )) order by id
"""  # noqa: S608  # puts together two texts of this file; every value is bound
_DISTINCTION = """
    select id, programme_id, first_id, second_id, note, decided_at, by_whom, undone_at, undone_by
    from merges_distinction
"""
_MOVE = "select uuid_send(id), merge_id, point_type, uuid_send(lot_id), uuid_send(entry_id), points, absorbed"


def meant_by(conn: psycopg.Connection[Any], members: Iterable[bytes]) -> dict[bytes, bytes]:
    """Who is meant by members that are part of another: the one at the end of the chain. Others are left out."""
    ids = list(members)
    rows = conn.execute(
        "select uuid_send(a.member_id), uuid_send(a.kept_id) from merges_alias a"
        " join unnest(%b::smallint[], %b::uuid[]) k(bucket, id) on a.bucket = k.bucket and a.member_id = k.id",
        (SmallIntArray([each[15] for each in ids]), UuidArray(ids)),
        binary=True,
    )
    return dict(rows.fetchall())


def kept_instead(conn: psycopg.Connection[Any], *, member_id: UUID) -> UUID | None:
    """Of which member this one is part; None: of none."""
    found = meant_by(conn, [member_id.bytes]).get(member_id.bytes)
    return None if found is None else UUID(bytes=found)


def merge(conn: psycopg.Connection[Any], *, programme_id: int, merge_id: UUID) -> Merge | None:
    """One merge, undone or not, or None."""
    row = conn.execute(
        f"{_MERGE} where bucket = %s and id = %s and programme_id = %s", (merge_id.int & 0xFF, merge_id, programme_id)
    ).fetchone()
    return None if row is None else Merge(*row)


def merges_of_member(conn: psycopg.Connection[Any], *, member_id: UUID) -> list[Merge]:
    """Merges that brought others to the member, or the member to another, undone or not; the latest first."""
    rows = conn.execute(
        f"{_MERGE} where kept_id = %(member)s union all"
        f" {_MERGE} where bucket = %(bucket)s and duplicate_id = %(member)s order by id desc",
        {"member": member_id, "bucket": member_id.int & 0xFF},
    )
    return [Merge(*row) for row in rows]


def open_merges_within(conn: psycopg.Connection[Any], *, kept: Sequence[UUID]) -> list[Merge]:
    """The merges by which others are part of these members, directly or through others, the oldest first."""
    rows = conn.execute(_OPEN_WITHIN, {"kept": list(kept)})
    return [Merge(*row) for row in rows]


def parts_of(conn: psycopg.Connection[Any], *, member_id: UUID) -> list[UUID]:
    """The member, and all who are part of it: whose past is read as one."""
    rows = conn.execute("select member_id from merges_alias where kept_id = %s order by member_id", [member_id])
    return [member_id, *(row[0] for row in rows)]


def parts_by_member(conn: psycopg.Connection[Any], *, members: Sequence[bytes]) -> dict[bytes, list[bytes]]:
    """Of many members at once, those who are part of each; who stands for themselves alone is left out."""
    rows = conn.execute(
        "select uuid_send(kept_id), uuid_send(member_id) from merges_alias where kept_id = any(%b::uuid[])",
        [UuidArray(members)],
        binary=True,
    )
    found: dict[bytes, list[bytes]] = {}
    for kept, part in rows:
        found.setdefault(kept, []).append(part)
    return found


def moves_of(conn: psycopg.Connection[Any], *, merge_id: UUID) -> list[Move]:
    """What the merge moved, in the order in which it did."""
    rows = conn.execute(
        f"{_MOVE} from merges_move where bucket = %b::smallint and merge_id = %b::uuid order by id",
        (merge_id.int & 0xFF, merge_id),
        binary=True,
    )
    return [Move(*row) for row in rows]


def taken_by(conn: psycopg.Connection[Any], *, merge_ids: Sequence[UUID]) -> list[TakenBack]:
    """The bonuses that the merges took back."""
    rows = conn.execute(
        "select uuid_send(id), merge_id, point_type, rule, uuid_send(lot_id), due, points from merges_taken"
        " where bucket = any(%s::smallint[]) and merge_id = any(%s) order by id",
        ([each.int & 0xFF for each in merge_ids], list(merge_ids)),
    )
    return [TakenBack(*row) for row in rows]


def brought_by(conn: psycopg.Connection[Any], *, merge_id: UUID) -> list[Brought]:
    """What the merge changed beside points, in the order in which it did."""
    rows = conn.execute(
        "select merge_id, kind, subject from merges_brought where bucket = %s and merge_id = %s order by id",
        (merge_id.int & 0xFF, merge_id),
    )
    return [Brought(row[0], BroughtKind(row[1]), row[2]) for row in rows]


def lots_of_moves(conn: psycopg.Connection[Any], *, moves: Sequence[bytes]) -> dict[bytes, bytes]:
    """The lots of duplicates from which points moved, by the moves; deficits are left out."""
    rows = conn.execute(
        "select uuid_send(m.id), uuid_send(m.lot_id) from merges_move m"
        " join unnest(%b::smallint[], %b::uuid[]) k(bucket, id) on m.bucket = k.bucket and m.id = k.id"
        " where m.lot_id is not null",
        (SmallIntArray([move[15] for move in moves]), UuidArray(moves)),
        binary=True,
    )
    return dict(rows.fetchall())


def lots_moved(conn: psycopg.Connection[Any], *, lots: Sequence[bytes]) -> list[LotMoved]:
    """Where lots went, the oldest first. A lot may go several times, after something came back to it."""
    rows = conn.execute(
        "select uuid_send(m.lot_id), uuid_send(m.entry_id), g.undone_at is null"
        " from unnest(%b::smallint[], %b::uuid[]) k(bucket, id)"
        " join merges_move m on m.bucket = k.bucket and m.lot_id = k.id"
        " join merges_merge g on g.bucket = m.bucket and g.id = m.merge_id order by m.id",
        (SmallIntArray([lot[15] for lot in lots]), UuidArray(lots)),
        binary=True,
    )
    return [LotMoved(*row) for row in rows]


def distinction(conn: psycopg.Connection[Any], *, programme_id: int, distinction_id: UUID) -> Distinction | None:
    """One decision, undone or not, or None."""
    row = conn.execute(
        f"{_DISTINCTION} where bucket = %s and id = %s and programme_id = %s",
        (distinction_id.int & 0xFF, distinction_id, programme_id),
    ).fetchone()
    return None if row is None else Distinction(*row)


def distinctions(
    conn: psycopg.Connection[Any], *, programme_id: int, before: UUID | None = None, limit: int = 50
) -> list[Distinction]:
    """Who was told apart, the latest first. before: the last one of the page before."""
    rows = conn.execute(
        f"{_DISTINCTION} where programme_id = %s and undone_at is null and (%s::uuid is null or id < %s)"
        " order by id desc limit %s",
        (programme_id, before, before, limit),
    )
    return [Distinction(*row) for row in rows]


def told_apart(conn: psycopg.Connection[Any], pairs: Iterable[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID]]:
    """Those of the pairs that are known not to be one person. pairs: the smaller id first."""
    ordered = list(pairs)
    rows = conn.execute(
        "select d.first_id, d.second_id from unnest(%s::smallint[], %s::uuid[], %s::uuid[]) k(bucket, first, second)"
        " join merges_distinction d on d.bucket = k.bucket and d.first_id = k.first and d.second_id = k.second"
        " where d.undone_at is null",
        ([first.int & 0xFF for first, _ in ordered], *map(list, zip(*ordered, strict=True))),
    )
    return set(rows.fetchall())
