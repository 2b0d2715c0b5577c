"""API keys as they come in: `Authorization: Bearer rk_live_...`.

What cannot be one of ours is told from its form, before a body is read or the database is asked.
"""

from __future__ import annotations

import hashlib
import re

from regulars.interfaces.wire import refusals

_FORM = re.compile(r"rk_live_[A-Za-z0-9_-]{43}")


def key_digest(authorization: str) -> bytes:
    """SHA-256 of the key in the header, by which it is looked up. Raises Refusal (401) without a key of our form."""
    scheme, _, token = authorization.partition(" ")
    key = token.strip()
    if scheme.casefold() != "bearer" or not key:
        raise refusals.key_missing()
    if not _FORM.fullmatch(key):
        raise refusals.key_unknown()
    return hashlib.sha256(key.encode()).digest()
