"""A quote equals the real run: random rulebooks, random carts, one after the other, live and as a draft."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from regulars.database.pool import Connection
from regulars.database.scope import work_for
from regulars.domain.events.contracts import OrderLine
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.nightly_work import nightly_work
from regulars.flows.quote_event import quote_event
from regulars.kernel.clock import local_day, start_of_day
from tests.factories import NOON, Shop, open_shop
from tests.flows.test_quote_event import said
from tests.properties.random_books import CARTS, rulebooks

pytestmark = pytest.mark.database


@settings(
    max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
@given(
    rulebooks(budgets=True),
    rulebooks(budgets=True),
    st.lists(st.tuples(CARTS, st.integers(0, 40)), min_size=1, max_size=6),
)
def test_a_quote_equals_the_order_that_is_sent_then(
    conn: Connection,
    document: dict[str, Any],
    other: dict[str, Any],
    orders: list[tuple[list[OrderLine], int]],
) -> None:
    work_for(conn, None)
    shop = open_shop(conn, document)
    member = shop.enrol()
    for number, (lines, days) in enumerate(orders):
        _compare(shop, member, lines, draft=Rulebook.model_validate(other) if number == len(orders) // 2 else None)
        shop.later(days=days)
        nightly_work(shop.conn, programme_id=shop.programme.id, now=shop.now)


def _compare(shop: Shop, member: Any, lines: list[OrderLine], draft: Rulebook | None = None) -> None:
    order = shop.order(member, str(sum((each.amount for each in lines), Decimal(0))), lines=lines)
    seen = quote_event(shop.conn, order, programme_id=shop.programme.id, now=shop.now, draft=draft)
    if draft is not None:
        shop.publish(draft.document(), effective_from=shop.now)
    ((status, real),) = shop.send(order)
    assert status == 201
    event(f"{len(real['effects'])} effects")
    told = said(seen.event.answer)
    if draft is not None:  # an unchanged document is no new version
        told["rulebook_version"] = real["rulebook_version"]
    assert told == said(json.dumps(real))


_GIFTS = [
    {"id": f"gift-{name}", "name": name, "on": f"member.{name}", "earn": {"strategy": "fixed_bonus", "points": points}}
    for name, points in (("birthday", 70), ("anniversary", 40), ("inactive", 5))
]
_OCCASIONS = st.fixed_dictionaries(
    {
        "birthday": st.sampled_from([False, {"known_for": "0 days"}, {"known_for": "7 days"}]),
        "anniversary": st.booleans(),
        "inactive": st.sampled_from([[], ["3 days"], ["2 days", "9 days"]]),
    }
)
_TERMS = st.fixed_dictionaries(
    {
        "expiry": st.sampled_from(
            [{"policy": "never"}, {"policy": "after", "period": "4 days"}, {"policy": "inactivity", "period": "6 days"}]
        ),
        "pending": st.sampled_from([{"mode": "immediate"}, {"mode": "after", "period": "3 days"}]),
    }
)


@settings(
    max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
@given(
    rulebooks(), _OCCASIONS, _TERMS, st.integers(-3, 12), st.integers(-3, 12),
    st.lists(st.tuples(CARTS, st.integers(1, 6)), min_size=1, max_size=3),
)  # fmt: skip
def test_a_quote_of_a_later_day_equals_the_order_that_is_sent_when_it_has_come(
    conn: Connection,
    document: dict[str, Any],
    occasions: dict[str, Any],
    terms: dict[str, Any],
    birthday: int,
    joined: int,
    orders: list[tuple[list[OrderLine], int]],
) -> None:
    work_for(conn, None)
    document["point_types"] = [each | terms for each in document["point_types"]]
    document = document | {"occasions": occasions, "earn_rules": [*document["earn_rules"], *_GIFTS]}
    shop = open_shop(conn, document)
    born = date(1990, NOON.month, NOON.day) + timedelta(days=birthday)
    joining = NOON.replace(year=NOON.year - 2) + timedelta(days=joined)
    member = shop.enrol(birth_date=born, enrolled_at=joining)
    nightly_work(shop.conn, programme_id=shop.programme.id, now=shop.now)
    for lines, days in orders:
        at = shop.now + timedelta(days=days)
        order = shop.order(member, str(sum((each.amount for each in lines), Decimal(0))), lines=lines, at=at)
        seen = quote_event(shop.conn, order, programme_id=shop.programme.id, now=shop.now)
        for _ in range(days):
            shop.later(days=1)
            night = start_of_day(local_day(shop.now, shop.programme.time_zone), shop.programme.time_zone)
            nightly_work(shop.conn, programme_id=shop.programme.id, now=night)
        ((status, real),) = shop.send(order)
        assert status == 201
        assert said(seen.event.answer) == said(json.dumps(real))
