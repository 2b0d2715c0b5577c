"""Quotes over the wire: what the order then answers, every rule in words and numbers, drafts, and nothing written."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

import pytest

from regulars.domain.access.contracts import Scope
from regulars.kernel.clock import utc_now
from tests.factories import RULEBOOK, Shop
from tests.interfaces.api.caller import Caller, everything

pytestmark = pytest.mark.database
COFFEE = [{"name": "Espresso", "category": "coffee", "amount": "10.50"}, {"name": "Cup", "amount": "9.50"}]


def cart(total: str = "20.00", **fields: Any) -> dict[str, Any]:
    return {"order": {"total": total, "lines": COFFEE}} | fields


@pytest.fixture
def member(api: Caller) -> str:
    return str(api.post("/members", {"external_id": "C-1"}).body["id"])


def test_a_quote_is_what_the_order_then_gives(api: Caller, shop: Shop, member: str) -> None:
    before = everything(shop)
    seen = api.post("/quotes", cart(member={"external_id": "C-1"}), key="")
    assert everything(shop) == before
    order = api.order("20.00")
    order["order"]["lines"] = COFFEE
    done = api.post("/events", order, key="")

    assert (seen.status, done.status) == (200, 201)
    assert [each | {"transfer": ""} for each in seen.body["effects"]] == [
        each | {"transfer": ""} for each in done.body["effects"]
    ]
    assert {name: seen.body[name] for name in ("member_id", "balances", "tiers", "rulebook_version")} == {
        "member_id": member, "balances": done.body["balances"], "tiers": {"status": "bronze"}, "rulebook_version": 1,
    }  # fmt: skip
    coffee = next(each for each in seen.body["rules"] if each["rule"] == "coffee")
    assert coffee["text"].startswith("the extra of 2 times the 10.5 points of “1 point per euro”")
    assert (coffee["points"], coffee["exact"], coffee["inputs"]) == (10, "10.5", {"base": "10.5"})
    # The event that was sent explains itself in the same words and numbers.
    assert api.get(f"/events/{done.body['event']}").body["rules"] == seen.body["rules"]


def test_somebody_new(api: Caller, shop: Shop) -> None:
    document = copy.deepcopy(RULEBOOK)
    document["earn_rules"].append(
        {"id": "hello", "name": "Hello", "on": "member.enrolled", "earn": {"strategy": "fixed_bonus", "points": 30}}
    )
    shop.publish(document)
    seen = api.post("/quotes", cart(), key="")
    assert seen.body["member_id"] is None
    assert [each["points"] for each in seen.body["joined"]["effects"]] == [30]
    assert seen.body["balances"]["points"]["available"] == 60


def test_a_draft_and_what_kept_its_rules_from_firing(api: Caller, member: str) -> None:
    draft = copy.deepcopy(RULEBOOK)
    draft["earn_rules"] = [
        {"id": "big", "name": "Big", "earn": {"strategy": "fixed_bonus", "points": 5},
         "when": {"field": "order.amount", "at_least": 50}},
        {"id": "cap", "name": "Cap", "earn": {"strategy": "points_per_amount", "points": 5},
         "limits": {"per_event": 40}},
    ]  # fmt: skip
    asked = cart(member={"id": member}, rulebook=draft, occurred_at=(utc_now() + timedelta(days=9)).isoformat())
    seen = api.post("/quotes", asked, key="")
    assert seen.status == 200, seen.body
    assert seen.body["rulebook_version"] is None
    told = {each["rule"]: each for each in seen.body["rules"]}
    assert (told["big"]["fired"], told["big"]["failed"], told["big"]["actual"]) == (False, "when", "20.00")
    assert (told["cap"]["points"], told["cap"]["wanted"], told["cap"]["limited_by"]) == (40, 100, "limits.per_event")


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        (cart(member={"external_id": "nobody"}), "member_not_found", "member.external_id"),
        (cart("20.001"), "too_many_decimals", "order.total"),
        (cart(surprise=1), "bad_field", None),
        (cart(rulebook={"rulebook": 1}), "rulebook_invalid", None),
        (cart(rulebook={"rulebook": 1}, rulebook_text="rulebook: 1"), "rulebook_unclear", "rulebook"),
        ({"type": "return"}, "quote_of_return", "type"),
        ({"type": "order"}, "field_missing", "order"),
    ],
)
def test_a_quote_that_is_refused(api: Caller, shop: Shop, body: Any, code: str, field: str | None) -> None:
    before = everything(shop)
    refused = api.post("/quotes", body, key="")
    assert refused.code == code
    assert field is None or refused.body["field"] == field
    assert everything(shop) == before


def test_who_may_not_read_the_rulebook_may_not_try_another_one(shop: Shop) -> None:
    till = Caller(shop, [str(Scope.points_read)], name="till")
    assert till.post("/quotes", cart(), key="").status == 200
    assert till.post("/quotes", cart(rulebook=RULEBOOK), key="").code == "scope_missing"
