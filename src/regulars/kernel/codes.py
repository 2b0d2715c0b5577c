"""Codes that people type and nobody guesses."""

from __future__ import annotations

import os
import re

from regulars.kernel.errors import Refusal

_ALPHABET = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Thirty-two letters and digits that nobody confuses: five bits each."""
LONG, SHORT = 16, 8
"""Letters of a code of 80 bits, and of one of 40 bits for the till, whose guesses have to be counted."""
_LETTERS = bytes(_ALPHABET[byte % len(_ALPHABET)] for byte in range(256))
_DRAWN = re.compile(r"[A-HJ-NP-Z2-9]{8}|[A-HJ-NP-Z2-9]{16}")
_ALLOWED = re.compile(r"[A-Z0-9_.]{4,60}")
_GAPS = str.maketrans("", "", " -\t\u00a0")


def new_code() -> str:
    """A code of 80 random bits in groups of four: 'K7QM-2XPA-9RTD-HW3E'."""
    return grouped(new_codes(1)[0])


def new_codes(count: int, *, letters: int = LONG) -> list[str]:
    """So many codes as they are kept, without gaps. Of short ones two may be the same."""
    drawn = os.urandom(count * letters).translate(_LETTERS).decode()
    return [drawn[start : start + letters] for start in range(0, len(drawn), letters)]


def code_form(text: str, *, field: str = "code") -> str:
    """A code as it is kept and compared: capitals, without blanks and hyphens. Raises Refusal for what is no code."""
    form = text.translate(_GAPS).upper()
    if not _ALLOWED.fullmatch(form):
        raise Refusal(
            "bad_code",
            "This is not a code",
            detail=f"{text[:40]!r} has other characters than a code, or fewer than 4 of them, or more than 60.",
            remedy="Use letters from A to Z, digits, hyphens, dots and underscores.",
            field=field,
        )
    return form


def is_short(form: str) -> bool:
    """Whether a code, as it is kept, has fewer letters than nobody could guess."""
    return len(form) < LONG


def grouped(form: str) -> str:
    """A code that was drawn, as people read it: in groups of four; any other as it is."""
    if not _DRAWN.fullmatch(form):
        return form
    return "-".join(form[start : start + 4] for start in range(0, len(form), 4))
