"""What rewards give: forms of several types, the queue of staff, choosing, and what a member then has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser

from regulars.database.pool import connection
from regulars.domain.rewards.contracts import Redemption, Reward, RewardDraft
from regulars.domain.rewards.terms import OfferTerms
from regulars.flows.redeem_reward import redeem_reward
from regulars.flows.save_reward import save_reward
from tests.e2e.visiting import DRESSES, as_member, as_operator, dressed
from tests.factories import RULEBOOK, Shop, open_shop

ITEMS = {"items": [{"name": "Beans", "worth": "9.00"}, {"name": "Green tea"}], "quantity": 3, "collected": "counter"}
CAKE = {"title": "Carrot cake", "text": "Carrots, eggs, nuts.", "link": "https://example.org/cake"}
CAUSE = {"amount": "2.00", "charities": ["Animal shelter", "Food bank"]}


@dataclass
class Counter:
    """A shop with rewards of several types, and somebody who redeemed them."""

    shop: Shop
    member: UUID
    shelf: Reward
    bundle: Reward
    had: Redemption


@pytest.fixture(scope="module")
def counter(database_url: str) -> Iterator[Counter]:
    with connection() as conn:
        shop = open_shop(conn, RULEBOOK, now=datetime.now(UTC).replace(microsecond=0))
        member = shop.enrol(name="Lisa Lane")
        shop.buy(member, "5000.00")

        def offer(name: str, kind: str, parameters: dict[str, Any]) -> Reward:
            terms = OfferTerms(stores={"Main Street": 9}) if kind == "free_item" else OfferTerms()
            draft = RewardDraft(f"r-{kind}", kind, name, 300, parameters=parameters, terms=terms)
            return save_reward(conn, draft, programme_id=shop.programme.id, now=shop.now, by="tests")

        shelf, cause = offer("From our shelf", "free_item", ITEMS), offer("A good cause", "charity_donation", CAUSE)
        cake = offer("The recipe of our cake", "members_content", CAKE)
        parts = [{"type": each.type, "parameters": each.parameters} for each in (shelf, cause, cake)]
        bundle = offer("All of it", "bundle", {"parts": parts})
        place: dict[str, Any] = {"programme_id": shop.programme.id, "member_id": member, "now": shop.now, "by": "tests"}
        chosen = {"1.item": "Green tea", "2.charity": "Food bank"}
        had = redeem_reward(conn, reward_id=bundle.id, choices=chosen, **place)
        yield Counter(shop, member, shelf, bundle, had)


@pytest.mark.parametrize("dress", DRESSES)
def test_staff_make_rewards_and_hand_them_over(
    dress: str, browser: Browser, address: str, counter: Counter, pictures: Path
) -> None:
    context = dressed(browser, address, dress)
    watched = as_operator(counter.shop, address, context)
    for name, path in {
        "item": f"/console/rewards/{counter.shelf.id}/",
        "bundle": f"/console/rewards/{counter.bundle.id}/",
        "queue": "/console/rewards/waiting",
    }.items():
        watched.open(path)
        watched.assert_fit()
        watched.page.screenshot(path=pictures / f"gifts-{name}-{dress}.png", full_page=True)
    context.close()


@pytest.mark.parametrize("dress", DRESSES)
def test_a_member_chooses_and_sees_what_there_is(
    dress: str, browser: Browser, address: str, counter: Counter, pictures: Path
) -> None:
    context = dressed(browser, address, dress)
    watched = as_member(counter.shop, address, context, counter.member)
    for name, path in {
        "choose": f"/me/rewards/{counter.bundle.id}/redeem",
        "had": f"/me/rewards/mine/{counter.had.id}/",
    }.items():
        watched.open(path)
        watched.assert_fit()
        watched.page.screenshot(path=pictures / f"gifts-{name}-{dress}.png", full_page=True)
    context.close()
