"""Changing what is known about members, and their consents, over the API."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from regulars.database.pool import Connection
from regulars.interfaces.api.openapi import document
from tests.factories import RULEBOOK, open_shop
from tests.interfaces.api.caller import Caller, everything

FIELDS = [
    {"id": "milk", "name": "Milk", "kind": "choice", "options": [{"id": "oat", "name": "Oat"}]},
    {"id": "cups", "name": "Cups", "kind": "number"},
]
CONSENTS = [{"id": "email", "name": "News by e-mail", "text_version": "1"}]


@pytest.fixture
def club(conn: Connection) -> Caller:
    return Caller(open_shop(conn, RULEBOOK | {"member_fields": FIELDS, "consents": CONSENTS}))


def test_a_member_is_changed_and_the_answer_tells_no_value(club: Caller) -> None:
    member = club.post("/members", {"external_id": "C-1", "attributes": {"cups": 2}}).body["id"]
    example = document()["components"]["schemas"]["MemberPatch"]["examples"][0]
    done = club.write("PATCH", f"/members/{member}", example, key="first")
    assert (done.status, done.body) == (200, {"id": member, "changed": ["language", "milk"]})
    assert club.write("PATCH", f"/members/{member}", example, key="first").raw == done.raw
    assert club.write("PATCH", f"/members/{member}", example).body["changed"] == []
    shown = club.get(f"/members/{member}").body
    assert (shown["language"], shown["attributes"]) == ("tr", {"cups": 2, "milk": "oat"})
    club.write("PATCH", f"/members/{member}", {"birth_date": "1990-05-01"})
    assert club.get(f"/members/{member}").body["birth_date"] == "1990-05-01"
    assert club.write("PATCH", f"/members/{member}", {"birth_date": None}).body["changed"] == ["birth_date"]
    assert club.get(f"/members/{member}").body["birth_date"] is None


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"attributes": {"milk": "goat"}}, "bad_member_field", "attributes.milk"),
        ({"attributes": {"cups": "2"}}, "bad_member_field", "attributes.cups"),
        ({"attributes": {"shoe": 2}}, "unknown_member_field", "attributes.shoe"),
        ({"birth_date": "2999-01-01"}, "bad_birth_date", "birth_date"),
        ({"language": "english"}, "bad_value", "language"),
        ({"language": None}, "bad_value", None),
        ({"nickname": "x"}, "unknown_field", "nickname"),
    ],
)
def test_a_change_that_does_not_fit_changes_nothing(
    club: Caller, body: dict[str, Any], code: str, field: str | None
) -> None:
    member = club.post("/members", {"external_id": "C-1"}).body["id"]
    before = everything(club.shop)
    got = club.write("PATCH", f"/members/{member}", body)
    assert (got.status, got.code, got.body.get("field")) == (422, code, field)
    assert club.write("PATCH", f"/members/{uuid4()}", {"language": "tr"}).code == "member_not_found"
    assert everything(club.shop) == before


def test_members_who_join_in_bulk_are_checked_one_by_one(club: Caller) -> None:
    people = [{"external_id": "a", "attributes": {"cups": 1}}, {"external_id": "b", "attributes": {"cups": "many"}}]
    results = club.post("/members/bulk", {"members": people}).body["results"]
    assert [each["status"] for each in results] == [201, 422]
    assert "many" not in str(results[1])


def test_a_consent_is_given_shown_and_withdrawn(club: Caller) -> None:
    member = club.post("/members", {"external_id": "C-1"}).body["id"]
    (asked,) = club.get(f"/members/{member}/consents").body["consents"]
    assert asked == {
        "consent": "email", "name": "News by e-mail", "given": False, "asked": False, "declared": True,
        "text_version": "", "at": None, "by": "", "via": "",
    }  # fmt: skip
    said = club.put(f"/members/{member}/consents/email", {"given": True})
    assert (said.status, said.body["given"], said.body["via"], said.body["by"]) == (200, True, "api", club.key.by)
    assert club.put(f"/members/{member}/consents/email", {"given": True}).body == said.body
    club.put(f"/members/{member}/consents/email", {"given": False})
    shown = club.get(f"/members/{member}/consents").body
    assert [each["given"] for each in shown["history"]] == [False, True]
    assert (shown["consents"][0]["given"], shown["consents"][0]["asked"]) == (False, True)


def test_a_consent_that_nobody_asks_for_changes_nothing(club: Caller) -> None:
    member = club.post("/members", {"external_id": "C-1"}).body["id"]
    before = everything(club.shop)
    got = club.put(f"/members/{member}/consents/fax", {"given": True})
    assert (got.status, got.code) == (422, "unknown_consent")
    assert club.put(f"/members/{uuid4()}/consents/email", {"given": True}).code == "member_not_found"
    assert club.put(f"/members/{member}/consents/email", {}).code == "field_missing"
    assert everything(club.shop) == before


def test_a_member_may_bring_consents_along(club: Caller) -> None:
    body = {"external_id": "with-consents", "consents": {"email": True}}
    member = club.post("/members", body).body["id"]

    (asked,) = club.get(f"/members/{member}/consents").body["consents"]
    assert (asked["consent"], asked["given"]) == ("email", True)

    refused = club.post("/members", {"external_id": "other", "consents": {"fax": True}})
    assert (refused.status, refused.body["code"]) == (422, "unknown_consent")
