"""What a back-test is asked: which rulebook, over which time, for whom; small enough to be sent to other processes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from regulars.domain.programmes.queries import Shelf
from regulars.flows.backtests.redemption_model import Ground, RedemptionModel, redemption_model

_AS_THEY_WERE = redemption_model("as_they_were")
_NO_GROUND = Ground({}, {})


@dataclass(frozen=True, slots=True)
class Wish:
    """document: the rulebook that is tried, as `Rulebook.document` gives it; None: the live versions alone.

    since: from when the draft is in force; before it the history goes by the live versions. None: since ever.
    until: what came later is left out. share: of the members, drawn with the seed; 1: all of them.
    reward: (point type code, points) of the cheapest reward, for the time to the first one; None: there is none.
    redemptions: what members spend; ground: what that may know of the programme.
    """

    programme_id: int
    organisation_id: int
    until: datetime
    document: dict[str, Any] | None = None
    since: datetime | None = None
    share: Decimal = Decimal(1)
    seed: int = 0
    reward: tuple[str, int] | None = None
    redemptions: RedemptionModel = _AS_THEY_WERE
    ground: Ground = _NO_GROUND

    def asks(self, member: bytes) -> bool:
        """Whether the member is drawn: always the same ones for a seed."""
        if self.share >= 1:
            return True
        digest = blake2b(member, digest_size=8, salt=self.seed.to_bytes(8, "big", signed=True)).digest()
        return int.from_bytes(digest, "big") < self.share * 2**64

    def reward_under(self, rules: Shelf) -> tuple[int, int] | None:
        """(the ledger's number of the point type, points) of the cheapest reward, where these rules know its points."""
        if self.reward is None or self.reward[0] not in rules.point_types:
            return None
        return rules.point_types[self.reward[0]], self.reward[1]
