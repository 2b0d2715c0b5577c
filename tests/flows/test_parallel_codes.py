"""Many tills at once: the last use of a code, the last code of a pool, the same order twice."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from regulars.database.pool import Connection
from regulars.domain.vouchers.contracts import OrderOfCodes, PoolDraft, Voucher
from regulars.flows.vouchers.asking import OrderNamed
from regulars.flows.vouchers.pools import give_code, import_codes, save_pool
from regulars.flows.vouchers.use_codes import redeem_codes, reserve_codes
from tests.factories import Shop
from tests.flows.test_parallel import AtOnce, at_once, codes, connections
from tests.flows.vouchers import act, asked, one, place, pool, voucher

__all__ = ["at_once", "connections"]
pytestmark = [pytest.mark.database, pytest.mark.slow]


def redeeming(shop: Shop, code: str, number: str, member: UUID | None, conn: Connection) -> OrderOfCodes:
    return redeem_codes(conn, OrderNamed("till", number), asked(code, member=member), **place(shop))


def test_one_of_50_gets_the_last_use(shop: Shop, at_once: AtOnce) -> None:
    (code,) = pool(shop, {"amount": "5"})

    results = at_once([partial(redeeming, shop, code, f"R-{n}", None) for n in range(50)])

    assert codes(results) == Counter({"voucher_not_usable": 49, "done": 1})
    assert voucher(shop, code).uses == 1


def test_a_pool_of_three_uses_gives_three(shop: Shop, at_once: AtOnce) -> None:
    code = one(shop, "SPRING26", {"amount": "5"}, most_uses=None, total_uses=3)

    results = at_once([partial(redeeming, shop, code, f"R-{n}", None) for n in range(20)])

    assert codes(results) == Counter({"voucher_not_usable": 17, "done": 3})


def test_one_member_uses_once_what_is_once_per_member(shop: Shop, at_once: AtOnce) -> None:
    member = shop.enrol()
    drawn = pool(shop, {"amount": "5"}, count=20, uses_per_member=1)

    results = at_once([partial(redeeming, shop, code, f"R-{n}", member) for n, code in enumerate(drawn)])

    assert codes(results) == Counter({"voucher_not_usable": 19, "done": 1})


def test_the_same_order_20_times_uses_its_code_once(shop: Shop, at_once: AtOnce) -> None:
    code = one(shop, "SPRING26", {"amount": "5"}, most_uses=None)

    results = at_once([partial(redeeming, shop, code, "R-1", None) for _ in range(20)])

    assert len({result.id for result in results}) == 1
    assert voucher(shop, code).uses == 1


def test_every_code_of_a_partner_is_given_once(shop: Shop, at_once: AtOnce) -> None:
    save_pool(shop.conn, PoolDraft("cinema", "Cinema", {"elsewhere": True}), **act(shop))
    import_codes(shop.conn, "cinema", [f"CODE{n}" for n in range(10)], write="all", **act(shop))
    members = [shop.enrol() for _ in range(30)]

    def giving(member: UUID, conn: Connection) -> Voucher:
        return give_code(conn, "cinema", member_id=member, **act(shop))

    results = at_once([partial(giving, member) for member in members])

    given = [result.code for result in results if isinstance(result, Voucher)]
    assert (len(given), len(set(given))) == (10, 10)
    assert codes(results) == Counter({"voucher_pool_empty": 20, "done": 10})


def test_orders_with_the_same_codes_in_another_order_do_not_lock_one_another_out(shop: Shop, at_once: AtOnce) -> None:
    chosen = [one(shop, f"CODE-{n}", {"amount": "1"}, most_uses=None) for n in range(6)]

    def reserving(n: int, conn: Connection) -> Any:
        wish = asked(*(chosen if n % 2 else reversed(chosen)))
        return reserve_codes(conn, OrderNamed("till", f"R-{n}"), wish, **place(shop))

    results = at_once([partial(reserving, n) for n in range(24)])

    assert {result.amount for result in results} == {600}
    assert {voucher(shop, code).reserved for code in chosen} == {24}
