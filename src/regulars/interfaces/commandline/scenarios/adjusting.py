"""What the operators' verbs about points share: the words, and the one flow behind them."""

from __future__ import annotations

from regulars.flows.adjust_points import AdjustmentReason, adjust_points
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.verb import OperatorVerb


class Adjusts(OperatorVerb):
    """An operator gives or takes points."""

    short = "points"

    points: int
    reason: AdjustmentReason = AdjustmentReason.goodwill
    point_type: str = "points"

    def adjust(self, stage: Stage, member: str, *, points: int) -> Outcome:
        """Gives the points, or takes them where they are below zero. Raises Refusal."""
        adjust_points(
            stage.conn, programme_id=stage.programme.id, member_id=stage.members[member], points=points,
            reason=self.reason, now=stage.now, by=BY, point_type=self.point_type,
        )  # fmt: skip
        return Outcome()
