"""How often links may be asked for: a small count per address and per place of origin."""

from __future__ import annotations

from regulars.interfaces.portal.counting import is_within
from regulars.kernel.errors import Refusal

PER_ADDRESS = 3
PER_ORIGIN = 30


def count_request(*, address: str, origin: str) -> None:
    """Counts one request for a link. Raises Refusal beyond the limits, whether the address is known or not.

    address: e-mail or phone in canonical form; origin: the IP address that asks.
    """
    for what, limit in ((f"address {address}", PER_ADDRESS), (f"origin {origin}", PER_ORIGIN)):
        if not is_within(limit, of="portal-links", what=what):
            raise Refusal(
                "too_many_requests",
                "Too many links were asked for",
                detail=f"More than {limit} in a quarter of an hour.",
                remedy="Wait a quarter of an hour.",
                status=429,
            )
