"""Clawback and restore policies: what a return takes back, and until when spent points that come back are good."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from regulars.domain.ledger.clawback_policy import Clawback, clawback_policies, clawback_policy
from regulars.domain.ledger.restore_policy import restore_policies, restore_policy

JUNE_30 = date(2026, 6, 30)
JULY_10 = date(2026, 7, 10)
POINTS = st.integers(0, 10**15)


@pytest.mark.parametrize(
    ("policy", "plan", "balance"),
    [
        ("only_pending", Clawback(0, 0, 0, 0), 50),
        ("within_balance", Clawback(0, 50, 0, 0), 0),
        ("allow_negative", Clawback(0, 50, 0, 100), -100),
    ],
)
def test_earned_150_spent_100_all_returned(policy: str, plan: Clawback, balance: int) -> None:
    found = clawback_policy({"policy": policy}).plan(150, pending=0, own=50, others=0)
    assert found == plan
    assert 50 - found.own - found.others - found.deficit == balance


@pytest.mark.parametrize(
    ("policy", "due", "plan"),
    [
        ("only_pending", 150, Clawback(40, 0, 0, 0)),
        ("only_pending", 30, Clawback(30, 0, 0, 0)),
        ("within_balance", 30, Clawback(30, 0, 0, 0)),
        ("within_balance", 60, Clawback(40, 20, 0, 0)),
        ("within_balance", 100, Clawback(40, 50, 10, 0)),
        ("within_balance", 200, Clawback(40, 50, 70, 0)),
        ("allow_negative", 60, Clawback(40, 20, 0, 0)),
        ("allow_negative", 160, Clawback(40, 50, 70, 0)),
        ("allow_negative", 200, Clawback(40, 50, 70, 40)),
        ("allow_negative", 0, Clawback(0, 0, 0, 0)),
    ],
)
def test_pending_first_then_own_then_others(policy: str, due: int, plan: Clawback) -> None:
    assert clawback_policy({"policy": policy}).plan(due, pending=40, own=50, others=70) == plan


@given(st.sampled_from(sorted(clawback_policies())), POINTS, POINTS, POINTS, POINTS)
def test_nothing_is_taken_twice_or_from_where_it_is_not(
    name: str, due: int, pending: int, own: int, others: int
) -> None:
    plan = clawback_policy({"policy": name}).plan(due, pending=pending, own=own, others=others)
    assert sum(plan) <= due
    assert 0 <= plan.pending <= pending
    assert 0 <= plan.own <= own
    assert 0 <= plan.others <= others
    assert plan.deficit >= 0
    # What comes earlier in the order is used up before anything later is touched.
    assert plan.own == 0 or plan.pending == pending
    assert plan.others == 0 or plan.own == own
    assert plan.deficit == 0 or plan.others == others


@pytest.mark.parametrize(
    ("document", "original", "last_day"),
    [
        ({"policy": "strict"}, JUNE_30, JUNE_30),
        ({"policy": "strict"}, None, None),
        ({"policy": "strict"}, date(2026, 12, 31), date(2026, 12, 31)),
        ({"policy": "grace", "period": "30 days"}, JUNE_30, date(2026, 8, 9)),
        ({"policy": "grace", "period": "1 month"}, JUNE_30, date(2026, 8, 10)),
        ({"policy": "grace", "period": "0 days"}, JUNE_30, JULY_10),
        ({"policy": "grace", "period": "30 days"}, date(2026, 7, 9), date(2026, 8, 9)),
        ({"policy": "grace", "period": "30 days"}, JULY_10, JULY_10),
        ({"policy": "grace", "period": "30 days"}, date(2026, 12, 31), date(2026, 12, 31)),
        ({"policy": "grace", "period": "30 days"}, None, None),
    ],
)
def test_points_that_come_back_on_10_july(
    document: dict[str, Any], original: date | None, last_day: date | None
) -> None:
    assert restore_policy(document).last_day(original, today=JULY_10) == last_day


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 400))
def test_grace_never_shortens(original: date, today: date, days: int) -> None:
    last_day = restore_policy({"policy": "grace", "period": f"{days} days"}).last_day(original, today=today)
    assert last_day is not None
    assert last_day >= original
    assert last_day >= today or original >= today


@pytest.mark.parametrize("document", [{"policy": "grace"}, {"policy": "grace", "period": "soon"}])
def test_what_is_no_restore_policy(document: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        restore_policy(document)


def test_what_is_no_clawback_policy() -> None:
    with pytest.raises(ValidationError):
        clawback_policy({"policy": "within_balance", "floor": 0})


def test_every_policy_speaks() -> None:
    assert {name: str(clawback_policy({"policy": name}).words()) for name in clawback_policies()} == {
        "allow_negative": "points of what you return are taken back, and your balance may go below zero",
        "only_pending": "points of what you return are taken back only while they cannot be spent yet",
        "within_balance": "points of what you return are taken back, as far as your balance goes",
    }
    assert sorted(restore_policies()) == ["grace", "strict"]
    assert str(restore_policy({"policy": "strict"}).words()) == (
        "points that you spent on a returned order come back, and expire when they would have"
    )
    assert str(restore_policy({"policy": "grace", "period": "30 days"}).words()) == (
        "points that you spent on a returned order come back; those that expired meanwhile can be spent for 30 days"
    )
