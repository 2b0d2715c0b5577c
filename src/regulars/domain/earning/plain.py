"""Values of a rulebook in the form that JSON holds exactly, so that a stored version reads back as it was written."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from enum import Enum

DIGITS = 15
"""Significant digits of a number in a rulebook: as many as survive every JSON reader."""


def plain(value: object) -> object:
    """The value as JSON holds it: decimals become numbers, dates and enums text; containers likewise, inside."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in value]
    return value


def exact_number(value: Decimal) -> Decimal:
    """The number itself. Raises ValueError when it is not finite or has more digits than JSON keeps."""
    if not value.is_finite():
        raise ValueError("a rulebook holds finite numbers only")
    if len(value.normalize().as_tuple().digits) > DIGITS or abs(value.adjusted()) > DIGITS:
        raise ValueError(f"a number here has at most {DIGITS} digits")
    return value
