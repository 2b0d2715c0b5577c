"""Short ways to make pools and to show codes for orders."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from regulars.database.pool import Connection
from regulars.domain.vouchers.contracts import Basket, Checked, Line, OrderOfCodes, PoolDraft, Voucher
from regulars.domain.vouchers.queries import exported, pool_by_code, vouchers_by_code
from regulars.flows.vouchers.asking import CodesAsked, OrderNamed
from regulars.flows.vouchers.check_codes import check_codes
from regulars.flows.vouchers.pools import generate_codes, import_codes, save_pool
from regulars.flows.vouchers.use_codes import redeem_codes, reserve_codes
from regulars.kernel.codes import code_form
from regulars.kernel.errors import Refusal
from tests.books import nothing_changes
from tests.factories import Shop

BASKET = Basket((Line(12000, "cup", "coffee"), Line(8000, "bread", "bakery")))
_numbers = itertools.count(1)


def act(shop: Shop) -> dict[str, Any]:
    return {"programme": shop.programme, "now": shop.now, "by": "tests"}


def place(shop: Shop) -> dict[str, Any]:
    return {"programme_id": shop.programme.id, "now": shop.now, "by": "tests"}


def pool(shop: Shop, terms: dict[str, Any], *, code: str = "", count: int = 1, **fields: Any) -> list[str]:
    """A pool of codes that were drawn; the codes."""
    name = code or f"pool-{next(_numbers)}"
    save_pool(shop.conn, PoolDraft(name, "Spring", terms, **fields), **act(shop))
    if count:
        generate_codes(shop.conn, name, count=count, **act(shop))
    return codes_of(shop, name)


def codes_of(shop: Shop, name: str) -> list[str]:
    found = pool_by_code(shop.conn, programme_id=shop.programme.id, code=name)
    return [each.text for part in exported(shop.conn, pool_id=found.id) for each in part]


def one(shop: Shop, text: str, terms: dict[str, Any], **fields: Any) -> str:
    """A pool of one code that somebody chose, such as SPRING26."""
    name = f"pool-{next(_numbers)}"
    save_pool(shop.conn, PoolDraft(name, text, terms, **fields), **act(shop))
    import_codes(shop.conn, name, [text], write="all", **act(shop))
    return text


def asked(*codes: str, member: UUID | None = None, basket: Basket = BASKET) -> CodesAsked:
    return CodesAsked(codes, basket, member)


def check(shop: Shop, *codes: str, **fields: Any) -> Checked:
    return check_codes(shop.conn, asked(*codes, **fields), programme_id=shop.programme.id, now=shop.now)


def redeem(shop: Shop, *codes: str, number: str = "", conn: Connection | None = None, **fields: Any) -> OrderOfCodes:
    named = OrderNamed("till", number or f"R-{next(_numbers)}")
    return redeem_codes(conn or shop.conn, named, asked(*codes, **fields), **place(shop))


def reserve(shop: Shop, *codes: str, number: str = "", minutes: int = 15, **fields: Any) -> OrderOfCodes:
    named = OrderNamed("till", number or f"R-{next(_numbers)}")
    lasts = timedelta(minutes=minutes)
    return reserve_codes(shop.conn, named, asked(*codes, **fields), lasts=lasts, **place(shop))


def voucher(shop: Shop, code: str) -> Voucher:
    form = code_form(code)
    return vouchers_by_code(shop.conn, programme_id=shop.programme.id, forms=[form])[form]


def named(order: OrderOfCodes) -> OrderNamed:
    return OrderNamed(order.source, order.number)


def refused(shop: Shop, code: str, call: Any, *args: Any, **fields: Any) -> Refusal:
    """The call is refused with this code, and changes nothing."""
    with nothing_changes(shop), pytest.raises(Refusal) as found:
        call(*args, **fields)
    assert found.value.code == code, found.value
    return found.value
