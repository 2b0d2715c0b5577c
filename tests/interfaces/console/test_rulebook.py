"""The rulebook's page: what it says of points that wait and of orders that come back."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client

from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.propose_rulebook import propose_rulebook
from tests.factories import RULEBOOK, Shop
from tests.interfaces.operators import signed_in


def _signed_in(shop: Shop) -> Client:
    return signed_in(shop)


def _seen(shop: Shop, address: str = "/console/rulebook/") -> str:
    return _text(_signed_in(shop).get(address))


def _text(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def test_a_plain_rulebook_says_only_what_returns_do(shop: Shop) -> None:
    page = _seen(shop)
    assert "Returns Of an order that you return in part, you keep the points that the rest would have earned." in page
    for unsaid in ("When points can be spent", "Can be spent at once.", "Paid with points", "A return can cost"):
        assert unsaid not in page


def test_policies_are_told_in_words(shop: Shop) -> None:
    waiting = RULEBOOK["point_types"][0] | {"pending": {"mode": "fixed_dates", "days": [1], "dates": ["12-24"]}}
    shop.publish(
        RULEBOOK
        | {
            "point_types": [waiting],
            "earn_rules": [RULEBOOK["earn_rules"][0] | {"at_once": True}],
            "ladders": [RULEBOOK["ladders"][0] | {"downgrade_on_return": True}],
            "returns": {"rounding": "prorate_floor", "clawback": "allow_negative"},
            "orders": {"earn_on": "gross"},
        }
    )
    page = _seen(shop)
    for said in (
        "1 for every €1.00. Can be spent at once.",
        "A return can cost a tier that the order had helped to reach.",
        "When points can be spent Points can be spent from the next of these days on: day 1 of a month or 24 December.",
        "The time until points expire begins when they can be spent.",
        "Points of what you return are taken back, and your balance may go below zero.",
        "Paid with points What you pay with points earns as well.",
    ):
        assert said in page


def test_a_second_operator_approves_what_waits(shop: Shop) -> None:
    shop.now = datetime.now(UTC) - timedelta(minutes=1)
    shop.buy(shop.enrol(), "40.00")
    shop.later(seconds=1)
    at_once = {"expiry": {"policy": "after", "period": "0 days"}, "on_expiry_change": "restart_clock"}
    document = RULEBOOK | {"point_types": [RULEBOOK["point_types"][0] | at_once]}
    email = f"ada-{shop.programme.code}@example.org"

    def proposed(by: str) -> int:
        found = propose_rulebook(
            shop.conn, Rulebook.model_validate(document), of=shop.programme, effective_from=shop.now, note="",
            by=by, now=shop.now,
        ).proposal  # fmt: skip
        assert found is not None
        return found.id

    client, own, others = _signed_in(shop), proposed(email), proposed("zoe@example.org")
    page = _text(client.get("/console/rulebook/"))
    assert page.count("1 member loses 40 points at once") == 3  # twice in the list, once in the question
    assert "A colleague decides Withdraw" in page

    refused = client.post(f"/console/rulebook/proposals/{own}/approve", follow=True)
    assert "You proposed this version yourself." in _text(refused)
    assert "Declined." in _text(client.post(f"/console/rulebook/proposals/{own}/decline", follow=True))
    page = _text(client.post(f"/console/rulebook/proposals/{others}/approve", follow=True))
    assert "Approved. The version is published." in page
    assert "Version 2 In force" in page
    assert "Waits for a second person" not in page


def test_groups_campaigns_and_limits_are_told_in_words(shop: Shop) -> None:
    gift = {"id": "gift", "name": "Gift", "earn": {"strategy": "fixed_bonus", "points": 60}}
    limits = {"per_member": [{"times": 1, "each": "day"}], "cooldown": "2 hours"}
    shop.publish(
        RULEBOOK
        | {
            "stacking": [{"id": "offers", "name": "Offers", "choose": "highest"}],
            "campaigns": [{"id": "spring", "name": "Spring", "budget": {"points": 100}}],
            "earn_rules": [
                RULEBOOK["earn_rules"][0] | {"group": "offers"},
                gift | {"group": "offers", "campaign": "spring", "limits": limits},
            ],
        }
    )
    shop.buy(shop.enrol(), "1.00")
    page = _seen(shop)
    for said in (
        "Part of the campaign “Spring”. Once a day for each member. Not again within 2 hours.",
        "“Offers”: only the one that gives most counts, of “1 point per euro” and “Gift”",
        "Spring, 100 points for all members together",
    ):
        assert said in page
    listed = _seen(shop, "/console/campaigns/")
    for said in ("Spring", "Running", "€0.60", "60 of 100 given", "40 left"):
        assert said in listed
