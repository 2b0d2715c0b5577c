"""What is kept about the member."""

from __future__ import annotations

from typing import Any

from regulars.domain.members.queries import profile
from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene


class Fields(MemberExpectation):
    """What is kept about the member besides name and address, all of it; `{}` for nothing."""

    name = "fields"
    example = "{milk: oat, cups: 3}"
    Value = dict[str, Any]

    def read(self, scene: MemberScene, expected: object) -> dict[str, Any]:
        stage = scene.stage
        found = profile(stage.conn, programme_id=stage.programme.id, member_id=scene.member)
        return dict(found.attributes) if found else {}
