"""What is in an account of stored value now, for pages and programs. Writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.ledger.commands import open_book
from regulars.domain.ledger.contracts import Account
from regulars.domain.ledger.queries import entries_by_id
from regulars.domain.stored_value.contracts import Act
from regulars.domain.stored_value.queries import stopped_by
from regulars.flows.settle_day import settle_day
from regulars.flows.stored_value.accounts import purse_of


@dataclass(frozen=True, slots=True)
class StoredAccount:
    """In minor units. given: of what is available, what nobody paid. stopped: why it is frozen; None: it is not."""

    currency: str
    point_type: str
    available: int
    held: int
    given: int
    stopped: Act | None


def look_at_value(conn: psycopg.Connection[Any], *, programme_id: int, owner: UUID, now: datetime) -> StoredAccount:
    """The account, in which everything has happened that is due. Raises NotAllowed where there is no stored value."""
    purse = purse_of(conn, programme_id=programme_id, now=now)
    book = open_book(conn, owners=[owner.bytes], with_lots=True, to_write=False)
    settle_day(book, owner.bytes, purse.number, today=purse.today, time_zone=purse.rules.programme.time_zone)
    balance = book.balance(owner.bytes, purse.number)
    lots = book.open_lots(owner.bytes, purse.number)
    granted = entries_by_id(conn, ids=[UUID(bytes=lot.id) for lot in lots if lot.remaining])
    given = sum(
        lot.remaining
        for lot in lots
        if (entry := granted.get(UUID(bytes=lot.id))) is not None and entry.debit is Account.promoted
    )
    stopped = stopped_by(conn, owner=owner)
    return StoredAccount(purse.currency, purse.terms.point_type, balance.available, balance.held, given, stopped)
