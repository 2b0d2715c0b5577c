"""Money: whole minor units, exact both ways, and what is no amount."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.kernel.errors import Refusal
from regulars.kernel.money import LARGEST_MINOR, decimals_of, from_minor, to_minor


@pytest.mark.parametrize(("currency", "places"), [("EUR", 2), ("TRY", 2), ("JPY", 0), ("KWD", 3)])
def test_decimals(currency: str, places: int) -> None:
    assert decimals_of(currency) == places


@pytest.mark.parametrize("currency", ["EUX", "eur", "", "€", "EURO"])
def test_unknown_currencies(currency: str) -> None:
    with pytest.raises(Refusal) as refused:
        decimals_of(currency)
    assert refused.value.code == "unknown_currency"


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.34", "EUR", 1234),
        ("12.3", "EUR", 1230),
        ("12", "EUR", 1200),
        ("12.340", "EUR", 1234),
        ("-5.00", "EUR", -500),
        ("0", "EUR", 0),
        ("1e2", "EUR", 10_000),
        ("100", "JPY", 100),
        ("1.234", "KWD", 1234),
        (Decimal("9999999999999.99"), "EUR", LARGEST_MINOR),
        (7, "EUR", 700),
    ],
)
def test_to_minor(text: Any, currency: str, minor: int) -> None:
    assert to_minor(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "bad_amount"),
        ("12,34", "bad_amount"),
        ("ten", "bad_amount"),
        ("NaN", "bad_amount"),
        ("sNaN", "bad_amount"),
        ("Infinity", "bad_amount"),
        ("-inf", "bad_amount"),
        (None, "bad_amount"),
        ([], "bad_amount"),
        ("1e400", "bad_amount"),
        ("10000000000000.00", "bad_amount"),
        ("12.345", "too_many_decimals"),
        ("0.001", "too_many_decimals"),
    ],
)
def test_what_is_no_amount(text: Any, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        to_minor(text, "EUR", field="order.amount")
    assert (refused.value.code, refused.value.field) == (code, "order.amount")


@given(st.integers(-LARGEST_MINOR, LARGEST_MINOR), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_there_and_back(minor: int, currency: str) -> None:
    amount = from_minor(minor, currency)
    assert to_minor(amount, currency) == minor
    assert to_minor(str(amount), currency) == minor


def test_from_minor_keeps_all_places() -> None:
    assert str(from_minor(1230, "EUR")) == "12.30"
    assert str(from_minor(5, "JPY")) == "5"
