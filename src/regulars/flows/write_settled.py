"""Writes a book in which pending points may have been cancelled: their budgets get back what they had taken."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.events.queries import events_by_id
from regulars.domain.ledger.book import Book
from regulars.domain.ledger.commands import write_book
from regulars.domain.ledger.contracts import CauseKind, Entry
from regulars.domain.programmes.queries import Shelf
from regulars.flows.budgets import Budgets
from regulars.flows.follow_merges import granted_at_first
from regulars.kernel.clock import local_day


def write_settled(conn: psycopg.Connection[Any], rules: Shelf, book: Book, *, now: datetime) -> None:
    """Writes the book, and what comes back to budgets. The caller commits."""
    programme = rules.programme
    write_book(conn, book, organisation_id=programme.organisation_id, now=now)
    if rules.draws:
        budgets = Budgets({})
        give_back_cancelled(conn, rules, budgets, book.entries)
        budgets.write(conn, organisation_id=programme.organisation_id, programme_id=programme.id)


def give_back_cancelled(
    conn: psycopg.Connection[Any], rules: Shelf, budgets: Budgets, entries: Iterable[Entry]
) -> None:
    """What never became active was never given, to whomever a merge had brought it.

    What a return cancels is counted with the return.
    """
    cancelled = [each for each in entries if each.cause_kind == CauseKind.cancellation]
    if not cancelled:
        return
    grants = granted_at_first(conn, [each.cause for each in cancelled])
    events = events_by_id(conn, event_ids=list({UUID(bytes=event) for event, _ in grants.values()}))
    for entry in cancelled:
        grant = grants.get(entry.cause)
        event = events.get(UUID(bytes=grant[0])) if grant is not None else None
        if grant is not None and event is not None:
            day = local_day(event.occurred_at, rules.programme.time_zone)
            budgets.give_back(rules.by_id[event.rulebook_id], grant[1], entry.amount, day)
