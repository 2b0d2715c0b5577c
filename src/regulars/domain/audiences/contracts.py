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
    """Why members joined and left: the nightly work or a wish, a list, other conditions, two who are one person, a list
    that was taken back.
    """

    refresh = "refresh"
    import_ = "import"
    edit = "edit"
    merge = "merge"
    merge_undone = "merge_undone"
    undo = "undo"


class Mode(StrEnum):
    """add: they are members too. replace: they are the members from now on. remove: they are not members any more."""

    add = "add"
    replace_ = "replace"
    remove = "remove"


class NamedBy(StrEnum):
    """What a column of a list says about members; each is a field of a MemberReference."""

    external_id = "external_id"
    card = "card"
    email = "email"
    phone = "phone"
    id = "id"


@dataclass(frozen=True, slots=True)
class AudienceDraft:
    """An audience as somebody wants it. conditions: of a dynamic one, and of no other.

    description: what it is for; None: as it is.
    """

    code: str
    name: str
    kind: Kind
    conditions: Condition | None = None
    archived: bool = False
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """members: how many, as of the last run. version: counts its changes. refreshed_on: local day of its members.

    description: what it is for.
    """

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
    description: str = ""

    @property
    def refers_to(self) -> frozenset[str]:
        """The codes of the audiences that its conditions name."""
        return frozenset() if self.conditions is None else audiences_in(self.conditions)


@dataclass(frozen=True, slots=True)
class AudienceRun:
    """What changed who is in an audience. members: how many there were after it.

    undoes: the import that it takes back; undone: whether another run takes this one back.
    """

    id: UUID
    at: datetime
    reason: Reason
    by: str
    joined: int
    gone: int
    members: int
    undoes: UUID | None = None
    undone: bool = False

    @property
    def can_be_undone(self) -> bool:
        """Imports can, once."""
        return self.reason is Reason.import_ and not self.undone


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


@dataclass(frozen=True, slots=True)
class Moving:
    """Somebody who joined an audience or left it, as its page lists them."""

    run_id: UUID
    member_id: UUID
    joined: bool
    at: datetime
    reason: Reason
    by: str


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row of a list that names nobody. row: its line in the file, from 1; value: what stands there."""

    row: int
    value: str
    problem: str
    remedy: str


@dataclass(frozen=True, slots=True)
class ListImport:
    """A file that was uploaded for a list and is not decided yet. The counts are of the rows that were read so far.

    unknown: rows that name nobody; problems: the first of these. empty: rows without a value.
    """

    id: UUID
    audience_id: int
    file_name: str
    content: str
    rows: int
    column: str
    named_by: NamedBy
    mode: Mode
    rows_read: int
    unknown: int
    empty: int
    problems: tuple[RowProblem, ...]
    at: datetime
    by: str

    @property
    def is_read(self) -> bool:
        return self.rows_read == self.rows


class ImportCounts(NamedTuple):
    """What the rows that were read come to.

    found: members, each once. twice: rows that name a member who was named before. merged: members whom a row names by
    one who is part of them. joining, leaving: how many would.
    """

    found: int
    twice: int
    merged: int
    joining: int
    leaving: int


class StagedMember(NamedTuple):
    """A member whom rows name. rows: how many do; merged: whether any names one who is part of them."""

    id: bytes
    rows: int
    merged: bool


class Selection(NamedTuple):
    """Members to be: a SELECT of (bucket, id), and its parameters. many: too many to look each up."""

    sql: str
    parameters: dict[str, object]
    many: bool = False


LOOKED_UP = 1_000
"""So many members may be looked up one by one."""


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


class ImportNotFound(NotFound):
    """There is no such import, or it was decided."""

    def __init__(self, import_id: object) -> None:
        super().__init__(
            "list_import_not_found",
            "There is no such import any more",
            detail=f"Nothing waits under {import_id}: it was decided, or is older than a day.",
            remedy="Upload the file again.",
        )


class RunNotFound(NotFound):
    """The audience has no such run."""

    def __init__(self, run_id: object) -> None:
        super().__init__(
            "audience_run_not_found",
            "There is no such change of members",
            detail=f"The audience has no change {run_id}.",
            remedy="Look at its history: GET /api/v1/audiences/{audience}/history.",
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
