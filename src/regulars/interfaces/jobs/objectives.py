"""The evening figures of objectives: read in the library, written by a flow."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg

from regulars.domain.objectives.contracts import days_unread
from regulars.domain.objectives.queries import objectives, readings
from regulars.domain.programmes.queries import shelf
from regulars.flows.set_objective import record_readings
from regulars.insight.objectives.measure import readings_missing
from regulars.kernel.clock import local_day


def follow_objectives(conn: psycopg.Connection[Any], *, programme_id: int, now: datetime) -> int:
    """Reads what is missing up to yesterday evening, and returns how many figures that were. Once more reads nothing.

    A figure is what the books told when it was read: an order that comes a day late counts in the next one.
    """
    rules = shelf(conn, programme_id=programme_id)
    today, written = local_day(now, rules.programme.time_zone), 0
    followed = [each for each in objectives(conn, programme_id=programme_id) if each.closed_at is None]
    before = readings(conn, objectives=[each.id for each in followed])
    for each in followed:
        days = days_unread(each, before.get(each.id, ()), today=today)
        if not days:
            continue
        found = readings_missing(conn, rules, each, days=days)
        written += record_readings(conn, found, place=rules.programme, objective_id=each.id)
    return written
