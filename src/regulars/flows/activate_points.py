"""Pending points become active on their day, or are cancelled when what they waited for did not come in time."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import psycopg

from regulars.domain.ledger.commands import open_book, write_book
from regulars.domain.ledger.contracts import Account
from regulars.domain.ledger.queries import owners_with_due_pending
from regulars.domain.programmes.queries import shelf
from regulars.flows.settle_day import activate_in_book
from regulars.kernel.clock import local_day

_BATCH = 500


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
    while True:
        with conn.transaction():
            owners = owners_with_due_pending(conn, point_types=point_types, today=today, limit=_BATCH)
            if not owners:
                return Activated(active, cancelled)
            book = open_book(conn, owners=sorted(owners), with_lots=True)
            for owner in owners:
                for point_type in point_types:
                    for entry in activate_in_book(book, owner, point_type, today=today, time_zone=programme.time_zone):
                        if entry.credit == Account.available:
                            active += entry.amount
                        else:
                            cancelled += entry.amount
            write_book(conn, book, organisation_id=programme.organisation_id, now=now)
