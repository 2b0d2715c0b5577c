"""The clock over the API: a sandbox's is moved, and every call lives by it; a live programme's stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from regulars.database.pool import Connection
from regulars.domain.access.queries import stored_answer
from regulars.flows.answer_once import Ask
from regulars.kernel.clock import utc_now
from tests.factories import open_shop
from tests.interfaces.api.caller import ALL, Caller, everything

NEAR = timedelta(seconds=30)


@pytest.fixture
def sandbox(conn: Connection) -> Caller:
    """A program of a sandbox that was founded just now."""
    return Caller(open_shop(conn, now=utc_now(), sandbox=True))


def now_of(api: Caller) -> datetime:
    return datetime.fromisoformat(api.get("/clock").body["now"])


def test_a_live_programme_says_so(api: Caller) -> None:
    shown = api.get("/clock").body
    assert (shown["sandbox"], shown["ahead_seconds"]) == (False, 0)
    assert abs(now_of(api) - utc_now()) < NEAR
    programme = api.get("/programme").body
    assert programme["sandbox"] is False
    assert abs(datetime.fromisoformat(programme["now"]) - utc_now()) < NEAR


def test_a_year_passes_and_points_expire(sandbox: Caller) -> None:
    member = sandbox.post("/members", {"external_id": "C-1"}).body["id"]
    sandbox.post("/events", sandbox.order("300.00"))

    got = sandbox.post("/clock", {"period": "14 months"})

    assert got.status == 200
    assert got.body["nights"] in range(424, 429)
    assert got.body["done"].items() >= {"holds_released": 0, "members_moved": 1, "points_expired": 300}.items()
    assert abs(datetime.fromisoformat(got.body["now"]) - now_of(sandbox)) < NEAR
    shown = sandbox.get("/clock").body
    assert shown["sandbox"] is True
    assert shown["ahead_seconds"] in range(424 * 86_400, 429 * 86_400)
    (balance,) = sandbox.get(f"/members/{member}/balances").body["balances"]
    assert balance["available"] == 0


def test_every_call_lives_by_the_programmes_clock(sandbox: Caller) -> None:
    sandbox.post("/members", {"external_id": "C-1"})
    then = (utc_now() + timedelta(days=100)).isoformat()
    early = sandbox.post("/events", sandbox.order("20.00", occurred_at=then))
    assert early.code == "time_in_future"

    sandbox.post("/clock", {"period": "100 days"})

    assert sandbox.post("/events", sandbox.order("20.00", occurred_at=then)).status == 201
    member = sandbox.post("/members", {"external_id": "C-2"}).body["id"]
    second = sandbox.get(f"/members/{member}").body
    assert abs(datetime.fromisoformat(second["enrolled_at"]) - now_of(sandbox)) < NEAR


def test_a_day_begins_in_the_programmes_time_zone(sandbox: Caller) -> None:
    day = (now_of(sandbox) + timedelta(days=3)).date()

    got = sandbox.post("/clock", {"to": day.isoformat()})

    assert datetime.fromisoformat(got.body["now"]).astimezone().timestamp() % 3600 == 0
    assert got.body["nights"] in (2, 3)


def test_a_retry_moves_once(sandbox: Caller) -> None:
    first = sandbox.post("/clock", {"period": "30 days"}, key="a-month")
    before = everything(sandbox.shop)

    again = sandbox.post("/clock", {"period": "30 days"}, key="a-month")

    assert again.raw == first.raw
    assert everything(sandbox.shop) == before


def test_stored_answers_keep_the_worlds_time(sandbox: Caller) -> None:
    sandbox.post("/clock", {"period": "1 year"})
    sandbox.post("/members", {"external_id": "C-1"}, key="k-1")
    of = sandbox.shop.programme
    ask = Ask(of.organisation_id, of.id, "POST /api/v1/members", "k-1", b"")
    assert stored_answer(sandbox.shop.conn, organisation_id=of.organisation_id, key=ask.identity) is not None
    row = sandbox.shop.conn.execute(
        "select stored_at from access_answer where organisation_id = %s and key = %s",
        (of.organisation_id, ask.identity),
    ).fetchone()
    assert row is not None
    assert abs(row[0] - utc_now()) < NEAR


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "clock_destination_unclear"),
        ({"to": "2999-01-01", "period": "1 day"}, 422, "clock_destination_unclear"),
        ({"to": "2020-01-01"}, 422, "clock_backwards"),
        ({"to": "2999-01-01"}, 422, "clock_too_far"),
        ({"period": "11 years"}, 422, "clock_too_far"),
        ({"to": "2999-01-01T00:00:00"}, 422, "naive_time"),
        ({"to": "soon"}, 422, "bad_time"),
        ({"period": "soon"}, 422, "bad_period"),
        ({"days": 3}, 422, "unknown_field"),
    ],
)
def test_what_cannot_be_done_is_refused(sandbox: Caller, body: dict[str, Any], status: int, code: str) -> None:
    before = everything(sandbox.shop)
    got = sandbox.post("/clock", body)
    assert (got.status, got.code) == (status, code)
    assert everything(sandbox.shop) == before


def test_a_live_programme_is_refused(api: Caller) -> None:
    before = everything(api.shop)
    got = api.post("/clock", {"period": "1 day"})
    assert (got.status, got.code) == (409, "clock_of_live_programme")
    assert everything(api.shop) == before


def test_a_move_asks_for_its_key_and_scope(sandbox: Caller) -> None:
    assert sandbox.post("/clock", {"period": "1 day"}, key="").code == "idempotency_key_missing"
    till = Caller(sandbox.shop, ALL - {"clock:write"})
    assert till.post("/clock", {"period": "1 day"}).code == "scope_missing"
    assert till.get("/clock").status == 200
