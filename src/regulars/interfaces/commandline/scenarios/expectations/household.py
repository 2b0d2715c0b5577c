"""Who lives with a member."""

from __future__ import annotations

from regulars.domain.households.queries import household_of, memberships
from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene


class HouseholdMembers(MemberExpectation):
    """The member's household, by role, in the order in which they joined; nothing where there is none."""

    name = "household"
    example = "[ada owner, ben child]"
    Value = tuple[str, ...]

    def read(self, scene: MemberScene, expected: object) -> list[str]:
        found = household_of(scene.stage.conn, member_id=scene.member)
        if found is None:
            return []
        names = {member: name for name, member in scene.stage.members.items()}
        living = memberships(scene.stage.conn, household_id=found.id)
        return [f"{names[each.member_id]} {each.role.name}" for each in living]
