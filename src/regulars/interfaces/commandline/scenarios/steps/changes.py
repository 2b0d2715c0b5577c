"""A member changes what is kept about them, in the portal."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field

from regulars.flows.change_member import MemberChange, change_member
from regulars.interfaces.commandline.scenarios.stage import Outcome, Stage, as_json
from regulars.interfaces.commandline.scenarios.verb import MemberVerb


class Changes(MemberVerb):
    """Changes fields that the rulebook opens to members; `{language: tr}` and `{birth date: 1990-05-01}` as well."""

    name = "changes"
    example = "ada changes: {fields: {milk: oat}}"

    fields: dict[str, Any] = Field(default={})
    language: str | None = None
    birth_date: date | None = None

    def play(self, stage: Stage, member: str) -> Outcome:
        change = MemberChange(self.language, self.birth_date, attributes=as_json(self.fields))
        change_member(
            stage.conn, change, programme_id=stage.programme.id, member_id=stage.members[member], now=stage.now,
            by=member, by_member=True,
        )  # fmt: skip
        return Outcome()
