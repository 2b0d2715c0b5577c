"""Two members look like one person and are not: nobody is asked again, until somebody thinks otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.audit.commands import record_act
from regulars.domain.members.queries import existing
from regulars.domain.merges.commands import end_distinction, record_distinction
from regulars.domain.merges.contracts import Distinction, DistinctionNotFound
from regulars.domain.merges.queries import distinction
from regulars.domain.programmes.contracts import Programme
from regulars.flows.merge_members import LONGEST_NOTE
from regulars.flows.merge_refusals import told_together_already, with_itself
from regulars.flows.open_profile import member_not_found
from regulars.kernel.ids import new_id
from regulars.kernel.text import clean


def tell_apart(
    conn: psycopg.Connection[Any],
    *,
    programme: Programme,
    member_id: UUID,
    other_id: UUID,
    note: str,
    now: datetime,
    by: str,
) -> bool:
    """Whether it is news: who was told apart stays so. Raises Refusal; nothing is written then.

    note: why, for colleagues.
    """
    note = clean(note, longest=LONGEST_NOTE, field="note")
    if member_id == other_id:
        refusal = with_itself()
        refusal.field = "other"
        raise refusal
    with conn.transaction():
        known = existing(conn, programme_id=programme.id, ids=[member_id.bytes, other_id.bytes])
        for field, each in (("member", member_id), ("other", other_id)):
            if each.bytes not in known:
                missing = member_not_found(each)
                missing.field = field
                raise missing
        first, second = sorted((member_id, other_id))
        told = Distinction(new_id(first.int & 0xFF), programme.id, first, second, note, now, by)
        if not record_distinction(conn, told, organisation_id=programme.organisation_id):
            return False
        _record(conn, programme, told, "member.told_apart", now=now, by=by)
    return True


def undo_distinction(
    conn: psycopg.Connection[Any], *, programme: Programme, distinction_id: UUID, now: datetime, by: str
) -> Distinction:
    """The two may be one person after all, and are shown again. Raises Refusal; nothing is written then."""
    with conn.transaction():
        told = distinction(conn, programme_id=programme.id, distinction_id=distinction_id)
        if told is None:
            raise DistinctionNotFound(distinction_id)
        if not end_distinction(conn, told, now=now, by=by):
            raise told_together_already()
        _record(conn, programme, told, "member.may_be_one", now=now, by=by)
    return replace(told, undone_at=now, undone_by=by)


def _record(
    conn: psycopg.Connection[Any], programme: Programme, told: Distinction, action: str, *, now: datetime, by: str
) -> None:
    """Who decided it stands in the audit trail of both."""
    for subject, other in ((told.first, told.second), (told.second, told.first)):
        record_act(
            conn,
            entry_id=new_id(subject.int & 0xFF),
            organisation_id=programme.organisation_id,
            programme_id=programme.id,
            now=now,
            by=by,
            action=action,
            subject=subject,
            details={"distinction": str(told.id), "member": str(other), "note": told.note},
        )
