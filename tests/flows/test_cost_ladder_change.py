"""What another ladder would have cost over twelve months of real orders, asked from its preview."""

from __future__ import annotations

import copy
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from regulars.database.pool import Connection
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.backtests.asking import found_backtest, work_backtests
from regulars.flows.backtests.running import here
from regulars.flows.cost_ladder_change import MANY, cost_ladder_change, share_of
from regulars.flows.preview_ladder_change import preview_ladder_change, sampled_buckets
from regulars.kernel.errors import Refusal
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop, open_shop

pytestmark = [pytest.mark.database, pytest.mark.capability("C3")]


def laddered(factor: str) -> dict[str, Any]:
    document = copy.deepcopy(RULEBOOK)
    document["earn_rules"] = document["earn_rules"][:1]
    document["earn_rules"].append(
        {
            "id": "more",
            "name": "More by tier",
            "earn": {"strategy": "tier_multiplier", "ladder": "status", "of": "base"},
        }
    )
    document["ladders"][0]["tiers"][1]["benefits"] = [{"kind": "multiplier", "factor": factor}]
    return document


def asked(shop: Shop, factor: str) -> int:
    rulebook = Rulebook.model_validate(laddered(factor))
    return cost_ladder_change(shop.conn, rulebook, of=shop.programme, now=shop.now, by="ada", label="Silver").id


def test_a_multiplier_is_priced_on_the_orders_of_twelve_months(conn: Connection) -> None:
    """Silver earns half as much again; twice as much would have given 100 more on the one order within the year."""
    shop = open_shop(conn, laddered("1.5"))
    member = shop.enrol()
    shop.buy(member, "200.00")  # bronze until it is paid, silver after it
    shop.later(days=1)
    shop.buy(member, "40.00")  # 13 months before the end: as it was
    shop.later(days=360)
    shop.buy(member, "100.00")
    shop.later(days=35)
    number = asked(shop, "2")

    work_backtests(shop.conn, programme_id=shop.programme.id, clock=lambda: shop.now, mapped=here(shop.conn))

    done = found_backtest(shop.conn, programme_id=shop.programme.id, backtest_id=number)
    assert done.result is not None
    live, draft = (done.result["sides"][side]["points"][0]["earned"] for side in ("live", "draft"))
    assert (live, draft) == (200 + 60 + 150, 200 + 60 + 200)
    assert (done.label, done.share) == ("Silver", Decimal(1))


def test_many_members_are_sampled() -> None:
    assert share_of(0) == share_of(MANY) == 1
    assert share_of(MANY + 1) == Decimal("1.00")
    assert share_of(100_000) == Decimal("0.20")
    assert share_of(1_000_000) == Decimal("0.02")
    assert share_of(100_000_000) == Decimal("0.01")


def test_without_history_nothing_is_asked(conn: Connection) -> None:
    shop = open_shop(conn, laddered("1.5"))
    shop.enrol()
    shop.now += timedelta(days=1)
    with nothing_changes(shop), pytest.raises(Refusal) as refused:
        asked(shop, "2")
    assert refused.value.code == "no_history"


def test_the_preview_of_many_looks_at_a_sample_and_says_between_what(conn: Connection) -> None:
    shop = open_shop(conn, laddered("1.5"))
    for number in range(60):
        shop.buy(shop.enrol(), "160.00" if number % 3 == 0 else "20.00")
    lower = laddered("1.5")
    lower["ladders"][0]["tiers"][1]["from_score"] = "150.00"
    lower["ladders"][0]["on_change"] = "apply"
    place: dict[str, Any] = {"of": shop.programme, "effective_from": shop.now, "now": shop.now}
    with nothing_changes(shop):
        (whole,) = preview_ladder_change(shop.conn, Rulebook.model_validate(lower), **place)
        (same,) = preview_ladder_change(shop.conn, Rulebook.model_validate(lower), most=60, **place)
        (part,) = preview_ladder_change(shop.conn, Rulebook.model_validate(lower), most=30, **place)
        (again,) = preview_ladder_change(shop.conn, Rulebook.model_validate(lower), most=30, **place)
    assert (whole.up, whole.members, whole.of) == (20, 60, None)
    assert (same.up, same.members, same.of) == (20, 60, None)
    assert whole.range_of(20) == (20, 20)
    assert part.of == 60
    assert 0 < part.members < 60
    assert (again.up, again.members) == (part.up, part.members)
    least, most = part.range_of(part.up)
    assert part.up <= least <= 20 <= most <= 60 - part.members + part.up


def test_samples_are_buckets_and_differ_by_ladder() -> None:
    half = sampled_buckets("status", 0.5)
    assert len(half) == len(set(half)) == 128
    assert set(sampled_buckets("status", 0.1)) < set(half)
    assert len(sampled_buckets("status", 0.0001)) == 1
    assert sampled_buckets("other", 0.5) != half
