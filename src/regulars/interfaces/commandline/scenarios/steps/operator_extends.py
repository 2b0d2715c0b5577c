"""An operator gives points that are about to expire a later last day, with a reason."""

from __future__ import annotations

from datetime import date

from pydantic import model_validator

from regulars.flows.extend_expiry import extend_expiry
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.verb import OperatorVerb
from regulars.kernel.periods import parse_period


class OperatorExtends(OperatorVerb):
    """Later last days, to a day or `by` a period; `from` says which ones, otherwise all that are before that day."""

    name = "operator extends"
    example = "operator extends ada: {from: [2026-04-15], to: 2026-06-30}"
    short = "to"

    to: date | None = None
    by: str | None = None
    from_: tuple[date, ...] = ()
    reason: str = "goodwill"
    point_type: str = "points"

    @model_validator(mode="after")
    def _one_of_two(self) -> OperatorExtends:
        if (self.to is None) == (self.by is None):
            raise ValueError("say either to which day, or by which period")
        return self

    def play(self, stage: Stage, member: str) -> Outcome:
        to = parse_period(self.by, field="by") if self.to is None and self.by is not None else self.to
        assert to is not None
        extend_expiry(
            stage.conn, programme_id=stage.programme.id, member_id=stage.members[member], to=to, reason=self.reason,
            now=stage.now, by=BY, last_days=self.from_, point_type=self.point_type,
        )  # fmt: skip
        return Outcome()
