"""Why a member is in an audience, or is not: each part of its conditions, and whether the member fulfils it now."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from regulars.domain.audiences.contracts import Audience
from regulars.domain.earning.conditions import AllOf, AnyOf, Condition
from regulars.flows.member_filter import fulfils
from regulars.flows.member_vocabulary import Vocabulary, troubles_of


class Part(NamedTuple):
    """A part of conditions. holds: whether the member fulfils it now; None: it no longer fits the rulebook."""

    condition: Condition
    holds: bool | None


def parts_for(
    conn: psycopg.Connection[Any], of: Audience, vocabulary: Vocabulary, *, programme_id: int, member_id: UUID
) -> list[Part]:
    """The parts of the conditions in their order; none for a list."""
    found = []
    for part in _parts(of.conditions):
        holds: bool | None = None
        if not troubles_of(part, vocabulary):
            holds = fulfils(conn, part, vocabulary, programme_id=programme_id, member_id=member_id)
        found.append(Part(part, holds))
    return found


def _parts(conditions: Condition | None) -> list[Condition]:
    if conditions is None:
        return []
    if isinstance(conditions, AllOf):
        return list(conditions.all)
    return list(conditions.any) if isinstance(conditions, AnyOf) else [conditions]
