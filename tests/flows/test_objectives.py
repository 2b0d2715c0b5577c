"""Objectives: figures by hand, where one stands, and what is read at night."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from regulars.database.pool import Connection
from regulars.domain.objectives.contracts import (
    Direction,
    Objective,
    ObjectiveDraft,
    Reading,
    State,
    Unit,
    course,
    days_unread,
    state_of,
)
from regulars.domain.objectives.queries import objectives, readings
from regulars.domain.programmes.queries import shelf
from regulars.domain.rewards.contracts import RewardDraft
from regulars.flows.merge_members import merge_members
from regulars.flows.redeem_reward import redeem_reward
from regulars.flows.save_reward import save_reward
from regulars.flows.set_objective import close_objective, set_objective
from regulars.insight.objectives.measure import measure_of, measures_by_name, past_evenings, read_days
from regulars.interfaces.jobs.objectives import follow_objectives
from regulars.kernel.errors import Refusal
from tests.books import nothing_changes
from tests.factories import Shop, open_shop

pytestmark = pytest.mark.capability("I7")

BEGIN = datetime(2026, 1, 5, 12, tzinfo=UTC)
DAY = date(2026, 6, 30)
"""The evening of which figures are asked: 176 days after the beginning."""


def figure(shop: Shop, name: str, *, days: int, day: date = DAY) -> tuple[Decimal | None, int]:
    """A figure at the end of a day, and how many it is shared among."""
    (found,) = read_days(
        shop.conn, shelf(shop.conn, programme_id=shop.programme.id), measure_of(name), lookback=days, days=[day]
    )
    return found.value, found.of


@pytest.fixture
def shop(conn: Connection) -> Shop:
    """Four members in six months: ada buys often and redeems, ben comes back late, cem bought once, dee never."""
    shop = open_shop(conn, now=BEGIN)
    ada, ben, cem, _ = (shop.enrol(name=name) for name in ("Ada", "Ben", "Cem", "Dee"))
    reward = save_reward(
        shop.conn,
        RewardDraft(
            code="five", type="discount_voucher", name="Five off", price=90, point_type="points",
            parameters={"amount": "5.00"},
        ),
        programme_id=shop.programme.id, now=shop.now, by="tests",
    )  # fmt: skip
    shop.buy(ada, "100.00")
    shop.buy(ben, "10.00")
    shop.later(days=20)
    shop.buy(ada, "50.00")
    redeem_reward(
        shop.conn, programme_id=shop.programme.id, member_id=ada, reward_id=reward.id, now=shop.now, by="tests"
    )
    shop.later(days=100)  # 5 May
    shop.buy(ben, "30.00")
    shop.buy(cem, "20.00")
    shop.later(days=40)  # 14 June
    shop.buy(ada, "40.00")
    return shop


@pytest.mark.database
def test_every_figure_is_what_one_counts_by_hand(shop: Shop) -> None:
    counted = {name: figure(shop, name, days=measure.usual_days) for name, measure in measures_by_name().items()}
    assert counted == {
        # Since 2 April: ben, cem and ada, of four members.
        "active_members": (Decimal("0.750000"), 4),
        # 30 + 20 + 40 of three orders.
        "average_order": (Decimal("30.000000"), 3),
        # 90 points at a cent, of three orders.
        "cost_per_order": (Decimal("0.300000"), 3),
        # All four joined more than 90 days before; ada redeemed after 20 days.
        "first_reward_in_time": (Decimal("0.250000"), 4),
        # Nobody since the first of June.
        "new_members": (Decimal(0), 4),
        # Three orders of three members.
        "orders_per_member": (Decimal("1.000000"), 3),
        # 90 redeemed of 250 given.
        "redemption_rate": (Decimal("0.360000"), 250),
        # Ada came back after 20 days, ben after 120; cem's first order is too young to ask.
        "second_order_in_time": (Decimal("0.500000"), 2),
    }


@pytest.mark.database
def test_a_figure_of_an_earlier_evening_knows_nothing_of_later_days(shop: Shop) -> None:
    evening = BEGIN.date()
    assert figure(shop, "active_members", days=30, day=evening) == (Decimal("0.500000"), 4)
    assert figure(shop, "average_order", days=30, day=evening) == (Decimal("55.000000"), 2)
    assert figure(shop, "redemption_rate", days=30, day=evening) == (Decimal(0), 110)
    assert figure(shop, "new_members", days=30, day=evening) == (Decimal(4), 4)
    before = evening - timedelta(days=1)
    assert figure(shop, "active_members", days=30, day=before) == (None, 0)
    assert figure(shop, "cost_per_order", days=30, day=before) == (None, 0)


@pytest.mark.database
def test_merged_members_are_one_person(conn: Connection) -> None:
    shop = open_shop(conn, now=BEGIN)
    ada, twin = shop.enrol(name="Ada"), shop.enrol(name="Ada B.")
    shop.buy(ada, "10.00")
    shop.later(days=1)
    shop.buy(twin, "10.00")
    assert figure(shop, "active_members", days=365) == (Decimal("1.000000"), 2)
    merge_members(
        shop.conn, programme_id=shop.programme.id, duplicate=twin, kept=ada, note="", now=shop.now, by="tests"
    )
    assert figure(shop, "active_members", days=365) == (Decimal("1.000000"), 1)
    assert figure(shop, "orders_per_member", days=365) == (Decimal("2.000000"), 1)
    assert figure(shop, "second_order_in_time", days=90) == (Decimal("1.000000"), 1)


def objective(**changes: Any) -> Objective:
    found = Objective(
        1, 1, "Back in time", "second_order_in_time", Unit.percent, Direction.at_least, Decimal("0.6"), 90,
        date(2026, 1, 1), date(2026, 4, 11), BEGIN, "ada", None, None,
    )  # fmt: skip
    return replace(found, **changes)


def evening(day: date, value: str | None, of: int = 100) -> Reading:
    return Reading(day, None if value is None else Decimal(value), of)


START = evening(date(2025, 12, 31), "0.4")
"""101 days before the last one: 0.002 a day have to come, nearly."""


@pytest.mark.parametrize(
    ("read", "today", "state"),
    [
        ([], date(2026, 2, 1), State.unread),
        ([START], date(2026, 1, 1), State.on_course),
        ([START, evening(date(2026, 2, 19), "0.51")], date(2026, 2, 20), State.on_course),
        ([START, evening(date(2026, 2, 19), "0.49")], date(2026, 2, 20), State.behind),
        ([START, evening(date(2026, 2, 19), "0.6")], date(2026, 2, 20), State.reached),
        ([START, evening(date(2026, 2, 19), "0.9", of=29)], date(2026, 2, 20), State.too_few),
        ([START, evening(date(2026, 2, 19), None, of=0)], date(2026, 2, 20), State.too_few),
        ([START, evening(date(2026, 4, 11), "0.6")], date(2026, 4, 12), State.met),
        ([START, evening(date(2026, 4, 11), "0.599")], date(2026, 4, 12), State.missed),
        # What happens after the last day changes nothing.
        ([START, evening(date(2026, 4, 11), "0.5"), evening(date(2026, 4, 20), "0.9")], date(2026, 5, 1), State.missed),
    ],
)
def test_where_it_stands(read: list[Reading], today: date, state: State) -> None:
    assert state_of(objective(), read, today=today) is state


def test_a_cost_stands_the_other_way_round() -> None:
    cost = objective(direction=Direction.at_most, unit=Unit.money, target=Decimal("0.2"))
    read = [START, evening(date(2026, 2, 19), "0.29")]
    assert state_of(cost, read, today=date(2026, 2, 20)) is State.on_course
    assert state_of(cost, [START, evening(date(2026, 2, 19), "0.31")], today=date(2026, 2, 20)) is State.behind
    assert state_of(cost, [START, evening(date(2026, 2, 19), "0.2")], today=date(2026, 2, 20)) is State.reached


def test_the_straight_way_goes_from_the_start_to_the_last_day() -> None:
    assert course(objective(), START, START.day) == Decimal("0.4")
    assert course(objective(), START, date(2026, 4, 11)) == Decimal("0.6")
    assert course(objective(), START, date(2026, 9, 1)) == Decimal("0.6")
    half = course(objective(due=START.day + timedelta(days=100)), START, START.day + timedelta(days=50))
    assert half == Decimal("0.5")


def test_evenings_that_were_missed_are_read_later_and_none_after_the_last_day() -> None:
    read = [START]
    assert days_unread(objective(), read, today=date(2026, 1, 1)) == []
    assert days_unread(objective(), read, today=date(2026, 1, 3)) == [date(2026, 1, 1), date(2026, 1, 2)]
    assert days_unread(objective(), read, today=date(2026, 6, 1))[-1] == date(2026, 4, 11)
    assert len(days_unread(objective(), read, today=date(2026, 6, 1))) == 31
    assert days_unread(objective(), [], today=date(2026, 1, 3)) == [date(2026, 1, 2)]


def test_the_past_is_read_at_the_ends_of_months() -> None:
    days = past_evenings(date(2026, 3, 15))
    assert days[:2] == [date(2025, 3, 31), date(2025, 4, 30)]
    assert days[-2:] == [date(2026, 2, 28), date(2026, 3, 14)]
    assert len(days) == 13
    assert past_evenings(date(2026, 3, 1))[-1] == date(2026, 2, 28)


DRAFT = ObjectiveDraft(
    "Back in time", "second_order_in_time", Unit.percent, Direction.at_least, Decimal("0.6"), 90, date(2026, 12, 31)
)


@pytest.mark.database
def test_it_is_set_read_every_night_once_and_closed(shop: Shop) -> None:
    programme = shop.programme.id
    made = set_objective(shop.conn, DRAFT, programme_id=programme, now=shop.now, by="ada")
    assert (made.set_on, made.target, made.closed_at) == (date(2026, 6, 14), Decimal("0.6"), None)
    assert follow_objectives(shop.conn, programme_id=programme, now=shop.now) == 1
    shop.later(days=3)
    assert follow_objectives(shop.conn, programme_id=programme, now=shop.now) == 3
    assert follow_objectives(shop.conn, programme_id=programme, now=shop.now) == 0
    read = readings(shop.conn, objectives=[made.id])[made.id]
    assert [each.day for each in read] == [date(2026, 6, 13) + timedelta(days=n) for n in range(4)]
    assert {(each.value, each.of) for each in read} == {(Decimal("0.5"), 2)}
    closed = close_objective(shop.conn, programme_id=programme, objective_id=made.id, now=shop.now, by="ben")
    assert (closed.closed_by, closed.closed_at) == ("ben", shop.now)
    shop.later(days=3)
    with nothing_changes(shop):
        assert follow_objectives(shop.conn, programme_id=programme, now=shop.now) == 0
        with pytest.raises(Refusal) as refused:
            close_objective(shop.conn, programme_id=programme, objective_id=made.id, now=shop.now, by="ada")
        assert refused.value.code == "objective_closed"
    assert [each.name for each in objectives(shop.conn, programme_id=programme)] == ["Back in time"]


@pytest.mark.database
@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"target": Decimal(0)}, "objective_target", "target"),
        ({"target": Decimal("1.01")}, "objective_target", "target"),
        ({"days": 6}, "objective_days", "days"),
        ({"days": 731}, "objective_days", "days"),
        ({"due": date(2026, 6, 14)}, "objective_due", "due"),
        ({"name": "x" * 121}, "text_too_long", "name"),
    ],
)
def test_what_cannot_be_reached_is_refused(shop: Shop, changes: dict[str, Any], code: str, field: str) -> None:
    with nothing_changes(shop), pytest.raises(Refusal) as refused:
        set_objective(shop.conn, replace(DRAFT, **changes), programme_id=shop.programme.id, now=shop.now, by="ada")
    assert (refused.value.code, refused.value.field) == (code, field)


@pytest.mark.database
def test_another_programme_sees_nothing_of_it(shop: Shop, conn: Connection) -> None:
    made = set_objective(shop.conn, DRAFT, programme_id=shop.programme.id, now=shop.now, by="ada")
    other = open_shop(conn)
    assert objectives(other.conn, programme_id=other.programme.id) == []
    with pytest.raises(Refusal) as refused:
        close_objective(other.conn, programme_id=other.programme.id, objective_id=made.id, now=other.now, by="eve")
    assert refused.value.code == "objective_not_found"


def test_figures_have_titles_of_their_own() -> None:
    titles = [str(each.title) for each in measures_by_name().values()]
    assert len(titles) == len(set(titles)) == 8
    for one, other in itertools.combinations(measures_by_name().values(), 2):
        assert str(one.explained(90)) != str(other.explained(90))
