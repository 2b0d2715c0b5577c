"""An audience as a scenario states it, and how it is made: by conditions, or by listing members."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from regulars.domain.audiences.contracts import CONDITIONS, AudienceDraft, Kind, Mode
from regulars.domain.audiences.queries import audience
from regulars.domain.earning.conditions import Condition
from regulars.domain.events.contracts import MemberReference
from regulars.flows.fill_audience import fill_audience
from regulars.flows.save_audience import save_audience
from regulars.interfaces.commandline.scenarios.stage import BY, Stage, as_json
from regulars.interfaces.commandline.scenarios.story import Complaint
from regulars.interfaces.commandline.scenarios.words import Words
from regulars.kernel.validation import instead

_REMEDY = "Write them as in a rulebook: {field: member.orders, at_least: 3}"
Tree = dict[str, Any]


class AudienceWords(Words):
    """An audience. when: the conditions that its members fulfil; without them it is a list of these members."""

    short = "members"

    name_: str = ""
    members: tuple[str, ...] = ()
    when: Tree | None = None
    archived: bool = False

    def complaints(self, members: set[str]) -> Iterator[Complaint]:
        """What is wrong with it. members: who is there."""
        if self.when is not None and self.members:
            yield Complaint("an audience has conditions or is a list", "Leave out “when” or “members”.")
        for each in self.members:
            if each not in members:
                yield Complaint("nobody of this name has joined before", instead(each, members), each, ("members",))
        if self.when is not None:
            try:
                CONDITIONS.validate_python(as_json(self.when))
            except ValidationError as error:
                said = error.errors(include_url=False)[0]["msg"]
                yield Complaint(f"these are no conditions: {said}", _REMEDY, below=("when",))

    def save(self, stage: Stage, code: str) -> None:
        """Makes the audience, or changes the one of this code. Raises Refusal."""
        before = audience(stage.conn, programme_id=stage.programme.id, code=code)
        conditions: Condition | None = None
        if self.when is not None:
            conditions = CONDITIONS.validate_python(as_json(self.when))
        elif before is not None:
            conditions = before.conditions
        name = self.name_ or (before.name if before else code)
        kind = Kind.static if conditions is None else Kind.dynamic
        save_audience(
            stage.conn, AudienceDraft(code, name, kind, conditions, self.archived), programme_id=stage.programme.id,
            now=stage.now, by=BY, replacing=code if before else None,
        )  # fmt: skip
        if self.members:
            list_members(stage, code, self.members, Mode.replace_)


def list_members(stage: Stage, code: str, names: tuple[str, ...], mode: Mode) -> None:
    """Changes who is on a list. Raises Refusal."""
    fill_audience(
        stage.conn, [MemberReference(id=stage.members[name]) for name in names], programme=stage.programme, code=code,
        mode=mode, now=stage.now, by=BY,
    )  # fmt: skip
