"""Members are told before their points expire: one message for a last day, which sums all that goes then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import psycopg

from regulars.domain.ledger.contracts import GoingPoints
from regulars.domain.ledger.queries import points_going
from regulars.domain.members.queries import not_closed
from regulars.domain.messaging.commands import remember_reminded, store_messages
from regulars.domain.messaging.contracts import NewMessage
from regulars.domain.messaging.kinds.points_expire import PointsExpire
from regulars.domain.messaging.queries import reminded_through
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.queries import shelf
from regulars.domain.programmes.reminders import reminder_days
from regulars.domain.programmes.rulebook import PointType
from regulars.kernel.batches import in_batches
from regulars.kernel.clock import local_day
from regulars.kernel.ids import new_id_bytes

_PAGE = 50_000
_BATCH = 2_000
_ONE_DAY = timedelta(days=1)


def remind_members(conn: psycopg.Connection[Any], *, programme_id: int, now: datetime) -> int:
    """Stores the reminders of the local day, in batches of one transaction each; how many members got one.

    Days that nobody worked are made up for, as far as there is something to use. Running it again changes nothing:
    each message has its occasion, and who was told of it is not told again.
    """
    rules = shelf(conn, programme_id=programme_id)
    if not rules.starts or rules.starts[0] > now:
        return 0
    reminding = [each for each in rules.in_force(now).rulebook.point_types if each.reminders]
    if not reminding:
        return 0
    programme = rules.programme
    today = local_day(now, programme.time_zone)
    through = reminded_through(conn, programme_id=programme_id)
    stored = 0
    for point_type in reminding:
        number = rules.point_types[point_type.id]
        since = through.get(number, today - _ONE_DAY)
        if since >= today:
            continue
        days = reminder_days(point_type.reminders, since=since, today=today)
        stored += _remind(conn, programme, point_type, number, days, now=now)
        remember_reminded(
            conn, programme_id=programme.id, organisation_id=programme.organisation_id, point_type=number, through=today
        )
    return stored


def _remind(
    conn: psycopg.Connection[Any],
    programme: Programme,
    point_type: PointType,
    number: int,
    days: dict[date, str],
    *,
    now: datetime,
) -> int:
    after = None
    stored = 0
    while days:
        going = points_going(conn, point_type=number, last_days=list(days), after=after, limit=_PAGE)
        if not going:
            break
        after = going[-1].owner
        for batch in in_batches(going, _BATCH):
            with conn.transaction():
                stored += store_messages(
                    conn, _messages(conn, batch, point_type, days, programme.currency),
                    organisation_id=programme.organisation_id, programme_id=programme.id, now=now,
                )  # fmt: skip
    return stored


def _messages(
    conn: psycopg.Connection[Any],
    going: Sequence[GoingPoints],
    point_type: PointType,
    days: dict[date, str],
    currency: str,
) -> list[NewMessage]:
    """One for each owner and last day; nobody writes to those who have left."""
    there = not_closed(conn, ids=list({each.owner for each in going}))
    currency = currency if point_type.unit == "money" else ""
    made = []
    for each in going:
        if each.owner in there:
            values = PointsExpire(
                point_type=point_type.id,
                point_name=point_type.name,
                points=each.points,
                last_day=each.last_day,
                currency=currency,
            ).values()
            occasion = f"{point_type.id} {each.last_day} {days[each.last_day]}"
            made.append(NewMessage(new_id_bytes(each.owner[15]), each.owner, PointsExpire.name, occasion, values))
    return made
