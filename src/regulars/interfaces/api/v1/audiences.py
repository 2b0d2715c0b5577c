"""Audiences: which there are, how they change, who is in them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import convert
from ninja import Path, Router
from pydantic import ConfigDict, Field, ValidationError

from regulars.domain.access.contracts import Scope
from regulars.domain.audiences.contracts import CONDITIONS, Audience, AudienceDraft, AudienceNotFound, Kind, Mode
from regulars.domain.audiences.queries import audience as audience_by_code
from regulars.domain.audiences.queries import audiences
from regulars.domain.earning.conditions import Condition
from regulars.domain.earning.conditions_words import condition_words
from regulars.domain.earning.plain import plain
from regulars.domain.events.contracts import MemberReference
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.queries import shelf
from regulars.flows.fill_audience import fill_audience
from regulars.flows.member_vocabulary import Vocabulary, vocabulary_of
from regulars.flows.read_audience import read_members, sample_members
from regulars.flows.refresh_audiences import refresh_audience
from regulars.flows.save_audience import check_conditions, save_audience
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.cursor import Cursor, Limit, Page, identifier, page_of
from regulars.interfaces.api.errors import bad_input, problem_of
from regulars.interfaces.api.v1.shapes import Input, MemberNamed, Output, ProblemDocument
from regulars.kernel.errors import Refusal

router = Router()
Code = Annotated[str, Path(max_length=60, description="The code of the audience")]
Conditions = Annotated[
    dict[str, Any] | None,
    Field(description="As in a rulebook, over fields of members; null: the audience is a list"),
]


class AudienceIn(Input):
    """The whole audience as it shall be."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Gold with many points",
                    "conditions": {
                        "all": [
                            {"field": "member.orders", "at_least": 3},
                            {"field": "member.days", "more_than": 90},
                        ]
                    },
                    "archived": False,
                    "version": None,
                }
            ]
        }
    )

    name: str = Field(min_length=1, max_length=120, description="How people call it")
    conditions: Conditions
    archived: bool = Field(False, description="true: its members do not change any more")
    description: str | None = Field(None, max_length=500, description="What it is for; null: as it is")
    version: int | None = Field(None, ge=1, description="That the change was made from; null: whatever it is")


class AudienceShown(Output):
    """An audience."""

    audience: str = Field(description="Its code, by which rules and calls name it", examples=["big-spenders"])
    name: str
    description: str = Field(description="What it is for; empty: nobody said")
    kind: str = Field(json_schema_extra={"enum": [kind.value for kind in Kind]})
    conditions: dict[str, Any] | None = Field(description="null: it is a list")
    words: str | None = Field(
        description="The conditions in plain words", examples=["the number of earlier orders is 3"]
    )
    members: int = Field(description="How many there are, as of the last refresh or list")
    version: int
    archived: bool
    changed_at: datetime
    changed_by: str
    refreshed_on: date | None = Field(description="The local day of which its members are; null: not yet")


class AudienceList(Output):
    """The audiences by name, archived ones last."""

    items: list[AudienceShown]


class AudienceMoved(Output):
    """Who joined and left."""

    joined: int
    gone: int
    members: int = Field(description="How many there are now")


class AudienceMemberShown(Output):
    """A member of an audience."""

    member_id: UUID
    since: datetime


class AudiencePreviewIn(Input):
    """Conditions to be counted."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"conditions": {"field": "member.orders", "at_least": 3}}]}
    )

    conditions: dict[str, Any] = Field(description="As in a rulebook, over fields of members")


class AudiencePreview(Output):
    """Who fulfils conditions now."""

    members: int = Field(description="How many fulfil them")
    of: int = Field(description="How many members there are")
    sample: list[UUID] = Field(description="A few of them, those who joined last")
    words: str


class ListIn(Input):
    """Members to add, to remove, or to put in the place of those who are there."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"mode": "add", "members": [{"external_id": "C-1001"}]}]})

    mode: Literal["add", "replace", "remove"] = Field("add", description="What happens with them")
    members: list[MemberNamed] = Field(max_length=1000, description="Each by exactly one of its names")


class EntryRefused(Output):
    """An entry that names nobody."""

    position: int = Field(description="From 0, in the list that was sent")
    problem: ProblemDocument


class ListFilled(Output):
    """What became of the list."""

    joined: int
    gone: int
    members: int = Field(description="How many there are now")
    refused: list[EntryRefused]


@router.get(
    "/audiences",
    auth=ApiKeyAuth(Scope.audiences_read),
    response=AudienceList,
    summary="List audiences",
    operation_id="list_audiences",
)
def list_audiences(request: ApiRequest) -> AudienceList:
    """All audiences of the programme by name, archived ones last."""
    vocabulary = _vocabulary(request)
    found = audiences(request.conn, programme_id=request.programme_id)
    return AudienceList(items=[_shown(each, vocabulary) for each in found])


@router.get(
    "/audiences/{audience}",
    auth=ApiKeyAuth(Scope.audiences_read),
    response=AudienceShown,
    summary="Get an audience",
    operation_id="get_audience",
)
def get_audience(request: ApiRequest, audience: Code) -> AudienceShown:
    """One audience, archived or not."""
    return _shown(known_audience(request, audience), _vocabulary(request))


@router.put(
    "/audiences/{audience}",
    auth=ApiKeyAuth(Scope.audiences_write),
    response=AudienceShown,
    summary="Make or change an audience",
    operation_id="save_audience",
)
def put_audience(request: ApiRequest, audience: Code, body: AudienceIn) -> AudienceShown:
    """Makes the audience of this code, or changes it; its members follow at once. `archived` true archives it."""
    before = audience_by_code(request.conn, programme_id=request.programme_id, code=audience)
    conditions = None if body.conditions is None else _read(body.conditions)
    kind = Kind.static if conditions is None else Kind.dynamic
    saved = save_audience(
        request.conn,
        AudienceDraft(audience, body.name, kind, conditions, body.archived, body.description),
        programme_id=request.programme_id,
        now=request.now,
        by=request.key.by,
        replacing=None if before is None else audience,
        version=body.version,
    )
    return _shown(saved, _vocabulary(request))


@router.post(
    "/audience-previews",
    auth=ApiKeyAuth(Scope.audiences_read),
    response=AudiencePreview,
    summary="Count members by conditions",
    operation_id="preview_audience",
)
def preview_audience(request: ApiRequest, body: AudiencePreviewIn) -> AudiencePreview:
    """How many members fulfil the conditions now, and a few of them, which the audit trail notes."""
    conditions, vocabulary = _read(body.conditions), _vocabulary(request)
    check_conditions(conditions, vocabulary)
    seen = sample_members(
        request.conn, conditions, vocabulary, programme=programme_of(request), now=request.now, by=request.key.by
    )
    words = str(condition_words(conditions, vocabulary.terms))
    return AudiencePreview(members=seen.members, of=seen.of, sample=seen.sample, words=words)


@router.post(
    "/audiences/{audience}/refresh",
    auth=ApiKeyAuth(Scope.audiences_write),
    response=AudienceMoved,
    summary="Refresh an audience",
    operation_id="refresh_audience",
)
def refresh(request: ApiRequest, audience: Code) -> AudienceMoved:
    """Computes anew who is in the audience, and before it in those that it names. Once more changes nothing."""
    moved = refresh_audience(
        request.conn, programme_id=request.programme_id, code=audience, now=request.now, by=request.key.by
    )
    return AudienceMoved(**moved._asdict())


@router.get(
    "/audiences/{audience}/members",
    auth=ApiKeyAuth(Scope.audiences_read),
    response=Page[AudienceMemberShown],
    summary="List the members of an audience",
    operation_id="list_audience_members",
)
def list_members(
    request: ApiRequest, audience: Code, limit: Limit = 50, cursor: Cursor = None
) -> Page[AudienceMemberShown]:
    """Who is in the audience, by id, and since when. The audit trail notes who was shown."""
    found = read_members(
        request.conn, known_audience(request, audience), programme=programme_of(request), now=request.now,
        by=request.key.by, after=identifier(cursor), limit=limit + 1,
    )  # fmt: skip
    shown, following = page_of(found, limit, lambda each: [each.member_id])
    items = [AudienceMemberShown(member_id=each.member_id, since=each.since) for each in shown]
    return Page[AudienceMemberShown](items=items, next=following)


@router.post(
    "/audiences/{audience}/members",
    auth=ApiKeyAuth(Scope.audiences_write),
    response=ListFilled,
    summary="Fill a list",
    operation_id="fill_audience",
)
def fill(request: ApiRequest, audience: Code, body: ListIn) -> ListFilled:
    """Changes the members of a static audience, up to 1,000 at a time. Entries that name nobody are told and left out.

    Sending it again changes nothing more.
    """
    references = [_reference(each, position) for position, each in enumerate(body.members)]
    filled = fill_audience(
        request.conn,
        references,
        programme=programme_of(request),
        code=audience,
        mode=Mode(body.mode),
        now=request.now,
        by=request.key.by,
    )
    refused = [
        EntryRefused(position=position, problem=problem_of(refusal)) for position, refusal in filled.refused.items()
    ]
    return ListFilled(**filled.moved._asdict(), refused=refused)


def programme_of(request: ApiRequest) -> Programme:
    """The programme of the key."""
    return shelf(request.conn, programme_id=request.programme_id).programme


def known_audience(request: ApiRequest, code: str) -> Audience:
    """The audience of the code. Raises AudienceNotFound."""
    found = audience_by_code(request.conn, programme_id=request.programme_id, code=code)
    if found is None:
        raise AudienceNotFound(code)
    return found


def _reference(named: MemberNamed, position: int) -> MemberReference:
    given = named.model_dump(exclude_none=True)
    if len(given) != 1:
        raise Refusal(
            "member_not_named",
            "The call does not name one member",
            detail=f"The entry gives {len(given)} of id, external_id, email, phone and card.",
            remedy="Give exactly one of them.",
            field=f"members[{position}]",
        )
    return convert(given, MemberReference)


def _vocabulary(request: ApiRequest) -> Vocabulary:
    rules = shelf(request.conn, programme_id=request.programme_id)
    return vocabulary_of(rules, audiences(request.conn, programme_id=request.programme_id), now=request.now)


def _read(document: dict[str, Any]) -> Condition:
    """The tree of a document. Raises Refusal."""
    try:
        read: Condition = CONDITIONS.validate_python(document)
    except ValidationError as error:
        found = error.errors(include_url=False)
        raise bad_input([{**each, "loc": ("conditions", *each["loc"])} for each in found]) from None
    return read


def _shown(found: Audience, vocabulary: Vocabulary) -> AudienceShown:
    conditions: Any = None if found.conditions is None else plain(found.conditions.model_dump())
    words = None if found.conditions is None else str(condition_words(found.conditions, vocabulary.terms))
    return AudienceShown(
        audience=found.code,
        name=found.name,
        description=found.description,
        kind=found.kind.value,
        conditions=conditions,
        words=words,
        members=found.members,
        version=found.version,
        archived=found.archived,
        changed_at=found.changed_at,
        changed_by=found.changed_by,
        refreshed_on=found.refreshed_on,
    )
