"""What the member allows."""

from __future__ import annotations

from regulars.domain.members.queries import consents_of
from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene


class Consents(MemberExpectation):
    """What the member said of each consent: yes or no; those that were never asked for are left out."""

    name = "consents"
    example = "{email: true}"
    Value = dict[str, bool]

    def read(self, scene: MemberScene, expected: object) -> dict[str, bool]:
        return {name: said.given for name, said in consents_of(scene.stage.conn, member_id=scene.member).items()}
