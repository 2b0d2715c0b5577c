"""How long points of a type can be spent."""

from __future__ import annotations

from typing import Any

from regulars.flows.tuning.lever import Ground, Lever, Target, bad_step
from regulars.kernel.errors import Refusal
from regulars.kernel.periods import parse_period
from regulars.kernel.words import Sentence

NEVER = "never"
_PERIODIC = ("after", "inactivity")
_USUAL = ("3 months", "6 months", "1 year", "2 years", NEVER)


class ExpiryPeriod(Lever):
    """6 months, 1 year, or never. A number alone means months, and 0 means never. Rounding up to month ends stays."""

    name = "expiry_period"
    title = Sentence("How long points live")
    hint = Sentence("a number of months, 0 for ever")

    @classmethod
    def targets(cls, ground: Ground) -> list[Target]:
        return [
            Target(each["id"], Sentence("“{name}” can be spent for", {"name": each["name"]}))
            for each in ground.document["point_types"]
            if each["expiry"]["policy"] in (NEVER, *_PERIODIC)
        ]

    @classmethod
    def present(cls, ground: Ground, key: str) -> str:
        expiry = _point_type(ground, key)["expiry"]
        return NEVER if expiry["policy"] == NEVER else cls.read(expiry["period"])

    @classmethod
    def proposed(cls, ground: Ground, key: str) -> list[str]:
        present = cls.present(ground, key)
        steps = {*_USUAL, present} - {NEVER}
        return [*sorted(steps, key=_length), NEVER]

    @classmethod
    def read(cls, text: str) -> str:
        text = text.strip()
        if text in (NEVER, "0"):
            return NEVER
        try:
            return str(parse_period(f"{text} months" if text.isdecimal() else text))
        except Refusal:
            raise bad_step(text, "a period such as 6 months, a number of months, or never") from None

    @classmethod
    def turned(cls, ground: Ground, key: str, value: str) -> Ground:
        expiry = _point_type(ground, key)["expiry"]
        if value == NEVER:
            changed: dict[str, Any] = {"policy": NEVER}
        else:
            kept = expiry if expiry["policy"] in _PERIODIC else {"policy": "after"}
            changed = kept | {"period": value}
        return ground.with_item("point_types", key, expiry=changed)

    @classmethod
    def said(cls, value: str) -> Sentence | str:
        return Sentence("for ever") if value == NEVER else value


def _point_type(ground: Ground, key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in ground.document["point_types"] if each["id"] == key)
    return found


def _length(text: str) -> tuple[int, int]:
    period = parse_period(text)
    return period.months * 30 + period.days, period.months
