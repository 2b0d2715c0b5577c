"""Members by a condition tree: one statement from the columns that each room offers. Who is meant, how many, a few."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from regulars.domain.audiences.contracts import Selection
from regulars.domain.earning.conditions import Condition
from regulars.domain.earning.conditions_sql import as_sql
from regulars.domain.members.columns import MEMBERS, STAYING
from regulars.flows.member_vocabulary import Vocabulary

SAMPLE = 6
"""Members shown while one writes conditions: enough to see whether they are the right ones."""


_EVERYBODY = f"select count(*) from {MEMBERS} where {STAYING}"  # noqa: S608  # texts of our own; values are bound


class Preview(NamedTuple):
    """How many members fulfil a tree now, of how many, and those few of them who joined last."""

    members: int
    of: int
    sample: list[UUID]


def selection_of(condition: Condition, vocabulary: Vocabulary, *, programme_id: int) -> Selection:
    """The members who fulfil the tree, closed ones never. The tree must be free of troubles (`troubles_of`)."""
    sql, parameters = _from(condition, vocabulary, programme_id=programme_id)
    return Selection(f"select m.bucket, m.id {sql}", parameters)  # texts of our own; values are bound


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
