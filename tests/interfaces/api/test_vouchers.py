"""Vouchers over the API: pools, codes, and what codes give on orders."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from regulars.domain.vouchers.attempts import LIMITS
from regulars.domain.vouchers.queries import wrong_codes
from regulars.kernel.clock import utc_now
from tests.interfaces.api.caller import Caller

pytestmark = pytest.mark.database

LINES = [{"amount": "120.00", "category": "coffee"}, {"amount": "80.00", "category": "bakery"}]


def pool(api: Caller, terms: dict[str, Any], *codes: str, **fields: Any) -> str:
    name = f"pool-{uuid4().hex[:8]}"
    assert api.put(f"/voucher-pools/{name}", {"name": "Spring", "terms": terms, **fields}).status == 200
    if codes:
        assert api.post(f"/voucher-pools/{name}/codes/bulk", {"codes": list(codes)}).body["bad"] == 0
    return name


def test_from_the_pool_to_the_order_and_back(api: Caller) -> None:
    name = pool(api, {"percent": "10"})
    made = api.post(f"/voucher-pools/{name}/batches", {"count": 3})
    assert (made.status, made.body["kind"], made.body["codes"]) == (201, "generated", 3)
    exported = api.get(f"/voucher-pools/{name}/codes.csv")
    rows = exported.raw.decode().split()
    assert (rows[0], len(rows)) == ("code,state,uses,last_day", 4)
    code = rows[1].split(",")[0]

    checked = api.post("/vouchers/check", {"codes": [code.lower(), "SOMETHING"], "lines": LINES})
    assert checked.body["amount"] == "20.00"
    assert checked.body["left"] == "180.00"
    assert checked.body["codes"][0]["lines"] == [{"line": 1, "amount": "12.00"}, {"line": 2, "amount": "8.00"}]
    assert (checked.body["codes"][1]["why"], checked.body["codes"][1]["amount"]) == ("not_accepted", "0.00")

    wish = {"order": "A-1", "codes": [code], "lines": LINES}
    assert api.post("/vouchers/reserve", wish).body["state"] == "reserved"
    done = api.post("/vouchers/redeem", {"order": "A-1"})
    assert (done.status, done.body["state"], done.body["amount"]) == (200, "used", "20.00")
    assert api.get("/vouchers/orders", order="A-1").body["state"] == "used"
    assert api.get("/vouchers", code=code).body["uses"] == 1
    assert api.post("/vouchers/redeem", wish | {"order": "A-2"}).code == "voucher_not_usable"
    assert api.post("/vouchers/roll-back", {"order": "A-1"}).body["state"] == "rolled_back"
    assert api.post("/vouchers/void", {"code": code}).body["state"] == "void"
    assert api.post("/vouchers/redeem", wish | {"order": "A-3"}).code == "voucher_not_accepted"
    assert api.post(f"/voucher-pools/{name}/void", {}).body == {"codes": 2}
    shown = api.get(f"/voucher-pools/{name}").body
    assert (shown["codes"], shown["void"], shown["free"], shown["gives"]) == (3, 3, 0, "10% off")


def test_a_list_with_problems_is_told_and_not_written(api: Caller) -> None:
    name = pool(api, {"elsewhere": True})
    told = api.post(f"/voucher-pools/{name}/codes/bulk", {"codes": ["GOOD-1", "", "GOOD1"]}).body
    assert (told["good"], told["bad"], told["batch"]) == (1, 2, None)
    assert [(each["row"], each["why"]) for each in told["problems"]] == [(2, "blank"), (3, "double")]
    written = api.post(f"/voucher-pools/{name}/codes/bulk", {"codes": ["GOOD-1", ""], "write": "good"}).body
    assert written["batch"]["codes"] == 1
    api.post("/members", {"external_id": "C-77"})
    given = api.post(f"/voucher-pools/{name}/give", {"member": {"external_id": "C-77"}})
    assert (given.status, given.body["code"]) == (201, "GOOD-1")


def test_every_wrong_code_gets_the_same_bytes(api: Caller) -> None:
    for number in (81, 82):
        api.post("/members", {"external_id": f"C-{number}"})
    name = pool(api, {"amount": "5.00"}, "BOUND-0001-FOR-C81", member_bound=True)
    api.post(f"/voucher-pools/{name}/give", {"member": {"external_id": "C-81"}})
    pool(api, {"amount": "5.00"}, "VOID-0001-0001-0001")
    api.post("/vouchers/void", {"code": "VOID-0001-0001-0001"})

    answers = [
        api.post(
            "/vouchers/redeem",
            {"order": str(uuid4()), "codes": [code], "total": "9.00", "member": {"external_id": "C-82"}},
        )
        for code in ("BOUND-0001-FOR-C81", "VOID-0001-0001-0001", "K7QM-2XPA-9RTD-HW3E", "???")
    ]

    assert len({(each.status, each.raw) for each in answers}) == 1
    assert answers[0].code == "voucher_not_accepted"


def test_who_tries_too_many_waits_and_others_do_not(api: Caller) -> None:
    pool(api, {"amount": "5.00"}, "LONG-CODE-0000-0001")

    def tries(shopper: str, code: str) -> Any:
        return api.post("/vouchers/check", {"codes": [code], "total": "9.00", "shopper": shopper})

    for number in range(LIMITS["origin", True]):
        assert tries("10.0.0.1", f"AAAA{number}").status == 200
    over = tries("10.0.0.1", "AAAA-9999")
    assert (over.status, over.code) == (429, "too_many_wrong_codes")
    assert 0 < int(over.headers["Retry-After"]) <= 900
    assert tries("10.0.0.2", "AAAA-9999").status == 200
    # Long codes cannot be guessed, and have a limit of their own.
    assert tries("10.0.0.1", "LONG-CODE-0000-0001").body["amount"] == "5.00"
    refused = api.post("/vouchers/redeem", {"order": "T-1", "codes": ["AAAA-1"], "total": "9.00", "till": "7"})
    assert refused.code == "voucher_not_accepted"

    found = wrong_codes(api.shop.conn, programme_id=api.shop.programme.id, now=utc_now())
    counted = {(each.kind, each.shown): each.attempts for each in found}
    assert counted["till", "7"] == 1
    assert counted["key", "web shop"] == 7
    assert ("origin", "10.0.0.1") not in counted, "an address is shown to nobody"


def test_a_till_may_redeem_and_not_look_after_codes(api: Caller) -> None:
    name = pool(api, {"amount": "5.00"}, "FOR-THE-TILL-0001")
    till = Caller(api.shop, ["vouchers:redeem"], name="till")
    assert till.post("/vouchers/check", {"codes": ["FOR-THE-TILL-0001"], "total": "9.00"}).status == 200
    for got in (
        till.get(f"/voucher-pools/{name}/codes.csv"),
        till.get("/vouchers", code="FOR-THE-TILL-0001"),
        till.post(f"/voucher-pools/{name}/batches", {"count": 1}),
    ):
        assert (got.status, got.code) == (403, "scope_missing")


def test_generating_needs_a_key_of_idempotency(api: Caller) -> None:
    name = pool(api, {"amount": "5.00"})
    got = api.post(f"/voucher-pools/{name}/batches", {"count": 1}, key="")
    assert got.code == "idempotency_key_missing"
    total = {"order": "B-1", "codes": ["X123"], "lines": LINES, "total": "9.00"}
    assert api.post("/vouchers/redeem", total).code == "total_unclear"


def test_one_call_says_what_a_cart_costs_and_gives(api: Caller) -> None:
    pool(api, {"percent": "10"}, "CHECK-OUT-0000-0001")
    api.post("/members", {"external_id": "C-91"})
    cart = {"total": "200.00", "lines": [{"amount": "120.00", "category": "coffee"}, {"amount": "80.00"}]}

    got = api.post("/quotes", {"member": {"external_id": "C-91"}, "order": cart, "vouchers": ["CHECK-OUT-0000-0001"]})

    assert got.status == 200, got.body
    assert got.body["to_pay"] == "180.00"
    assert [each["amount"] for each in got.body["vouchers"][0]["lines"]] == ["12.00", "8.00"]
    # 180 points for 180.00, and 108 more for coffee.
    assert sum(each["points"] for each in got.body["effects"] if each["type"] == "earn_points") == 288
    assert api.get("/vouchers", code="CHECK-OUT-0000-0001").body["uses"] == 0
    without = api.post("/quotes", {"order": cart})
    assert (without.body["vouchers"], without.body["to_pay"]) == (None, None)
    visit = {"type": "visit", "member": {"external_id": "C-91"}, "vouchers": ["A123"]}
    assert api.post("/quotes", visit).code == "codes_without_order"
