"""One member as the nights until a day will leave them, if nothing else happens: for asking what a later day gives."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg

from regulars.domain.ledger.commands import open_due, write_book
from regulars.domain.programmes.queries import Shelf
from regulars.flows.review_tiers import review_members
from regulars.flows.settle_day import activate_in_book, expire_in_book
from regulars.flows.write_settled import write_settled
from regulars.kernel.clock import local_day


def bring_to_day(conn: psycopg.Connection[Any], rules: Shelf, member: bytes, *, now: datetime) -> None:
    """Points become active, are cancelled and expire, tiers are reviewed: in the order of nightly_work.

    Meant for a transaction that is rolled back: birthdays and other occasions are left out, and nobody is told.
    """
    programme, today = rules.programme, local_day(now, rules.programme.time_zone)
    book = open_due(conn, owners=[member], today=today)
    for owner, point_type in book.accounts():
        activate_in_book(book, owner, point_type, today=today, time_zone=programme.time_zone)
    write_settled(conn, rules, book, now=now)
    review_members(conn, rules, [member], today=today, now=now)
    book = open_due(conn, owners=[member], today=today)
    for owner, point_type in book.accounts():
        expire_in_book(book, owner, point_type, today=today, time_zone=programme.time_zone)
    write_book(conn, book, organisation_id=programme.organisation_id, now=now)
    review_members(conn, rules, [member], today=today, now=now, by_balance=True)
