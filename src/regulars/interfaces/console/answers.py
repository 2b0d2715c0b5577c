"""The stored answers of events, read back: what an event gave, and what every rule said."""

from __future__ import annotations

from typing import Any

import msgspec

from regulars.domain.earning.contracts import Verdict
from regulars.kernel.errors import Refusal


class Given(msgspec.Struct):
    """An effect of an event. points: zero for everything but points. code: why it gave nothing."""

    type: str
    points: int = 0
    code: str = ""


class StoredAnswer(msgspec.Struct):
    """The part of an answer that pages show."""

    effects: list[Given]
    rules: list[Verdict]

    @property
    def points(self) -> int:
        """What rules gave: points that paid for an order are not taken off."""
        return sum(effect.points for effect in self.effects if effect.type == "earn_points")

    @property
    def is_repeat(self) -> bool:
        """Whether it counts once, and had counted before."""
        return any(effect.code == "counted_before" for effect in self.effects)


read_answer = msgspec.json.Decoder(StoredAnswer).decode


def refusal_in_problem(problem: dict[str, Any], *, status: int = 409) -> Refusal:
    """The refusal that a stored problem document is."""
    return Refusal(
        problem["code"],
        problem["title"],
        detail=problem["detail"],
        remedy=problem["remedy"],
        field=problem.get("field"),
        status=status,
    )


def refusal_in(status: int, body: bytes) -> Refusal | None:
    """The refusal that an answer of the flows is; None: it was accepted."""
    if status < 400:
        return None
    return refusal_in_problem(msgspec.json.decode(body), status=status)
