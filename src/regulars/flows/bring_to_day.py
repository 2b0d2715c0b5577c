"""One member as the nights until a day will leave them, if nothing else happens: for asking what a later day gives."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.ledger.commands import open_book, open_due, write_book
from regulars.domain.members.commands import lock_members
from regulars.domain.programmes.queries import Shelf
from regulars.domain.tiers.queries import standings_of
from regulars.flows.follow_merges import parts_within
from regulars.flows.occasions_ahead import occasions_ahead, work_occasion
from regulars.flows.review_tiers import review_members
from regulars.flows.settle_day import activate_in_book, expire_in_book
from regulars.flows.write_settled import write_settled
from regulars.kernel.clock import local_day, start_of_day

_ONE_DAY = timedelta(days=1)


def bring_to_day(conn: psycopg.Connection[Any], rules: Shelf, member: bytes, *, today: date, now: datetime) -> None:
    """Night after night from `today` until the local day of `now`, in the order of nightly_work; nobody is told.

    Nights in which nothing is due for the member are passed over. Meant for a transaction that is rolled back.
    """
    time_zone = rules.programme.time_zone
    last = local_day(now, time_zone)
    locked = lock_members(conn, [member])
    parts = [each.duplicate for mine in parts_within(conn, locked).values() for each in mine]
    ahead = occasions_ahead(conn, rules, [UUID(bytes=member), *parts], today=today)
    # What today, or a night that was left out, still owes comes with the next night.
    unsent = last if ahead is None else min(ahead.unsent.values())
    day, due = today, _next_due(conn, rules, member)
    while day < last:
        day += _ONE_DAY
        events = [] if ahead is None else list(ahead.between(unsent, day))
        unsent = day + _ONE_DAY
        if events or day == last or due <= day:
            at = min(now, start_of_day(day, time_zone))
            _work_night(conn, rules, member, today=day, now=at)
            for event in events:
                work_occasion(conn, rules, event, member, now=at)
            due = _next_due(conn, rules, member)


def _work_night(conn: psycopg.Connection[Any], rules: Shelf, member: bytes, *, today: date, now: datetime) -> None:
    """Points become active, are cancelled and expire, tiers are reviewed."""
    programme = rules.programme
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


def _next_due(conn: psycopg.Connection[Any], rules: Shelf, member: bytes) -> date:
    """The first day on which something can happen by itself: to points, or on a ladder."""
    book = open_book(conn, owners=[member], with_lots=True)
    found = [date.max]
    for owner, point_type in book.accounts():
        found += [lot.last_day + _ONE_DAY for lot in book.open_lots(owner, point_type) if lot.last_day is not None]
        for lot in book.pending_of(owner, point_type):
            if lot.activates_on is not None:
                found += [] if lot.frozen else [lot.activates_on]
            elif lot.cancels_after is not None:
                found.append(lot.cancels_after + _ONE_DAY)
    found += [each.review_on for each in standings_of(conn, [member]).values()]
    return min(found)
