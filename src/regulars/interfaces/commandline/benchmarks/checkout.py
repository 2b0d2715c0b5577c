"""Quotes at the check-out: 20 lines, 200 campaigns, three codes; at 200 a second, as a busy shop asks."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from regulars.database.pool import Connection, connection
from regulars.database.scope import scoped
from regulars.domain.events.contracts import Event, MemberReference, Order, OrderLine
from regulars.domain.members.contracts import NewMember
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.rulebook import Rulebook
from regulars.domain.vouchers.contracts import PoolDraft
from regulars.flows.enrol_member import enrol_members
from regulars.flows.found_programme import found_programme
from regulars.flows.quote_checkout import quote_checkout
from regulars.flows.vouchers.pools import import_codes, save_pool
from regulars.interfaces.commandline.benchmarks.ground import RULEBOOK
from regulars.interfaces.commandline.throw_away import throw_away_database

CAMPAIGNS, LINES, PER_SECOND = 200, 20, 200
_NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_CATEGORIES = ("coffee", "tea", "cake", "bread")
_GIVES: dict[str, dict[str, Any]] = {
    "TENTH-OFF": {"percent": "10"},
    "FIVE-OFF": {"amount": "5.00", "categories": ["coffee", "tea"]},
    "HALF-CAKE": {"percent": "50", "categories": ["cake"], "most": "3.00"},
}
_MEMBERS = 500


@dataclass(frozen=True, slots=True)
class CheckOutFigure:
    """What quotes took, in milliseconds. offered: so many a second. waited: from the moment at which it was due.

    cpu: of this process for one quote; the database is not in it.
    """

    quotes: int
    offered: int
    cpu: float
    p50: float
    p99: float
    waited_p99: float


def measure_checkouts(*, quotes: int, say: Callable[[str], None]) -> CheckOutFigure:
    """Quotes of orders that are all different, one after another on one connection, each when it is due."""
    with throw_away_database("bench"), connection() as conn:
        say("A programme with 200 campaigns")
        programme = _programme(conn)
        with scoped(conn, programme.organisation_id):
            _fill(conn, programme)
            for number in range(50):
                _quote(conn, programme, number)
            say(f"{quotes:,} quotes")
            return _measured(conn, programme, quotes)


def _measured(conn: Connection, programme: Programme, quotes: int) -> CheckOutFigure:
    took, waited = [], []
    began, cpu = time.perf_counter(), time.process_time()
    for number in range(quotes):
        due = began + number / PER_SECOND
        time.sleep(max(due - time.perf_counter(), 0))
        started = time.perf_counter()
        _quote(conn, programme, number)
        ended = time.perf_counter()
        took.append(ended - started)
        waited.append(ended - due)
    cpu = (time.process_time() - cpu) / quotes
    return CheckOutFigure(
        quotes, PER_SECOND, cpu * 1000, _percentile(took, 50), _percentile(took, 99), _percentile(waited, 99)
    )


def _percentile(seconds: list[float], percent: int) -> float:
    return sorted(seconds)[min(len(seconds) * percent // 100, len(seconds) - 1)] * 1000


def _quote(conn: Connection, programme: Programme, number: int) -> None:
    lines = [
        OrderLine(Decimal(100 + (number + n) % 900) / 100, f"a{n}", "Article", _CATEGORIES[n % 4], "own")
        for n in range(LINES)
    ]
    total = sum((line.amount for line in lines), Decimal(0))
    order = Order(f"bench-{number}", programme.currency, total, "app", f"s{number % CAMPAIGNS}", lines)
    member = MemberReference(external_id=f"C-{number % _MEMBERS}")
    event = Event(f"bench-{number}", "order", member, _NOW, "bench", order=order)
    found = quote_checkout(conn, event, list(_GIVES), programme_id=programme.id, now=_NOW)
    if len([each for each in found.checked.said if each.amount]) != len(_GIVES):
        raise RuntimeError("a code of the benchmark gave nothing")


def _programme(conn: Connection) -> Programme:
    rulebook = dict(RULEBOOK)
    rulebook["campaigns"] = [{"id": f"c-{number}", "name": f"Campaign {number}"} for number in range(CAMPAIGNS)]
    rulebook["earn_rules"] = [
        *RULEBOOK["earn_rules"],
        *(
            {
                "id": f"rule-{number}", "name": f"Campaign {number}", "campaign": f"c-{number}",
                "earn": {"strategy": "fixed_bonus", "points": 1 + number % 9},
                "when": {"all": [
                    {"field": "event.store", "is": f"s{number}"}, {"field": "order.amount", "at_least": number % 50},
                ]},
            }
            for number in range(CAMPAIGNS)
        ),
    ]  # fmt: skip
    return found_programme(
        conn, Rulebook.model_validate(rulebook), organisation="Bench", code="bench", now=_NOW, by="bench"
    )


def _fill(conn: Connection, programme: Programme) -> None:
    new = [NewMember(external_id=f"C-{number}") for number in range(_MEMBERS)]
    enrol_members(conn, new, programme_id=programme.id, via="bench", now=_NOW)
    act: dict[str, Any] = {"programme": programme, "now": _NOW, "by": "bench"}
    for code, gives in _GIVES.items():
        save_pool(conn, PoolDraft(code.lower(), code, gives, most_uses=None), **act)
        import_codes(conn, code.lower(), [code], write="all", **act)
