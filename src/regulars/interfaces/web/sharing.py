"""Whose points pay for a reward, chosen by hand where the household asks for it: the rows of the form, and what came.

Portal and console draw it with `web/shares.html`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from regulars.interfaces.web import words
from regulars.interfaces.web.amounts import read_amount, step_of, typed

_FIELD = re.compile(r"share-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
UNREADABLE = -1
"""Stands for a share that is no amount: it is refused as one below zero is."""


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One who may pay. field, value, most: of the number to enter. there: what they can spend, in words."""

    name: str
    field: str
    value: str
    most: str
    there: str


@dataclass(frozen=True, slots=True)
class SharesForm:
    """Everybody who may pay. price: what the shares must make; total: what those of the form make, both in words.

    price_value: the price as the fields would hold it, currency: what they count; for adding up while somebody types.
    """

    rows: list[ShareRow]
    price: str
    total: str
    price_value: str
    step: str
    currency: str


def shares_form(
    names: Mapping[UUID, str],
    purses: Mapping[UUID, int],
    shares: Mapping[UUID, int],
    *,
    price: int,
    currency: str,
    posted: Mapping[str, str] | None = None,
) -> SharesForm:
    """The form with the shares as they are planned, or as they were typed. names, purses: of all who may pay.

    purses: what each can spend. currency: what the points count; "" for points.
    """
    rows = []
    for member, spendable in purses.items():
        field = f"share-{member}"
        value = typed(shares.get(member, 0), currency)
        if posted is not None and field in posted:
            value = posted[field][:20]
        rows.append(
            ShareRow(names[member], field, value, typed(spendable, currency), words.points(spendable, currency))
        )
    total = sum(read_amount(row.value, currency) or 0 for row in rows)
    return SharesForm(
        rows, words.points(price, currency), words.points(total, currency), typed(price, currency), step_of(currency),
        currency,
    )  # fmt: skip


def shares_typed(posted: Mapping[str, str], currency: str) -> dict[UUID, int] | None:
    """What the form says about who pays; None: nothing. An empty field is no share, an unreadable one is UNREADABLE."""
    chosen = {}
    for field, value in posted.items():
        if _FIELD.fullmatch(field):
            share = read_amount(value, currency) if value.strip() else 0
            chosen[UUID(field.removeprefix("share-"))] = UNREADABLE if share is None else share
    return chosen or None


def own_first(price: int, me: UUID, purses: Mapping[UUID, int]) -> dict[UUID, int]:
    """A plan that can be sent as it is: one's own points, then those of the others as they joined."""
    left, planned = price, {}
    for member in sorted(purses, key=lambda each: each != me):
        planned[member] = min(left, purses[member])
        left -= planned[member]
    return planned
