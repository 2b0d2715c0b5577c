"""Members are told before they lose a tier: once for each time that the ladder states, and each day of loss."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.members.commands import lock_members
from regulars.domain.members.queries import not_closed
from regulars.domain.messaging.commands import store_messages
from regulars.domain.messaging.contracts import NewMessage
from regulars.domain.messaging.kinds.tier_at_risk import TierAtRisk
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.domain.tiers.projection import project
from regulars.domain.tiers.queries import changing_by, standings_of
from regulars.domain.tiers.rungs import Rungs
from regulars.domain.tiers.standing import Climber
from regulars.flows.review_tiers import counted_since
from regulars.kernel.clock import local_day
from regulars.kernel.ids import new_id_bytes
from regulars.kernel.periods import parse_period

_BATCH = 500
_SLACK = timedelta(days=3)
"""Months are of unequal length: the days that lead to one another lie at most so far apart."""


def warn_members(conn: psycopg.Connection[Any], *, programme_id: int, now: datetime) -> int:
    """Stores the notices of the local day, in batches of one transaction each; how many members got one.

    Whoever buys meanwhile loses it on another day, which is another notice. Running it again changes nothing: each
    message has its occasion. Nights that nobody worked are made up for, as long as the tier is still there.
    """
    rules = shelf(conn, programme_id=programme_id)
    if not rules.starts or rules.starts[0] > now:
        return 0
    today = local_day(now, rules.programme.time_zone)
    stored = 0
    for rungs in rules.in_force(now).rungs:
        if not rungs.ladder.notice or rungs.metric.follows_balance:
            continue
        farthest = max(parse_period(each).after(today) for each in rungs.ladder.notice) + _SLACK
        after: UUID | None = None
        while True:
            members = changing_by(
                conn, programme_id=programme_id, ladder=rungs.id, day=farthest, after=after, limit=_BATCH
            )
            if not members:
                break
            after = members[-1]
            with conn.transaction():
                stored += _warn(conn, rules, rungs, [each.bytes for each in members], today=today, now=now)
    return stored


def _warn(
    conn: psycopg.Connection[Any], rules: Shelf, rungs: Rungs, members: list[bytes], *, today: date, now: datetime
) -> int:
    programme = rules.programme
    locked = lock_members(conn, members)
    there = not_closed(conn, ids=members)
    mine = {key: each for key, each in standings_of(conn, members).items() if key[1] == rungs.id and key[0] in there}
    counted = counted_since(conn, rules, rungs, mine, today=today)
    messages = []
    for (member, _), standing in mine.items():
        climber = Climber(locked[member].enrolled_at, programme.time_zone)
        found = project(standing, rungs, today=today, counted=counted.get(member, []), at=now, climber=climber)
        held, lower = rungs.position(found.now.tier), rungs.position(found.moves_to)
        told = None if found.moves_on is None or lower >= held else _due(rungs, found.moves_on, today=today)
        if told is None or found.moves_on is None:
            continue
        tiers = rungs.ladder.tiers
        last_day = found.moves_on - timedelta(days=1)
        values = TierAtRisk(ladder=rungs.id, tier=tiers[held].name, lower=tiers[lower].name, last_day=last_day).values()
        occasion = f"{rungs.id} {tiers[held].id} {found.moves_on} {told}"
        messages.append(NewMessage(new_id_bytes(member[15]), member, TierAtRisk.name, occasion, values))
    return store_messages(conn, messages, organisation_id=programme.organisation_id, programme_id=programme.id, now=now)


def _due(rungs: Rungs, moves_on: date, *, today: date) -> str | None:
    """The closest notice that is due for a loss on that day."""
    periods = sorted(
        ((parse_period(each), each) for each in rungs.ladder.notice), key=lambda each: each[0].after(today)
    )
    if moves_on <= today:
        return None
    return next((text for period, text in periods if period.before(moves_on) <= today), None)
