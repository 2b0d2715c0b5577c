"""Whole rulebooks and what members do under them, at random: rules, ladders, expiry, waiting, limits, budgets."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from regulars.domain.events.contracts import OrderLine
from tests.factories import RULEBOOK
from tests.properties.test_evaluation import documents

EXPIRY = st.sampled_from(
    [
        {"policy": "never"},
        {"policy": "after", "period": "1 month"},
        {"policy": "after", "period": "3 months", "round_up": "month"},
        {"policy": "calendar", "years": 0},
        {"policy": "inactivity", "period": "2 months"},
    ]
)
PENDING = st.sampled_from(
    [
        {"mode": "immediate"},
        {"mode": "after", "period": "3 days"},
        {"mode": "fixed_dates", "days": [5, 20]},
        {"mode": "on_event", "event": "delivered", "cancel_after": "10 days"},
    ]
)
LADDER = st.sampled_from(
    [
        {"metric": "spend", "window": "3 months", "down": "immediate"},
        {"metric": "orders", "window": "2 months", "down": "one_step"},
        {"metric": "spend", "window": "lifetime", "down": "never"},
        {"metric": "spend", "window": {"by": "calendar", "unit": "month"}, "down": "at_period_end"},
        {"metric": "balance", "window": None, "point_type": "points", "down": "immediate"},
        {"metric": "visits", "window": "2 months", "down": "immediate"},
    ]
)
LIMITS = st.sampled_from(
    [
        {},
        {"per_event": 40},
        {"per_member": [{"points": 90, "each": "month"}]},
        {"cooldown": "2 days"},
        {"per_member": [{"times": 2, "each": "week"}]},
    ]
)
MEMORY = [
    {"strategy": "nth_event", "points": 25, "every": 3},
    {"strategy": "tier_multiplier", "ladder": "status", "of": "r0"},
]


@st.composite
def rulebooks(draw: st.DrawFn, *, budgets: bool = False) -> dict[str, Any]:
    """A valid document. budgets: whether what all members share may run out."""
    document = copy.deepcopy(RULEBOOK)
    document["earn_rules"] = rules = draw(documents())
    for rule in rules:
        rule["limits"] = draw(LIMITS)
    document["stacking"] = [{"id": "offers", "name": "Offers", "choose": draw(st.sampled_from(["highest", "first"]))}]
    for rule in rules[: draw(st.integers(0, 2))]:
        rule["group"] = "offers"
    rules.append({"id": "tenth", "name": "Tenth", "earn": draw(st.sampled_from(MEMORY))})
    rules.append(
        {"id": "hello", "name": "Hello", "on": "member.enrolled", "earn": {"strategy": "fixed_bonus", "points": 30}}
    )
    if budgets:
        document["campaigns"] = [{"id": "spring", "name": "Spring", "budget": {"points": draw(st.integers(1, 300))}}]
        rules[0]["campaign"] = "spring"
    points = document["point_types"][0]
    points["expiry"], points["pending"] = draw(EXPIRY), draw(PENDING)
    ladder = document["ladders"][0]
    ladder |= draw(LADDER)
    if ladder["metric"] in ("orders", "visits"):
        ladder["tiers"][1]["from_score"], ladder["tiers"][2]["from_score"] = 2, 4
    if ladder["metric"] == "balance":
        ladder["tiers"][1]["from_score"], ladder["tiers"][2]["from_score"] = 60, 200
    return document


CARTS = st.lists(
    st.builds(
        OrderLine,
        amount=st.integers(0, 12_000).map(lambda minor: Decimal(minor).scaleb(-2)),
        category=st.sampled_from(["coffee", "tea", "cake", ""]),
        sku=st.sampled_from(["a", "b"]),
        quantity=st.sampled_from([Decimal(1), Decimal(2), Decimal("0.250")]),
    ),
    max_size=4,
)
