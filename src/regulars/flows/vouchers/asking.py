"""An order for which codes are shown, and what is known about them: read once, judged by the pure core."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.merges.queries import parts_of
from regulars.domain.programmes.queries import Shelf
from regulars.domain.vouchers.contracts import Basket, Checked, Pool, Voucher
from regulars.domain.vouchers.judging import Asker, Known, judge, shown
from regulars.domain.vouchers.queries import pools_by_id, uses_by_member, vouchers_by_code
from regulars.domain.vouchers.terms import VoucherTerms
from regulars.kernel.clock import local_day
from regulars.kernel.errors import Refusal

MOST_CODES = 20
"""Codes on one order."""


@dataclass(frozen=True, slots=True)
class CodesAsked:
    """codes: as they were sent, in their order. member_id: whose order it is, where somebody says so."""

    codes: tuple[str, ...]
    basket: Basket
    member_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class OrderNamed:
    """Which order it is, for ever. source: the system that counts the numbers."""

    source: str
    number: str


def check_asked(asked: CodesAsked) -> None:
    """Raises Refusal for more codes than an order takes."""
    if len(asked.codes) > MOST_CODES:
        raise Refusal(
            "too_many_codes",
            "There are too many codes",
            detail=f"{len(asked.codes)} codes were sent, and one order takes up to {MOST_CODES}.",
            remedy="Send fewer.",
            field="codes",
        )


def work_out_codes(
    conn: psycopg.Connection[Any],
    rules: Shelf,
    asked: CodesAsked,
    vouchers: Mapping[str, Voucher],
    pools: Mapping[int, Pool],
    *,
    now: datetime,
) -> Checked:
    """What the codes give together, by the rulebook in force. vouchers, pools: as they are now, held or not."""
    programme = rules.programme
    members = [] if asked.member_id is None else parts_of(conn, member_id=asked.member_id)
    limited = [each.id for each in pools.values() if each.uses_per_member is not None]
    asker = Asker(
        members,
        local_day(now, programme.time_zone),
        uses_by_member(conn, pool_ids=limited, member_ids=members),
    )
    combining = rules.in_force(now).rulebook.vouchers.combining(programme.currency)
    return judge(
        shown(asked.codes), known_codes(vouchers, pools), asked.basket, asker, combining, currency=programme.currency
    )


def read_codes(
    conn: psycopg.Connection[Any], forms: Sequence[str], *, programme_id: int, lock: bool = False
) -> tuple[dict[str, Voucher], dict[int, Pool]]:
    """The codes that there are, and their pools. lock: both are held: the codes first, always in the same order."""
    vouchers = vouchers_by_code(conn, programme_id=programme_id, forms=[each for each in forms if each], lock=lock)
    ids = sorted({each.pool_id for each in vouchers.values() if each.pool_id is not None})
    return vouchers, pools_by_id(conn, programme_id=programme_id, ids=ids, lock=lock)


def known_codes(vouchers: Mapping[str, Voucher], pools: Mapping[int, Pool]) -> Known:
    """Each code with what it gives: what its pool does, or what was promised with it."""
    found = {}
    for form, voucher in vouchers.items():
        pool = None if voucher.pool_id is None else pools[voucher.pool_id]
        stated = pool.terms if voucher.terms is None and pool is not None else voucher.terms
        found[form] = voucher, VoucherTerms.model_validate(stated or {}), pool
    return found
