"""Stored value that a reward gave goes with the reward: all of it, or nothing where some of it was spent."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.ledger.contracts import Account
from regulars.domain.ledger.stopped import AccountFrozen
from regulars.domain.stored_value.contracts import Act, ActKind
from regulars.flows.stored_value.accounts import Deed, conclude, found_act, hold_owner, purse_of
from regulars.flows.stored_value.refusals import award_spent, wrong_act
from regulars.kernel.ids import new_id


def take_back_award(
    conn: psycopg.Connection[Any], *, programme_id: int, member_id: UUID, act_id: UUID, now: datetime, by: str
) -> Act:
    """Takes what an award gave out of the account. act_id: the award. Raises Refusal; nothing is written then."""
    with conn.transaction():
        purse = purse_of(conn, programme_id=programme_id, now=now)
        hold_owner(conn, purse, member_id, to_spend=False)
        award = found_act(conn, purse, act_id, owner=member_id)
        if award.kind is not ActKind.award or award.entry_id is None:
            raise wrong_act("a reward")
        book = purse.open(conn, member_id)
        if book.balance(member_id.bytes, award.point_type).frozen:
            raise AccountFrozen
        lot = book.lot(member_id.bytes, award.point_type, award.entry_id.bytes)
        left = lot.remaining if lot else 0
        if lot is None or left < award.amount:
            raise award_spent(purse.money(left), purse.money(award.amount))
        deed = Deed(
            new_id(member_id.int & 0xFF), member_id, ActKind.take_back, award.amount, award.reference, None, by,
            award.note, award.id,
        )  # fmt: skip
        cause = purse.cause(deed.id, "taken_back")
        entry = book.take(member_id.bytes, award.point_type, award.amount, [lot], Account.promoted, cause)
        return conclude(conn, purse, book, deed, entry=entry)
