"""Households over the API: from founding to leaving, and who pays for a redemption."""

from __future__ import annotations

import pytest

from regulars.database.pool import Connection
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop, open_shop
from tests.interfaces.api.caller import Caller

pytestmark = [pytest.mark.database, pytest.mark.capability("E3")]
ADA, BEN = {"external_id": "C-1"}, {"external_id": "C-2"}


@pytest.fixture
def shop(conn: Connection) -> Shop:
    """A shop whose households pool, and whose members choose who pays."""
    return open_shop(conn, RULEBOOK | {"households": {"allowed": True, "mode": "pool", "debit": "chosen"}})


def test_from_founding_to_leaving(api: Caller) -> None:
    api.voucher(price=100)
    ada, ben = (api.post("/members", each).body["id"] for each in (ADA, BEN))
    assert api.post("/events", api.order("300.00")).status == 201

    made = api.post("/households", {"member": ADA, "name": "Home"})
    assert (made.status, made.body["mode"], made.body["debit"], made.body["total"]) == (201, "pool", "chosen", 300)
    home = f"/households/{made.body['id']}"
    invited = api.post(f"{home}/invitations", {"role": "child", "monthly_limit": 100})
    assert (invited.status, invited.body["role"], invited.body["monthly_limit"]) == (201, "child", 100)
    joined = api.post("/households/join", {"member": BEN, "code": invited.body["code"]})
    assert [(each["member_id"], each["role"]) for each in joined.body["members"]] == [(ada, "owner"), (ben, "child")]
    assert api.get(f"/members/{ben}/household").body == joined.body

    wish = {"member": BEN, "reward": "five-off"}
    shares = [{"member": ADA, "points": 100}]
    assert api.post("/redemptions", wish).body["code"] == "share_above_purse"
    assert api.post("/redemptions/quote", wish | {"shares": shares}).body["can_redeem"]
    done = api.post("/redemptions", wish | {"shares": shares})
    assert (done.status, done.body["paid_by"]) == (201, [{"member_id": ada, "points": 100}])
    over = api.post("/redemptions", wish | {"shares": shares})
    assert (over.status, over.body["code"]) == (422, "household_limit_reached")
    assert api.post(f"/redemptions/{done.body['id']}/reverse", {}).body["state"] == "reversed"
    assert api.get(home).body["total"] == 300

    left = api.post(f"{home}/leave", {"member": BEN})
    assert [each["member_id"] for each in left.body["members"]] == [ada]
    assert api.get(f"/members/{ben}/household").status == 404


def test_what_is_refused_changes_nothing(api: Caller, shop: Shop) -> None:
    for each in (ADA, BEN):
        api.post("/members", each)
    home = f"/households/{api.post('/households', {'member': ADA}).body['id']}"
    for path, body, status, code in (
        ("/households", {"member": ADA}, 409, "already_in_household"),
        ("/households", {"member": BEN, "debit": "lottery"}, 422, "unknown_debit_order"),
        ("/households/join", {"member": BEN, "code": "AAAA"}, 404, "invitation_not_found"),
        (f"{home}/leave", {"member": BEN}, 409, "not_in_household"),
    ):
        with nothing_changes(shop):
            answer = api.post(path, body)
        assert (answer.status, answer.body["code"]) == (status, code)
