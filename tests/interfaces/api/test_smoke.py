"""Made-up requests against the document (schemathesis): no defect shows, and every answer is a documented one."""

from __future__ import annotations

import os
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from regulars.flows.verify_books import verify_books
from regulars.interfaces.api.openapi import document
from tests.interfaces.api.caller import Caller

CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
OPERATIONS = sorted(
    operation["operationId"] for operations in document()["paths"].values() for operation in operations.values()
)
EXAMPLES = int(os.environ.get("API_EXAMPLES", "30"))
"""Requests for each operation; more of them by hand: API_EXAMPLES=700 pytest tests/interfaces/api/test_smoke.py."""


@pytest.fixture
def known(api: Caller) -> dict[str, str]:
    """Ids of things that exist, so that made-up requests reach further than 'not found'."""
    api.voucher(price=1)
    member = api.post("/members", {"external_id": "C-1"}).body["id"]
    event = api.post("/events", api.order("5000.00")).body["event"]
    redemption = api.post("/redemptions", {"member": {"id": member}, "reward": "five-off", "hold": True}).body["id"]
    entry = api.get(f"/members/{member}/entries").body["items"][0]["id"]
    given = {"member": {"id": member}, "points": 5, "reason": "other"}
    return {
        "adjustment_id": api.post("/adjustments", given).body["id"],
        "member_id": member,
        "event_id": event,
        "redemption_id": redemption,
        "entry_id": entry,
        "reward": "five-off",
        "version": "1",
    }


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_made_up_requests_find_no_defect(api: Caller, known: dict[str, str], operation_id: str) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())
    (result,) = schema.include(operation_id=operation_id).get_all_operations()
    operation: Any = result.ok() if isinstance(result, Ok) else pytest.fail(str(result))
    cases = operation.as_strategy(GenerationMode.POSITIVE) | operation.as_strategy(GenerationMode.NEGATIVE)

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, exists=st.booleans())
    def one(case: Case[Any], exists: bool) -> None:
        if exists:
            case.path_parameters.update({name: known[name] for name in case.path_parameters if name in known})
        case.call_and_validate(headers={"Authorization": f"Bearer {api.secret}"}, checks=CHECKS)

    one()
    report = verify_books(api.shop.conn, organisation_id=api.shop.programme.organisation_id)
    assert report.findings == 0, report
