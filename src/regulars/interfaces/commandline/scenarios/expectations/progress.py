"""How far a member is with a stamp card, a streak or a challenge."""

from __future__ import annotations

from regulars.insight.member_progress import member_progress
from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene


class Progress(MemberExpectation):
    """By the id of the rule: '3 of 10', and of several goals '2 of 3, 0 of 1'. Money is in its smallest unit."""

    name = "progress"
    example = "{card: 3 of 10}"
    Value = dict[str, str]

    def read(self, scene: MemberScene, expected: object) -> dict[str, str]:
        stage = scene.stage
        found = member_progress(stage.conn, stage.rules, member_id=scene.member, now=stage.now)
        asked = expected if isinstance(expected, dict) else {}
        return {
            way.rule.id: ", ".join(f"{goal.have} of {goal.need}" for goal in way.progress.goals)
            for way in found.ways
            if way.rule.id in asked
        }
