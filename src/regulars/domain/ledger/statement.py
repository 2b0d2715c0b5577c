"""The statement of a member and of all who are part of it: one, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import merge
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.ledger.contracts import LedgerEntry
from regulars.domain.ledger.queries import entries

LATEST = 999_999_999
"""Larger than the number of any entry: nothing of an owner was shown yet."""


def statement(
    conn: psycopg.Connection[Any],
    *,
    owners: Sequence[UUID],
    point_type: int,
    before: Sequence[int] | None = None,
    limit: int = 50,
) -> list[LedgerEntry]:
    """Statements of several owners who are one person, woven into one by the time of booking, the latest first.

    Those of each owner stay in their own order. before: the place after the page before, see place_after; None: from
    the latest on. Costs a statement for each owner, of whom most members have one.
    """
    begins = [*(before or ()), *[LATEST] * len(owners)]
    of_each = [
        entries(conn, owner=owner, point_type=point_type, before=begin, limit=limit)
        for owner, begin in zip(owners, begins, strict=False)
    ]
    return list(merge(*of_each, key=lambda each: each.posted_at, reverse=True))[:limit]


def place_after(
    owners: Sequence[UUID], shown: Sequence[LedgerEntry], before: Sequence[int] | None = None
) -> tuple[int, ...]:
    """Where the next page of a statement begins: of each owner, the number of the last entry shown so far."""
    last = dict(zip(owners, [*(before or ()), *[LATEST] * len(owners)], strict=False))
    last |= {each.owner: each.entry_no for each in shown}
    return tuple(last[owner] for owner in owners)
