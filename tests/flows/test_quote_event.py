"""Quotes: the answer that the real event then gets, of rules in force or of a draft, and no trace in the database."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from psycopg import sql

from regulars.database.pool import Connection, owning
from regulars.domain.events.contracts import MemberReference, PointsUsed
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.nightly_work import nightly_work
from regulars.flows.quote_event import Quote, quote_event
from regulars.kernel.errors import Refusal
from tests.factories import RULEBOOK, Shop, open_shop

pytestmark = pytest.mark.database


def quote(shop: Shop, event: Any, **fields: Any) -> Quote:
    return quote_event(shop.conn, event, programme_id=shop.programme.id, now=shop.now, **fields)


def said(answer: str | bytes) -> dict[str, Any]:
    """An answer without the ids that every event gets anew."""
    told = json.loads(answer)
    for effect in told["effects"]:
        effect.pop("transfer", None)
    return {name: value for name, value in told.items() if name not in ("event", "member", "id")}


def whole_database() -> dict[str, Any]:
    """Of every table, the number of rows and a fingerprint of them; of every sequence, how far it is."""
    tables = (
        "select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'"
    )
    found: dict[str, Any] = {}
    with owning() as conn:
        for (table,) in conn.execute(tables).fetchall():
            statement = sql.SQL(
                "select count(*), coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') from {} t"
            )
            found[table] = conn.execute(statement.format(sql.Identifier(table))).fetchone()
        for name, last in conn.execute("select sequencename, last_value from pg_sequences").fetchall():
            found[f"sequence {name}"] = last
    return found


@contextmanager
def no_trace() -> Iterator[None]:
    before = whole_database()
    yield
    after = whole_database()
    assert {name: rows for name, rows in after.items() if rows != before[name]} == {}


def draft_of(shop: Shop, **changes: Any) -> Rulebook:
    return Rulebook.model_validate(copy.deepcopy(RULEBOOK) | changes)


def test_a_quote_says_what_the_order_then_gives_and_leaves_no_trace(shop: Shop) -> None:
    member = shop.enrol()
    shop.buy(member, "190.00")
    order = shop.order(member, "20.40")
    with no_trace():
        seen = quote(shop, order)
    ((status, real),) = shop.send(order)
    assert status == 201
    assert said(seen.event.answer) == said(json.dumps(real))
    effects = json.loads(seen.event.answer)["effects"]
    assert [(each["type"], each.get("points"), each.get("to_tier")) for each in effects] == [
        ("earn_points", 20, None),
        ("change_tier", None, "silver"),
    ]


def test_somebody_new_joins_for_the_quote_alone(shop: Shop) -> None:
    document = copy.deepcopy(RULEBOOK)
    document["earn_rules"] += [
        {"id": "hello", "name": "Hello", "on": "member.enrolled", "earn": {"strategy": "fixed_bonus", "points": 30}},
        {"id": "first", "name": "First", "earn": {"strategy": "first_order_bonus", "points": 50}},
    ]
    shop.publish(document)
    with no_trace():
        seen = quote(shop, shop.order(UUID(int=0), "10.00"), joins=True)
    assert seen.joined is not None
    assert [each["points"] for each in json.loads(seen.joined.answer)["effects"]] == [30]
    real = shop.buy(shop.enrol(), "10.00")
    assert said(seen.event.answer) == said(json.dumps(real))
    assert real["balances"]["points"]["available"] == 90


def test_a_draft_is_asked_in_place_of_the_rules_in_force(shop: Shop) -> None:
    member = shop.enrol()
    shop.buy(member, "30.00")
    stamps = {"id": "stamps", "name": "Stamps"}
    rules = [
        {"id": "base", "name": "2 points", "earn": {"strategy": "points_per_amount", "points": 2}},
        {"id": "stamp", "name": "A stamp", "point_type": "stamps", "earn": {"strategy": "fixed_bonus", "points": 1}},
    ]
    draft = draft_of(shop, earn_rules=rules, point_types=[*RULEBOOK["point_types"], stamps])
    with no_trace():
        seen = quote(shop, shop.order(member, "10.00"), draft=draft)
    assert seen.of_draft
    answer = json.loads(seen.event.answer)
    assert [(each["point_type"], each["points"]) for each in answer["effects"]] == [("points", 20), ("stamps", 1)]
    assert {code: each["available"] for code, each in answer["balances"].items()} == {"points": 50, "stamps": 1}
    # The very same, once it is published.
    shop.publish(draft.document())
    real = shop.buy(member, "10.00")
    assert said(seen.event.answer) == said(json.dumps(real)) | {"rulebook_version": answer["rulebook_version"]}


def test_a_later_day_sees_the_member_as_the_nights_will_leave_them(shop: Shop) -> None:
    document = copy.deepcopy(RULEBOOK)
    document["point_types"][0]["expiry"] = {"policy": "after", "period": "1 month"}
    document["ladders"][0]["window"] = "1 month"
    document["earn_rules"].append(
        {"id": "gold", "name": "Gold", "earn": {"strategy": "fixed_bonus", "points": 7},
         "when": {"field": "member.tier.status", "is": "gold"}}
    )  # fmt: skip
    shop.publish(document)
    member = shop.enrol()
    shop.buy(member, "600.00")
    order = shop.order(member, "10.00", at=shop.now + timedelta(days=60))
    with no_trace():
        seen = quote(shop, order)
        tomorrow = quote(shop, shop.order(member, "10.00", at=shop.now + timedelta(days=1)))
    assert [each["points"] for each in json.loads(tomorrow.event.answer)["effects"]] == [10, 7]
    shop.later(days=60)
    nightly_work(shop.conn, programme_id=shop.programme.id, now=shop.now)
    ((status, real),) = shop.send(order)
    assert status == 201
    assert said(seen.event.answer) == said(json.dumps(real))
    assert (real["tiers"], real["balances"]["points"]["available"]) == ({"status": "bronze"}, 10)


def test_an_earlier_day_is_priced_by_the_rules_of_that_day(shop: Shop) -> None:
    double = copy.deepcopy(RULEBOOK)
    double["earn_rules"][0]["earn"]["points"] = 2
    shop.publish(double, effective_from=shop.now)
    member = shop.enrol()
    order = shop.order(member, "10.00", at=shop.now - timedelta(days=3))
    with no_trace():
        seen = quote(shop, order)
    ((_, real),) = shop.send(order)
    assert said(seen.event.answer) == said(json.dumps(real))
    assert (real["rulebook_version"], real["balances"]["points"]["available"]) == (1, 10)


def test_points_of_a_budget_are_not_used_up_by_quotes(shop: Shop) -> None:
    document = copy.deepcopy(RULEBOOK)
    document["earn_rules"][0]["limits"] = {"budget": {"points": 15}}
    shop.publish(document)
    member = shop.enrol()
    with no_trace():
        quotes = [quote(shop, shop.order(member, "10.00")) for _ in range(3)]
    assert [json.loads(each.event.answer)["effects"][0]["points"] for each in quotes] == [10, 10, 10]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("unknown member", "member_not_found"),
        ("counted", "counted_before"),
        ("return", "quote_of_return"),
        ("reserved", "reserved_event_type"),
        ("too many points", "not_enough_points"),
        ("other currency", "rulebook_of_another_programme"),
        ("before 1995", "time_too_early"),
    ],
)
def test_what_is_refused(shop: Shop, change: str, code: str) -> None:
    member, draft = shop.enrol(), None
    order = shop.order(member, "10.00")
    if change == "unknown member":
        order.member = MemberReference(external_id="nobody")
    elif change == "counted":
        shop.send(order)
    elif change == "return":
        order.type = "return"
    elif change == "reserved":
        order.type, order.order = "member.enrolled", None
    elif change == "too many points":
        assert order.order is not None
        order.order.points_used = PointsUsed(500, Decimal("5.00"))
    elif change == "other currency":
        draft = draft_of(shop, currency="USD")
    elif change == "before 1995":
        order.occurred_at -= timedelta(days=20_000)
    with no_trace(), pytest.raises(Refusal) as refused:
        quote(shop, order, draft=draft)
    assert refused.value.code == code


OCCASIONS = {
    "earn_rules": [
        *RULEBOOK["earn_rules"],
        {"id": "cake", "name": "Cake", "on": "member.birthday", "earn": {"strategy": "fixed_bonus", "points": 250}},
        {"id": "year", "name": "A year", "on": "member.anniversary", "earn": {"strategy": "fixed_bonus", "points": 40}},
        {"id": "back", "name": "Back", "on": "member.inactive", "earn": {"strategy": "fixed_bonus", "points": 5}},
    ],
    "occasions": {"birthday": {"known_for": "0 days"}, "anniversary": True, "inactive": ["10 days", "20 days"]},
}


@pytest.mark.capability("B9")
def test_a_quote_of_a_later_day_has_what_birthdays_and_other_occasions_give_until_then(conn: Connection) -> None:
    """Born on 8 March and joined on the 11th; the last order is of the 2nd, so silence is noticed on the 12th."""
    shop = open_shop(conn, RULEBOOK | OCCASIONS)
    member = shop.enrol(birth_date=date(1990, 3, 8), enrolled_at=datetime(2024, 3, 11, 9, tzinfo=UTC))
    shop.buy(member, "20.00")
    nightly_work(shop.conn, programme_id=shop.programme.id, now=shop.now)
    expected = {7: 20, 8: 270, 10: 270, 11: 310, 12: 315, 22: 320}
    for day, points in expected.items():
        order = shop.order(member, "1.00", at=datetime(2026, 3, day, 12, tzinfo=UTC))
        with no_trace():
            seen = quote(shop, order)
        assert json.loads(seen.event.answer)["balances"]["points"]["available"] == points + 1, day
    assert shop.points(member) == 20


def test_occasions_of_a_draft_are_those_of_the_draft_and_none_is_given_twice(conn: Connection) -> None:
    shop = open_shop(conn)
    member = shop.enrol(birth_date=date(1990, 3, 8))
    order = shop.order(member, "1.00", at=shop.now + timedelta(days=9))
    draft = draft_of(shop, **OCCASIONS)
    with no_trace():
        assert json.loads(quote(shop, order).event.answer)["balances"]["points"]["available"] == 1
        seen = quote(shop, order, draft=draft)
    assert json.loads(seen.event.answer)["balances"]["points"]["available"] == 251
    shop.publish(draft.document(), effective_from=shop.now)
    for days in (6, 6.5):  # 8 March: the birthday is sent
        now = shop.now + timedelta(days=days)
        nightly_work(shop.conn, programme_id=shop.programme.id, now=now)
        again = quote_event(shop.conn, order, programme_id=shop.programme.id, now=now)
        assert json.loads(again.event.answer)["balances"]["points"]["available"] == 251
