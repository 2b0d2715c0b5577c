"""An operator says that two members are one person."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.flows.merge_members import merge_members
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.story import Complaint, SoFar
from regulars.interfaces.commandline.scenarios.verb import NAME, OperatorVerb


class OperatorMerges(OperatorVerb):
    """The first member becomes part of the second. The word behind it is the merge's name, for undoing it."""

    name = "operator merges"
    example = "operator merges ben into ada: mix-up"
    short = "as"

    as_: str | None = None
    note: str = ""

    @classmethod
    def pattern(cls) -> str:
        return f"{cls.name} ({NAME}) into ({NAME})"

    @classmethod
    def keys(cls, first: str, members: list[str]) -> list[str]:
        return [f"{cls.name} {one} into {other}" for one in members for other in members if one != other]

    def check(self, so_far: SoFar) -> Iterator[Complaint]:
        if self.as_:
            so_far.make("merge", self.as_)
        yield from ()

    def let(self, stage: Stage, members: tuple[str, ...]) -> Outcome:
        duplicate, kept = (stage.members[each] for each in members)
        done = merge_members(
            stage.conn, programme_id=stage.programme.id, kept=kept, duplicate=duplicate, note=self.note, now=stage.now,
            by=BY,
        )  # fmt: skip
        if self.as_:
            stage.keep("merge", self.as_, done.merge.id)
        return Outcome()
