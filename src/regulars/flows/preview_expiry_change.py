"""What a rulebook would mean for points that are there: how many members get a later or an earlier last day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg

from regulars.domain.ledger.contracts import ChangeOfLots
from regulars.domain.ledger.queries import change_of_lots
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.queries import shelf
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.restart_expiry import restarts
from regulars.kernel.clock import local_day
from regulars.kernel.words import Sentence

_NOTHING = ChangeOfLots(*[0] * len(ChangeOfLots._fields))


@dataclass(frozen=True, slots=True)
class ExpiryChange:
    """One point type whose expiry is another one than before. before, after: the policies in words.

    restarts: whether points that are there get the new term, from `day` on; last_day: their new one, None for ever.
    lots: how many members and points that concerns; nobody where points keep their last day.
    """

    point_type: str
    name: str
    before: Sentence
    after: Sentence
    restarts: bool
    day: date
    last_day: date | None
    lots: ChangeOfLots


def preview_expiry_change(
    conn: psycopg.Connection[Any], rulebook: Rulebook, *, of: Programme, effective_from: datetime, now: datetime
) -> list[ExpiryChange]:
    """By point type, beside the version that it would follow. Reads only; empty where no expiry changes."""
    rules = shelf(conn, programme_id=of.id)
    if not rules.starts or rules.starts[0] > effective_from:
        return []
    before = rules.in_force(effective_from)
    since = max(effective_from, now)
    day = local_day(since, of.time_zone)
    changes = []
    for point_type in rulebook.point_types:
        old, new = before.expiry.get(point_type.id), point_type.policy()
        if old is None or old == new:
            continue
        starts_again, last_day = restarts(before, point_type), new.last_day(day)
        number = rules.point_types[point_type.id]
        lots = (
            change_of_lots(conn, point_type=number, earned_before=since, day=day, last_day=last_day)
            if starts_again
            else _NOTHING
        )
        changes.append(
            ExpiryChange(point_type.id, point_type.name, old.words(), new.words(), starts_again, day, last_day, lots)
        )
    return changes
