"""What the member was told in this step."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from regulars.domain.messaging.message_kind import message_kind
from regulars.domain.messaging.queries import messages_of
from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene
from regulars.interfaces.commandline.scenarios.stage import Stage

_MOST = 1000


class Messages(MemberExpectation):
    """What the member is told now, in their order, in English."""

    name = "messages"
    example = '["Points: 30 can be used until 31 Dec 2026. After that day they are gone."]'
    Value = tuple[str, ...]

    def glance(self, stage: Stage, members: Mapping[str, UUID]) -> dict[str, str]:
        counts = {name: len(messages_of(stage.conn, member_id=each, limit=_MOST)) for name, each in members.items()}
        return {name: str(count) for name, count in counts.items() if count}

    def read(self, scene: MemberScene, expected: object) -> list[str]:
        known = int(dict(scene.before.others).get(self.name, "0")) if scene.before else 0
        found = messages_of(scene.stage.conn, member_id=scene.member, limit=_MOST)
        fresh = found[: len(found) - known]
        return [str(message_kind(each.kind, each.values).text()) for each in reversed(fresh)]
