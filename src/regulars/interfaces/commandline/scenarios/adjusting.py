"""What the operators' verbs about points share: how an adjustment is made, named, and what is then said about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pydantic import Field

from regulars.domain.adjustments.contracts import Adjustment
from regulars.flows.adjust_points import adjust_points
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.story import Complaint, SoFar
from regulars.interfaces.commandline.scenarios.verb import OperatorVerb

COLLEAGUE = "colleague"
"""Who decides what needs a second person."""


class Adjusts(OperatorVerb):
    """An operator gives or takes points. as: what to call it, where the scenario comes back to it."""

    short = "points"

    points: int
    reason: str = "goodwill"
    point_type: str = "points"
    as_: str | None = Field(default=None, description="What later steps call it")
    by: str = Field(default=BY, description="Which operator, where there are several")

    def check(self, so_far: SoFar) -> Iterator[Complaint]:
        so_far.make("adjustment", self.as_ or self.reason)
        yield from ()

    def adjust(self, stage: Stage, member: str, *, points: int) -> Outcome:
        """Gives the points, or takes them where they are below zero. Raises Refusal."""
        done = adjust_points(
            stage.conn, programme_id=stage.programme.id, member_id=stage.members[member], points=points,
            reason=self.reason, now=stage.now, by=self.by, point_type=self.point_type,
        )  # fmt: skip
        stage.keep("adjustment", self.as_ or self.reason, done.id)
        return Outcome((done,))


class OfAdjustment(OperatorVerb):
    """Something that happens to an earlier adjustment, named by its `as` or by its reason."""

    short = "adjustment"

    adjustment: str

    def check(self, so_far: SoFar) -> Iterator[Complaint]:
        yield from so_far.ask("adjustment", self.adjustment, otherwise="no points were given or taken under this name")

    def apply(self, stage: Stage, flow: Callable[..., Adjustment], *, by: str, **more: Any) -> Outcome:
        """The adjustment after the flow. Raises Refusal."""
        identifier = stage.kept("adjustment", self.adjustment)
        done = flow(stage.conn, programme_id=stage.programme.id, adjustment_id=identifier, now=stage.now, by=by, **more)
        return Outcome((done,))
