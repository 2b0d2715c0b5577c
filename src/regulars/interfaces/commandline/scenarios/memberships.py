"""In which audiences members are, for expectations and for watching whom a step does not mention."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, WithJsonSchema

from regulars.domain.audiences.queries import audiences, audiences_of
from regulars.interfaces.commandline.scenarios.stage import Stage

_SCHEMA = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
Codes = Annotated[
    list[str], BeforeValidator(lambda value: [value] if isinstance(value, str) else value), WithJsonSchema(_SCHEMA)
]
"""One audience, or several."""


def codes_of(stage: Stage, member: UUID) -> set[str]:
    """The codes of the audiences that the member is in."""
    names = {each.id: each.code for each in audiences(stage.conn, programme_id=stage.programme.id)}
    return {names[each.audience_id] for each in audiences_of(stage.conn, member_id=member)} if names else set()


def asked_and(stage: Stage, expected: list[str], held: set[str], *, is_in: bool) -> list[str]:
    """Those of the expected audiences for which it is so; others say what is the case instead."""
    known = {each.code for each in audiences(stage.conn, programme_id=stage.programme.id)}
    found = []
    for code in expected:
        if code not in known:
            found.append(f"no audience {code}")
        elif (code in held) is is_in:
            found.append(code)
    return found
