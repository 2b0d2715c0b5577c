"""A throw-away database with a programme and its members: what the product is measured on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg

from regulars.database.pool import connection
from regulars.database.scope import scoped
from regulars.domain.access.contracts import Scope
from regulars.domain.members.contracts import NewMember
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.enrol_member import enrol_members
from regulars.flows.found_programme import found_programme
from regulars.flows.issue_api_key import issue_api_key
from regulars.interfaces.commandline.throw_away import throw_away_database
from regulars.kernel.clock import utc_now

_ENROLLED = datetime(2026, 1, 1, tzinfo=UTC)
_BATCH = 500

RULEBOOK: dict[str, Any] = {
    "rulebook": 1,
    "name": "Bench",
    "currency": "EUR",
    "time_zone": "Europe/Berlin",
    "point_types": [
        {"id": "points", "name": "Points", "expiry": {"policy": "after", "period": "12 months", "round_up": "month"}},
        {"id": "credits", "name": "Credits"},
    ],
    "earn_rules": [
        {"id": "base", "name": "Points", "earn": {"strategy": "points_per_amount", "points": 1}},
        {"id": "coffee", "name": "Double on coffee", "earn": {"strategy": "multiplier", "factor": 2, "of": "base"},
         "lines": {"field": "line.category", "one_of": ["coffee"]}},
        {"id": "app", "name": "More in the app", "earn": {"strategy": "multiplier", "factor": "1.5", "of": "base"},
         "when": {"field": "event.channel", "is": "app"}},
        {"id": "large", "name": "Large orders", "earn": {"strategy": "fixed_bonus", "points": 25},
         "when": {"field": "order.amount", "at_least": 80}},
        {"id": "credits", "name": "Credits", "point_type": "credits",
         "earn": {"strategy": "points_per_amount", "points": 1}},
    ],
    "ladders": [
        {"id": "status", "name": "Status", "metric": "spend", "tiers": [
            {"id": "bronze", "name": "Bronze", "from_score": 0},
            {"id": "silver", "name": "Silver", "from_score": "200.00"},
            {"id": "gold", "name": "Gold", "from_score": "500.00"},
        ]},
    ],
}  # fmt: skip
"""Five rules, two point types and a ladder: an order makes 2 to 5 transfers, 3.1 on average."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the product is measured. url: of the throw-away database; key: an API key that may send events."""

    url: str
    organisation_id: int
    programme_id: int
    key: str
    members: int


@contextmanager
def ground(members: int, *, step: Callable[[int], None] = lambda _done: None) -> Iterator[Ground]:
    """A fresh database with so many members m0, m1, ...; dropped afterwards. step: told how many are enrolled."""
    with throw_away_database("bench") as url:
        with psycopg.connect(url, autocommit=True) as conn:
            conn.execute("create extension if not exists pg_stat_statements")
        programme, key = _found()
        _enrol(programme, members, step)
        with psycopg.connect(url, autocommit=True) as conn:
            conn.execute("vacuum analyze")
        yield Ground(url, programme.organisation_id, programme.id, key, members)


def _found() -> tuple[Programme, str]:
    now = utc_now()
    code = f"bench-{time.time_ns()}"
    rulebook = Rulebook.model_validate(RULEBOOK)
    with connection() as conn:
        programme = found_programme(conn, rulebook, organisation=code, code=code, now=now, by="bench")
        with scoped(conn, programme.organisation_id):
            issued = issue_api_key(conn, of=programme, name="bench", scopes=[Scope.events_write], by="bench", now=now)
    return programme, issued.secret


def _enrol(programme: Programme, members: int, step: Callable[[int], None]) -> None:
    with connection(programme.organisation_id) as conn:
        for start in range(0, members, _BATCH):
            batch = [
                NewMember(external_id=f"m{number}", name=f"Member {number}", enrolled_at=_ENROLLED)
                for number in range(start, min(start + _BATCH, members))
            ]
            enrol_members(conn, batch, programme_id=programme.id, via="bench", now=utc_now())
            step(start + len(batch))
