"""The list of lots, page by page: it misses nothing and repeats nothing, whatever happens between two pages."""

from __future__ import annotations

import copy
from datetime import date
from uuid import UUID, uuid4

import pytest

from regulars.domain.ledger.contracts import LotPlace
from regulars.flows.adjust_points import adjust_points
from regulars.flows.extend_expiry import extend_expiry
from tests.factories import NOON, RULEBOOK, Shop
from tests.interfaces.api.caller import Caller

pytestmark = [pytest.mark.database, pytest.mark.capability("D1")]


@pytest.fixture
def member(shop: Shop) -> UUID:
    """Twelve lots: ten that expire on ten days, one for ever, and one that waits for its event."""
    document = copy.deepcopy(RULEBOOK)
    document["point_types"][0]["expiry"] = {"policy": "after", "period": "30 days"}
    shop.publish(document)
    made = shop.enrol()
    for day in range(10):
        shop.buy(made, f"{10 + day}.00")
        shop.later(days=1)
    for expiry, pending in (({"policy": "never"}, None), (None, {"mode": "on_event", "event": "delivered"})):
        document["point_types"][0] |= {"expiry": expiry or {"policy": "after", "period": "1 day"}}
        document["point_types"][0] |= {"pending": pending} if pending else {}
        shop.publish(document)
        shop.buy(made, "100.00")
    return made


def amounts(api: Caller, member: UUID, cursor: str | None = None) -> tuple[list[int], str | None]:
    page = api.get(f"/members/{member}/lots", limit=4, **({"cursor": cursor} if cursor else {})).body
    return [each["amount"] for each in page["items"]], page["next"]


def test_pages_make_the_whole(api: Caller, member: UUID) -> None:
    first, cursor = amounts(api, member)
    second, cursor = amounts(api, member, cursor)
    third, end = amounts(api, member, cursor)
    assert (first, second, third, end) == ([10, 11, 12, 13], [14, 15, 16, 17], [18, 19, 100, 100], None)


def test_what_is_spent_between_two_pages_moves_nothing(api: Caller, shop: Shop, member: UUID) -> None:
    _, cursor = amounts(api, member)
    # The four lots of the first page are used up; an offset would pass over the next four.
    adjust_points(
        shop.conn, programme_id=shop.programme.id, member_id=member, points=-46, reason="goodwill", now=shop.now,
        by="tests",
    )  # fmt: skip
    second, cursor = amounts(api, member, cursor)
    assert second == [14, 15, 16, 17]
    # The last lot of the page before is gone as well: the place is a place, not a lot.
    adjust_points(
        shop.conn, programme_id=shop.programme.id, member_id=member, points=-62, reason="goodwill", now=shop.now,
        by="tests",
    )  # fmt: skip
    assert amounts(api, member, cursor)[0] == [18, 19, 100, 100]


def test_what_comes_in_before_the_place_is_not_shown_twice(api: Caller, shop: Shop, member: UUID) -> None:
    _, cursor = amounts(api, member)
    late = shop.order(member, "7.00", at=NOON)
    assert shop.send(late)[0][0] == 201  # it will be spent first
    assert amounts(api, member, cursor)[0] == [14, 15, 16, 17]
    extend_expiry(
        shop.conn, programme_id=shop.programme.id, member_id=member, to=date(2027, 1, 1), reason="goodwill",
        now=shop.now, by="tests", last_days=[date(2026, 4, 1)],
    )  # fmt: skip
    assert amounts(api, member, cursor)[0] == [14, 15, 16, 17]


@pytest.mark.parametrize("cursor", ["x", "WyIxIl0", "W10", "WyIwLTAtMC0wIl0", "WyIyLTEtMS0wMDAwIl0"])
def test_a_cursor_of_another_list_is_refused(api: Caller, member: UUID, cursor: str) -> None:
    assert api.get(f"/members/{member}/lots", cursor=cursor).code == "bad_cursor"


def test_a_place_is_read_as_it_was_written() -> None:
    for place in (LotPlace(False, date(2026, 3, 1), NOON, uuid4()), LotPlace(True, date.max, NOON, uuid4())):
        assert LotPlace.read(place.written()) == place
    for text in ("", "0", "0-1-1-1", "2-1-1-" + "0" * 32, "0-0-1-" + "0" * 32, "0-1-zz-" + "0" * 32, "0-1-1-x"):
        assert LotPlace.read(text) is None
