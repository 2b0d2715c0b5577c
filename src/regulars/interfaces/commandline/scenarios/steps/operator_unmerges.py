"""An operator takes two members apart again who had become one."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.flows.undo_merge import undo_merge
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.story import Complaint, SoFar
from regulars.interfaces.commandline.scenarios.verb import OperatorVerb


class OperatorUnmerges(OperatorVerb):
    """A merge into this member is undone, by the name that it was given."""

    name = "operator unmerges"
    example = "operator unmerges ada: mix-up"
    short = "merge"

    merge: str

    def check(self, so_far: SoFar) -> Iterator[Complaint]:
        yield from so_far.ask("merge", self.merge, otherwise="nobody merged this before")

    def play(self, stage: Stage, member: str) -> Outcome:
        undo_merge(
            stage.conn, programme_id=stage.programme.id, member_id=stage.members[member],
            merge_id=stage.kept("merge", self.merge), now=stage.now, by=BY,
        )  # fmt: skip
        return Outcome()
