"""Reads of events: what is claimed, what was answered, what a member did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.database.binary import BigIntArray, SmallIntArray, TextArray, TimestampArray, UuidArray, micros
from regulars.domain.events.contracts import (
    OCCASIONS,
    ORDER,
    AwaitingReturn,
    History,
    OnceKey,
    OrderSummary,
    StoredEvent,
    WaitingReturn,
)
from regulars.domain.events.counting import COUNTED_HISTORIES, ORDERS_BETWEEN, VISITS_BETWEEN, WEIGHED_BETWEEN
from regulars.domain.events.intake import claim_key

_CLAIMED = """
    select uuid_send(c.key), uuid_send(c.event_id), uuid_send(c.digest)
    from events_claim c join unnest(%b::smallint[], %b::uuid[]) k(bucket, key)
      on c.bucket = k.bucket and c.key = k.key and c.organisation_id = %b::int
"""
_COUNTED_ONCE = """
    select uuid_send(o.member_id), o.type, o.subject
    from events_once o
    join unnest(%b::smallint[], %b::uuid[], %b::text[], %b::text[]) k(bucket, member_id, type, subject)
      on o.bucket = k.bucket and o.member_id = k.member_id and o.type = k.type and o.subject = k.subject
"""
_ANSWERS = """
    select uuid_send(e.id), e.answer
    from events_event e join unnest(%b::smallint[], %b::uuid[]) k(bucket, id) on e.bucket = k.bucket and e.id = k.id
"""
_HISTORIES = """
    select uuid_send(h.member_id), h.events, h.orders, h.spent_minor, h.first_order_at, h.last_order_at
    from events_history h join unnest(%b::smallint[], %b::uuid[]) k(bucket, member_id)
      on h.bucket = k.bucket and h.member_id = k.member_id
"""
_SPENT_BETWEEN = """
    with spans as (
        select * from unnest(%b::smallint[], %b::uuid[], %b::timestamptz[], %b::timestamptz[])
            k(bucket, member_id, since, until)
    )
    select uuid_send(e.member_id), e.occurred_at, e.amount_minor
    from spans k join events_event e on e.bucket = k.bucket and e.member_id = k.member_id
      and e.occurred_at >= k.since and e.occurred_at < k.until
    where e.type = 'order' and e.amount_minor <> 0
    union all
    select uuid_send(r.member_id), r.ordered_at, -r.amount_minor
    from spans k join events_return r on r.bucket = k.bucket and r.member_id = k.member_id
      and r.ordered_at >= k.since and r.ordered_at < k.until
"""
_EVENT = """
    select id, member_id, rulebook_id, type, source, external_id, order_number, amount_minor, occurred_at, received_at,
           body, answer, state
    from events_event
"""


def claimed(
    conn: psycopg.Connection[Any], *, organisation_id: int, keys: Sequence[bytes]
) -> dict[bytes, tuple[bytes, bytes]]:
    """Which of the keys are taken: key -> (event id, digest of its content)."""
    arrays = SmallIntArray([key[0] for key in keys]), UuidArray(keys)
    found = conn.execute(_CLAIMED, (*arrays, organisation_id), binary=True)
    return {key: (event_id, digest) for key, event_id, digest in found}


def answers(conn: psycopg.Connection[Any], *, event_ids: Sequence[bytes]) -> dict[bytes, bytes]:
    """The first answers, byte for byte."""
    arrays = SmallIntArray([event_id[15] for event_id in event_ids]), UuidArray(event_ids)
    return {event_id: answer.encode() for event_id, answer in conn.execute(_ANSWERS, arrays, binary=True)}


def histories_of(conn: psycopg.Connection[Any], members: Sequence[bytes]) -> dict[bytes, History]:
    """Histories of members, for moving them forward. The members must be locked by this transaction."""
    arrays = SmallIntArray([member[15] for member in members]), UuidArray(members)
    return {member: History(*rest) for member, *rest in conn.execute(_HISTORIES, arrays, binary=True)}


def spent_between(
    conn: psycopg.Connection[Any], spans: Sequence[tuple[bytes, datetime, datetime]]
) -> list[tuple[bytes, datetime, int]]:
    """Orders in half-open spans of time: (member, when, minor units). spans: (member, since, until).

    What came back of them is there with a minus, at the time of the order.
    """
    return conn.execute(_SPENT_BETWEEN, _spans(spans), binary=True).fetchall()


def orders_between(
    conn: psycopg.Connection[Any], spans: Sequence[tuple[bytes, datetime, datetime]]
) -> list[tuple[bytes, datetime, int]]:
    """Orders of which something is left, each as 1: (member, when, 1)."""
    return conn.execute(ORDERS_BETWEEN, _spans(spans), binary=True).fetchall()


def visits_between(
    conn: psycopg.Connection[Any],
    spans: Sequence[tuple[bytes, datetime, datetime]],
    *,
    types: Sequence[str],
    time_zone: str,
    without: UUID | None = None,
) -> list[tuple[bytes, datetime, int]]:
    """Local days with an event of these types, orders that came back whole left out: (member, the first of them, 1).

    without: an event that is not looked at.
    """
    parameters = (*_spans(spans), TextArray([each.encode() for each in types]), without, time_zone)
    return conn.execute(VISITS_BETWEEN, parameters, binary=True).fetchall()


def weighed_between(
    conn: psycopg.Connection[Any], spans: Sequence[tuple[bytes, datetime, datetime]], *, weights: Mapping[str, int]
) -> list[tuple[bytes, datetime, int]]:
    """Events of the types that have a weight: (member, when, weight)."""
    types = TextArray([each.encode() for each in weights]), BigIntArray(list(weights.values()))
    return conn.execute(WEIGHED_BETWEEN, (*_spans(spans), *types), binary=True).fetchall()


def _spans(
    spans: Sequence[tuple[bytes, datetime, datetime]],
) -> tuple[SmallIntArray, UuidArray, TimestampArray, TimestampArray]:
    return (
        SmallIntArray([member[15] for member, _, _ in spans]),
        UuidArray([member for member, _, _ in spans]),
        TimestampArray([micros(since) for _, since, _ in spans]),
        TimestampArray([micros(until) for _, _, until in spans]),
    )


def event(conn: psycopg.Connection[Any], *, event_id: UUID) -> StoredEvent | None:
    """One event, or None."""
    row = conn.execute(f"{_EVENT} where bucket = %s and id = %s", (event_id.int & 0xFF, event_id)).fetchone()
    return None if row is None else StoredEvent(*row)


def events_by_id(conn: psycopg.Connection[Any], *, event_ids: Sequence[UUID]) -> dict[UUID, StoredEvent]:
    """Several events, those that exist."""
    rows = conn.execute(
        f"{_EVENT} where bucket = any(%s::smallint[]) and id = any(%s)",
        ([each.int & 0xFF for each in event_ids], list(event_ids)),
    )
    return {row[0]: StoredEvent(*row) for row in rows}


def returns_of(conn: psycopg.Connection[Any], *, order_ids: Sequence[UUID]) -> dict[UUID, list[StoredEvent]]:
    """The returns that were applied to orders, in the order in which that was done: order -> events."""
    rows = conn.execute(
        "select r.order_id, r.id, e.id, e.member_id, e.rulebook_id, e.type, e.source, e.external_id, e.order_number,"
        " e.amount_minor, e.occurred_at, e.received_at, e.body, e.answer, e.state"
        " from events_return r left join events_event e on e.bucket = r.bucket and e.id = r.id"
        " where r.bucket = any(%s::smallint[]) and r.order_id = any(%s) order by r.id",
        ([each.int & 0xFF for each in order_ids], list(order_ids)),
    ).fetchall()
    # A return that came when the buyer was part of another member lies in that one's bucket.
    elsewhere = [row[1] for row in rows if row[2] is None]
    others = events_by_id(conn, event_ids=elsewhere) if elsewhere else {}
    found: dict[UUID, list[StoredEvent]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(others[row[1]] if row[2] is None else StoredEvent(*row[2:]))
    return found


def counted_histories(conn: psycopg.Connection[Any], members: Sequence[bytes]) -> dict[bytes, History]:
    """Histories as the events say, of everybody by themselves. The members must be locked by this transaction."""
    arrays = SmallIntArray([member[15] for member in members]), UuidArray(members)
    found = conn.execute(COUNTED_HISTORIES, arrays, binary=True)
    return {member: History(*rest) for member, *rest in found}


def awaiting_returns(
    conn: psycopg.Connection[Any], *, programme_id: int, order_keys: Sequence[bytes]
) -> list[AwaitingReturn]:
    """Returns that wait for these orders (by the orders' claims), the oldest first."""
    rows = conn.execute(
        "select uuid_send(order_key), uuid_send(return_id), uuid_send(member_id) from events_awaiting"
        " where programme_id = %s and ended_at is null and order_key = any(%s) order by return_id",
        (programme_id, [UUID(bytes=each) for each in order_keys]),
    )
    return [AwaitingReturn(*row) for row in rows]


def waiting_returns(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    member_id: UUID | None = None,
    after: tuple[bool, UUID] | None = None,
    limit: int,
) -> list[WaitingReturn]:
    """Returns that came before their order: those that wait first, then the others, the latest first.

    member_id: of this member; None: of the whole programme. after: of the last one of the page before, whether it had
    ended, and its id.
    """
    rows = conn.execute(
        "select return_id, member_id, ended_at, refusal from events_awaiting where programme_id = %(programme)s"
        " and (%(member)s::uuid is null or (bucket = %(bucket)s and member_id = %(member)s))"
        " and (%(id)s::uuid is null or (ended_at is not null) > %(ended)s"
        " or ((ended_at is not null) = %(ended)s and return_id < %(id)s))"
        " order by ended_at is not null, return_id desc limit %(limit)s",
        {
            "ended": after and after[0],
            "id": after and after[1],
            "programme": programme_id,
            "member": member_id,
            "bucket": None if member_id is None else member_id.int & 0xFF,
            "limit": limit,
        },
    )
    return [WaitingReturn(*row) for row in rows]


def all_awaiting(conn: psycopg.Connection[Any], *, programme_id: int) -> list[bytes]:
    """The claims of all orders for which returns of the programme wait."""
    rows = conn.execute(
        "select distinct uuid_send(order_key) from events_awaiting where programme_id = %s and ended_at is null",
        [programme_id],
    )
    return [row[0] for row in rows]


def events_of_members(
    conn: psycopg.Connection[Any],
    *,
    member_ids: Sequence[UUID],
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[StoredEvent]:
    """Events of a member, and of those who are part of it, the latest first.

    before: (occurred_at, id) of the last one of the page before.
    """
    at, identifier = before or (None, None)
    rows = conn.execute(
        f"{_EVENT} where bucket = any(%(buckets)s::smallint[]) and member_id = any(%(members)s)"
        " and (%(at)s::timestamptz is null or (occurred_at, id) < (%(at)s, %(id)s::uuid))"
        " order by occurred_at desc, id desc limit %(limit)s",
        {**_those(member_ids), "at": at, "id": identifier, "limit": limit},
    )
    return [StoredEvent(*row) for row in rows]


def events_of_types(
    conn: psycopg.Connection[Any], *, member_ids: Sequence[UUID], types: Sequence[str]
) -> list[StoredEvent]:
    """Events of these types of a member, and of those who are part of it, in the order in which they happened."""
    rows = conn.execute(
        f"{_EVENT} where bucket = any(%(buckets)s::smallint[]) and member_id = any(%(members)s)"
        " and type = any(%(types)s) order by occurred_at, id",
        _those(member_ids) | {"types": list(types)},
    )
    return [StoredEvent(*row) for row in rows]


def orders_of_members(
    conn: psycopg.Connection[Any],
    *,
    member_ids: Sequence[UUID],
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[OrderSummary]:
    """Orders of a member, and of those who are part of it, the latest first.

    before: (occurred_at, event id) of the last one of the page before.
    """
    at, identifier = before or (None, None)
    rows = conn.execute(
        "select id, member_id, order_number, source, amount_minor, occurred_at from events_event"
        " where bucket = any(%(buckets)s::smallint[]) and member_id = any(%(members)s) and type = 'order'"
        " and (%(at)s::timestamptz is null or (occurred_at, id) < (%(at)s, %(id)s::uuid))"
        " order by occurred_at desc, id desc limit %(limit)s",
        {**_those(member_ids), "at": at, "id": identifier, "limit": limit},
    )
    return [OrderSummary(*row) for row in rows]


def history(conn: psycopg.Connection[Any], *, member_id: UUID) -> History:
    """A member's past in figures."""
    return histories_of(conn, [member_id.bytes]).get(member_id.bytes, History())


def member_of_order(
    conn: psycopg.Connection[Any], *, organisation_id: int, number: str, sources: Sequence[str]
) -> UUID | None:
    """Whose order has this number, in any of the sources."""
    keys = [claim_key(ORDER, source, number) for source in sources]
    for event_id, _digest in claimed(conn, organisation_id=organisation_id, keys=keys).values():
        found = event(conn, event_id=UUID(bytes=event_id))
        if found is not None:
            return found.member_id
    return None


def sources_of(conn: psycopg.Connection[Any], *, programme_id: int) -> list[str]:
    """The systems that ever sent an event, for looking up order numbers."""
    rows = conn.execute("select source from events_source where programme_id = %s order by source", [programme_id])
    return [row[0] for row in rows]


def occasions_through(conn: psycopg.Connection[Any], *, programme_id: int) -> dict[str, date]:
    """By occasion: the last local day of which all events are sent."""
    return dict(
        conn.execute("select occasion, through from events_occasion where programme_id = %s", [programme_id]).fetchall()
    )


def counted_once(conn: psycopg.Connection[Any], keys: Sequence[OnceKey]) -> set[OnceKey]:
    """Those of the keys that counted before."""
    members = [member for member, _, _ in keys]
    rows = conn.execute(
        _COUNTED_ONCE,
        (
            SmallIntArray([member[15] for member in members]),
            UuidArray(members),
            TextArray([event_type.encode() for _, event_type, _ in keys]),
            TextArray([subject.encode() for _, _, subject in keys]),
        ),
        binary=True,
    )
    return {(member, event_type, subject) for member, event_type, subject in rows}


def went_quiet(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    since: datetime,
    until: datetime,
    after: UUID | None = None,
    limit: int = 50_000,
) -> list[UUID]:
    """Members who did something in the span and nothing after it, by id. What time made is nothing that they did."""
    rows = conn.execute(
        "select distinct e.member_id from events_event e"
        " where e.programme_id = %(programme)s and e.occurred_at >= %(since)s and e.occurred_at < %(until)s"
        " and e.type <> all(%(occasions)s) and (%(after)s::uuid is null or e.member_id > %(after)s)"
        " and not exists (select from events_event l where l.bucket = e.bucket and l.member_id = e.member_id"
        "                 and l.occurred_at >= %(until)s and l.type <> all(%(occasions)s))"
        " order by e.member_id limit %(limit)s",
        {
            "programme": programme_id,
            "since": since,
            "until": until,
            "occasions": list(OCCASIONS),
            "after": after,
            "limit": limit,
        },
    )
    return [member_id for (member_id,) in rows]


def _those(members: Sequence[UUID]) -> dict[str, object]:
    return {"buckets": [each.int & 0xFF for each in members], "members": list(members)}


def count_events(conn: psycopg.Connection[Any], *, programme_id: int, until: datetime | None = None) -> int:
    """How many events a programme has; until: that happened by then, None: ever."""
    row = conn.execute(
        "select count(*) from events_event where programme_id = %(programme)s"
        " and (%(until)s::timestamptz is null or occurred_at <= %(until)s)",
        {"programme": programme_id, "until": until},
    ).fetchone()
    return int(row[0]) if row else 0


def log_of(conn: psycopg.Connection[Any], *, programme_id: int, bucket: int) -> list[tuple[Any, ...]]:
    """All events of a bucket's members in order of arrival: (id, member, when it came, body, state as kept)."""
    return conn.execute(
        "select uuid_send(id), uuid_send(member_id), received_at, body, state from events_event"
        " where bucket = %s::smallint and programme_id = %s::int order by id",
        (bucket, programme_id),
        binary=True,
    ).fetchall()
