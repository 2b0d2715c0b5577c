"""Money: decimals at the doors, integer minor units inside. ISO 4217 comes from py-moneyed."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import lru_cache

from moneyed import CurrencyDoesNotExist, get_currency

from regulars.kernel.errors import Refusal

LARGEST_MINOR = 10**15 - 1
"""Fifteen digits of minor units: more than any order, and exact in every program that reads our JSON."""


_SCALES = {places: Decimal(10) ** places for places in range(6)}


@lru_cache(maxsize=256)
def decimals_of(currency: str) -> int:
    """Decimal places of a currency: 2 for EUR, 0 for JPY, 3 for KWD. Raises Refusal for an unknown code."""
    try:
        sub_unit: int = get_currency(currency).sub_unit
    except CurrencyDoesNotExist:
        raise Refusal(
            "unknown_currency",
            "This currency does not exist",
            detail=f"{currency!r} is not an ISO 4217 currency code.",
            remedy="Send three capital letters such as EUR, USD or TRY.",
            field="currency",
        ) from None
    return len(str(sub_unit)) - 1


def to_minor(text: str | Decimal | int, currency: str, *, field: str = "amount") -> int:
    """An amount as whole minor units: '12.34' EUR -> 1234. Negative amounts pass; the caller decides about them.

    Raises Refusal for what is not a number, is not finite, has too many decimals or too many digits.
    """
    places = decimals_of(currency)
    if isinstance(text, Decimal):
        # Every line of every order passes here: the usual case costs one multiplication and one comparison.
        try:
            scaled = text * _SCALES[places]
            # Compared before it is converted: a million zeros, written "1e999999", would take a minute as an int.
            if -LARGEST_MINOR <= scaled <= LARGEST_MINOR:
                whole = int(scaled)
                if whole == scaled:
                    return whole
        except (ArithmeticError, ValueError):
            pass
    try:
        amount = Decimal(text)
    except (InvalidOperation, ValueError, TypeError):
        raise _bad_amount(text, field, "it is not a decimal number") from None
    if not amount.is_finite():
        raise _bad_amount(text, field, "it is not a finite number")
    if amount.adjusted() > 18:
        raise _bad_amount(text, field, "it is larger than any order can be")
    minor = amount.scaleb(places)
    if minor != minor.to_integral_value():
        raise Refusal(
            "too_many_decimals",
            "The amount has too many decimals",
            detail=f"{text} has more than {places} decimal places, and {currency} has {places}.",
            remedy=f"Round the amount to {places} decimal places before you send it.",
            field=field,
        )
    if abs(minor) > LARGEST_MINOR:
        raise _bad_amount(text, field, "it is larger than any order can be")
    return int(minor)


def from_minor(minor: int, currency: str) -> Decimal:
    """Minor units as a decimal amount with all its places: 1230 EUR -> 12.30."""
    return Decimal(minor).scaleb(-decimals_of(currency))


def _bad_amount(text: object, field: str, why: str) -> Refusal:
    return Refusal(
        "bad_amount",
        "The amount cannot be read",
        detail=f"{str(text)[:40]!r} was sent as an amount, and {why}.",
        remedy='Send the amount as a decimal number in a string, such as "12.34".',
        field=field,
    )
