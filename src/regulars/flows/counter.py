"""Where rewards are paid: the books of all who may pay for a member, and what they can spend."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from regulars.domain.households.debit_order import Purse
from regulars.domain.ledger.book import Book
from regulars.domain.ledger.commands import open_book
from regulars.domain.programmes.queries import Shelf
from regulars.flows.household_pool import Pool, purses_in
from regulars.flows.settle_day import settle_day
from regulars.kernel.clock import local_day


class Counter(NamedTuple):
    """Who takes rewards, the pool that they spend from, the books, and what each can spend, by code of point type."""

    spender: UUID
    pool: Pool | None
    book: Book
    purses: dict[str, list[Purse]]


def open_counter(
    conn: psycopg.Connection[Any],
    rules: Shelf,
    pool: Pool | None,
    member_id: UUID,
    point_types: Iterable[str],
    *,
    now: datetime,
    to_write: bool = True,
) -> Counter:
    """The books of all who may pay, with everything expired that is due: such points can no longer be spent."""
    owners = pool.owners if pool else [member_id.bytes]
    book = open_book(conn, owners=owners, with_lots=True, to_write=to_write)
    zone = rules.programme.time_zone
    today = local_day(now, zone)
    purses = {}
    for code in set(point_types):
        number = rules.point_types[code]
        for owner in owners:
            settle_day(book, owner, number, today=today, time_zone=zone)
        if pool:
            purses[code] = purses_in(conn, pool, book, number, today=today)
        else:
            purses[code] = [Purse(member_id, book.balance(member_id.bytes, number).available, now)]
    return Counter(member_id, pool, book, purses)
