"""Numbers of gift cards, and their PINs."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from uuid import UUID

_PREFIX = "63"
_DIGITS = 16
PIN_DIGITS = 6


def new_number() -> str:
    """Sixteen digits, the last of which checks the others (Luhn), so that a slip is noticed at once."""
    body = _PREFIX + "".join(str(secrets.randbelow(10)) for _ in range(_DIGITS - len(_PREFIX) - 1))
    return body + str(_check_digit(body))


def is_number(text: str) -> bool:
    """Whether the digits can be the number of a card."""
    return len(text) == _DIGITS and text.isdecimal() and text.isascii() and text[-1] == str(_check_digit(text[:-1]))


def new_pin() -> str:
    """Six digits."""
    return "".join(str(secrets.randbelow(10)) for _ in range(PIN_DIGITS))


def pin_hash(pin: str, *, card_id: UUID) -> str:
    """What is kept of a PIN: slow to compute, so that whoever reads the table needs long to try them all."""
    return hashlib.scrypt(pin.encode(), salt=card_id.bytes, n=2**12, r=8, p=1, dklen=32).hex()


def fits(pin: str, kept: str, *, card_id: UUID) -> bool:
    """Whether it is the card's PIN. Takes as long where there is none."""
    return hmac.compare_digest(pin_hash(pin, card_id=card_id), kept or "-")


def _check_digit(body: str) -> int:
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body))]
    return -sum(each - 9 if each > 9 else each for each in doubled) % 10
