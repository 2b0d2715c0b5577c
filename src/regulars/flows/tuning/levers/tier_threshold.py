"""From which score on a tier is reached."""

from __future__ import annotations

from decimal import Decimal

from regulars.flows.tuning.lever import Ground, Lever, Target, around, as_value, number_of, written_number
from regulars.kernel.words import Sentence


class TierThreshold(Lever):
    """Gold from 400, 500 or 600: the target is `status/gold`, the ladder and the tier."""

    name = "tier_threshold"
    title = Sentence("From where a tier is reached")
    hint = Sentence("what the ladder counts: money, points, orders")

    @classmethod
    def targets(cls, ground: Ground) -> list[Target]:
        return [
            Target(f"{ladder['id']}/{tier['id']}", Sentence("Tier “{name}” from", {"name": tier["name"]}))
            for ladder in ground.document.get("ladders", ())
            for tier in ladder["tiers"]
            if tier.get("from_score")
        ]

    @classmethod
    def present(cls, ground: Ground, key: str) -> str:
        code, _, name = key.partition("/")
        ladder = next(each for each in ground.document["ladders"] if each["id"] == code)
        return written_number(next(each["from_score"] for each in ladder["tiers"] if each["id"] == name))

    @classmethod
    def proposed(cls, ground: Ground, key: str) -> list[str]:
        return around(cls.present(ground, key), places=0)

    @classmethod
    def read(cls, text: str) -> str:
        return written_number(number_of(text))

    @classmethod
    def turned(cls, ground: Ground, key: str, value: str) -> Ground:
        code, _, name = key.partition("/")
        ladder = next(each for each in ground.document["ladders"] if each["id"] == code)
        tiers = [each | {"from_score": as_value(value)} if each["id"] == name else each for each in ladder["tiers"]]
        return ground.with_item("ladders", code, tiers=tiers)

    @classmethod
    def said(cls, value: str) -> Decimal:
        return Decimal(value)
