"""The base class of debit orders, which say whose points pay for what one member of a household takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import ClassVar, NamedTuple
from uuid import UUID

from regulars.domain.households import debit
from regulars.kernel.registry import variants_in
from regulars.kernel.words import Sentence


class Purse(NamedTuple):
    """What one member of the household can spend."""

    member: UUID
    spendable: int
    joined_at: datetime


Shares = dict[UUID, int]
"""Who pays how much; nobody is in it who pays nothing."""


class DebitOrder:
    """Shares a price among the members of a household.

    name: how rulebooks call it, in `debit: proportional`. title: how people call it. asks: whether the spender says who
    pays how much.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    asks: ClassVar[bool] = False

    def plan(self, amount: int, purses: Sequence[Purse], *, spender: UUID, chosen: Mapping[UUID, int] | None) -> Shares:
        """Who pays how much of `amount`, which is at most the sum of all purses. Nobody pays more than they have.

        chosen: what the spender says. Raises SharesRefused where that cannot be done.
        """
        raise NotImplementedError

    def words(self) -> Sentence:
        """The order for members."""
        raise NotImplementedError


def by_seniority(purse: Purse) -> tuple[datetime, UUID]:
    """Who joined first comes first."""
    return (purse.joined_at, purse.member)


@cache
def debit_orders() -> dict[str, DebitOrder]:
    """Every debit order in the folder, by name."""
    return {name: order() for name, order in variants_in(debit, DebitOrder).items()}
