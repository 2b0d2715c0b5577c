"""A member enrols: at the counter, in the app, or earlier and only now told."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from pydantic import Field

from regulars.domain.members.contracts import NewMember
from regulars.flows.enrol_member import enrol_members
from regulars.interfaces.commandline.scenarios.sending import EventAnswer
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage, as_json
from regulars.interfaces.commandline.scenarios.verb import MemberVerb
from regulars.interfaces.commandline.scenarios.words import Happened
from regulars.kernel.errors import Refusal


class Joins(MemberVerb):
    """Enrols; `{email: ada@example.com, happened: 2026-02-23 10:00}` says more, and `{consents: {email: true}}`."""

    name = "joins"
    example = "ada joins:"
    introduces = True

    name_: str = ""
    email: str | None = None
    phone: str | None = None
    birth_date: date | None = None
    language: str = "en"
    fields: dict[str, Any] = Field(default={})
    consents: dict[str, bool] = Field(default={})
    happened: Happened = None

    def play(self, stage: Stage, member: str) -> Outcome:
        new = NewMember(
            external_id=member, name=self.name_, email=self.email, phone=self.phone, birth_date=self.birth_date,
            language=self.language, attributes=as_json(self.fields),
            enrolled_at=stage.moment(self.happened) if self.happened else None, consents=self.consents,
        )  # fmt: skip
        (result,) = enrol_members(stage.conn, [new], programme_id=stage.programme.id, via=BY, now=stage.now)
        if isinstance(result, Refusal):
            raise result
        stage.members[member] = result.member_id
        return Outcome((EventAnswer(json.loads(result.answer)),) if result.answer else ())
