"""The preview of a return is the answer that the return then gets, and writes nothing."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from regulars.domain.events.contracts import OrderLine, PointsUsed, ReturnedLine
from regulars.flows.preview_return import preview_return
from regulars.flows.process_events import Outcome
from regulars.kernel.errors import Refusal
from tests.books import nothing_changes
from tests.factories import Shop

_IDS = ("event", "transfer", "transfers")


def _without_ids(answer: Any) -> Any:
    """Ids of what was rolled back lead nowhere; everything else must be the same."""
    if isinstance(answer, dict):
        return {key: _without_ids(value) for key, value in answer.items() if key not in _IDS}
    return [_without_ids(each) for each in answer] if isinstance(answer, list) else answer


def _read(outcome: Outcome) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(outcome.body)
    return answer


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"amount": "70.00"},
        {"lines": [ReturnedLine(sku="cup", quantity=Decimal(1))]},
        {"lines": [ReturnedLine(line=2)], "amount": "1.00"},
    ],
    ids=["whole", "amount", "line", "both"],
)
def test_a_preview_is_what_the_return_then_does(shop: Shop, fields: dict[str, Any]) -> None:
    member = shop.enrol()
    shop.buy(member, "150.00")
    bought = shop.buy(
        member, "160.00",
        lines=[OrderLine(Decimal(100), sku="cup", quantity=Decimal(2)), OrderLine(Decimal(60), category="coffee")],
        points_used=PointsUsed(120, Decimal("1.20")),
    )  # fmt: skip
    event = shop.returned(member, bought["id"].removeprefix("e-"), **fields)

    with nothing_changes(shop):
        seen = preview_return(shop.conn, event, programme_id=shop.programme.id, now=shop.now)
    ((status, answer),) = shop.send(event)

    assert (seen.status, status) == (201, 201)
    assert _without_ids(_read(seen)) == _without_ids(answer)
    kinds = {each["type"] for each in answer["effects"]}
    assert {"revoke_points", "restore_points"} <= kinds or fields.get("amount") == "1.00"


def test_a_preview_of_an_order_that_is_not_known_says_that_it_waits(shop: Shop) -> None:
    event = shop.returned(shop.enrol(), "not-yet")
    with nothing_changes(shop):
        seen = preview_return(shop.conn, event, programme_id=shop.programme.id, now=shop.now)
    assert _read(seen)["status"] == "waiting"


def test_a_preview_refuses_as_the_return_would(shop: Shop) -> None:
    member = shop.enrol()
    bought = shop.buy(member, "20.00")
    event = shop.returned(member, bought["id"].removeprefix("e-"), amount="20.01")
    with nothing_changes(shop):
        seen = preview_return(shop.conn, event, programme_id=shop.programme.id, now=shop.now)
    assert (seen.status, _read(seen)["code"]) == (409, "more_returned_than_paid")


def test_only_returns_have_a_preview(shop: Shop) -> None:
    order = shop.order(shop.enrol(), "20.00")
    with nothing_changes(shop), pytest.raises(Refusal) as refused:
        preview_return(shop.conn, order, programme_id=shop.programme.id, now=shop.now)
    assert refused.value.code == "not_a_return"
