"""Returning an order at the console: what it would do, doing it, and how it is told afterwards."""

from __future__ import annotations

import html
import re
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from regulars.domain.events.contracts import OrderLine, PointsUsed
from regulars.domain.ledger.queries import entries
from regulars.interfaces.console.returns import waiting
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop
from tests.interfaces.operators import signed_in


@pytest.fixture
def console(shop: Shop) -> Client:
    """An operator of the shop, signed in."""
    return signed_in(shop)


@pytest.fixture
def member(shop: Shop) -> UUID:
    return shop.enrol(name="Bea")


@pytest.fixture
def bought(shop: Shop, member: UUID) -> dict[str, Any]:
    """Dishes for 20, of which 500 points paid 5."""
    shop.buy(member, "600.00")
    return shop.buy(
        member, "20.00", points_used=PointsUsed(500, Decimal("5.00")),
        lines=[OrderLine(Decimal(12), name="Cup", quantity=Decimal(2)), OrderLine(Decimal(8), name="Plate")],
    )  # fmt: skip


def seen(content: bytes) -> str:
    """What a page says, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", content.decode())).split())


def place(member: UUID, bought: dict[str, Any]) -> str:
    return f"/console/members/{member}/orders/{bought['event']}/return"


def test_the_preview_says_what_the_return_would_do_and_writes_nothing(
    shop: Shop, console: Client, member: UUID, bought: dict[str, Any]
) -> None:
    form = {"what": "lines", "line_0": "1", "request_id": str(uuid4())}
    with nothing_changes(shop):
        page = seen(console.post(f"{place(member, bought)}/preview", form).content)

    assert "€6.00 go back, and €14.00 of the order are left." in page
    assert "“1 point per euro” is taken back \N{MINUS SIGN}5" in page
    assert "Points that paid for it come back +150" in page
    assert "Balance afterwards 260" in page


def test_a_tier_that_would_be_lost_is_said(shop: Shop, console: Client, member: UUID) -> None:
    shop.publish(RULEBOOK | {"ladders": [RULEBOOK["ladders"][0] | {"downgrade_on_return": True}]})
    bought = shop.buy(member, "210.00")
    page = seen(console.post(f"{place(member, bought)}/preview", {"what": "all", "request_id": str(uuid4())}).content)
    assert "The tier changes from Silver to Bronze" in page


def test_what_is_not_there_to_take_is_said(shop: Shop, console: Client, member: UUID) -> None:
    first = shop.buy(member, "50.00")
    shop.buy(member, "40.00", points_used=PointsUsed(40, Decimal("0.40")))
    shop.buy(member, "60.00", points_used=PointsUsed(49, Decimal("0.49")))
    shop.buy(member, "1.00", points_used=PointsUsed(59, Decimal("0.59")))
    page = seen(console.post(f"{place(member, first)}/preview", {"what": "all", "request_id": str(uuid4())}).content)
    assert "“1 point per euro” is taken back 50 are due, and 0 are there to take. 0" in page


def test_a_return_is_done_told_and_listed(shop: Shop, console: Client, member: UUID, bought: dict[str, Any]) -> None:
    form = {"what": "lines", "line_0": "1", "request_id": str(uuid4())}
    done = console.post(place(member, bought), form, follow=True)
    page = seen(done.content)
    assert "is returned. Taken back: 5 points. Given back: 150 points." in page
    assert "€6.00 came back" in page

    statement = seen(console.get(f"/console/members/{member}/").content)
    assert "came back Taken back" in statement
    assert "Points taken back: “1 point per euro”" in statement
    assert "in version 1 of the rulebook, counts 5 points less now, and they were taken back." in statement
    assert "Points had paid for part of order" in statement
    assert "500 points paid for €5.00 of the €20.00 of order" in statement

    # A second click of the same form is the same return.
    with nothing_changes(shop):
        console.post(place(member, bought), form)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"what": "amount", "amount": "20.01"}, "More money goes back than was paid"),
        ({"what": "amount"}, "Say how much money goes back."),
        ({"what": "lines"}, "Say of at least one product how many come back."),
        ({"what": "lines", "line_0": "3"}, "less than or equal to 2"),
    ],
)
def test_a_return_that_cannot_be_is_refused_in_words(
    shop: Shop, console: Client, member: UUID, bought: dict[str, Any], form: dict[str, str], said: str
) -> None:
    with nothing_changes(shop):
        answer = console.post(place(member, bought), form | {"request_id": str(uuid4())})
    assert (answer.status_code, said in seen(answer.content)) == (422, True)


def test_the_lots_say_what_is_next_and_what_an_entry_took(
    shop: Shop, console: Client, member: UUID, bought: dict[str, Any]
) -> None:
    page = seen(console.get(f"/console/members/{member}/?tab=lots").content)
    assert "1 point per euro, order" in page
    assert "until 31 Mar 2027 100 600" in page

    spent = next(each for each in entries(shop.conn, owner=member, point_type=shop.point_type) if each.points == -500)
    lots = seen(console.get(f"/console/members/{member}/entries/{spent.id}/lots").content)
    assert "Paid by 500 1 point per euro, order" in lots
    assert console.get(f"/console/members/{shop.enrol()}/entries/{spent.id}/lots").status_code == 404


def test_pending_points_are_shown(shop: Shop, console: Client, member: UUID) -> None:
    pending = RULEBOOK["point_types"][0] | {"pending": {"mode": "after", "period": "14 days"}}
    shop.publish(RULEBOOK | {"point_types": [pending]})
    shop.buy(member, "50.00")
    page = seen(console.get(f"/console/members/{member}/").content)
    assert "On their way: can be spent from 16 Mar 2026" in page
    assert "On their way 50 cannot be spent yet" in page
    assert "from 16 Mar 2026" in seen(console.get(f"/console/members/{member}/?tab=lots").content)


def test_a_return_that_waits_is_visible_and_a_refused_one_says_why(shop: Shop, console: Client, member: UUID) -> None:
    order = shop.order(member, "10.00")
    assert order.order is not None
    number = order.order.number
    shop.send(shop.returned(member, number, amount="30.00"))
    for address in ("/console/returns/", f"/console/members/{member}/?tab=orders"):
        page = seen(console.get(address).content)
        assert number in page
        assert "Waits for its order" in page
    shop.send(order)
    page = seen(console.get("/console/returns/").content)
    assert "Refused 30.00 were sent, and 10.00 of the order are left." in page


def test_an_order_can_be_paid_with_points(shop: Shop, console: Client, member: UUID) -> None:
    shop.buy(member, "600.00")
    form = {
        "number": "A-1", "occurred_at": "2026-03-02T13:00", "points_used": "500", "points_amount": "5.00",
        "request_id": str(uuid4()), "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-0-quantity": "1",
        "lines-0-amount": "20.00",
    }  # fmt: skip
    with nothing_changes(shop):
        poor = seen(console.post(f"/console/members/{member}/orders/new", form | {"points_used": "601"}).content)
        half = seen(console.post(f"/console/members/{member}/orders/new", form | {"points_amount": ""}).content)
    assert "There are not enough points" in poor
    assert "Say what the points were worth on the receipt." in half
    done = console.post(f"/console/members/{member}/orders/new", form)
    assert done.status_code == 302, seen(done.content)
    assert shop.points(member) == 600 - 500 + 15


def test_returns_that_wait_come_in_pages(
    shop: Shop, console: Client, member: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "ROWS", 2)
    shop.send(*(shop.returned(member, f"early-{number}", amount="1.00") for number in range(5)))
    seen: list[str] = []
    address: str | None = "/console/returns/"
    while address:
        page = console.get(address).content.decode()
        found = re.findall(r"early-\d", page)
        assert len(set(found)) <= 2
        seen += sorted(set(found))
        following = re.search(r'href="([^"]*after=[^"]*)"', page)
        address = html.unescape(following[1]) if following else None
    assert sorted(seen) == [f"early-{number}" for number in range(5)]
    assert console.get("/console/returns/?after=nonsense").status_code == 200
