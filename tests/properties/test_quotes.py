"""A quote equals the real run: random rulebooks, random carts, one after the other, live and as a draft."""

from __future__ import annotations

import json
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
from tests.factories import Shop, open_shop
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
