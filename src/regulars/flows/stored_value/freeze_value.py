"""Staff stop an account, and open it again: while it is frozen nothing is spent, sent or paid back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.ledger.commands import stop_account
from regulars.domain.stored_value.contracts import Act, ActKind
from regulars.domain.stored_value.queries import stopped_by
from regulars.flows.stored_value.accounts import LONGEST_NOTE, Deed, Purse, conclude, hold_owner, purse_of
from regulars.flows.stored_value.refusals import without_reason
from regulars.kernel.ids import new_id
from regulars.kernel.text import clean


def freeze_value(
    conn: psycopg.Connection[Any], *, programme_id: int, member_id: UUID, reason: str, now: datetime, by: str
) -> Act | None:
    """Nothing goes out any more. Doing it again changes nothing, not even the reason, which is for colleagues."""
    return _set(conn, ActKind.freeze, programme_id=programme_id, member_id=member_id, reason=reason, now=now, by=by)


def thaw_value(
    conn: psycopg.Connection[Any], *, programme_id: int, member_id: UUID, reason: str, now: datetime, by: str
) -> Act | None:
    """Money can be spent again. An account that is not frozen stays as it is: None."""
    return _set(conn, ActKind.thaw, programme_id=programme_id, member_id=member_id, reason=reason, now=now, by=by)


def _set(
    conn: psycopg.Connection[Any],
    kind: ActKind,
    *,
    programme_id: int,
    member_id: UUID,
    reason: str,
    now: datetime,
    by: str,
) -> Act | None:
    reason = clean(reason, longest=LONGEST_NOTE, field="reason")
    if not reason:
        raise without_reason()
    with conn.transaction():
        purse = purse_of(conn, programme_id=programme_id, now=now)
        hold_owner(conn, purse, member_id, to_spend=False)
        return stop_or_open(conn, purse, member_id, kind, reason=reason, by=by)


def stop_or_open(
    conn: psycopg.Connection[Any], purse: Purse, owner: UUID, kind: ActKind, *, reason: str, by: str
) -> Act | None:
    """The same for an owner who is held already."""
    found = stopped_by(conn, owner=owner)
    if (found is not None) == (kind is ActKind.freeze):
        return found
    book = purse.open(conn, owner)
    deed = Deed(new_id(owner.int & 0xFF), owner, kind, 0, "", None, by, reason)
    act = conclude(conn, purse, book, deed, entry=None)
    stop_account(
        conn,
        owner=owner.bytes,
        point_type=purse.number,
        organisation_id=purse.rules.programme.organisation_id,
        stopped=kind is ActKind.freeze,
    )
    return act
