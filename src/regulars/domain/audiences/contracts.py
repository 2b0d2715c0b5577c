"""Audiences as others know them: members who fulfil conditions, or whom somebody listed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from pydantic import TypeAdapter

from regulars.domain.earning.conditions import Comparison, Condition, walk
from regulars.domain.earning.facts import AUDIENCE
from regulars.kernel.errors import NotFound

CONDITIONS: TypeAdapter[Condition] = TypeAdapter(Condition)
"""Reads a tree from its document."""


class Kind(StrEnum):
    """dynamic: who fulfils the conditions, anew every night. static: who was listed, until the list changes."""

    dynamic = "dynamic"
    static = "static"


class Reason(StrEnum):
    """Why members joined and left: the nightly work or a wish, a list, other conditions, two who are one person."""

    refresh = "refresh"
    import_ = "import"
    edit = "edit"
    merge = "merge"
    merge_undone = "merge_undone"


@dataclass(frozen=True, slots=True)
class AudienceDraft:
    """An audience as somebody wants it. conditions: of a dynamic one, and of no other."""

    code: str
    name: str
    kind: Kind
    conditions: Condition | None = None
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Audience:
    """members: how many, as of the last run. version: counts its changes. refreshed_on: local day of its members."""

    id: int
    programme_id: int
    code: str
    name: str
    kind: Kind
    conditions: Condition | None
    version: int
    archived: bool
    members: int
    created_at: datetime
    changed_at: datetime
    changed_by: str
    refreshed_on: date | None

    @property
    def refers_to(self) -> frozenset[str]:
        """The codes of the audiences that its conditions name."""
        return frozenset() if self.conditions is None else audiences_in(self.conditions)


@dataclass(frozen=True, slots=True)
class AudienceRun:
    """What changed who is in an audience. members: how many there were after it."""

    at: datetime
    reason: Reason
    by: str
    joined: int
    gone: int
    members: int


@dataclass(frozen=True, slots=True)
class Membership:
    """A member is in an audience."""

    audience_id: int
    member_id: UUID
    since: datetime


@dataclass(frozen=True, slots=True)
class MembershipChange:
    """A member joined an audience, or left it."""

    audience_id: int
    joined: bool
    at: datetime
    reason: Reason
    by: str


class Selection(NamedTuple):
    """Members to be: a SELECT of (bucket, id), and its parameters."""

    sql: str
    parameters: dict[str, object]


class Moved(NamedTuple):
    """How many members joined and left, and how many there are now."""

    joined: int
    gone: int
    members: int


class AudienceNotFound(NotFound):
    """There is no such audience."""

    def __init__(self, code: object) -> None:
        super().__init__(
            "audience_not_found",
            "There is no such audience",
            detail=f"This programme has no audience {code!r}.",
            remedy="Look the audiences up with GET /api/v1/audiences, or with regulars audiences list.",
        )


def audiences_in(*conditions: Condition | None) -> frozenset[str]:
    """The codes of the audiences that conditions name."""
    return frozenset(
        each.field[len(AUDIENCE) :]
        for condition in conditions
        if condition is not None
        for _, each in walk(condition, "")
        if isinstance(each, Comparison) and each.field.startswith(AUDIENCE)
    )
