"""How often something may be tried: small counts in the cache, which forget after a quarter of an hour."""

from __future__ import annotations

import hashlib

from django.core.cache import cache

WINDOW_SECONDS = 15 * 60


def is_within(limit: int, *, of: str, what: str) -> bool:
    """Counts one try; whether it is one of the first `limit` of its quarter of an hour.

    of: the kind of try; what: by whom or about what.
    """
    # Hashed: who tried what is nobody's business who can read the cache.
    key = f"{of}-{hashlib.sha256(what.encode()).hexdigest()}"
    count = int(cache.get(key, 0)) + 1
    if count > limit:
        return False
    cache.set(key, count, WINDOW_SECONDS)
    return True
