"""API keys: what opens the door, what does not, and what a key may do behind it."""

from __future__ import annotations

from uuid import UUID

import pytest

from regulars.domain.access.contracts import Scope
from regulars.domain.access.queries import api_keys
from regulars.flows.issue_api_key import end_api_key, issue_api_key
from regulars.interfaces.api.openapi import document
from regulars.kernel.clock import utc_now
from regulars.kernel.errors import NotFound, Refusal
from tests.factories import Shop, open_shop
from tests.interfaces.api.caller import ALL, Caller, everything


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        ("", "api_key_missing"),
        ("Bearer", "api_key_missing"),
        ("Bearer  ", "api_key_missing"),
        ("Basic YTpi", "api_key_missing"),
        ("Bearer rk_live_short", "api_key_unknown"),
        ("Bearer rk_live_" + "A" * 43, "api_key_unknown"),
        ("Bearer rk_live_" + "'" * 43, "api_key_unknown"),
        ("Bearer " + "x" * 5000, "api_key_unknown"),
    ],
)
def test_without_a_good_key_nothing_opens(api: Caller, authorization: str, code: str) -> None:
    before = everything(api.shop)

    got = api.call("POST", "/members", content=b'{"external_id": "C-1"}', authorization=authorization)

    assert (got.status, got.code) == (401, code)
    assert got.headers["WWW-Authenticate"] == 'Bearer realm="Regulars"'
    assert everything(api.shop) == before


def test_a_revoked_key_opens_nothing_from_that_moment_on(api: Caller) -> None:
    assert api.get("/programme").status == 200

    end_api_key(api.shop.conn, of=api.shop.programme, prefix=api.key.prefix, now=utc_now())

    got = api.get("/programme")
    assert (got.status, got.code) == (401, "api_key_revoked")
    assert api.key.prefix in got.body["detail"]
    with pytest.raises(NotFound, match="There is no such key"):
        end_api_key(api.shop.conn, of=api.shop.programme, prefix=api.key.prefix, now=utc_now())


def test_the_key_is_stored_as_its_hash_alone(api: Caller) -> None:
    row = api.shop.conn.execute("select t::text from access_api_key t where id = %s", [api.key.id]).fetchone()

    assert row is not None
    assert api.secret not in row[0]
    assert api.secret.startswith(api.key.prefix)
    assert len(api.secret) == 51
    assert [key.prefix for key in api_keys(api.shop.conn, programme_id=api.shop.programme.id)] == [api.key.prefix]


def test_every_endpoint_asks_for_its_scope(api: Caller) -> None:
    """Enumerated from the document: whoever adds an endpoint without a scope finds out here."""
    before = everything(api.shop)
    bare = {str(scope): Caller(api.shop, scopes=ALL - {str(scope)}) for scope in Scope}
    asked = set()
    before = everything(api.shop)
    for address, operations in document()["paths"].items():
        for method, operation in operations.items():
            path = address.removeprefix("/api/v1").replace("{version}", "1").replace("{reward}", "x")
            for name in ("member_id", "entry_id", "event_id", "redemption_id", "adjustment_id"):
                path = path.replace(f"{{{name}}}", str(UUID(int=7)))
            scope = operation["x-scope"]
            got = bare[scope].call(method.upper(), path, content=b"" if method == "get" else b"{}")
            assert (got.status, got.code) == (403, "scope_missing"), address
            assert scope in got.body["detail"]
            assert scope in got.body["remedy"]
            asked.add(scope)
    assert asked == ALL
    assert everything(api.shop) == before


def test_a_key_reaches_its_own_programme_only(api: Caller, shop: Shop) -> None:
    other = Caller(open_shop(shop.conn))
    member = other.post("/members", {"external_id": "C-1"}).body["id"]
    event = other.post("/events", other.order()).body["event"]
    (entry,) = other.get(f"/members/{member}/entries").body["items"]
    other.voucher(price=10)
    redemption = other.post("/redemptions", {"member": {"id": member}, "reward": "five-off"}).body
    adjusted = other.post("/adjustments", {"member": {"id": member}, "points": 5, "reason": "other"}).body["id"]
    before = everything(other.shop)

    for path in (
        f"/members/{member}",
        f"/members/{member}/balances",
        f"/members/{member}/entries",
        f"/members/{member}/events",
        f"/members/{member}/tiers",
        f"/members/{member}/rewards",
        f"/members/{member}/redemptions",
        f"/entries/{entry['id']}/why",
        f"/events/{event}",
        "/rewards/five-off",
        f"/members/{member}/adjustments",
        f"/adjustments/{adjusted}",
        f"/redemptions/{redemption['id']}",
        f"/redemptions?code={redemption['voucher']['code']}",
    ):
        assert api.call("GET", path).status == 404, path
    assert api.get("/members").body["items"] == []
    assert api.get("/adjustments").body["items"] == []
    for path, body in (
        ("/adjustments", {"member": {"id": member}, "points": 5, "reason": "other"}),
        ("/redemptions", {"member": {"id": member}, "reward": "five-off"}),
        (f"/adjustments/{adjusted}/approve", None),
        (f"/adjustments/{adjusted}/decline", {"reason": "no"}),
        (f"/adjustments/{adjusted}/undo", None),
        (f"/adjustments/{adjusted}/reverse", None),
        (f"/redemptions/{redemption['id']}/reverse", None),
        (f"/redemptions/{redemption['id']}/use", None),
        ("/events", api.order(member={"id": member})),
        (f"/members/{member}/block", {"reason": "A lost card"}),
        (f"/members/{member}/unblock", None),
    ):
        assert api.post(path, body).status == 404, path
    (reward,) = other.get("/rewards").body["items"]
    whole = {name: value for name, value in reward.items() if name not in ("id", "reward", "gives", "asks", "given")}
    assert api.get(f"/rewards/{reward['id']}").status == 404
    assert api.put(f"/rewards/{reward['id']}", whole | {"code": "five-off"}).code == "reward_not_found"
    assert everything(other.shop) == before


@pytest.mark.parametrize("scopes", [[], ["members:delete"], ["members:read", "*"]])
def test_a_key_without_known_scopes_is_not_issued(shop: Shop, scopes: list[str]) -> None:
    with pytest.raises(Refusal) as refused:
        issue_api_key(shop.conn, of=shop.programme, name="till", scopes=scopes, by="tests", now=utc_now())

    assert refused.value.code == "unknown_scope"
    assert api_keys(shop.conn, programme_id=shop.programme.id) == []


def test_a_key_needs_a_name(shop: Shop) -> None:
    with pytest.raises(Refusal) as refused:
        issue_api_key(shop.conn, of=shop.programme, name="  ", scopes=ALL, by="tests", now=utc_now())

    assert refused.value.code == "field_missing"
