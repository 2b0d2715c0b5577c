"""A member sends points to another: found without telling who is a member, sent once, taken back in time."""

from __future__ import annotations

import copy
import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache

from regulars.database.pool import Connection
from regulars.interfaces.portal.sending.finding import PER_MEMBER
from tests.books import findings, nothing_changes
from tests.factories import RULEBOOK, Shop, open_shop
from tests.interfaces.portal.club import Club, Guest, text_of

pytestmark = pytest.mark.database


@pytest.fixture
def shop(conn: Connection) -> Shop:
    document = copy.deepcopy(RULEBOOK)
    document["transfers"] = {"allowed": True, "least": 5, "fee": 2, "cancel_within": "1 day"}
    cache.clear()
    return open_shop(conn, document, now=datetime.now(UTC).replace(microsecond=0))


@pytest.fixture
def pair(shop: Shop) -> tuple[Guest, UUID, UUID]:
    """Ada, signed in, with 100 points, and Ben."""
    ada = shop.enrol(name="Ada Lovelace", email="ada@example.com")
    ben = shop.enrol(name="Ben Kaya", email="ben@example.com", phone="+905321234567")
    shop.buy(ada, "100.00")
    return Club(shop).enter(ada), ada, ben


def ask(guest: Guest, to: str, points: int = 30, message: str = "") -> Any:
    return guest.send("/me/send/", to=to, points=str(points), message=message)


def form_of(answer: Any) -> dict[str, str]:
    page = answer.content.decode()
    return dict(re.findall(r'type="hidden" name="(offer|key)" value="([^"]+)"', page))


def test_sent_once_and_taken_back(shop: Shop, pair: tuple[Guest, UUID, UUID]) -> None:
    guest, ada, ben = pair
    assert "Send points" in guest.see("/me/")
    with nothing_changes(shop):
        asked = ask(guest, "Ben@Example.com", message="For lunch")
    said = text_of(asked)
    assert "Send 30 points to Ben K.?" in said
    assert "Kaya" not in said
    assert str(ben) not in asked.content.decode()
    assert "You will have 68" in said

    form = form_of(asked)
    first, second = (guest.send("/me/send/confirm", **form) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert (shop.points(ada), shop.points(ben)) == (68, 30)
    assert "30 points are with Ben K." in guest.see(first.headers["Location"])

    assert "To Ben K." in guest.see("/me/activity/")
    assert "with a fee of 2" in guest.see("/me/activity/")
    other = Club(shop).enter(ben)
    seen = other.see("/me/activity/")
    assert "From Ada L." in seen
    assert "For lunch" in seen
    assert "Lovelace" not in seen
    assert "fee" not in seen
    other.see(first.headers["Location"], status=404)
    other.see(first.headers["Location"] + "take-back", status=404)

    back = first.headers["Location"] + "take-back"
    assert "Take 30 points back from Ben K.?" in guest.see(back)
    guest.send(back)
    assert (shop.points(ada), shop.points(ben)) == (100, 0)
    assert "taken back" in guest.see(first.headers["Location"])
    assert "Back from Ben K." in guest.see("/me/activity/")
    assert "Taken back by Ada L." in other.see("/me/activity/")
    assert findings(shop.conn, shop.programme.organisation_id) == []


@pytest.mark.parametrize("written", ["+90 532 123 45 67", "card"])
def test_found_by_phone_and_card(shop: Shop, pair: tuple[Guest, UUID, UUID], written: str) -> None:
    guest, _, ben = pair
    row = shop.conn.execute("select card_number from members_member where id = %s", [ben]).fetchone()
    assert row is not None
    assert "to Ben K.?" in text_of(ask(guest, row[0] if written == "card" else written))


def test_a_blocked_member_and_nobody_look_alike(shop: Shop, pair: tuple[Guest, UUID, UUID]) -> None:
    guest, _, ben = pair
    shop.conn.execute("update members_member set status = 2 where id = %s", [ben])
    with nothing_changes(shop):
        known, unknown = (ask(guest, f"{name}@example.com", points=4) for name in ("ben", "nobody"))
    assert known.status_code == unknown.status_code == 422
    assert "Nobody was found" in text_of(known)
    assert text_of(known) == text_of(unknown)


def test_guessing_is_limited(pair: tuple[Guest, UUID, UUID]) -> None:
    guest, _, _ = pair
    for number in range(PER_MEMBER):
        assert "Nobody was found" in text_of(ask(guest, f"guess{number}@example.com"))
    assert "That was a lot of looking" in text_of(ask(guest, "ben@example.com"))


@pytest.mark.parametrize(
    ("to", "points", "words"),
    [
        ("ada@example.com", 30, "You cannot send points to yourself"),
        ("ben@example.com", 4, "That is too little"),
        ("ben@example.com", 99, "This takes 101 points, and you can spend 100"),
        ("ben@example.com", 0, "At least 1."),
    ],
)
def test_refused_in_words(shop: Shop, pair: tuple[Guest, UUID, UUID], to: str, points: int, words: str) -> None:
    guest, _, _ = pair
    with nothing_changes(shop):
        answer = ask(guest, to, points)
    assert answer.status_code == 422
    assert words in text_of(answer)


def test_an_offer_is_for_its_member_only(shop: Shop, pair: tuple[Guest, UUID, UUID]) -> None:
    guest, _, ben = pair
    form = form_of(ask(guest, "ben@example.com"))
    other = Club(shop).enter(ben)
    with nothing_changes(shop):
        for values in (form, form | {"offer": form["offer"] + "x"}, {}):
            answer = other.send("/me/send/confirm", **values)
            assert (answer.status_code, "No points were sent" in text_of(answer)) == (409, True)
        assert guest.send("/me/send/confirm", offer=form["offer"]).status_code == 400


def test_where_sending_is_not_allowed(conn: Connection) -> None:
    shop = open_shop(conn, now=datetime.now(UTC).replace(microsecond=0))
    guest = Club(shop).enter(shop.enrol(name="Ada Lovelace"))
    assert "Send points" not in guest.see("/me/")
    assert "Points cannot be sent" in guest.see("/me/send/", status=403)
