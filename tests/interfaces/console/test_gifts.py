"""Rewards of every type at the console: made with a form from their parameters, redeemed, handed over."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from regulars.domain.rewards.contracts import RewardDraft
from regulars.domain.rewards.queries import redemptions_of_member, rewards
from regulars.domain.rewards.reward_type import reward_types
from regulars.domain.rewards.terms import offer_terms
from regulars.flows.redeem_reward import redeem_reward
from regulars.flows.save_reward import save_reward
from tests.books import nothing_changes
from tests.factories import Shop
from tests.interfaces.operators import signed_in
from tests.interfaces.portal.club import text_of

pytestmark = [pytest.mark.database, pytest.mark.capability("D1", "D2", "D3")]

FORMS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "discount_voucher": (
        {"percent": "10", "categories": "coffee\r\n tea ", "at_most": "3.00"},
        {"percent": "10", "categories": ["coffee", "tea"], "at_most": "3.00"},
    ),
    "free_item": (
        {"items": "Latte = 4.20\r\nTea", "quantity": "1", "collected": "sent"},
        {"items": [{"name": "Latte", "worth": "4.20"}, {"name": "Tea"}], "quantity": 1, "collected": "sent"},
    ),
    "charity_donation": (
        {"amount": "2.00", "charities": "Shelter\r\nFood bank"},
        {"amount": "2.00", "charities": ["Shelter", "Food bank"]},
    ),
    "members_content": (
        {"title": "Cake", "text": "Nuts\r\nand eggs", "valid_for": "30 days"},
        {"title": "Cake", "text": "Nuts\r\nand eggs", "valid_for": "30 days"},
    ),
    "early_access": (
        {"what": "Summer", "first_day": "2026-06-01", "last_day": "2026-06-03"},
        {"what": "Summer", "first_day": "2026-06-01", "last_day": "2026-06-03"},
    ),
}


@pytest.fixture
def operator(shop: Shop) -> Client:
    return signed_in(shop)


def _save(shop: Shop, kind: str, parameters: dict[str, Any], **fields: Any) -> int:
    draft = RewardDraft(f"r-{kind}", kind, f"The {kind}", 50, parameters=parameters, **fields)
    return save_reward(shop.conn, draft, programme_id=shop.programme.id, now=shop.now, by="tests").id


@pytest.mark.parametrize("kind", sorted(reward_types()))
def test_every_type_has_a_form(operator: Client, kind: str) -> None:
    page = text_of(operator.get(f"/console/rewards/new?type={kind}"))
    for info in reward_types()[kind].Parameters.model_fields.values():
        assert str(info.description) in page


@pytest.mark.parametrize("kind", sorted(FORMS))
def test_a_form_makes_the_reward_and_shows_it_again(shop: Shop, operator: Client, kind: str) -> None:
    typed, kept = FORMS[kind]
    usual = {"name": "New", "price": "100", "active": "on"}
    wish = usual | {f"parameters.{name}": each for name, each in typed.items()}
    answer = operator.post(f"/console/rewards/new?type={kind}", wish)
    assert answer.status_code == 302, text_of(answer)
    (made,) = rewards(shop.conn, programme_id=shop.programme.id)
    assert {name: made.parameters.get(name) for name in kept} == kept

    page = operator.get(f"/console/rewards/{made.id}/").content.decode()
    fields = dict(re.findall(r'name="(parameters\.[a-z_]+)"[^>]* value="([^"]*)"', page))
    fields |= {
        name: text.strip("\r\n")
        for name, text in re.findall(r'<textarea name="(parameters\.[a-z_]+)"[^>]*>([^<]*)</textarea>', page)
    }
    fields |= dict(
        re.findall(r'<select name="(parameters\.[a-z_]+)".*?<option value="([^"]*)" selected', page, re.DOTALL)
    )
    answer = operator.post(f"/console/rewards/{made.id}/", usual | fields)
    assert answer.status_code == 302, text_of(answer)
    (same,) = rewards(shop.conn, programme_id=shop.programme.id)
    assert _lines({name: same.parameters[name] for name in kept}) == _lines(kept)


def _lines(parameters: dict[str, Any]) -> dict[str, Any]:
    """Browsers end lines in their own way."""
    return {name: each.replace("\r\n", "\n") if isinstance(each, str) else each for name, each in parameters.items()}


def test_what_is_wrong_in_a_list_is_said_at_the_list(shop: Shop, operator: Client) -> None:
    wish = {"name": "New", "price": "100", "parameters.items": "Latte = many", "parameters.quantity": "1"}
    with nothing_changes(shop):
        answer = operator.post("/console/rewards/new?type=free_item", wish | {"parameters.collected": "code"})
    assert answer.status_code == 422
    assert 'id="id_parameters.items_error"' in answer.content.decode()


def test_a_bundle_is_made_of_rewards_that_are_there(shop: Shop, operator: Client) -> None:
    item = _save(shop, "free_item", {"items": [{"name": "Tea"}], "collected": "counter"})
    _save(shop, "free_shipping", {"minimum_order": "20.00"})
    wish = {"name": "Both", "price": "100", "active": "on", "parameters.parts": ["0", "1"]}
    assert operator.post("/console/rewards/new?type=bundle", wish).status_code == 302
    both = next(each for each in rewards(shop.conn, programme_id=shop.programme.id) if each.type == "bundle")
    assert [each["type"] for each in both.parameters["parts"]] == ["free_item", "free_shipping"]

    # A part that was changed since stays in the bundle as it was, until somebody takes it out.
    draft = RewardDraft("r-free_item", "free_item", "Tea", 50, parameters={"items": [{"name": "Cocoa"}]})
    save_reward(shop.conn, draft, programme_id=shop.programme.id, now=shop.now, by="tests", reward_id=item)
    page = text_of(operator.get(f"/console/rewards/{both.id}/"))
    assert "As it was: part 1" in page


def test_staff_choose_the_store(shop: Shop, operator: Client) -> None:
    terms = offer_terms({"stores": {"Harbour": 1, "Main Street": 2}})
    draft = RewardDraft("mug", "free_item", "Mug", 50, parameters={"items": [{"name": "Mug"}]}, terms=terms)
    mug = save_reward(shop.conn, draft, programme_id=shop.programme.id, now=shop.now, by="tests")
    member = shop.enrol()
    shop.buy(member, "200.00")
    place = f"/console/members/{member}/redeem/{mug.id}"
    assert "In which store? Harbour Main Street" in text_of(operator.get(place))
    with nothing_changes(shop):
        answer = operator.post(place, {})
    assert answer.status_code == 422
    assert "The store is to be named" in text_of(answer)
    operator.post(place, {"store": "Harbour"})
    (done,) = redemptions_of_member(shop.conn, member_ids=[member])
    assert done.store == "Harbour"
    assert "Collected at Main Street" in text_of(operator.get(place))
    operator.post(place, {"store": "Main Street"})
    assert len(redemptions_of_member(shop.conn, member_ids=[member])) == 2


def test_staff_see_what_waits_and_hand_it_over(shop: Shop, operator: Client) -> None:
    beans = _save(
        shop, "free_item", {"items": [{"name": "Beans"}, {"name": "Tea"}], "quantity": 3, "collected": "counter"}
    )
    given = _save(shop, "charity_donation", {"amount": "2.00", "charities": ["Shelter"]})
    member = shop.enrol(name="Lisa Lane")
    shop.buy(member, "200.00")
    assert "Nothing waits" in text_of(operator.get("/console/rewards/waiting"))
    place = f"/console/members/{member}/redeem/{beans}"
    assert "Which one?" in text_of(operator.get(place))
    with nothing_changes(shop):
        assert operator.post(place, {}).status_code == 422
    operator.post(place, {"choice.item": "Tea"})
    redeem_reward(
        shop.conn, programme_id=shop.programme.id, member_id=member, reward_id=given, now=shop.now, by="tests"
    )

    page = text_of(operator.get("/console/rewards/waiting"))
    assert "Lisa Lane 3 times Tea" in page
    assert "Shelter 1 time" in page
    assert "€2.00" in page
    assert "Lisa Lane" not in text_of(operator.get("/console/rewards/waiting?how=send"))
    done = next(each for each in _redemptions(shop, member) if each.reward_type == "free_item")
    operator.post(f"/console/rewards/waiting/{done.id}/1", {"count": "1"})
    assert "2 of 3 left" in text_of(operator.get("/console/rewards/waiting"))
    rows = text_of(operator.get(f"/console/members/{member}/?tab=rewards"))
    assert "3 times Tea, 1 of 3 handed over" in rows
    assert "To hand over" in rows
    with nothing_changes(shop):
        answer = operator.post(f"/console/rewards/waiting/{done.id}/1", {"count": "9"}, follow=True)
    assert "So many cannot be handed over" in text_of(answer)
    operator.post(f"/console/rewards/waiting/{done.id}/1", {"count": "2"})
    assert "Nothing waits" in text_of(operator.get("/console/rewards/waiting"))
    assert "3 times Tea, handed over" in text_of(operator.get(f"/console/members/{member}/?tab=rewards"))


def test_days_limits_and_stores_have_their_fields(shop: Shop, operator: Client) -> None:
    wish = {
        "name": "New", "price": "100", "active": "on", "parameters.amount": "5.00", "first_day": "2026-06-01",
        "limit_total": "5", "stores": "Main Street = 3\r\nHarbour=2", "is_draft": "on", "category": "Drinks",
    }  # fmt: skip
    assert operator.post("/console/rewards/new", wish).status_code == 302
    (made,) = rewards(shop.conn, programme_id=shop.programme.id)
    assert made.terms.document() == {
        "is_draft": True, "category": "Drinks", "first_day": "2026-06-01", "limit_total": 5,
        "stores": {"Main Street": 3, "Harbour": 2},
    }  # fmt: skip
    page = operator.get(f"/console/rewards/{made.id}/").content.decode()
    assert "Harbour = 2\nMain Street = 3</textarea>" in page
    assert "Draft" in text_of(operator.get("/console/rewards/"))
    for wrong in ({"stores": "Main Street"}, {"last_day": "2026-05-01"}):
        with nothing_changes(shop):
            assert operator.post(f"/console/rewards/{made.id}/", wish | wrong).status_code == 422


def _redemptions(shop: Shop, member: UUID) -> Any:
    return redemptions_of_member(shop.conn, member_ids=[member])
