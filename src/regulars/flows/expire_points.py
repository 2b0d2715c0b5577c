"""Points whose last day has passed leave the books: one entry for every lot. Running it again changes nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg

from regulars.domain.ledger.commands import open_due, write_book
from regulars.domain.ledger.queries import owners_with_expired_lots
from regulars.domain.programmes.queries import shelf
from regulars.flows.settle_day import expire_in_book
from regulars.kernel.batches import in_batches
from regulars.kernel.clock import local_day
from regulars.kernel.ids import by_bucket

_PAGE = 100_000
_BATCH = 2_000


def expire_points(conn: psycopg.Connection[Any], *, programme_id: int, now: datetime) -> int:
    """Expires what is due in the programme, in batches of one transaction each; how many points went.

    Costs what is due, not what there is: it reads the index of open lots by their last day.
    """
    rules = shelf(conn, programme_id=programme_id)
    programme = rules.programme
    today = local_day(now, programme.time_zone)
    point_types = list(rules.point_types.values())
    expired = 0
    while owners := owners_with_expired_lots(conn, point_types=point_types, today=today, limit=_PAGE):
        for batch in in_batches(sorted(owners, key=by_bucket), _BATCH):
            with conn.transaction():
                book = open_due(conn, owners=batch, today=today)
                for owner, point_type in book.accounts():
                    expired += expire_in_book(book, owner, point_type, today=today, time_zone=programme.time_zone)
                write_book(conn, book, organisation_id=programme.organisation_id, now=now)
    return expired
