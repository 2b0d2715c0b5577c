"""How many points a reward costs."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from regulars.flows.tuning.lever import Ground, Lever, Target, around, number_of, written_number
from regulars.kernel.words import Sentence


class RewardPrice(Lever):
    """The free coffee for 80, 100 or 120 points. Prices are the catalogue's, and no part of a draft."""

    name = "reward_price"
    title = Sentence("What a reward costs")
    hint = Sentence("points")

    @classmethod
    def targets(cls, ground: Ground) -> list[Target]:
        return [Target(each.code, Sentence("“{name}” costs", {"name": each.name})) for each in ground.rewards]

    @classmethod
    def present(cls, ground: Ground, key: str) -> str:
        return str(next(each.price for each in ground.rewards if each.code == key))

    @classmethod
    def proposed(cls, ground: Ground, key: str) -> list[str]:
        return around(cls.present(ground, key), whole=True)

    @classmethod
    def read(cls, text: str) -> str:
        return written_number(number_of(text, whole=True))

    @classmethod
    def turned(cls, ground: Ground, key: str, value: str) -> Ground:
        rewards = [each._replace(price=int(value)) if each.code == key else each for each in ground.rewards]
        return replace(ground, rewards=tuple(sorted(rewards, key=lambda each: (each.price, each.code))))

    @classmethod
    def said(cls, value: str) -> Decimal:
        return Decimal(value)
