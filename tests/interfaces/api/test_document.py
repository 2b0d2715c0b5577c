"""The OpenAPI document and the reference made from it."""

from __future__ import annotations

import json
import re
from collections import Counter

from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import BaseModel

from regulars.database.pool import Connection
from regulars.interfaces.api.openapi import document
from regulars.interfaces.api.v1.shapes import Input, Output
from regulars.interfaces.web.middleware import CONTENT_POLICY
from regulars.kernel.clock import utc_now
from tests.factories import RULEBOOK, open_shop
from tests.interfaces.api.caller import Caller

WRITES_WITHOUT_BODY = {
    "cancel_backtest", "cancel_tuning",
    "approve_rulebook", "decline_rulebook", "renew_rulebook_draft", "discard_rulebook_draft", "withdraw_rulebook_draft",
    "approve_rulebook_draft", "unschedule_rulebook_draft", "accept_tier_invitation", "undo_distinction",
    "confirm_redemption", "release_hold", "release_redemption", "use_redemption", "approve_adjustment",
    "undo_adjustment", "reverse_adjustment", "cancel_transfer", "unblock_member", "undo_merge", "refresh_audience",
    "draw_gift_card_pin", "replace_gift_card",
    "withdraw_household_invitation", "undo_audience_import", "close_objective",
    "delete_rulebook_draft_rule", "delete_rulebook_draft_campaign",
}  # fmt: skip


def operations() -> list[tuple[str, str, dict[str, object]]]:
    return [
        (address, method, operation)
        for address, found in document()["paths"].items()
        for method, operation in found.items()
    ]


def test_the_document_is_valid(database_url: str) -> None:
    served = Client().get("/api/openapi.json").json()

    assert served["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(served).validate()


def test_no_two_shapes_have_one_name() -> None:
    """Of two, the document would show one, and the other's answers would not be what it says."""

    def below(kind: type[BaseModel]) -> list[type[BaseModel]]:
        mine: list[type[BaseModel]] = kind.__subclasses__()
        return [*mine, *(each for direct in mine for each in below(direct))]

    assert operations(), "reading the operations loads every shape"
    shapes = {(each.__module__, each.__name__) for each in (*below(Input), *below(Output))}
    names = Counter(name for module, name in shapes if module.startswith("regulars."))
    assert [name for name, count in names.items() if count > 1] == []


def test_every_reference_leads_somewhere() -> None:
    found = document()
    for reference in set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(found))):
        place = found
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]
        assert place


def test_every_operation_says_what_a_client_needs() -> None:
    names = []
    for address, method, operation in operations():
        names.append(operation["operationId"])
        assert address.startswith("/api/v1/")
        assert operation["summary"]
        assert operation["description"]
        assert operation["security"] == [{"ApiKeyAuth": []}]
        responses = operation["responses"]
        assert isinstance(responses, dict)
        assert {"401", "403", "422", "500"} <= set(responses)
        good = [answer for status, answer in responses.items() if status.startswith("2")]
        assert good
        assert all("schema" in answer["content"]["application/json"] for answer in good), operation["operationId"]
        if method != "get":
            headers = [each["name"] for each in operation["parameters"] if each["in"] == "header"]  # type: ignore[attr-defined]  # JSON values
            assert headers == (
                []
                if operation["operationId"] in ("quote_redemption", "quote_event", "preview_return", "preview_audience")
                else ["Idempotency-Key"]
            )
            assert "requestBody" in operation or operation["operationId"] in WRITES_WITHOUT_BODY
    assert len(names) == len(set(names))


def test_the_reference_shows_every_operation_and_needs_nothing_from_elsewhere(database_url: str) -> None:
    page = Client().get("/api/docs")
    text = page.content.decode()

    assert page.status_code == 200
    assert page.headers["Content-Security-Policy"] == CONTENT_POLICY
    for address, _, operation in operations():
        assert f'id="{operation["operationId"]}"' in text
        assert address in text
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', text)
    assert not re.findall(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=", text)


def test_examples_of_bodies_are_taken(api: Caller) -> None:
    """What the reference shows can be sent as it stands, on any day."""
    schemas = document()["components"]["schemas"]
    member = schemas["MemberIn"]["examples"][0]
    assert api.post("/members", member).status == 201
    event = schemas["Event"]["examples"][0] | {"occurred_at": utc_now().isoformat()}
    assert api.post("/events", event, key="").status == 201
    assert api.post("/rewards", schemas["RewardIn"]["examples"][0]).status == 201
    assert api.put("/rewards/five-off", schemas["RewardReplacement"]["examples"][0]).status == 200
    assert api.post("/redemptions", schemas["Wish"]["examples"][0]).status == 201
    assert api.post("/adjustments", schemas["AdjustmentIn"]["examples"][0]).status == 201


def test_the_example_of_a_transfer_is_taken(conn: Connection) -> None:
    shop = open_shop(conn, RULEBOOK | {"transfers": {"allowed": True}})
    api, schemas = Caller(shop), document()["components"]["schemas"]
    shop.buy(shop.enrol("C-1001"), "50.00")
    shop.enrol("C-1002")
    assert api.post("/transfers/quote", schemas["TransferWish"]["examples"][0], key="").status == 200
    assert api.post("/transfers", schemas["TransferIn"]["examples"][0]).status == 201
