"""Codes that people type: what they look like does not matter, only what they say."""

from __future__ import annotations

import unicodedata

_DOT_ABOVE = "\N{COMBINING DOT ABOVE}"


def readable(code: str) -> str:
    """The code without what people get wrong: case, spaces, hyphens, full-width letters, Turkish dots on the i."""
    text = unicodedata.normalize("NFKC", code).casefold().replace(_DOT_ABOVE, "").replace("ı", "i")
    return "".join(sign for sign in text if not sign.isspace() and unicodedata.category(sign) != "Pd")
