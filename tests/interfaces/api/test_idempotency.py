"""A retry gets the first answer, byte for byte, and the write is done once."""

from __future__ import annotations

import copy
import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from regulars.database.pool import Connection, connect
from regulars.domain.access.queries import stored_answer
from regulars.flows.answer_once import Ask, Reply, answer_once
from regulars.interfaces.api.openapi import document
from regulars.kernel.clock import utc_now
from tests.factories import RULEBOOK, Shop, open_shop
from tests.interfaces.api.caller import Caller, Got, everything
from tests.interfaces.api.every_write import READING, writes


@pytest.fixture
def shop(conn: Connection) -> Shop:
    """A sandbox, whose clock can be moved as well."""
    document = copy.deepcopy(RULEBOOK) | {
        "transfers": {"allowed": True, "cancel_within": "1 year"},
        "households": {"allowed": True, "mode": "pool"},
        "adjustments": {"approval_above": 50},
        "badges": [{"id": "star", "name": "Star"}],
        "consents": [{"id": "news", "name": "News by e-mail", "text_version": "1"}],
    }
    document["point_types"].append({"id": "purse", "name": "Balance", "unit": "money"})
    document["stored_value"] = {"point_type": "purse"}
    document["ladders"][0]["tiers"].append({"id": "black", "name": "Black", "invitation_only": True})
    return open_shop(conn, document, sandbox=True)


@pytest.fixture
def member(api: Caller) -> UUID:
    """A member with 300 points, and a reward for 100."""
    api.voucher(price=100)
    made = UUID(api.post("/members", {"external_id": "C-1"}).body["id"])
    assert api.post("/events", api.order("300.00")).status == 201
    return made


def test_every_write_of_the_document_is_replayed(api: Caller, member: UUID) -> None:
    api.post("/events", api.order("400.00"))
    sent = writes(api)
    named = {
        operation["operationId"]
        for operations in document()["paths"].values()
        for method, operation in operations.items()
        if method != "get" and operation["operationId"] not in READING
    }
    assert set(sent) == named

    for name, (method, path, body) in sent.items():
        key = str(uuid4())
        first = api.write(method, path, body, key=key)
        assert 200 <= first.status < 300, (name, first.raw)
        assert "Idempotent-Replayed" not in first.headers
        before = everything(api.shop)

        again = api.write(method, path, body, key=key)
        other = api.write(method, path, {"other": "body"}, key=key)

        assert (again.status, again.raw) == (first.status, first.raw), name
        assert again.headers["Idempotent-Replayed"] == "true"
        assert (other.status, other.code) == (422, "idempotency_key_reused"), name
        assert everything(api.shop) == before, name


def test_twenty_at_once_are_one(api: Caller, member: UUID) -> None:
    key = str(uuid4())
    wish = {"member": {"id": str(member)}, "reward": "five-off"}
    barrier = threading.Barrier(20)

    def redeem(_: int) -> Got:
        barrier.wait()
        return api.post("/redemptions", wish, key=key)

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(redeem, range(20)))

    assert {got.status for got in answers} <= {201, 409}
    assert len({got.raw for got in answers if got.status == 201}) == 1
    assert {got.code for got in answers if got.status == 409} <= {"request_in_flight"}
    assert api.shop.points(member) == 200
    after = api.post("/redemptions", wish, key=key)
    assert (after.status, after.headers["Idempotent-Replayed"]) == (201, "true")
    assert api.shop.points(member) == 200


def test_a_repeat_in_flight_is_told_so(api: Caller, member: UUID) -> None:
    shop = api.shop
    ask = Ask(shop.programme.organisation_id, shop.programme.id, "POST /api/v1/redemptions", "the-key", b"")

    def work() -> Reply:
        got = api.post("/redemptions", {"member": {"id": str(member)}, "reward": "five-off"}, key="the-key")
        assert (got.status, got.code) == (409, "request_in_flight")
        return Reply(200, b"{}")

    conn = connect(organisation_id=shop.programme.organisation_id)
    try:
        answer_once(conn, ask, work=work, now=utc_now())
    finally:
        conn.close()
    assert shop.points(member) == 300


def test_who_comes_second_past_the_reservation_still_gets_the_first_answer(shop: Shop) -> None:
    """The advisory lock is courtesy: without it the primary key decides, and the second one reads the first."""
    ask = Ask(shop.programme.organisation_id, shop.programme.id, "POST /x", str(uuid4()), b"{}")
    calls = []

    def work() -> Reply:
        calls.append(1)
        if len(calls) == 1:
            shop.conn.execute("savepoint nothing")
            other = connect(organisation_id=ask.organisation_id)
            with other.transaction():
                other.execute(
                    "insert into access_answer values (%s, %s, %s, %s, 201, now(), '{\"first\":1}')",
                    (ask.identity.bytes[0], ask.organisation_id, ask.identity, ask.digest),
                )
            other.close()
        return Reply(201, b'{"second":1}')

    reply = answer_once(shop.conn, ask, work=work, now=utc_now())

    assert reply == Reply(201, b'{"first":1}', replayed=True)
    assert len(calls) == 1


def test_a_refusal_is_not_remembered(api: Caller, member: UUID) -> None:
    key = str(uuid4())
    api.voucher(code="dear", price=500)
    wish = {"member": {"id": str(member)}, "reward": "dear"}
    before = everything(api.shop)

    assert api.post("/redemptions", wish, key=key).code == "not_enough_points"
    assert everything(api.shop) == before
    api.post("/events", api.order("250.00"))

    assert api.post("/redemptions", wish, key=key).status == 201


def test_a_defect_writes_nothing_and_is_not_remembered(
    api: Caller, member: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = str(uuid4())
    wish = {"member": {"id": str(member)}, "reward": "five-off"}
    before = everything(api.shop)
    with monkeypatch.context() as patch:
        patch.setattr("regulars.interfaces.api.v1.redemptions._shown", lambda request, found: 1 / 0)
        got = api.post("/redemptions", wish, key=key)
    assert (got.status, got.code) == (500, "internal_error")
    assert b"ZeroDivisionError" not in got.raw
    assert everything(api.shop) == before

    assert api.post("/redemptions", wish, key=key).status == 201
    assert api.shop.points(member) == 200


@pytest.mark.parametrize("key", ["x" * 129, "with blank", "ünïcode", "tab\there"])
def test_a_key_of_another_form_is_refused(api: Caller, member: UUID, key: str) -> None:
    before = everything(api.shop)

    for path, body in (
        ("/redemptions", {"member": {"id": str(member)}, "reward": "five-off"}),
        ("/events", api.order()),
    ):
        got = api.post(path, body, key=key)
        assert (got.status, got.code) == (400, "bad_idempotency_key")
    assert everything(api.shop) == before


@pytest.mark.parametrize("path", ["/redemptions", "/adjustments"])
def test_what_moves_points_needs_a_key(api: Caller, member: UUID, path: str) -> None:
    before = everything(api.shop)
    wishes: dict[str, dict[str, object]] = {
        "/redemptions": {"reward": "five-off"},
        "/adjustments": {"points": 1, "reason": "other"},
    }

    got = api.post(path, wishes[path] | {"member": {"id": str(member)}}, key="")

    assert (got.status, got.code) == (400, "idempotency_key_missing")
    assert everything(api.shop) == before


def test_stored_answers_hold_nothing_personal(api: Caller) -> None:
    key = str(uuid4())
    body = {"external_id": "C-1", "name": "Ada Lovelace", "email": "ada@example.com"}
    api.post("/members", body, key=key)
    shop = api.shop
    ask = Ask(shop.programme.organisation_id, shop.programme.id, "POST /api/v1/members", key, b"")

    stored = stored_answer(shop.conn, organisation_id=ask.organisation_id, key=ask.identity)

    assert stored is not None
    assert "ada" not in stored.body.lower()
    assert "C-1" not in stored.body


def test_stored_answers_of_bulk_calls_hold_nothing_personal(api: Caller) -> None:
    key = str(uuid4())
    api.post("/members", {"external_id": "C-1", "email": "ada@example.com"})
    items = [
        {"external_id": "C-2", "email": "ada@example.com"},
        {"external_id": "C-3", "email": "ada-at-example"},
        {"external_id": "C-4", "phone": "ada"},
        {"external_id": "C-5", "birth_date": "1815-12-10"},
        {"external_id": "C-6", "birth_date": "ada's"},
        {"external_id": "C-7", "name": "ada" * 100, "emial": "ada@example.com"},
    ]

    got = api.post("/members/bulk", {"members": items}, key=key)

    codes = [each["problem"]["code"] for each in got.body["results"]]
    assert codes == ["member_exists", "bad_email", "bad_phone", "bad_birth_date", "bad_value", "text_too_long"]
    assert [each["problem"]["field"] for each in got.body["results"]] == [
        "email", "email", "phone", "birth_date", "birth_date", "name",
    ]  # fmt: skip
    assert b"ada" not in got.raw.lower()
    assert b"1815" not in got.raw
    assert api.post("/members/bulk", {"members": items}, key=key).raw == got.raw


def test_a_quote_is_never_an_old_one(api: Caller, member: UUID) -> None:
    wish = {"member": {"id": str(member)}, "reward": "five-off"}
    first = api.post("/redemptions/quote", wish, key="the-key")
    api.post("/redemptions", wish)

    second = api.post("/redemptions/quote", wish, key="the-key")

    assert (first.body["available"], second.body["available"]) == (300, 200)


def test_an_event_repeats_by_its_own_id(api: Caller, member: UUID) -> None:
    event = api.order("10.00")
    first = api.post("/events", event, key="")
    before = everything(api.shop)

    again = api.post("/events", event, key="")
    other = api.post("/events", event | {"channel": "web"}, key="")

    assert (first.status, again.status, again.raw) == (201, 200, first.raw)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (other.status, other.code) == (422, "event_id_reused")
    assert everything(api.shop) == before
