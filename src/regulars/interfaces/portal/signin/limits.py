"""How often links may be asked for: a small count per address and per place of origin, kept in the cache."""

from __future__ import annotations

import hashlib

from django.core.cache import cache

from regulars.kernel.errors import Refusal

WINDOW_SECONDS = 15 * 60
PER_ADDRESS = 3
PER_ORIGIN = 30


def count_request(*, address: str, origin: str) -> None:
    """Counts one request for a link. Raises Refusal beyond the limits, whether the address is known or not.

    address: e-mail or phone in canonical form; origin: the IP address that asks.
    """
    for what, limit in ((f"address {address}", PER_ADDRESS), (f"origin {origin}", PER_ORIGIN)):
        # Hashed: whose mail was asked for is nobody's business who can read the cache.
        key = f"portal-links-{hashlib.sha256(what.encode()).hexdigest()}"
        count = int(cache.get(key, 0)) + 1
        if count > limit:
            raise Refusal(
                "too_many_requests",
                "Too many links were asked for",
                detail=f"More than {limit} in a quarter of an hour.",
                remedy="Wait a quarter of an hour.",
                status=429,
            )
        cache.set(key, count, WINDOW_SECONDS)
