"""Pending points become active on their day, or are cancelled when what they waited for did not come in time."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import psycopg

from regulars.domain.ledger.commands import open_due
from regulars.domain.ledger.contracts import Account
from regulars.domain.ledger.queries import owners_with_due_pending
from regulars.domain.programmes.queries import shelf
from regulars.flows.settle_day import activate_in_book
from regulars.flows.write_settled import write_settled
from regulars.kernel.batches import in_batches
from regulars.kernel.clock import local_day
from regulars.kernel.ids import by_bucket

_PAGE = 100_000
_BATCH = 2_000


class Activated(NamedTuple):
    """How many points became active, and how many were cancelled."""

    active: int
    cancelled: int


def activate_points(conn: psycopg.Connection[Any], *, programme_id: int, now: datetime) -> Activated:
    """Does what is due in the programme, in batches of one transaction each. Running it again changes nothing.

    Costs what is due: it reads the indexes of waiting points by their day.
    """
    rules = shelf(conn, programme_id=programme_id)
    programme = rules.programme
    today = local_day(now, programme.time_zone)
    point_types = list(rules.point_types.values())
    active = cancelled = 0
    while owners := owners_with_due_pending(conn, point_types=point_types, today=today, limit=_PAGE):
        for batch in in_batches(sorted(owners, key=by_bucket), _BATCH):
            with conn.transaction():
                book = open_due(conn, owners=batch, today=today)
                for owner, point_type in book.accounts():
                    activate_in_book(book, owner, point_type, today=today, time_zone=programme.time_zone)
                write_settled(conn, rules, book, now=now)
            for entry in book.entries:
                if entry.debit == Account.pending:
                    active += entry.amount if entry.credit == Account.available else 0
                    cancelled += entry.amount if entry.credit == Account.reversed else 0
    return Activated(active, cancelled)
