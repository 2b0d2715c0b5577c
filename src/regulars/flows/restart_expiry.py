"""A version that starts the clock of older points: they get the term of its expiry from the day of the change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from regulars.domain.ledger.book import Book, Cause, Key
from regulars.domain.ledger.commands import open_book, set_renewable, write_book
from regulars.domain.ledger.contracts import CauseKind
from regulars.domain.ledger.queries import owners_of_lots
from regulars.domain.members.queries import not_closed
from regulars.domain.messaging.commands import store_messages
from regulars.domain.messaging.contracts import NewMessage
from regulars.domain.messaging.kinds.expiry_changed import ExpiryChanged
from regulars.domain.programmes.commands import begin_restart, record_restart
from regulars.domain.programmes.queries import Shelf, finished_restarts, rulebook_versions, shelf
from regulars.domain.programmes.rulebook import CompiledRulebook, PointType
from regulars.kernel.clock import local_day
from regulars.kernel.ids import new_id_bytes

_BATCH = 2_000


class Restart(NamedTuple):
    """What one version does to the older points of one point type. number: the ledger's id of it.

    since: the instant of the change; points that were earned before it are meant. day: the local day of it.
    """

    rulebook: CompiledRulebook
    point_type: PointType
    number: int
    since: datetime
    day: date

    @property
    def last_day(self) -> date | None:
        """The new last day, the same for all."""
        return self.point_type.policy().last_day(self.day)


def restart_expiry(conn: psycopg.Connection[Any], *, programme_id: int, now: datetime) -> int:
    """Does what versions in force by now demand, in batches of one transaction each; how many lots got another day.

    A batch and how far it came are committed together, so a run that was stopped goes on, each lot is changed once, and
    a second worker waits for the first.
    """
    rules = shelf(conn, programme_id=programme_id)
    changed = 0
    for restart in _due(conn, rules, now=now):
        while True:
            with conn.transaction():
                after, finished = begin_restart(
                    conn, of=rules.programme, rulebook_id=restart.rulebook.id, point_type=restart.number
                )
                if finished:
                    break
                changed += _batch(conn, rules, restart, after, now=now)
    return changed


def _due(conn: psycopg.Connection[Any], rules: Shelf, *, now: datetime) -> list[Restart]:
    """Restarts that have begun and are not finished. Most programmes have none, and nothing is asked then."""
    stated = [each for each in stated_restarts(rules, {}) if each.since <= now]
    if not stated:
        return []
    done = finished_restarts(conn, programme_id=rules.programme.id)
    if all((each.rulebook.id, each.number) in done for each in stated):
        return []
    published = {each.id: each.published_at for each in rulebook_versions(conn, programme_id=rules.programme.id)}
    due = [each for each in stated_restarts(rules, published) if each.since <= now]
    return [each for each in due if (each.rulebook.id, each.number) not in done]


def stated_restarts(rules: Shelf, published: Mapping[int, datetime]) -> Iterator[Restart]:
    """All that versions say, in order. published: by the version's id; who is left out was published in time.

    A version that is said to be in force since long ago changes points from the day on which it was published.
    """
    before: CompiledRulebook | None = None
    # Of versions that begin at the same instant the last one counts.
    for start, rulebook in dict(zip(rules.starts, rules.rulebooks, strict=True)).items():
        if before is not None:
            for point_type in rulebook.rulebook.point_types:
                if restarts(before, point_type):
                    since = max(start, published.get(rulebook.id, start))
                    day = local_day(since, rules.programme.time_zone)
                    yield Restart(rulebook, point_type, rules.point_types[point_type.id], since, day)
        before = rulebook


def restarts(before: CompiledRulebook, point_type: PointType) -> bool:
    """Whether the point type of the next version starts the clock of points that were earned under the one before."""
    if point_type.on_expiry_change != "restart_clock" or point_type.id not in before.expiry:
        return False
    return before.expiry[point_type.id] != point_type.policy()


def _batch(conn: psycopg.Connection[Any], rules: Shelf, restart: Restart, after: bytes | None, *, now: datetime) -> int:
    programme = rules.programme
    owners = owners_of_lots(conn, point_type=restart.number, after=after, limit=_BATCH)
    moved: dict[bytes, int] = {}
    changed = 0
    if owners:
        book = open_book(conn, owners=owners, with_lots=True)
        for owner in owners:
            lots, points = restart_in_book(book, (owner, restart.number), restart)
            changed += lots
            if lots:
                moved[owner] = points
        write_book(conn, book, organisation_id=programme.organisation_id, now=now)
        set_renewable(
            conn, owners=owners, point_type=restart.number, earned_before=restart.since, day=restart.day,
            renewable=restart.point_type.policy().renews,
        )  # fmt: skip
        store_messages(
            conn, _messages(conn, moved, restart),
            organisation_id=programme.organisation_id, programme_id=programme.id, now=now,
        )  # fmt: skip
    record_restart(
        conn, of=programme, rulebook_id=restart.rulebook.id, point_type=restart.number, lots=changed,
        after=owners[-1] if owners else None, finished_at=None if len(owners) == _BATCH else now,
    )  # fmt: skip
    return changed


def restart_in_book(book: Book, key: Key, restart: Restart) -> tuple[int, int]:
    """(lots, points) of one owner that got another last day. What was gone before the change stays gone."""
    last_day = restart.last_day
    cause = Cause(CauseKind.expiry_restart, UUID(int=restart.rulebook.id << 8).bytes, restart.since, "expiry_restart")
    lots = points = 0
    for lot in book.open_lots(*key):
        is_gone = lot.last_day is not None and lot.last_day < restart.day
        if lot.earned_at >= restart.since or is_gone or lot.last_day == last_day:
            continue
        book.extend(key[0], lot, last_day, cause=cause)
        lots, points = lots + 1, points + lot.remaining
    return lots, points


def _messages(conn: psycopg.Connection[Any], moved: dict[bytes, int], restart: Restart) -> list[NewMessage]:
    there = not_closed(conn, ids=list(moved)) if moved else set()
    kind, last_day = restart.point_type, restart.last_day
    occasion = f"{kind.id} {restart.rulebook.version}"
    return [
        NewMessage(
            new_id_bytes(owner[15]), owner, ExpiryChanged.name, occasion,
            ExpiryChanged(
                point_type=kind.id, point_name=kind.name, points=points, last_day=last_day,
                currency=restart.rulebook.rulebook.counted_in(kind.id),
            ).values(),
        )
        for owner, points in moved.items()
        if owner in there
    ]  # fmt: skip
