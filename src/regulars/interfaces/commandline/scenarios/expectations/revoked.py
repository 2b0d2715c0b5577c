"""What a return takes back, rule by rule, also one that had waited for the order of this step."""

from __future__ import annotations

from uuid import UUID

from regulars.domain.ledger.queries import revocations
from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene
from regulars.interfaces.commandline.scenarios.sending import EventAnswer


class Revoked(MemberExpectation):
    """What a return takes back, by rule, and nothing else: `8 of 12` where 12 are due and only 8 are there."""

    name = "revoked"
    example = "{base: 12, coffee: 8 of 12}"
    Value = dict[str, int | str]

    def read(self, scene: MemberScene, expected: object) -> dict[str, int | str]:
        answer = scene.outcome.fact(EventAnswer)
        if answer is None:
            return {}
        event = UUID(answer.body["event"]).bytes
        made = [
            each
            for each in revocations(scene.stage.conn, owners=[scene.member])
            if each.cause == event or each.grant_cause == event
        ]
        due: dict[str, int] = {}
        taken: dict[str, int] = {}
        for each in made:
            due[each.reason] = due.get(each.reason, 0) + each.points
            taken[each.reason] = taken.get(each.reason, 0) + each.taken
        return {rule: due[rule] if taken[rule] == due[rule] else f"{taken[rule]} of {due[rule]}" for rule in due}
