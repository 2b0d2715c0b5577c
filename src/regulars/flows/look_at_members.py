"""An operator writes conditions and sees who fulfils them: how many, and a few by name, whose reading is recorded."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from regulars.domain.audit.commands import record_act
from regulars.domain.audit.contracts import programme_subject
from regulars.domain.earning.conditions import Condition
from regulars.domain.members.queries import enrolled_at_of, names_of
from regulars.domain.programmes.contracts import Programme
from regulars.flows.member_filter import Counted, count_quickly
from regulars.flows.member_vocabulary import Vocabulary
from regulars.kernel.ids import new_id

PATIENCE_MS = 1_500
"""How long somebody who writes waits for each part of the answer."""


class MemberSeen(NamedTuple):
    """One of them, by name; empty: without a name."""

    id: UUID
    name: str
    enrolled_at: datetime


class Looked(NamedTuple):
    """counted: how many; sample: those few of them who joined last."""

    counted: Counted
    sample: list[MemberSeen]


def look_at_members(
    conn: psycopg.Connection[Any],
    condition: Condition,
    vocabulary: Vocabulary,
    *,
    programme: Programme,
    now: datetime,
    by: str,
    patience_ms: int = PATIENCE_MS,
) -> Looked:
    """Who fulfils the tree now. The tree must be free of troubles (`troubles_of`).

    The read is in the audit trail with the ids of those who were shown.
    """
    counted = count_quickly(conn, condition, vocabulary, programme_id=programme.id, patience_ms=patience_ms)
    if not counted.sample:
        return Looked(counted, [])
    with conn.transaction():
        names = names_of(conn, member_ids=counted.sample)
        joined = enrolled_at_of(conn, members=counted.sample)
        sample = [MemberSeen(each, names.get(each, ""), joined[each]) for each in counted.sample if each in joined]
        record_act(
            conn,
            entry_id=new_id(0),
            organisation_id=programme.organisation_id,
            programme_id=programme.id,
            now=now,
            by=by,
            action="members.listed",
            subject=programme_subject(programme.id),
            details={"members": [str(each.id) for each in sample]},
        )
    return Looked(counted, sample)
