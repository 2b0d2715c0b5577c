"""Refusals: what happened, why, and what to do; and how a door answers with them."""

from __future__ import annotations

import pytest

from regulars.kernel.errors import Conflict, NotAllowed, NotFound, Refusal


@pytest.mark.parametrize(("kind", "status"), [(Refusal, 422), (NotFound, 404), (Conflict, 409), (NotAllowed, 403)])
def test_each_kind_has_its_status(kind: type[Refusal], status: int) -> None:
    refusal = kind("gone", "It is gone", detail="Nothing has the number 7.", remedy="Look again.")
    assert refusal.status == status
    assert refusal.as_problem() == {
        "type": "/api/problems/gone",
        "title": "It is gone",
        "status": status,
        "code": "gone",
        "detail": "Nothing has the number 7.",
        "remedy": "Look again.",
    }
    assert str(refusal) == "It is gone: Nothing has the number 7. Look again."


def test_field_and_status_of_one_refusal() -> None:
    refusal = Refusal("big", "Too big", detail="It has 11 MB.", remedy="Split it.", field="body", status=413)
    assert refusal.as_problem()["field"] == "body"
    assert refusal.as_problem()["status"] == 413
    assert Refusal.status == 422
