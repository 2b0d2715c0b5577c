"""How much a rule gives: its points for an amount, its factor, or its percent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from regulars.flows.tuning.lever import Ground, Lever, Target, around, as_value, number_of, written_number
from regulars.kernel.words import Sentence

_RATES = ("points", "factor", "percent")
"""The parameter of a strategy that says how much; one that has several rates is turned by hand."""


class EarnRate(Lever):
    """The rule “1 point per euro” with the steps 1 and 2: as it is, and twice as much."""

    name = "earn_rate"
    title = Sentence("How much a rule gives")
    hint = Sentence("points, or how many times as many")

    @classmethod
    def targets(cls, ground: Ground) -> list[Target]:
        return [
            Target(each["id"], Sentence("“{name}” gives", {"name": each["name"]}))
            for each in ground.document.get("earn_rules", ())
            if _rate_in(each) is not None
        ]

    @classmethod
    def present(cls, ground: Ground, key: str) -> str:
        rule = _rule(ground, key)
        return written_number(rule["earn"][_rate_in(rule)])

    @classmethod
    def proposed(cls, ground: Ground, key: str) -> list[str]:
        present = cls.present(ground, key)
        if _rate_in(_rule(ground, key)) == "factor":  # what is above once is what the rule adds
            return [written_number(1 + Decimal(each)) for each in around(written_number(Decimal(present) - 1))]
        steps = around(present)
        return [each for each in steps if each == present or Decimal(each) > 0]

    @classmethod
    def read(cls, text: str) -> str:
        return written_number(number_of(text))

    @classmethod
    def turned(cls, ground: Ground, key: str, value: str) -> Ground:
        rule = _rule(ground, key)
        return ground.with_item("earn_rules", key, earn=rule["earn"] | {_rate_in(rule): as_value(value)})

    @classmethod
    def said(cls, value: str) -> Decimal:
        return Decimal(value)


def _rule(ground: Ground, key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in ground.document["earn_rules"] if each["id"] == key)
    return found


def _rate_in(rule: dict[str, Any]) -> str | None:
    earn = rule["earn"]
    return next((each for each in _RATES if isinstance(earn.get(each), int | float) and earn[each] > 0), None)
