"""Members by a condition tree: one statement from the columns that each room offers. Who is meant, how many, a few."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from regulars.domain.audiences.contracts import Selection
from regulars.domain.earning.conditions import Condition
from regulars.domain.earning.conditions_sql import answers_as_sql, as_sql
from regulars.domain.members.columns import MEMBERS, STAYING
from regulars.flows.member_vocabulary import Vocabulary
from regulars.kernel.ids import BUCKETS

SAMPLE = 6
"""Members shown while one writes conditions: enough to see whether they are the right ones."""

_SAMPLED = 8
"""Buckets that are counted where there is no time for all: one member of 32."""
_EVERYBODY = f"select count(*) from {MEMBERS} where {STAYING}"  # noqa: S608  # texts of our own; values are bound


class Preview(NamedTuple):
    """How many members fulfil a tree now, of how many, and those few of them who joined last."""

    members: int
    of: int
    sample: list[UUID]


def selection_of(condition: Condition, vocabulary: Vocabulary, *, programme_id: int) -> Selection:
    """The members who fulfil the tree, closed ones never. The tree must be free of troubles (`troubles_of`)."""
    sql, parameters = _from(condition, vocabulary, programme_id=programme_id)
    return Selection(f"select m.bucket, m.id {sql}", parameters, many=True)  # texts of our own; values are bound


def preview(
    conn: psycopg.Connection[Any], condition: Condition, vocabulary: Vocabulary, *, programme_id: int
) -> Preview:
    """Counts and samples; stores nothing."""
    sql, parameters = _from(condition, vocabulary, programme_id=programme_id)
    counted = conn.execute(f"select count(*) {sql}", parameters).fetchone()
    everybody = conn.execute(_EVERYBODY, parameters).fetchone()
    latest = f"order by m.enrolled_at desc, m.id desc limit {SAMPLE}"
    rows = conn.execute(f"select m.id {sql} {latest}", parameters)
    sample = [row[0] for row in rows]
    return Preview(counted[0] if counted else 0, everybody[0] if everybody else 0, sample)


class Counted(NamedTuple):
    """How many members fulfil a tree, of how many. exact: they were counted; otherwise some were, and the rest guessed.

    members, of: None: even that took too long. sample: a few of them; empty where it took too long.
    """

    members: int | None
    of: int | None
    exact: bool
    sample: list[UUID]


def count_quickly(
    conn: psycopg.Connection[Any], condition: Condition, vocabulary: Vocabulary, *, programme_id: int, patience_ms: int
) -> Counted:
    """The preview for somebody who is waiting. Each of its statements gets so many milliseconds.

    Members lie evenly in 256 buckets. Where all cannot be counted in time, those of a few buckets are, and stand for
    all. Stores nothing.
    """
    sql, parameters = _from(condition, vocabulary, programme_id=programme_id)
    latest = f"order by m.enrolled_at desc, m.id desc limit {SAMPLE}"
    sample = _patiently(conn, f"select m.id {sql} {latest}", parameters, patience_ms) or []
    for buckets in (BUCKETS, _SAMPLED):
        some = "" if buckets == BUCKETS else f" and m.bucket < {_SAMPLED}"
        counted = _patiently(conn, f"select count(*) {sql}{some}", parameters, patience_ms)
        everybody = _patiently(conn, f"{_EVERYBODY}{some}", parameters, patience_ms)
        if counted and everybody:
            members, of = (row[0][0] * (BUCKETS // buckets) for row in (counted, everybody))
            return Counted(members, of, buckets == BUCKETS, [row[0] for row in sample])
    return Counted(None, None, False, [row[0] for row in sample])


def _patiently(
    conn: psycopg.Connection[Any], statement: str, parameters: dict[str, object], patience_ms: int
) -> list[tuple[Any, ...]] | None:
    """The rows, or None where they do not come in time."""
    try:
        with conn.transaction():
            conn.execute("select set_config('statement_timeout', %s, true)", [f"{patience_ms}ms"])
            return conn.execute(statement, parameters).fetchall()
    except psycopg.errors.QueryCanceled:
        return None


def fulfils(
    conn: psycopg.Connection[Any], condition: Condition, vocabulary: Vocabulary, *, programme_id: int, member_id: UUID
) -> bool:
    """Whether one member fulfils the tree now. The tree must be free of troubles (`troubles_of`)."""
    sql, parameters = _from(condition, vocabulary, programme_id=programme_id)
    one = {"of_bucket": member_id.int & 0xFF, "of_member": member_id}
    row = conn.execute(
        f"select true {sql} and m.bucket = %(of_bucket)s and m.id = %(of_member)s", parameters | one
    ).fetchone()
    return row is not None


def fulfilled(
    conn: psycopg.Connection[Any],
    conditions: Sequence[Condition],
    vocabulary: Vocabulary,
    *,
    programme_id: int,
    member_id: UUID,
) -> list[bool]:
    """Of each tree whether one member fulfils it now, in one statement. The trees must be free of troubles."""
    if not conditions:
        return []
    asked = answers_as_sql(
        conditions,
        facts={name: field.stored for name, field in vocabulary.fields.items()},
        columns={name: field.column for name, field in vocabulary.fields.items()},
        places=vocabulary.places,
    )
    # Texts of our own; values are bound.
    row = conn.execute(
        f"select {', '.join(asked.columns)} from {MEMBERS} {asked.joins} where {STAYING}"  # noqa: S608  # as above
        " and m.bucket = %(of_bucket)s and m.id = %(of_member)s",
        asked.parameters | {"programme": programme_id, "of_bucket": member_id.int & 0xFF, "of_member": member_id},
    ).fetchone()
    return [False] * len(conditions) if row is None else list(row)


def _from(condition: Condition, vocabulary: Vocabulary, *, programme_id: int) -> tuple[str, dict[str, object]]:
    found = as_sql(
        condition,
        facts={name: field.stored for name, field in vocabulary.fields.items()},
        columns={name: field.column for name, field in vocabulary.fields.items()},
        places=vocabulary.places,
    )
    return (
        f"from {MEMBERS} {found.joins} where {STAYING} and {found.where}",
        found.parameters | {"programme": programme_id},
    )
