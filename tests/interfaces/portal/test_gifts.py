"""What rewards give, in the portal: chosen, shown where it stands, read while it lasts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from regulars.domain.rewards.queries import redemptions_of_member
from regulars.flows.fulfil_redemption import hand_over
from tests.books import nothing_changes
from tests.interfaces.portal.club import Club, Guest, text_of
from tests.interfaces.portal.test_redeeming import redemption_id

pytestmark = [pytest.mark.database, pytest.mark.capability("D1", "D2", "D3")]


@pytest.fixture
def member(club: Club) -> UUID:
    member = club.shop.enrol(name="Lisa Lane")
    club.shop.buy(member, "900.00")
    return member


@pytest.fixture
def guest(club: Club, member: UUID) -> Guest:
    return club.enter(member)


def test_an_item_is_chosen_and_collected(club: Club, member: UUID, guest: Guest) -> None:
    items = {"items": [{"name": "Beans"}, {"name": "Tea"}], "quantity": 2, "collected": "counter"}
    reward = club.reward("From the shelf", 100, type="free_item", parameters=items)
    asked = guest.see(f"/me/rewards/{reward.id}/redeem")
    assert "Which one? Beans Tea" in asked
    key = guest.form_key(reward)
    with nothing_changes(club.shop):
        answer = guest.send(f"/me/rewards/{reward.id}/redeem", key=key)
    assert answer.status_code == 422
    assert "Please choose" in text_of(answer)

    answer = guest.send(f"/me/rewards/{reward.id}/redeem", key=key, **{"choice.item": "Tea"})

    path = str(answer.headers["Location"])
    page = guest.see(path)
    assert "Ready to collect" in page
    assert "2 times Tea Ask for it at the counter, until" in page
    assert "How to use it" not in page
    place: dict[str, Any] = {"programme_id": club.shop.programme.id, "now": club.shop.now, "by": "ann"}
    hand_over(club.shop.conn, redemption_id=redemption_id(path), count=1, **place)
    page = guest.see(path)
    assert "You have 1 of 2" in page
    assert "Changed your mind?" not in page
    answer = guest.send(f"{path}undo")
    assert "You have it already" in text_of(guest.client.get(path))
    assert redemptions_of_member(club.shop.conn, member_ids=[member])[0].state.name == "granted"
    hand_over(club.shop.conn, redemption_id=redemption_id(path), **place)
    assert "You have it" in guest.see(path)


def test_content_is_read_and_then_stays_paid(club: Club, guest: Guest) -> None:
    content = {"title": "Carrot cake", "text": "Nuts <b>and</b> eggs", "link": "https://example.org/cake"}
    path = guest.redeem(club.reward("The recipe", 50, type="members_content", parameters=content))
    page = guest.client.get(path).content.decode()
    assert "Nuts &lt;b&gt;and&lt;/b&gt; eggs" in page
    assert 'href="https://example.org/cake"' in page
    assert "Changed your mind?" not in page
    with nothing_changes(club.shop):
        assert guest.send(f"{path}undo").status_code == 409
    assert "The recipe" in guest.see("/me/rewards/mine/")


def test_a_donation_is_thanked_for_and_can_be_undone(club: Club, guest: Guest) -> None:
    given = {"amount": "2.00", "charities": ["Shelter"]}
    path = guest.redeem(club.reward("A good cause", 50, type="charity_donation", parameters=given))
    page = guest.see(path)
    assert "€2.00 for Shelter Thank you. We pass it on." in page
    assert "Yours" in page
    guest.send(f"{path}undo")
    assert "Undone" in guest.see(path)
