"""What a back-test is asked: which rulebook, over which time, for whom; small enough to be sent to other processes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Any


@dataclass(frozen=True, slots=True)
class Wish:
    """document: the rulebook that is tried, as `Rulebook.document` gives it; None: the live versions alone.

    since: from when the draft is in force; before it the history goes by the live versions. None: since ever.
    until: what came later is left out. share: of the members, drawn with the seed; 1: all of them.
    reward: (point type code, points) of the cheapest reward, for the time to the first one; None: there is none.
    redemptions: False: nobody spends anything; True: what was spent is spent again, as far as it is there.
    """

    programme_id: int
    organisation_id: int
    until: datetime
    document: dict[str, Any] | None = None
    since: datetime | None = None
    share: Decimal = Decimal(1)
    seed: int = 0
    reward: tuple[str, int] | None = None
    redemptions: bool = True

    def asks(self, member: bytes) -> bool:
        """Whether the member is drawn: always the same ones for a seed."""
        if self.share >= 1:
            return True
        digest = blake2b(member, digest_size=8, salt=self.seed.to_bytes(8, "big", signed=True)).digest()
        return int.from_bytes(digest, "big") < self.share * 2**64
