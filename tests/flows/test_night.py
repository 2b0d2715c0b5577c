"""The night as a whole: whenever it is stopped and begun again, and whoever works it, the same rows come out."""

from __future__ import annotations

import copy
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest

from regulars.database import binary
from regulars.database.pool import Connection, connect
from regulars.database.scope import Cursor
from regulars.database.server import database_url as address
from regulars.domain.ledger.queries import entries, expiring
from regulars.domain.messaging.message_kind import message_kind
from regulars.domain.messaging.queries import messages_of
from regulars.flows.nightly_work import NightlyResult, nightly_work
from tests.factories import RULEBOOK, Shop, open_shop

MIDNIGHT = datetime(2026, 3, 31, 22, 0, tzinfo=UTC)
"""1 April in Berlin."""


class Killed(Exception):
    """The program ends here."""


class Counted(Connection):
    """A connection that dies before or after its n-th statement."""

    statements = 0
    dies_at = -1
    dies_before = True


class _Cursor(Cursor):
    def execute(self, *args: Any, **kwargs: Any) -> Any:
        conn: Any = self.connection
        conn.statements += 1
        if conn.statements == conn.dies_at and conn.dies_before:
            raise Killed
        result = super().execute(*args, **kwargs)
        if conn.statements == conn.dies_at:
            raise Killed
        return result

    def copy(self, *args: Any, **kwargs: Any) -> Any:
        conn: Any = self.connection
        conn.statements += 1
        if conn.statements == conn.dies_at:
            raise Killed
        return super().copy(*args, **kwargs)


def counted(shop: Shop, *, dies_at: int = -1, dies_before: bool = True) -> Counted:
    conn = Counted.connect(address(), autocommit=True, cursor_factory=_Cursor)
    binary.register(conn)
    assert isinstance(conn, Counted)
    conn.organisation_id = shop.programme.organisation_id
    conn.statements, conn.dies_at, conn.dies_before = 0, dies_at, dies_before
    return conn


def town(conn: Connection) -> tuple[Shop, list[UUID]]:
    """A programme of which on 1 April everything is due: activation, a new clock, expiry, a tier, reminders."""
    document: dict[str, Any] = copy.deepcopy(RULEBOOK)
    document["point_types"] = [
        {
            "id": "points", "name": "Points", "worth": "0.01", "reminders": ["30 days", "1 day"],
            "expiry": {"policy": "after", "period": "1 month"},
        },
        {"id": "stars", "name": "Stars", "expiry": {"policy": "after", "period": "2 months"}},
    ]  # fmt: skip
    document["earn_rules"].append(
        {"id": "stars", "name": "Stars", "point_type": "stars",
         "earn": {"strategy": "points_per_amount", "points": 1}}
    )  # fmt: skip
    shop = open_shop(conn, document, now=datetime(2026, 2, 28, 12, 0, tzinfo=UTC))
    members = [shop.enrol(f"t{number}") for number in range(5)]
    for member in members[:3]:
        shop.buy(member, "210.00")
    waits = copy.deepcopy(document)
    waits["point_types"][0]["pending"] = {"mode": "after", "period": "32 days"}
    shop.publish(waits, effective_from=datetime(2026, 2, 28, 12, 30, tzinfo=UTC))
    shop.later(hours=1)
    shop.buy(members[3], "40.00")
    shop.publish(document, effective_from=datetime(2026, 3, 1, 12, 0, tzinfo=UTC))
    changed = copy.deepcopy(document)
    changed["point_types"][1] |= {
        "expiry": {"policy": "after", "period": "5 months"}, "on_expiry_change": "restart_clock"
    }  # fmt: skip
    shop.publish(changed, effective_from=datetime(2026, 3, 20, 12, 0, tzinfo=UTC))
    shop.now = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    shop.buy(members[4], "60.00")
    shop.now = MIDNIGHT
    return shop, members


def seen(shop: Shop, members: list[UUID]) -> list[object]:
    """Everything that the night leaves, without ids."""
    looks: list[object] = []
    for member in members:
        for point_type in shop_types(shop):
            rows = entries(shop.conn, owner=member, point_type=point_type)
            looks.append([(e.entry_no, e.points, e.balance_after, e.cause_kind, e.occurred_at) for e in rows])
            looks.append(expiring(shop.conn, owner=member, point_type=point_type))
        told = sorted(
            (m.kind, str(message_kind(m.kind, m.values).text())) for m in messages_of(shop.conn, member_id=member)
        )
        looks.append(told)
        extended = shop.conn.execute(
            "select from_day, to_day, cause_kind from ledger_extension where owner = %s order by 1, 2", [member]
        )
        looks.append(extended.fetchall())
    return looks


def shop_types(shop: Shop) -> list[int]:
    rows = shop.conn.execute(
        "select id from programmes_point_type where programme_id = %s order by code", [shop.programme.id]
    )
    return [row[0] for row in rows]


def night(conn: psycopg.Connection[Any], shop: Shop) -> NightlyResult:
    return nightly_work(conn, programme_id=shop.programme.id, now=shop.now)


def test_everything_of_the_night_happens_in_its_order(conn: Connection) -> None:
    shop, members = town(conn)

    done = night(conn, shop)

    assert done == NightlyResult(
        holds_released=0, members_moved=0, points_expired=630, points_activated=40, points_cancelled=0,
        lots_restarted=5, messages=2,
    )  # fmt: skip
    told = [m.kind for member in members for m in messages_of(conn, member_id=member)]
    assert sorted(told) == ["expiry_changed"] * 5 + ["points_expire"] * 2
    (stars,) = expiring(conn, owner=members[0], point_type=shop_types(shop)[1])
    assert stars.last_day == date(2026, 8, 20)
    assert night(conn, shop) == NightlyResult(*(0 for _ in NightlyResult._fields))


def test_two_workers_do_what_one_does(conn: Connection) -> None:
    alone, mine = town(conn)
    night(conn, alone)
    together, theirs = town(conn)
    barrier = threading.Barrier(4)

    def work(_: int) -> NightlyResult:
        own = connect(organisation_id=together.programme.organisation_id)
        try:
            barrier.wait(timeout=30)
            return night(own, together)
        finally:
            own.close()

    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(work, range(4)))

    assert seen(together, theirs) == seen(alone, mine)
    sums = NightlyResult(*map(sum, zip(*results, strict=True)))
    assert sums == NightlyResult(0, 0, 630, 40, 0, 5, 2)


@pytest.mark.slow
@pytest.mark.parametrize("before", [True, False])
def test_a_night_that_is_stopped_at_any_statement_ends_the_same(conn: Connection, before: bool) -> None:
    alone, mine = town(conn)
    with counted(alone) as whole:
        night(whole, alone)
        statements = whole.statements
    expected = seen(alone, mine)
    assert statements > 40

    for number in range(1, statements + 1):
        conn.organisation_id = None  # the next town is another organisation's
        shop, members = town(conn)
        with counted(shop, dies_at=number, dies_before=before) as dying, pytest.raises(Killed):
            night(dying, shop)
        night(shop.conn, shop)
        assert seen(shop, members) == expected, f"stopped at statement {number} of {statements}"
