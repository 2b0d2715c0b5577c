"""Pools of codes: drawn, imported, given once each, made void; each refusal changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

import pytest

from regulars.domain.vouchers.contracts import PoolDraft, VoucherState
from regulars.flows.vouchers.pools import generate_codes, give_code, import_codes, save_pool, void_code, void_unused
from tests.books import nothing_changes
from tests.factories import Shop
from tests.flows.vouchers import act, check, codes_of, pool, redeem, refused, voucher

pytestmark = pytest.mark.database

WRITES: tuple[Literal["nothing", "all"], ...] = ("nothing", "all")


def test_codes_are_drawn_and_none_is_there_twice(shop: Shop) -> None:
    codes = pool(shop, {"amount": "5"}, code="many", count=5_000)
    assert len(set(codes)) == 5_000
    assert {len(code) for code in codes} == {19}
    generate_codes(shop.conn, "many", count=10, short=True, **act(shop))
    assert {len(code) for code in codes_of(shop, "many") if code not in codes} == {9}


def test_a_list_is_read_and_every_row_that_is_wrong_is_told(shop: Shop) -> None:
    save_pool(shop.conn, PoolDraft("cinema", "Cinema", {"elsewhere": True}), **act(shop))
    import_codes(shop.conn, "cinema", ["abc-1"], write="all", **act(shop))
    rows = ["Gift-22x", "", "gift 22X", "Ünlü", "ab", "ABC1", "fine_1"]
    with nothing_changes(shop):
        for write in WRITES:
            found = import_codes(shop.conn, "cinema", rows, write=write, **act(shop))
            assert (found.good, found.batch) == (2, None)
            assert [(each.row, each.why) for each in found.problems] == [
                (2, "blank"), (3, "double"), (4, "characters"), (5, "characters"), (6, "known"),
            ]  # fmt: skip
    assert import_codes(shop.conn, "cinema", rows, write="good", **act(shop)).batch is not None
    assert sorted(codes_of(shop, "cinema")) == ["Gift-22x", "abc-1", "fine_1"]


def test_a_partners_codes_are_given_once_each_and_not_used_here(shop: Shop) -> None:
    ann, ben, cem = (shop.enrol() for _ in range(3))
    save_pool(shop.conn, PoolDraft("cinema", "Cinema", {"elsewhere": True}, valid_for="30 days"), **act(shop))
    import_codes(shop.conn, "cinema", ["Aaa-1", "Bbb-2"], write="all", **act(shop))
    given = [give_code(shop.conn, "cinema", member_id=member, **act(shop)) for member in (ann, ben)]
    assert {each.text for each in given} == {"Aaa-1", "Bbb-2"}
    assert given[0].last_day == shop.now.date() + timedelta(days=30)
    refused(shop, "voucher_pool_empty", give_code, shop.conn, "cinema", member_id=cem, **act(shop))
    refused(shop, "voucher_not_usable", redeem, shop, "Aaa-1")
    refused(shop, "codes_of_a_partner", generate_codes, shop.conn, "cinema", count=1, **act(shop))


def test_void_one_and_all_unused(shop: Shop) -> None:
    used, kept, other = pool(shop, {"amount": "5"}, code="many", count=3, most_uses=2)
    redeem(shop, used)
    void_code(shop.conn, kept, **act(shop))
    with nothing_changes(shop):
        assert void_code(shop.conn, kept, **act(shop)).state is VoucherState.void
    assert void_unused(shop.conn, "many", **act(shop)) == 1
    assert [voucher(shop, code).state for code in (used, kept, other)] == [1, 3, 3]
    redeem(shop, used)
    refused(shop, "voucher_used_up", void_code, shop.conn, used, **act(shop))
    refused(shop, "voucher_not_found", void_code, shop.conn, "K7QM-2XPA-9RTD-HW3E", **act(shop))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"code": "Bad Code"}, "bad_voucher_pool_code"),
        ({"name": " "}, "field_missing"),
        ({"total_uses": 0}, "bad_voucher_number"),
        ({"valid_for": "a while"}, "bad_period"),
        ({"terms": {"amount": "5", "percent": "5"}}, "bad_voucher_terms"),
        ({"terms": {}}, "bad_voucher_terms"),
        ({"terms": {"amount": "0.001"}}, "too_many_decimals"),
    ],
)
def test_a_pool_that_cannot_be(shop: Shop, fields: dict[str, Any], code: str) -> None:
    draft = PoolDraft(**({"code": "p", "name": "P", "terms": {"amount": "5"}} | fields))
    refused(shop, code, save_pool, shop.conn, draft, **act(shop))


def test_other_refusals_of_pools(shop: Shop) -> None:
    pool(shop, {"amount": "5"}, code="p", last_day=shop.now.date())
    draft = PoolDraft("p", "P", {"amount": "5"})
    refused(shop, "voucher_pool_code_in_use", save_pool, shop.conn, draft, **act(shop))
    renamed = PoolDraft("q", "P", {"amount": "5"})
    refused(shop, "voucher_pool_code_fixed", save_pool, shop.conn, renamed, replacing="p", **act(shop))
    refused(shop, "voucher_pool_not_found", save_pool, shop.conn, renamed, replacing="q", **act(shop))
    days = PoolDraft("d", "D", {"amount": "5"}, first_day=shop.now.date(), last_day=shop.now.date() - timedelta(days=1))
    refused(shop, "bad_voucher_days", save_pool, shop.conn, days, **act(shop))
    refused(shop, "bad_code_count", generate_codes, shop.conn, "p", count=100_001, **act(shop))
    refused(shop, "bad_code_count", import_codes, shop.conn, "p", ["A123"] * 100_001, write="all", **act(shop))
    save_pool(shop.conn, PoolDraft("p", "P", {"amount": "5"}, archived=True), replacing="p", **act(shop))
    refused(shop, "voucher_pool_archived", generate_codes, shop.conn, "p", count=1, **act(shop))
    assert check(shop, codes_of(shop, "p")[0]).said[0].why == "ended"
