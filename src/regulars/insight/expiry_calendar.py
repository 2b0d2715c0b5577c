"""When a member's points go: by last day, and pending points with the day on which they can be spent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.ledger.contracts import Expiring
from regulars.domain.ledger.queries import expiring, pending_lots, points_without_end
from regulars.domain.programmes.queries import Shelf
from regulars.kernel.clock import local_day
from regulars.kernel.words import Money


@dataclass(frozen=True, slots=True)
class Waiting:
    """Pending points. activates_on: the day from which they can be spent; None: the event waits_for decides.

    last_day: None where they never expire, or it is not known before they become active.
    """

    points: int
    activates_on: date | None
    waits_for: str
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Calendar:
    """One point type. days: the earliest first; for_ever: points that never expire; worth: of one point, or None.

    counted_in: the currency where they count money, and then show what they are worth themselves; else "".
    """

    point_type: str
    name: str
    days: Sequence[Expiring]
    for_ever: int
    pending: Sequence[Waiting]
    worth: Decimal | None
    currency: str
    counted_in: str = ""

    def worth_of(self, points: int) -> Money | None:
        """What so many points are worth to the member."""
        return None if self.worth is None else Money(self.worth * points, self.currency)


def expiry_calendar(conn: psycopg.Connection[Any], rules: Shelf, *, member_id: UUID, now: datetime) -> list[Calendar]:
    """By point type, in the order of the rulebook. What is over is left out, posted or not."""
    today = local_day(now, rules.programme.time_zone)
    found = []
    for point_type in rules.latest.rulebook.point_types:
        number = rules.point_types[point_type.id]
        days = [each for each in expiring(conn, owner=member_id, point_type=number) if each.last_day >= today]
        waiting = [
            Waiting(lot.waiting, lot.activates_on, lot.waits_for, lot.last_day)
            for lot in pending_lots(conn, owner=member_id, point_type=number)
        ]
        for_ever = points_without_end(conn, owner=member_id, point_type=number)
        found.append(
            Calendar(
                point_type.id,
                point_type.name,
                days,
                for_ever,
                waiting,
                point_type.worth,
                rules.programme.currency,
                rules.latest.rulebook.counted_in(point_type.id),
            )
        )
    return found
