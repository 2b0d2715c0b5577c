"""Single rules and campaigns of a draft by the API: put, read, taken out; and nothing is lost or half done."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from regulars.database.pool import Connection
from tests.books import nothing_changes
from tests.factories import open_shop
from tests.interfaces.api.caller import Caller

pytestmark = [pytest.mark.database, pytest.mark.capability("K2")]
HELLO = {"name": "Hello", "on": "member.enrolled", "earn": {"strategy": "fixed_bonus", "points": 50}}
BEANS = {
    "name": "Beans", "campaign": "spring", "earn": {"strategy": "multiplier", "factor": 2, "of": "base"},
    "lines": {"field": "line.category", "is": "beans"},
}  # fmt: skip


@pytest.fixture
def api(conn: Connection) -> Caller:
    return Caller(open_shop(conn, now=datetime.now(UTC)))


@pytest.fixture
def place(api: Caller) -> str:
    return f"/rulebook/drafts/{api.post('/rulebook/drafts', {'name': 'Spring'}).body['id']}"


def put(api: Caller, path: str, body: dict[str, Any], *, match: str = '"1"') -> Any:
    return api.call("PUT", path, content=json.dumps(body).encode(), headers={"If-Match": match})


def delete(api: Caller, path: str, *, match: str = '"1"') -> Any:
    return api.call("DELETE", path, headers={"If-Match": match})


def test_a_rule_is_put_read_replaced_and_taken_out(api: Caller, place: str) -> None:
    got = put(api, f"{place}/rules/hello", {"rule": HELLO, "note": "A welcome"})
    assert (got.status, got.headers["ETag"]) == (200, '"2"')
    assert got.body["document"] == {**HELLO, "id": "hello"}
    assert (got.body["findings"], got.body["draft"]["revision"]) == ([], 2)
    again = put(api, f"{place}/rules/hello", {"rule": HELLO}, match='"2"')
    assert again.headers["ETag"] == '"2"'
    more = HELLO | {"earn": {"strategy": "fixed_bonus", "points": 60}}
    assert put(api, f"{place}/rules/hello", {"rule": more}, match='"2"').body["document"]["earn"]["points"] == 60
    assert api.get(f"{place}/rules/hello").headers["ETag"] == '"3"'
    whole = api.get(place).body
    assert [each["words"] for each in whole["differences"]] == ["New rule: Hello: a bonus of 60, when you join"]
    gone = delete(api, f"{place}/rules/hello", match='"3"')
    assert (gone.status, gone.body["revision"]) == (200, 4)
    assert api.get(place).body["differences"] == []


def test_a_campaign_goes_with_its_rules(api: Caller, place: str) -> None:
    put(api, f"{place}/campaigns/spring", {"campaign": {"name": "Spring", "budget": {"points": 20_000}}})
    put(api, f"{place}/rules/beans", {"rule": BEANS}, match='"2"')
    assert api.get(f"{place}/campaigns/spring").body["document"]["budget"] == {"points": 20_000}
    assert delete(api, f"{place}/campaigns/spring", match='"3"').status == 200
    assert api.get(f"{place}/rules/beans").status == 404
    assert api.get(place).body["differences"] == []


@pytest.mark.parametrize(
    ("path", "body", "code", "field"),
    [
        ("rules/hello", {"rule": {"name": "Hello"}}, "rulebook_invalid", "earn_rules[2]"),
        ("rules/hello", {"rule": HELLO | {"point_type": "stars"}}, "rulebook_invalid", "earn_rules[2].point_type"),
        ("rules/hello", {"rule": HELLO | {"campaign": "never"}}, "rulebook_invalid", "earn_rules[2].campaign"),
        ("campaigns/spring", {"campaign": {"name": ""}}, "rulebook_invalid", "campaigns[0].name"),
        ("campaigns/spring", {"campaign": {"name": "S", "budget": {"points": 0}}}, "rulebook_invalid",
         "campaigns[0].budget.points"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_its_place(
    api: Caller, place: str, path: str, body: dict[str, Any], code: str, field: str
) -> None:
    with nothing_changes(api.shop):
        got = put(api, f"{place}/{path}", body)
    assert (got.status, got.body["code"], got.body["field"]) == (422, code, field)


def test_two_programs_change_one_draft(api: Caller, place: str) -> None:
    """Told what changed, joined where it was asked for, and refused where both changed the same."""
    put(api, f"{place}/rules/hello", {"rule": HELLO})
    with nothing_changes(api.shop):
        got = put(api, f"{place}/campaigns/spring", {"campaign": {"name": "Spring"}})
    assert (got.status, got.body["code"]) == (409, "draft_changed")
    got = put(api, f"{place}/campaigns/spring", {"campaign": {"name": "Spring"}, "merge": True})
    assert got.body["draft"]["revision"] == 3
    other = HELLO | {"name": "Hi"}
    with nothing_changes(api.shop):
        got = put(api, f"{place}/rules/hello", {"rule": other, "merge": True})
    assert (got.status, got.body["code"]) == (409, "draft_conflict")


def test_what_is_not_there(api: Caller, place: str) -> None:
    with nothing_changes(api.shop):
        assert delete(api, f"{place}/rules/never").body["code"] == "rule_not_found"
        assert delete(api, f"{place}/campaigns/never").body["code"] == "campaign_not_found"
        assert api.get(f"{place}/rules/never").status == 404
        assert delete(api, f"{place}/rules/coffee", match="").body["code"] == "revision_missing"
