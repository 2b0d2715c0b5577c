"""A retry gets the first answer, byte for byte, and the write is done once."""

from __future__ import annotations

import copy
import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from regulars.database.pool import Connection, connect
from regulars.domain.access.queries import stored_answer
from regulars.domain.programmes.queries import shelf
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.adjust_points import adjust_points
from regulars.flows.answer_once import Ask, Reply, answer_once
from regulars.flows.propose_rulebook import propose_rulebook
from regulars.interfaces.api.openapi import document
from regulars.kernel.clock import utc_now
from tests.factories import RULEBOOK, Shop, open_shop
from tests.interfaces.api.caller import WHOLE, Caller, Got, everything


@pytest.fixture
def shop(conn: Connection) -> Shop:
    """A sandbox, whose clock can be moved as well."""
    document = RULEBOOK | {
        "transfers": {"allowed": True, "cancel_within": "1 year"},
        "households": {"allowed": True, "mode": "pool"},
        "adjustments": {"approval_above": 50},
        "badges": [{"id": "star", "name": "Star"}],
        "consents": [{"id": "news", "name": "News by e-mail", "text_version": "1"}],
    }
    return open_shop(conn, document, sandbox=True)


@pytest.fixture
def member(api: Caller) -> UUID:
    """A member with 300 points, and a reward for 100."""
    api.voucher(price=100)
    made = UUID(api.post("/members", {"external_id": "C-1"}).body["id"])
    assert api.post("/events", api.order("300.00")).status == 201
    return made


READING = (
    "send_event", "send_events", "quote_redemption", "quote_transfer", "preview_merge", "preview_return",
    "preview_audience",
    "preview_rulebook", "validate_rulebook",
)  # fmt: skip
"""Events have an id of their own; the others write nothing."""


def _of_households(api: Caller) -> dict[str, tuple[str, str, object]]:
    ada, ben, cem = ({"external_id": f"C-{number}"} for number in (1, 2, 3))
    made = [api.post("/members", each).body["id"] for each in (ada, ben, cem)]
    home = f"/households/{api.post('/households', {'member': ben}).body['id']}"

    def invited() -> str:
        return str(api.post(f"{home}/invitations", {}).body["code"])

    return {
        "create_household": ("POST", "/households", {"member": ada}),
        "create_household_invitation": ("POST", f"{home}/invitations", {"role": "child"}),
        "withdraw_household_invitation": ("POST", f"/households/invitations/{invited()}/withdraw", None),
        "join_household": ("POST", "/households/join", {"member": cem, "code": invited()}),
        "change_household": ("PATCH", home, {"debit": "chosen"}),
        "set_household_member": ("PUT", f"{home}/members/{made[2]}", {"role": "child", "monthly_limit": 5}),
        "leave_household": ("POST", f"{home}/leave", {"member": cem}),
    }


def _of_adjustments(api: Caller) -> dict[str, tuple[str, str, object]]:
    (member,) = api.get("/members", external_id="C-1").body["items"]

    def waiting() -> str:
        found = adjust_points(
            api.shop.conn, programme_id=api.shop.programme.id, member_id=UUID(member["id"]), points=60,
            reason="goodwill", now=utc_now(), by="ada@example.org",
        )  # fmt: skip
        return f"/adjustments/{found.id}"

    def adjusted() -> str:
        body = {"member": {"external_id": "C-1"}, "points": 5, "reason": "goodwill"}
        return f"/adjustments/{api.post('/adjustments', body).body['id']}"

    return {
        "create_adjustment": (
            "POST",
            "/adjustments",
            {"member": {"external_id": "C-1"}, "points": 5, "reason": "goodwill"},
        ),
        "approve_adjustment": ("POST", f"{waiting()}/approve", None),
        "decline_adjustment": ("POST", f"{waiting()}/decline", {"reason": "no"}),
        "undo_adjustment": ("POST", f"{adjusted()}/undo", None),
        "reverse_adjustment": ("POST", f"{adjusted()}/reverse", None),
    }


def _of_audiences(api: Caller) -> dict[str, tuple[str, str, object]]:
    api.put("/audiences/friends", {"name": "Friends", "conditions": None})
    buyers = {"name": "Buyers", "conditions": {"field": "member.orders", "at_least": 1}}
    return {
        "save_audience": ("PUT", "/audiences/buyers", buyers),
        "fill_audience": ("POST", "/audiences/friends/members", {"members": [{"external_id": "C-1"}]}),
        "refresh_audience": ("POST", "/audiences/friends/refresh", None),
    }


def _of_tiers(member: str) -> dict[str, tuple[str, str, object]]:
    place = f"/members/{member}/tiers/status/assignment"
    return {
        "assign_tier": ("POST", place, {"tier": "gold", "reason": "A hard year", "until": "2099-12-31"}),
        "end_tier_assignment": ("POST", f"{place}/end", {"reason": "A mistake"}),
    }


def _of_rulebooks(api: Caller) -> dict[str, tuple[str, str, object]]:
    """Each proposal is of another person, and based on the version that is the latest when it is approved."""
    shop = api.shop
    at_once = copy.deepcopy(shelf(shop.conn, programme_id=shop.programme.id).latest.rulebook.document())
    at_once["point_types"][0] |= {
        "expiry": {"policy": "after", "period": "0 days"},
        "on_expiry_change": "restart_clock",
    }
    waits = [
        propose_rulebook(
            shop.conn, Rulebook.model_validate(at_once), of=shop.programme, effective_from=utc_now(), note="",
            by="ada@example.org", now=utc_now(),
        ).proposal
        for _ in range(2)
    ]  # fmt: skip
    approved, declined = (f"/rulebook/proposals/{each.id}" for each in waits if each is not None)
    return {
        "approve_rulebook": ("POST", f"{approved}/approve", None),
        "decline_rulebook": ("POST", f"{declined}/decline", None),
        "publish_rulebook": ("POST", "/rulebook/proposals", {"document": at_once, "note": "again"}),
    }


def writes(api: Caller) -> dict[str, tuple[str, str, object]]:
    """For every write of the document but events: how and what to send."""
    other = api.post("/members", {"external_id": "C-2"}).body["id"]
    (found,) = api.get("/members", external_id="C-1").body["items"]
    member = found["id"]
    wish = {"member": {"external_id": "C-1"}, "reward": "five-off"}

    def held() -> str:
        address = f"/members/{member}/holds"
        return f"{address}/{api.post(address, {'points': 5}).body['id']}"

    def granted(**fields: object) -> str:
        return str(api.post("/redemptions", wish | fields).body["id"])

    transfer = {"sender": {"external_id": "C-1"}, "receiver": {"external_id": "C-2"}, "points": 5}
    api.post("/members", {"external_id": "C-2"})
    sent = api.post("/transfers", transfer).body["id"]
    return {
        "change_member": ("PATCH", f"/members/{other}", {"language": "tr"}),
        "give_badge": ("PUT", f"/members/{other}/badges/star", {"reason": "Helped"}),
        "take_badge": ("POST", f"/members/{other}/badges/star/take", {"reason": "By mistake"}),
        "set_consent": ("PUT", f"/members/{other}/consents/news", {"given": True}),
        **_of_households(api),
        **_of_audiences(api),
        "create_member": ("POST", "/members", {"external_id": "C-7", "name": "Zed"}),
        "create_members": ("POST", "/members/bulk", {"members": [{"external_id": "C-8"}, {"name": "nobody"}]}),
        "create_redemption": ("POST", "/redemptions", wish),
        "block_member": ("POST", f"/members/{other}/block", {"reason": "A lost card"}),
        "unblock_member": ("POST", f"/members/{other}/unblock", None),
        "confirm_redemption": ("POST", f"/redemptions/{granted(hold=True)}/confirm", None),
        "release_redemption": ("POST", f"/redemptions/{granted(hold=True)}/release", None),
        "reverse_redemption": ("POST", f"/redemptions/{granted()}/reverse", {"reason": "returned"}),
        "use_redemption": ("POST", f"/redemptions/{granted()}/use", None),
        "create_hold": ("POST", f"/members/{member}/holds", {"points": 5}),
        "settle_hold": ("POST", f"{held()}/settle", {"points": 2}),
        "release_hold": ("POST", f"{held()}/release", None),
        "create_reward": ("POST", "/rewards", WHOLE | {"code": "new"}),
        "replace_reward": ("PUT", "/rewards/five-off", WHOLE),
        **_of_adjustments(api),
        **_of_merges(api),
        **_of_rulebooks(api),
        "create_transfer": ("POST", "/transfers", transfer),
        "cancel_transfer": ("POST", f"/transfers/{sent}/cancel", None),
        "create_expiry_extension": (
            "POST",
            "/expiry-extensions",
            {"member": {"external_id": "C-1"}, "period": "1 month", "reason": "goodwill"},
        ),
        **_of_tiers(other),
        "move_clock": ("POST", "/clock", {"period": "2 days"}),
    }


def _of_merges(api: Caller) -> dict[str, tuple[str, str, object]]:
    kept, first, second = (api.post("/members", {"external_id": f"twin-{n}"}).body["id"] for n in range(3))
    done = api.post(f"/members/{kept}/merges", {"duplicate": {"id": first}}).body["id"]
    return {
        "undo_merge": ("POST", f"/members/{kept}/merges/{done}/undo", None),
        "create_merge": ("POST", f"/members/{kept}/merges", {"duplicate": {"id": second}}),
    }


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
