"""A life that is played again in memory under the rules that were in force gives the very books that are there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from regulars.database.pool import Connection
from regulars.domain.events.contracts import OrderLine, PointsUsed
from regulars.domain.ledger.contracts import Hold, NotEnoughPoints
from regulars.domain.ledger.queries import entries
from regulars.domain.programmes.queries import rulebook_versions, shelf
from regulars.domain.tiers.queries import standings_of
from regulars.flows.adjust_points import adjust_points
from regulars.flows.backtests.figures import Figures
from regulars.flows.backtests.playing import Life
from regulars.flows.backtests.reading import Reader, read_bucket
from regulars.flows.backtests.turning import turns_of
from regulars.flows.backtests.wish import Wish
from regulars.flows.budgets import Budgets
from regulars.flows.hold_points import hold_points, settle_hold
from regulars.flows.nightly_work import nightly_work
from regulars.kernel.clock import start_of_day
from regulars.kernel.errors import Refusal
from tests.factories import Shop, open_shop
from tests.properties.random_books import CARTS, rulebooks
from tests.properties.test_returns import given_up, redeem

pytestmark = [pytest.mark.database, pytest.mark.capability("I6")]

STEP = st.one_of(
    st.tuples(st.just("buy"), CARTS),
    st.tuples(st.just("buy"), CARTS),
    st.tuples(st.just("buy and return"), CARTS),
    st.tuples(st.sampled_from(["return in parts", "return first"]), CARTS),
    st.tuples(st.sampled_from(["pay", "pay and return"]), st.integers(1, 40)),
    st.tuples(st.sampled_from(["hold", "hold and settle", "hold and pay", "hold, pay and return"]), st.integers(1, 40)),
    st.tuples(st.just("redeem"), st.integers(1, 60)),
    st.tuples(st.just("goodwill"), st.integers(1, 50)),
    st.tuples(st.just("deliver"), st.just(0)),
    st.tuples(st.just("days"), st.integers(1, 45)),
)


def live(shop: Shop, member: UUID, step: str, value: Any) -> None:
    if step in ("buy", "buy and return"):
        bought = shop.buy(member, total_of(value), lines=value)
        if step == "buy and return" and value:
            shop.later(minutes=1)
            shop.give_back(member, bought, amount=None)
    elif step == "return in parts" and value and Decimal(total_of(value)) >= 2:
        bought = shop.buy(member, total_of(value), lines=value)
        for amount in ("1.00", None):
            shop.later(minutes=1)
            shop.give_back(member, bought, amount=amount)
    elif step == "return first" and value:
        order = shop.order(member, total_of(value), lines=value)
        assert order.order is not None
        ((status, _),) = shop.send(shop.returned(member, order.order.number, amount=None))
        assert status == 201
        shop.later(minutes=1)
        shop.send(order)
    elif step in ("pay", "pay and return"):
        paid = pay(shop, member, value)
        if step == "pay and return" and paid is not None:
            shop.later(minutes=1)
            shop.give_back(member, paid, amount=None)
    elif step.startswith("hold"):
        set_aside(shop, member, step, value)
    elif step == "redeem":
        try:
            redeem(shop, member, value)
        except NotEnoughPoints:
            return
    elif step == "goodwill":
        adjust_points(
            shop.conn, programme_id=shop.programme.id, member_id=member, points=value, now=shop.now, by="tests",
            reason="goodwill",
        )  # fmt: skip
    elif step == "deliver":
        delivered = shop.order(member, "0.00")
        delivered.type, delivered.order = "delivered", None
        shop.send(delivered)


def pay(shop: Shop, member: UUID, points: int, *, hold: Hold | None = None) -> dict[str, Any] | None:
    """An order of 30.00 of which points pay a part; None where the points are not there."""
    used = PointsUsed(points=points, amount=Decimal("0.10") * points, hold=None if hold is None else hold.id)
    ((status, answer),) = shop.send(shop.order(member, "30.00", points_used=used))
    assert status == 201 or answer["code"] in ("not_enough_points", "member_blocked")
    return answer if status == 201 else None


def set_aside(shop: Shop, member: UUID, step: str, points: int) -> None:
    place: dict[str, Any] = {"programme_id": shop.programme.id, "member_id": member}
    try:
        hold = hold_points(
            shop.conn, points=points, purpose="basket", now=shop.now, by="till", lasts=timedelta(days=3), **place
        )
    except NotEnoughPoints:
        return
    shop.later(minutes=1)
    part = max(points // 2, 1)
    if step == "hold and settle":
        settle_hold(shop.conn, hold_id=hold.id, points=part, now=shop.now, by="till", **place)
    elif step != "hold":
        bought = pay(shop, member, part, hold=hold)
        assert bought is not None, "the points were set aside"
        if step.endswith("return"):
            shop.later(minutes=1)
            shop.give_back(member, bought, amount=None)


@contextmanager
def unless_known(*codes: str) -> Iterator[None]:
    """What is refused for one of these reasons does not happen."""
    try:
        yield
    except Refusal as refusal:
        if refusal.code not in codes:
            raise


def total_of(lines: list[OrderLine]) -> str:
    return str(sum((each.amount for each in lines), Decimal(0)))


def pass_days(shop: Shop, days: int) -> None:
    """Every night is worked, right after midnight."""
    for _ in range(days):
        midnight = start_of_day(shop.now.date() + timedelta(days=1), shop.programme.time_zone)
        nightly_work(shop.conn, programme_id=shop.programme.id, now=midnight)
        shop.now = midnight + timedelta(hours=12)


def books_of(found: Any) -> list[tuple[Any, ...]]:
    return [
        (each.point_type, int(each.debit), int(each.credit), each.amount, int(each.cause_kind), each.reason)
        for each in found
    ]


@settings(
    max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
@given(rulebooks(), st.lists(st.tuples(st.integers(0, 1), STEP), min_size=1, max_size=14))
def test_what_was_played_again_equals_the_live_books(
    conn: Connection, document: dict[str, Any], story: list[tuple[int, tuple[str, Any]]]
) -> None:
    given_up(conn, lambda: _compare(conn, document, story))


def _compare(conn: Connection, document: dict[str, Any], story: list[tuple[int, tuple[str, Any]]]) -> None:
    shop = open_shop(conn, document)
    members = [shop.enrol(), shop.enrol()]
    for who, (step, value) in story:
        shop.later(minutes=1)
        if step == "days":
            pass_days(shop, value)
        else:
            live(shop, members[who], step, value)
    for kinds in check_lives(shop, members):
        event(f"played {kinds} kinds of entries")


def check_lives(shop: Shop, members: list[UUID]) -> list[int]:
    """Each life, played again, has the entries, in their order, and the tiers that are there.

    Of each, how many kinds of entries.
    """
    kinds = []
    conn, rules = shop.conn, shelf(shop.conn, programme_id=shop.programme.id)
    published = {each.id: each.published_at for each in rulebook_versions(conn, programme_id=shop.programme.id)}
    for member in members:
        (past,) = [
            each
            for each in read_bucket(
                conn, programme=shop.programme, bucket=member.int & 0xFF,
                point_types=list(rules.point_types.values()), with_persons=True,
            )
            if each.member.id == member.bytes
        ]  # fmt: skip
        turns = turns_of(rules, published)
        wish = Wish(shop.programme.id, shop.programme.organisation_id, shop.now)
        life = Life(rules, past, Reader(shop.programme), Figures(), budgets=Budgets({}), turns=turns, wish=wish)
        life.play(until=shop.now)
        kinds.append(len({(each.debit, each.credit) for each in life.book.entries}))
        real = sorted(
            entries(conn, owner=member, point_type=shop.point_type, limit=500), key=lambda each: each.entry_no
        )
        assert books_of(life.book.entries) == books_of(real)
        standing = {ladder: each.tier for (_, ladder), each in standings_of(conn, [member.bytes]).items()}
        assert {ladder: each.tier for ladder, each in life.file.standings.items()} == standing
    return kinds
