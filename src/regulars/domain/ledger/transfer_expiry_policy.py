"""The base class of transfer expiry policies, for points that go from member to member."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import ClassVar, NamedTuple

from regulars.domain.ledger import transfer_expiry
from regulars.kernel.registry import variants_in
from regulars.kernel.words import Sentence


class Part(NamedTuple):
    """Points that are one lot on one side of a transfer. last_day: None, they never expire; renewable: as of lots."""

    points: int
    earned_at: datetime
    last_day: date | None
    renewable: bool


class TransferExpiryPolicy:
    """Until when points can be spent that came from another member.

    name: how rulebooks call it, in `expiry: keep`.
    """

    name: ClassVar[str]

    def arrives(self, paid: Sequence[Part], *, anew: Part) -> list[Part]:
        """The lots that arrive; as many points as paid. paid: what the sender's lots gave, in the order of use.

        anew: all of it as one lot that is earned today.
        """
        raise NotImplementedError

    def words(self) -> Sentence:
        """The policy for members: 'points that you send ...'."""
        raise NotImplementedError


@cache
def transfer_expiry_policies() -> dict[str, TransferExpiryPolicy]:
    """Every policy in the folder, by name."""
    return {name: policy() for name, policy in variants_in(transfer_expiry, TransferExpiryPolicy).items()}
