"""Activation policies: how long points stay pending, and what they wait for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from regulars.domain.ledger.activation_policy import Term, activation_policies, activation_policy
from regulars.domain.ledger.expiry_policy import expiry_policy


def on(day: date) -> Term:
    return Term(day, "", None)


@pytest.mark.parametrize(
    ("document", "earned_on", "term"),
    [
        ({"mode": "immediate"}, date(2026, 3, 1), None),
        ({"mode": "after", "period": "14 days"}, date(2026, 3, 1), on(date(2026, 3, 15))),
        ({"mode": "after", "period": "14 days"}, date(2026, 1, 10), on(date(2026, 1, 24))),
        ({"mode": "after", "period": "1 month"}, date(2026, 1, 31), on(date(2026, 2, 28))),
        ({"mode": "after", "period": "1 month"}, date(2028, 1, 31), on(date(2028, 2, 29))),
        ({"mode": "after", "period": "0 days"}, date(2026, 3, 1), None),
        ({"mode": "fixed_dates", "days": [1, 15]}, date(2026, 3, 1), on(date(2026, 3, 15))),
        ({"mode": "fixed_dates", "days": [1, 15]}, date(2026, 3, 15), on(date(2026, 4, 1))),
        ({"mode": "fixed_dates", "days": [1, 15]}, date(2026, 12, 31), on(date(2027, 1, 1))),
        ({"mode": "fixed_dates", "days": [31]}, date(2026, 4, 1), on(date(2026, 4, 30))),
        ({"mode": "fixed_dates", "days": [31]}, date(2026, 4, 30), on(date(2026, 5, 31))),
        ({"mode": "fixed_dates", "days": [31]}, date(2026, 1, 31), on(date(2026, 2, 28))),
        ({"mode": "fixed_dates", "days": [30]}, date(2028, 1, 31), on(date(2028, 2, 29))),
        ({"mode": "fixed_dates", "dates": ["03-31", "09-30"]}, date(2026, 3, 31), on(date(2026, 9, 30))),
        ({"mode": "fixed_dates", "dates": ["03-31", "09-30"]}, date(2026, 10, 1), on(date(2027, 3, 31))),
        ({"mode": "fixed_dates", "dates": ["02-29"]}, date(2026, 3, 1), on(date(2027, 2, 28))),
        ({"mode": "fixed_dates", "dates": ["02-29"]}, date(2027, 3, 1), on(date(2028, 2, 29))),
        ({"mode": "fixed_dates", "days": [20], "dates": ["03-10"]}, date(2026, 3, 1), on(date(2026, 3, 10))),
        ({"mode": "on_event", "event": "order_delivered"}, date(2026, 3, 1), Term(None, "order_delivered", None)),
        (
            {"mode": "on_event", "event": "order_delivered", "cancel_after": "30 days"},
            date(2026, 3, 1),
            Term(None, "order_delivered", date(2026, 3, 31)),
        ),
    ],
)
def test_the_term(document: dict[str, Any], earned_on: date, term: Term | None) -> None:
    assert activation_policy(document).term(earned_on) == term


@pytest.mark.parametrize(
    ("earned_on", "pending", "validity", "active", "last_day"),
    [
        (date(2026, 3, 1), "14 days", "30 days", date(2026, 3, 15), date(2026, 4, 14)),
        (date(2026, 1, 10), "14 days", "1 month", date(2026, 1, 24), date(2026, 2, 24)),
    ],
)
def test_the_clock_of_expiry_starts_when_points_become_active(
    earned_on: date, pending: str, validity: str, active: date, last_day: date
) -> None:
    term = activation_policy({"mode": "after", "period": pending}).term(earned_on)
    assert term is not None
    assert term.activates_on == active
    assert expiry_policy({"policy": "after", "period": validity}).last_day(active) == last_day


@given(
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.lists(st.integers(1, 31), max_size=3),
    st.lists(st.sampled_from(["01-01", "02-28", "02-29", "06-30", "12-31"]), min_size=1, max_size=3),
)
def test_a_fixed_date_is_the_first_one_after_the_day_of_earning(
    earned_on: date, days: list[int], dates: list[str]
) -> None:
    policy = activation_policy({"mode": "fixed_dates", "days": days, "dates": dates})
    term = policy.term(earned_on)
    assert term is not None
    assert term.activates_on is not None
    assert earned_on < term.activates_on
    # From every day before it, the same day is next.
    eve = date.fromordinal(term.activates_on.toordinal() - 1)
    assert policy.term(eve) == term


@pytest.mark.parametrize(
    "document",
    [
        {"mode": "immediate", "period": "1 day"},
        {"mode": "after"},
        {"mode": "after", "period": "soon"},
        {"mode": "fixed_dates"},
        {"mode": "fixed_dates", "days": [0]},
        {"mode": "fixed_dates", "days": [32]},
        {"mode": "fixed_dates", "dates": ["02-30"]},
        {"mode": "fixed_dates", "dates": ["31-03"]},
        {"mode": "on_event"},
        {"mode": "on_event", "event": "Order Delivered"},
        {"mode": "on_event", "event": "order_delivered", "cancel_after": "0 days"},
        {"mode": "on_event", "event": "order_delivered", "cancel_after": "never"},
    ],
)
def test_what_is_no_policy(document: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        activation_policy(document)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"mode": "immediate"}, "you can spend points as soon as you have earned them"),
        ({"mode": "after", "period": "14 days"}, "you can spend points 14 days after you earned them"),
        (
            {"mode": "fixed_dates", "days": [1, 15], "dates": ["12-24"]},
            "points can be spent from the next of these days on: day 1 of a month, day 15 of a month or 24 December",
        ),
        ({"mode": "on_event", "event": "order_delivered"}, "you can spend points after the event “order_delivered”"),
        (
            {"mode": "on_event", "event": "order_delivered", "cancel_after": "30 days"},
            "you can spend points after the event “order_delivered”; without it they are gone 30 days after"
            " you earned them",
        ),
    ],
)
def test_every_policy_speaks(document: dict[str, Any], words: str) -> None:
    assert str(activation_policy(document).words()) == words


def test_every_policy_is_told_here() -> None:
    assert sorted(activation_policies()) == ["after", "fixed_dates", "immediate", "on_event"]
