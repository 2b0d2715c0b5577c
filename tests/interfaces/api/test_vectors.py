"""The worked example about idempotency, replayed at the API."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from tests.interfaces.api.caller import Caller, Got, everything
from tests.vectors import LOTS


@pytest.mark.capability("F2")
@pytest.mark.database
@pytest.mark.parametrize("example", [pytest.param(LOTS["L19"], id=LOTS["L19"]["id"])])
def test_idempotency(api: Caller, example: dict[str, Any]) -> None:
    member = api.shop.enrol()

    first = _give(api, member, 100, "k1")
    before = everything(api.shop)
    again = _give(api, member, 100, "k1")
    other = _give(api, member, 200, "k1")

    assert first.status == example["expected"]["first"]
    assert (again.status, again.raw) == (first.status, first.raw)
    assert other.status == example["expected"]["other_content"]
    assert everything(api.shop) == before

    barrier = threading.Barrier(example["concurrent"])

    def give(_: int) -> Got:
        barrier.wait()
        return _give(api, member, 100, "k2")

    with ThreadPoolExecutor(example["concurrent"]) as threads:
        answers = list(threads.map(give, range(example["concurrent"])))

    assert len({got.raw for got in answers if got.status == 201}) == 1
    assert {got.code for got in answers if got.status != 201} <= {"request_in_flight"}
    assert api.shop.points(member) == 200


def _give(api: Caller, member: UUID, points: int, key: str) -> Got:
    wish = {"member": {"id": str(member)}, "points": points, "reason": "goodwill"}
    return api.post("/adjustments", wish, key=key)
