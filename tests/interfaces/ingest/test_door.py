"""Events through the door: every answer that a sender can get, and what it leaves behind."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import psycopg
import pytest

from regulars.database.pool import Connection, connect
from regulars.domain.access.contracts import Scope
from regulars.flows.issue_api_key import Issued, end_api_key, issue_api_key
from regulars.interfaces.ingest.batching import Answer, Submission
from regulars.interfaces.ingest.working import EventWorker
from regulars.interfaces.wire.events import decode_event
from tests.factories import Shop, open_shop
from tests.interfaces.ingest.calling import BULK, Call, call_all, order, post

NOBODYS = f"rk_live_{'k' * 43}"
"""A key of the right form that nobody was given."""


def issue(shop: Shop, *scopes: Scope) -> Issued:
    return issue_api_key(
        shop.conn, of=shop.programme, name="till", scopes=scopes or [Scope.events_write], by="tests", now=shop.now
    )


@pytest.fixture
def key(shop: Shop) -> str:
    return issue(shop).secret


def counted(shop: Shop) -> tuple[int, int]:
    """Events and transfers of the programme."""
    row = shop.conn.execute(
        "select count(*), (select count(*) from ledger_transfer where organisation_id = %s) from events_event"
        " where programme_id = %s and type <> 'member.enrolled'",
        (shop.programme.organisation_id, shop.programme.id),
    ).fetchone()
    assert row is not None
    return row[0], row[1]


def test_an_order_is_answered_with_its_effects(shop: Shop, key: str) -> None:
    member = shop.enrol("anna")
    (reply,) = call_all([post(key, order("anna", "o1", "12.40"))])
    assert reply.status == 201
    assert reply.headers["content-type"] == "application/json"
    assert int(reply.headers["content-length"]) == len(reply.body)
    assert reply.json["balances"] == {"points": {"available": 12, "held": 0, "pending": 0}}
    assert reply.json["member"] == str(member)
    assert shop.points(member) == 12


def test_a_repeat_gets_the_first_answer_byte_for_byte(shop: Shop, key: str) -> None:
    shop.enrol("anna")
    first, second = call_all([post(key, order("anna", "o1"))] * 2, one_by_one=True)
    assert (first.status, second.status) == (201, 200)
    assert second.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert first.body == second.body
    assert counted(shop) == (1, 1)


def test_a_repeat_within_a_batch_is_a_repeat(shop: Shop, key: str) -> None:
    shop.enrol("anna")
    replies = call_all([post(key, order("anna", "o1"))] * 3)
    assert sorted(reply.status for reply in replies) == [200, 200, 201]
    assert len({reply.body for reply in replies}) == 1
    assert counted(shop) == (1, 1)


def test_bulk_answers_each_event_in_order_and_a_bad_one_harms_no_other(shop: Shop, key: str) -> None:
    shop.enrol("anna")
    events: list[Any] = [
        order("anna", "o1", "10.00"),
        order("nobody", "o2"),
        {**order("anna", "o3"), "surprise": 1},
        order("anna", "o1", "10.00"),
        order("anna", "o4", "-1.00"),
        order("anna", "o5", "NaN"),
        order("anna", "o6", "1e999990"),
        order("anna", "o7", "5.00", lines=[{"amount": "5.00", "quantity": "1e999990"}]),
        order("anna", "o8", "5.00", lines=[{"amount": "5.00", "quantity": "NaN"}]),
        {**order("anna", "o9"), "occurred_at": "0001-01-01T00:00:00+14:00"},
        {**order("anna", "o10"), "member": {"external_id": "an\0na"}},
        "text",
        order("anna", "o11", "7.00"),
    ]
    (reply,) = call_all([post(key, {"events": events}, BULK)])
    assert reply.status == 200
    results = reply.json["results"]
    assert [result["status"] for result in results] == [
        201, 404, 422, 200, 422, 422, 422, 422, 422, 422, 422, 422, 201,
    ]  # fmt: skip
    assert [result["problem"]["code"] for result in results if "problem" in result] == [
        "member_not_found", "bad_field", "negative_amount", "bad_amount", "bad_amount", "bad_quantity", "bad_quantity",
        "bad_time", "bad_text", "bad_field",
    ]  # fmt: skip
    assert results[3] == {"status": 200, "replayed": True, "answer": results[0]["answer"]}
    assert results[12]["answer"]["balances"]["points"]["available"] == 17
    assert counted(shop) == (2, 2)


def test_what_is_wrong_names_its_field(shop: Shop, key: str) -> None:
    events = [{**order("anna", "o1"), "type": 5}, order("anna", "o2", lines=[{"amount": []}])]
    (reply,) = call_all([post(key, {"events": events}, BULK)])
    problems = [result["problem"] for result in reply.json["results"]]
    assert [problem["field"] for problem in problems] == ["type", "order.lines[0].amount"]
    assert problems[0]["detail"] == "Expected a text, got a whole number."


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "malformed_json"),
        (b'{"id": "x"', 400, "malformed_json"),
        (b'{"id": "\xff\xfe"}', 400, "malformed_json"),
        (b"[]", 422, "bad_field"),
        (b'{"id": "x", "data": ' + b"[" * 100_000, 422, "bad_field"),
        (b"[" * 900_000, 422, "bad_field"),
        (json.dumps({**order("anna", "x"), "surprise": "<script>"}).encode(), 422, "bad_field"),
        (json.dumps({**order("anna", "x"), "occurred_at": "2026-03-02T12:00:00"}).encode(), 422, "naive_time"),
    ],
)
def test_what_cannot_be_read_is_refused(shop: Shop, key: str, body: bytes, status: int, code: str) -> None:
    shop.enrol("anna")
    (reply,) = call_all([post(key, body)])
    assert (reply.status, reply.json["code"]) == (status, code)
    assert reply.headers["content-type"] == "application/problem+json"
    assert counted(shop) == (0, 0)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"events": {}}', 422, "bad_field"),
        (b'{"events": [' + b"[" * 100_000, 400, "malformed_json"),
        (b'{"events": [' + b",".join([b"{}"] * 501) + b"]}", 422, "too_many_events"),
        (b"\xef\xbb\xbf{}", 400, "malformed_json"),
    ],
)
def test_a_bulk_request_that_cannot_be_read_is_refused_whole(
    shop: Shop, key: str, body: bytes, status: int, code: str
) -> None:
    (reply,) = call_all([post(key, body, BULK)])
    assert (reply.status, reply.json["code"]) == (status, code)


def test_an_empty_bulk_request_has_empty_results(shop: Shop, key: str) -> None:
    (reply,) = call_all([post(key, {"events": []}, BULK)])
    assert (reply.status, reply.json) == (200, {"results": []})


@pytest.mark.parametrize(
    ("call", "status", "code"),
    [
        (Call(NOBODYS, [b""], method="GET"), 405, "method_not_allowed"),
        (Call(NOBODYS, [b"{}"], media_type="text/csv"), 415, "unsupported_media_type"),
        (Call(NOBODYS, [b"{}"], media_type="application/json; charset=latin-1"), 415, "unsupported_media_type"),
        (Call(NOBODYS, [b"{}"], media_type="Application/JSON; charset=UTF-8"), 401, "api_key_unknown"),
        (Call(NOBODYS, [b"{}"], length=1_000_001), 413, "body_too_large"),
        (Call(NOBODYS, [b"x" * 600_000, b"x" * 600_000, b""]), 413, "body_too_large"),
        (Call(NOBODYS, [b"x" * 10_000_001], path=BULK), 413, "body_too_large"),
        (Call(None, [b"{}"]), 401, "api_key_missing"),
        (Call("", [b"{}"]), 401, "api_key_missing"),
        (Call(NOBODYS, [b"{}"]), 401, "api_key_unknown"),
    ],
)
def test_a_request_that_is_not_one_is_refused(database_url: str, call: Call, status: int, code: str) -> None:
    (reply,) = call_all([call])
    assert (reply.status, reply.json["code"]) == (status, code)
    assert reply.json["remedy"]
    assert ("www-authenticate" in reply.headers) == (status == 401)
    assert (reply.headers.get("allow") == "POST") == (status == 405)


@pytest.mark.parametrize(
    ("key", "code"),
    [(None, "api_key_missing"), ("never-issued", "api_key_unknown"), (NOBODYS + "k", "api_key_unknown"),
     (NOBODYS[:-1] + "\xe9", "api_key_unknown")],
)  # fmt: skip
def test_without_a_key_of_our_form_no_body_is_read(key: str | None, code: str) -> None:
    """Ten megabytes are not taken from somebody who cannot be let in. Asked for a body, this call would break."""
    with pytest.raises(IndexError):
        call_all([Call(NOBODYS, [], path=BULK)], hire=Nobody)
    (reply,) = call_all([Call(key, [], path=BULK)], hire=Nobody)
    assert (reply.status, reply.json["code"]) == (401, code)


class Nobody:
    """A worker that must not be asked."""

    def work(self, batch: Sequence[Submission]) -> list[Answer]:
        raise AssertionError("nobody works here")

    def close(self) -> None:
        """Holds nothing."""


def test_a_revoked_key_is_refused_from_the_next_batch_on(shop: Shop) -> None:
    shop.enrol("anna")
    issued = issue(shop)
    worker = EventWorker(connect)
    (accepted,) = call_all([post(issued.secret, order("anna", "o1"))], hire=lambda: worker)
    end_api_key(shop.conn, of=shop.programme, prefix=issued.key.prefix, now=shop.now)
    (refused,) = call_all([post(issued.secret, order("anna", "o2"))], hire=lambda: worker)
    assert (accepted.status, refused.status) == (201, 401)
    assert refused.json["code"] == "api_key_revoked"
    assert counted(shop) == (1, 1)


def test_a_key_for_other_things_is_refused(shop: Shop) -> None:
    shop.enrol("anna")
    (reply,) = call_all([post(issue(shop, Scope.points_read).secret, order("anna", "o1"))])
    assert (reply.status, reply.json["code"]) == (403, "scope_missing")
    assert counted(shop) == (0, 0)


def test_programmes_that_share_a_batch_stay_apart(shop: Shop, key: str) -> None:
    other = open_shop(shop.conn)
    mine, theirs = shop.enrol("anna"), other.enrol("anna")
    replies = call_all(
        [post(key, order("anna", "o1", "10.00")), post(issue(other).secret, order("anna", "o1", "20.00"))]
    )
    assert [reply.json["member"] for reply in replies] == [str(mine), str(theirs)]
    assert (shop.points(mine), other.points(theirs)) == (10, 20)


def test_an_event_that_the_database_refuses_fails_alone(
    shop: Shop, key: str, owner_conn: psycopg.Connection[tuple[object, ...]]
) -> None:
    shop.enrol("anna")
    name = f"poison_{shop.programme.id}"
    owner_conn.execute(f"alter table events_event add constraint {name} check (external_id <> '{name}')")
    try:
        events = [order("anna", f"o{number}", "1.00") for number in range(9)]
        events.insert(4, order("anna", name, "1.00"))
        (reply,) = call_all([post(key, {"events": events}, BULK)])
    finally:
        owner_conn.execute(f"alter table events_event drop constraint {name}")
    assert [result["status"] for result in reply.json["results"]] == [201] * 4 + [500] + [201] * 5
    assert counted(shop) == (9, 9)


def test_a_broken_connection_is_replaced_without_the_sender_noticing(shop: Shop, key: str) -> None:
    shop.enrol("anna")
    worker = EventWorker(connect)
    assert call_once(worker, key, "o1") == 201
    shop.conn.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
        " and datname = current_database() and query like 'COMMIT%' or query like '%%access_api_key%%'"
    )
    assert call_once(worker, key, "o2") == 201
    worker.close()
    assert counted(shop) == (2, 2)


def test_without_a_database_senders_come_again_and_it_recovers(shop: Shop, key: str) -> None:
    shop.enrol("anna")
    there = False

    def sometimes() -> Connection:
        if not there:
            raise psycopg.OperationalError("connection refused")
        return connect()

    worker = EventWorker(sometimes)
    refused = worker.work([submission(key, "o1")])
    there = True
    assert call_once(worker, key, "o1") == 201
    worker.close()
    assert [(answer.code, answer.status) for answer in refused if isinstance(answer, Exception)] == [
        ("database_unavailable", 503)
    ]


def test_too_much_at_once_is_told_to_come_again(shop: Shop, key: str) -> None:
    shop.enrol("anna")
    replies = call_all([post(key, order("anna", f"o{number}")) for number in range(8)], room=5)
    statuses = [reply.status for reply in replies]
    assert statuses == [201] * 5 + [503] * 3
    assert replies[-1].headers["retry-after"] == "1"
    assert replies[-1].json["code"] == "too_busy"
    assert counted(shop) == (5, 5)


def submission(key: str, identifier: str) -> Submission:
    event = decode_event(json.dumps(order("anna", identifier)).encode())
    return Submission(hashlib.sha256(key.encode()).digest(), [event])


def call_once(worker: EventWorker, key: str, identifier: str) -> int:
    answers: list[Answer] = worker.work([submission(key, identifier)])
    (answer,) = answers
    assert isinstance(answer, list), answer
    return answer[0].status
