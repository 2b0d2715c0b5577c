"""What is left of rewards that are limited."""

from __future__ import annotations

from regulars.domain.rewards.queries import reward_by_code
from regulars.interfaces.commandline.scenarios.expectation import ProgrammeExpectation
from regulars.interfaces.commandline.scenarios.looking import Scene


class Stock(ProgrammeExpectation):
    """Units left, by reward."""

    name = "stock"
    example = "{mug: 1}"
    Value = dict[str, int]

    def read(self, scene: Scene, expected: dict[str, int]) -> dict[str, int | None]:
        stage = scene.stage
        found = {code: reward_by_code(stage.conn, programme_id=stage.programme.id, code=code) for code in expected}
        return {code: None if reward is None else reward.stock for code, reward in found.items()}
