"""Who wins and who loses, what each rule gives, and how soon a reward is reached: exact numbers of three lives."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest

from regulars.domain.audiences.contracts import CONDITIONS, AudienceDraft, Kind
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.backtests.parts import shelves
from regulars.flows.backtests.report import Report, report
from regulars.flows.backtests.running import here, run
from regulars.flows.backtests.wish import Wish
from regulars.flows.save_audience import save_audience
from tests.factories import RULEBOOK, Shop

pytestmark = [pytest.mark.database, pytest.mark.capability("I6")]

DRAFT: dict[str, Any] = copy.deepcopy(RULEBOOK)
"""Two points for each euro of orders of 100.00 and more, and none for others."""
DRAFT["earn_rules"] = [
    {
        "id": "large", "name": "Large orders", "when": {"field": "order.amount", "at_least": 100},
        "earn": {"strategy": "points_per_amount", "points": 2},
    }
]  # fmt: skip


def three_lives(shop: Shop) -> None:
    """A large order of 300.00; two small ones of 40.00; nothing at all: the third comes in May, the others in March."""
    large, small = shop.enrol(), shop.enrol()
    shop.buy(large, "300.00")
    shop.buy(small, "40.00")
    shop.later(days=20)
    shop.buy(small, "40.00")
    shop.later(days=50)
    shop.enrol()


def told(shop: Shop, **fields: Any) -> Report:
    document = Rulebook.model_validate(DRAFT).document()
    wish = Wish(
        shop.programme.id, shop.programme.organisation_id, shop.now, document=document, reward=("points", 80), **fields
    )
    part, in_order = run(shop.conn, wish, told=lambda done, of: True, mapped=here(shop.conn))
    return report(part, shelves(shop.conn, wish), wish, in_order=in_order)


def test_winners_and_losers_by_segment(shop: Shop) -> None:
    three_lives(shop)
    gold = CONDITIONS.validate_python({"field": "member.tier.status", "is": "silver"})
    vip = AudienceDraft("vip", "Very important", Kind.dynamic, gold)
    save_audience(shop.conn, vip, programme_id=shop.programme.id, now=shop.now, by="tests")
    found = told(shop)
    rows = [
        (each["kind"], each["name"], each["members"], each["winners"], each["losers"], each["average"])
        for each in found["segments"]
    ]
    assert rows == [
        ("all", "", 3, 1, 1, "73.3"),
        ("tier:status", "Bronze", 2, 0, 1, "-40.0"),
        ("tier:status", "Silver", 1, 1, 0, "300.0"),
        ("joined", "2026-Q1", 2, 1, 1, "110.0"),
        ("joined", "2026-Q2", 1, 0, 0, "0.0"),
        ("activity", "0", 1, 0, 0, "0.0"),
        ("activity", "1", 2, 1, 1, "110.0"),
        ("audience", "Very important", 1, 1, 0, "300.0"),
    ]
    everybody = found["segments"][0]
    assert (everybody["winners_share"], everybody["losers_share"]) == ("0.3333", "0.3333")
    assert (everybody["live"], everybody["draft"]) == (380, 600)
    assert found["change"]["earned"] == {"total": 220, "half_width": 0}


def test_rules_rewards_and_liability(shop: Shop) -> None:
    three_lives(shop)
    found = told(shop)
    live, draft = found["sides"]["live"], found["sides"]["draft"]
    assert [(each["rule"], each["points"], each["times"]) for each in live["rules"]] == [("base", 380, 3)]
    assert [(each["rule"], each["points"], each["times"]) for each in draft["rules"]] == [("large", 600, 1)]
    assert live["first_reward"] == {
        "members": 2, "share": "0.6667", "within": {"30": "0.6667", "90": "0.6667", "365": "0.6667"}, "median_days": 0,
    }  # fmt: skip
    assert draft["first_reward"]["share"] == "0.3333"
    months = [(each["month"], each["outstanding"], each["liability"]) for each in live["points"][0]["months"]]
    assert months == [("2026-03", 380, "3.80")]
    assert [each["liability"] for each in draft["points"][0]["months"]] == ["6.00"]


def test_a_sample_knows_the_change_better_than_either_side(shop: Shop) -> None:
    for number in range(60):
        shop.buy(shop.enrol(), f"{100 + 7 * number}.00")
    found = told(shop, share=Decimal("0.5"), seed=7)
    whole = told(shop)
    change, draft = found["change"]["earned"], found["sides"]["draft"]["estimates"]["earned"]
    assert 0 < change["half_width"] < draft["half_width"]
    assert abs(change["total"] - whole["change"]["earned"]["total"]) <= 2 * change["half_width"]
    assert whole["change"]["earned"]["half_width"] == 0
