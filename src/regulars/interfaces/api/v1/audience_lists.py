"""What became of audiences: lists that are imported and undone, who joined and left, how many there were, who asks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import convert
from ninja import Path, Router
from pydantic import ConfigDict, Field

from regulars.domain.access.contracts import Scope
from regulars.domain.audiences.contracts import AudienceRun, Mode, NamedBy, Reason
from regulars.domain.audiences.queries import audiences, audiences_of, changes_of, latest_runs
from regulars.domain.events.contracts import MemberReference
from regulars.domain.programmes.queries import shelf
from regulars.flows.audiences_in_rulebooks import uses_in_rulebooks
from regulars.flows.fill_audience import fill_audience
from regulars.flows.import_list import undo_import
from regulars.flows.read_audience import read_movings
from regulars.flows.read_list import LARGEST_VALUE, MOST_ROWS
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.cursor import Cursor, Limit, Page, identifier, page_of, two_identifiers
from regulars.interfaces.api.errors import problem_of
from regulars.interfaces.api.idempotency import require_key
from regulars.interfaces.api.v1.audiences import AudienceMoved, Code, EntryRefused, known_audience, programme_of
from regulars.interfaces.api.v1.shapes import Input, Output, known_member
from regulars.kernel.errors import Refusal

router = Router()
REFUSED_SHOWN = 100
_REASONS: dict[str, Any] = {"enum": [reason.value for reason in Reason]}
RunId = Annotated[UUID, Path(description="The run, from the audience's runs")]


class BulkListIn(Input):
    """Members of a whole list, all named in one way."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"mode": "replace", "named_by": "email", "values": ["ada@example.com", "ben@example.com"]}]
        }
    )

    mode: Literal["add", "replace", "remove"] = Field("add", description="What happens with them")
    named_by: Literal["external_id", "card", "email", "phone", "id"] = Field(description="What the values are")
    values: list[Annotated[str, Field(max_length=LARGEST_VALUE)]] = Field(
        max_length=MOST_ROWS, description="One for each member"
    )
    dry_run: bool = Field(False, description="true: tell what would happen, and write nothing")


class ListImported(Output):
    """What became of the list, or would."""

    joined: int
    gone: int
    members: int = Field(description="How many there are now")
    found: int = Field(description="How many members the values name, each once")
    twice: int = Field(description="Values that name a member whom an earlier one named")
    unknown: int = Field(description="Values that name nobody; they are left out")
    refused: list[EntryRefused] = Field(description=f"The first {REFUSED_SHOWN} of these")
    run_id: UUID | None = Field(description="By which it can be undone; null: nobody moved, or it was a dry run")


class AudienceRunShown(Output):
    """Something that changed who is in an audience."""

    id: UUID
    at: datetime
    reason: str = Field(json_schema_extra=_REASONS)
    by: str
    joined: int
    gone: int
    members: int = Field(description="How many there were after it")
    undoes: UUID | None = Field(description="The import that it takes back")
    can_be_undone: bool


class MoveShown(Output):
    """Somebody who joined or left."""

    member_id: UUID
    joined: bool = Field(description="false: the member left")
    at: datetime
    reason: str = Field(json_schema_extra=_REASONS)
    by: str
    run_id: UUID


class MembershipShown(Output):
    """An audience that the member is in."""

    audience: str = Field(description="Its code")
    name: str
    since: datetime


class MemberMoveShown(Output):
    """An audience that the member joined or left."""

    audience: str = Field(description="Its code")
    joined: bool = Field(description="false: the member left")
    at: datetime
    reason: str = Field(json_schema_extra=_REASONS)
    by: str


class MemberAudiences(Output):
    """The audiences of a member, the latest first."""

    current: list[MembershipShown]
    history: list[MemberMoveShown] = Field(description="The last 100 joinings and leavings")


class AudienceUse(Output):
    """Something that asks for an audience."""

    kind: Literal["earn_rule", "campaign", "measure", "audience"]
    id: str = Field(description="Its id in the rulebook, or its code")
    name: str


_KINDS: dict[str, Literal["earn_rule", "campaign", "measure"]] = {
    "earn_rules": "earn_rule", "campaigns": "campaign", "measures": "measure",
}  # fmt: skip


@router.post(
    "/audiences/{audience}/members/bulk",
    auth=ApiKeyAuth(Scope.audiences_write),
    response=ListImported,
    summary="Import a list",
    operation_id="import_audience",
)
def import_list(request: ApiRequest, audience: Code, body: BulkListIn) -> ListImported:
    """Changes the members of a static audience, up to 100,000 at once and in one transaction; it can be undone.

    Values that name nobody are told and left out. Needs an Idempotency-Key.
    """
    require_key(request)
    references = [_reference(body.named_by, value, position) for position, value in enumerate(body.values)]
    filled = fill_audience(
        request.conn,
        references,
        programme=programme_of(request),
        code=audience,
        mode=Mode(body.mode),
        now=request.now,
        by=request.key.by,
        dry_run=body.dry_run,
    )
    unknown = len(filled.refused)
    first = sorted(filled.refused.items())[:REFUSED_SHOWN]
    return ListImported(
        **filled.moved._asdict(),
        found=filled.found,
        twice=len(references) - unknown - filled.found,
        unknown=unknown,
        refused=[EntryRefused(position=position, problem=problem_of(refusal)) for position, refusal in first],
        run_id=filled.run_id,
    )


@router.get(
    "/audiences/{audience}/runs",
    auth=ApiKeyAuth(Scope.audiences_read),
    response=Page[AudienceRunShown],
    summary="List what changed an audience",
    operation_id="list_audience_runs",
)
def list_runs(request: ApiRequest, audience: Code, limit: Limit = 50, cursor: Cursor = None) -> Page[AudienceRunShown]:
    """Refreshes, lists and edits that moved somebody, the latest first, each with how many members there were then."""
    known = known_audience(request, audience)
    found = latest_runs(request.conn, audience_id=known.id, before=identifier(cursor), limit=limit + 1)
    shown, following = page_of(found, limit, lambda each: [each.id])
    return Page[AudienceRunShown](items=[_run(each) for each in shown], next=following)


@router.post(
    "/audiences/{audience}/runs/{run_id}/undo",
    auth=ApiKeyAuth(Scope.audiences_write),
    response=AudienceMoved,
    summary="Undo an import",
    operation_id="undo_audience_import",
)
def undo(request: ApiRequest, audience: Code, run_id: RunId) -> AudienceMoved:
    """Whom an import moved is where they were before, since when they were. Whom another run moved later stays.

    Needs an Idempotency-Key.
    """
    require_key(request)
    moved = undo_import(
        request.conn, run_id, programme=programme_of(request), code=audience, now=request.now, by=request.key.by
    )
    return AudienceMoved(**moved._asdict())


@router.get(
    "/audiences/{audience}/history",
    auth=ApiKeyAuth(Scope.audiences_read),
    response=Page[MoveShown],
    summary="List who joined and left",
    operation_id="list_audience_history",
)
def list_history(request: ApiRequest, audience: Code, limit: Limit = 50, cursor: Cursor = None) -> Page[MoveShown]:
    """Every joining and leaving, the latest first. The audit trail notes who was shown."""
    found = read_movings(
        request.conn, known_audience(request, audience), programme=programme_of(request), now=request.now,
        by=request.key.by, before=two_identifiers(cursor), limit=limit + 1,
    )  # fmt: skip
    shown, following = page_of(found, limit, lambda each: [each.run_id, each.member_id])
    items = [
        MoveShown(
            member_id=each.member_id, joined=each.joined, at=each.at, reason=each.reason.value, by=each.by,
            run_id=each.run_id,
        )
        for each in shown
    ]  # fmt: skip
    return Page[MoveShown](items=items, next=following)


@router.get(
    "/audiences/{audience}/uses",
    auth=ApiKeyAuth(Scope.audiences_read),
    response=list[AudienceUse],
    summary="List what asks for an audience",
    operation_id="list_audience_uses",
)
def list_uses(request: ApiRequest, audience: Code) -> list[AudienceUse]:
    """Rules, campaigns and measures of the rulebook in force and of later ones, and other audiences."""
    known = known_audience(request, audience)
    rules = shelf(request.conn, programme_id=request.programme_id)
    uses = [
        AudienceUse(kind=_KINDS[each.section], id=each.id, name=each.name)
        for each in uses_in_rulebooks(rules, now=request.now).get(known.code, [])
    ]
    others = audiences(request.conn, programme_id=request.programme_id)
    naming = [each for each in others if known.code in each.refers_to]
    return uses + [AudienceUse(kind="audience", id=each.code, name=each.name) for each in naming]


@router.get(
    "/members/{member_id}/audiences",
    auth=ApiKeyAuth(Scope.audiences_read),
    response=MemberAudiences,
    summary="List the audiences of a member",
    operation_id="list_member_audiences",
)
def list_member_audiences(request: ApiRequest, member_id: UUID) -> MemberAudiences:
    """The audiences that the member is in since when, and those that they joined and left."""
    member = known_member(request, member_id).id
    known = {each.id: each for each in audiences(request.conn, programme_id=request.programme_id)}
    return MemberAudiences(
        current=[
            MembershipShown(
                audience=known[each.audience_id].code, name=known[each.audience_id].name, since=each.since
            )
            for each in audiences_of(request.conn, member_id=member)
        ],
        history=[
            MemberMoveShown(
                audience=known[each.audience_id].code, joined=each.joined, at=each.at, reason=each.reason.value,
                by=each.by,
            )
            for each in changes_of(request.conn, member_id=member)
        ],
    )  # fmt: skip


def _reference(named_by: str, value: str, position: int) -> MemberReference:
    try:
        return convert({NamedBy(named_by).value: value}, MemberReference)
    except ValueError:
        raise Refusal(
            "bad_id",
            "This is no id",
            detail=f"{value!r} is no id of a member.",
            remedy="Send the id as Regulars gave it, or name the members otherwise.",
            field=f"values[{position}]",
        ) from None


def _run(run: AudienceRun) -> AudienceRunShown:
    return AudienceRunShown(
        id=run.id,
        at=run.at,
        reason=run.reason.value,
        by=run.by,
        joined=run.joined,
        gone=run.gone,
        members=run.members,
        undoes=run.undoes,
        can_be_undone=run.can_be_undone,
    )
