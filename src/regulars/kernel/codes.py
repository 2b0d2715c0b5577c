"""Codes that people type and nobody guesses."""

from __future__ import annotations

import os

_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Thirty-two letters and digits that nobody confuses: five bits each."""
_CODE_LENGTH = 16


def new_code() -> str:
    """A code of 80 random bits in groups of four: 'K7QM-2XPA-9RTD-HW3E'."""
    letters = "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in os.urandom(_CODE_LENGTH))
    return "-".join(letters[start : start + 4] for start in range(0, _CODE_LENGTH, 4))
