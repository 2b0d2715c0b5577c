"""A life through several versions, with what staff did meanwhile: played again it gives the books that are there."""

from __future__ import annotations

import copy
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from regulars.database.pool import Connection
from regulars.domain.events.contracts import OrderLine
from regulars.domain.tiers.contracts import AssignmentKind
from regulars.flows.assign_tier import assign_tier, end_assignment
from regulars.flows.block_member import block_member
from regulars.flows.change_ladders import change_ladders
from regulars.flows.extend_expiry import extend_expiry
from regulars.flows.unblock_member import unblock_member
from regulars.kernel.errors import Refusal
from regulars.kernel.periods import Period
from tests.factories import RULEBOOK, Shop, open_shop
from tests.properties.test_backtests import check_lives, live, pass_days, total_of, unless_known
from tests.properties.test_returns import given_up

pytestmark = [pytest.mark.database, pytest.mark.capability("I6")]

TERMS = st.sampled_from(
    [
        {"policy": "never"},
        {"policy": "after", "period": "1 month"},
        {"policy": "after", "period": "3 months"},
        {"policy": "inactivity", "period": "2 months"},
    ]
)
LADDERS = st.sampled_from(
    [
        {"metric": "spend", "window": "2 months", "down": "immediate"},
        {"metric": "spend", "window": {"by": "calendar", "unit": "month"}, "down": "at_period_end"},
        {"metric": "orders", "window": "2 months", "down": "one_step"},
        {"metric": "visits", "window": "2 months", "down": "immediate", "downgrade_on_return": True},
        {"metric": "balance", "window": None, "point_type": "points", "down": "immediate"},
        {"metric": {"by": "formula", "parts": {"spend": 1, "visits": 10}}, "window": "3 months", "down": "immediate"},
        {"metric": {"by": "points", "point_type": "points"}, "window": "lifetime", "down": "immediate"},
    ]
)
CHALLENGE = {
    "id": "three", "name": "Three", "on": "order",
    "earn": {
        "strategy": "challenge", "points": 40, "on_return": "recount",
        "goals": [{"id": "orders", "name": "Orders", "target": 3}],
    },
}  # fmt: skip
CART = st.integers(10, 150).map(lambda euros: [OrderLine(Decimal(euros), category="coffee" if euros % 2 else "")])


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    document = copy.deepcopy(RULEBOOK)
    document["point_types"][0] |= {"expiry": draw(TERMS), "on_expiry_change": "restart_clock"}
    document["point_types"][0]["pending"] = draw(
        st.sampled_from([{"mode": "immediate"}, {"mode": "after", "period": "3 days"}])
    )
    document["returns"] = {
        "clawback": draw(st.sampled_from(["allow_negative", "within_balance"])),
        "restore": draw(st.sampled_from(["strict", {"policy": "grace", "period": "10 days"}])),
    }
    if draw(st.booleans()):
        document["earn_rules"].append(copy.deepcopy(CHALLENGE))
    ladder = document["ladders"][0]
    ladder |= draw(LADDERS)
    ladder |= {"on_change": draw(st.sampled_from(["apply", "no_downgrade", "restore"]))}
    ways: dict[str, tuple[int, int]] = {"orders": (2, 4), "visits": (2, 4), "balance": (60, 200)}
    silver, gold = ways.get(str(ladder["metric"]), (100, 300))
    ladder["tiers"][1]["from_score"], ladder["tiers"][2]["from_score"] = silver, gold + draw(st.integers(0, 1))
    return document


STEP: st.SearchStrategy[Any] = st.one_of(
    st.tuples(st.just("buy"), CART),
    st.tuples(st.just("buy"), CART),
    st.tuples(st.sampled_from(["buy and return", "return in parts", "return later"]), CART),
    st.tuples(st.just("days"), st.integers(1, 40)),
    st.tuples(st.sampled_from(["redeem", "goodwill", "pay and return"]), st.integers(1, 40)),
    st.tuples(st.sampled_from(["block", "release", "withdraw"]), st.just(0)),
    st.tuples(st.just("assign"), st.tuples(st.sampled_from(["silver", "gold"]), st.integers(0, 60))),
    st.tuples(st.just("extend"), st.integers(1, 60)),
    st.tuples(st.just("publish"), documents()),
)


def done_by_staff(shop: Shop, member: UUID, step: str, value: Any) -> None:
    place: dict[str, Any] = {"programme_id": shop.programme.id, "member_id": member, "now": shop.now, "by": "tests"}
    with suppress(Refusal):
        if step == "block":
            block_member(shop.conn, reason="odd", **place)
        elif step == "release":
            unblock_member(shop.conn, **place)
        elif step == "assign":
            tier, days = value
            until = shop.now.date() + timedelta(days=days)
            assign_tier(
                shop.conn, ladder="status", tier=tier, kind=AssignmentKind.manual, reason="kind", until=until, **place
            )
        elif step == "withdraw":
            end_assignment(shop.conn, ladder="status", reason="enough", **place)
        elif step == "extend":
            extend_expiry(shop.conn, to=Period(days=value), reason="goodwill", **place)


@settings(
    max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
@given(documents(), st.lists(st.tuples(st.integers(0, 1), STEP), min_size=6, max_size=16))
def test_versions_and_acts_of_staff_are_played(
    conn: Connection, document: dict[str, Any], story: list[tuple[int, tuple[str, Any]]]
) -> None:
    given_up(conn, lambda: _compare(conn, document, story))


def _compare(conn: Connection, document: dict[str, Any], story: list[tuple[int, tuple[str, Any]]]) -> None:
    shop = open_shop(conn, document)
    members = [shop.enrol(), shop.enrol()]
    for who, (step, value) in story:
        shop.later(minutes=1)
        event(step)
        if step == "days":
            pass_days(shop, value)
        elif step == "publish":
            shop.publish(value, effective_from=shop.now)
            change_ladders(conn, programme_id=shop.programme.id, now=shop.now)
        elif step in ("block", "release", "assign", "withdraw", "extend"):
            done_by_staff(shop, members[who], step, value)
        elif step == "return later":
            bought = shop.buy(members[who], total_of(value), lines=value)
            pass_days(shop, 35)
            shop.give_back(members[who], bought, amount=None)
        else:
            with unless_known("member_blocked"):
                live(shop, members[who], step, value)
    for kinds in check_lives(shop, members):
        event(f"played {kinds} kinds of entries")
