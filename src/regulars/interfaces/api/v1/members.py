"""Members: enrol one or many, look one up, list and search."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from ninja import Query, Router, Status
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from regulars.domain.access.contracts import Scope
from regulars.domain.members.contracts import Block, MemberListed, MemberStatus, NewMember
from regulars.domain.members.queries import block_of, find_members, profile, resolve_claims
from regulars.domain.merges.queries import kept_instead
from regulars.flows.change_member import MemberChange, change_member
from regulars.flows.enrol_member import Enrolled, enrol_members
from regulars.flows.open_profile import member_not_found
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.cursor import Cursor, Limit, Page, instant_and_id, page_of
from regulars.interfaces.api.errors import bad_input, problem_of
from regulars.interfaces.api.problems import problems
from regulars.interfaces.api.v1.shapes import Input, Output, ProblemDocument, claim_of, named_schema, names_of
from regulars.kernel.clock import as_instant
from regulars.kernel.errors import Refusal

router = Router()
MOST_IN_BULK = 500
StatusName = Literal["active", "blocked", "closed", "merged"]


class MemberIn(Input):
    """Someone who joins. At least one of external_id, email and phone is needed to find the member again."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"external_id": "C-1001", "name": "Ada Lovelace", "email": "ada@example.com", "phone": "+905321234567"}
            ]
        }
    )

    external_id: str | None = Field(None, max_length=200, description="Your own number of the member, unique")
    name: str = Field("", max_length=200, description="The name as it is written")
    email: str | None = Field(None, max_length=254, description="An e-mail address, unique in the programme")
    phone: str | None = Field(None, max_length=40, description="A phone number with its country code, unique")
    birth_date: date | None = Field(None, description="The date of birth")
    language: str = Field("en", pattern=r"^[a-z]{2}(-[A-Z]{2})?$", description="The language to write to the member in")
    attributes: dict[str, str | int | float | bool | None] = Field(
        default_factory=dict, description="Anything else that you want to keep about the member, flat"
    )
    enrolled_at: AwareDatetime | None = Field(None, description="When the member joined; now, if left out")
    consents: dict[str, bool] = Field(
        default_factory=dict,
        max_length=100,
        description="What the member said to consents of the rulebook, by id; kept with the version of the text",
    )


class MemberEnrolled(Output):
    """A member who joined, or was there already. Nothing personal is in it, because the answer is kept for retries."""

    id: UUID = Field(description="The id that Regulars gave")
    created: bool = Field(description="false: the member of this external id was there already")


class BulkIn(Input):
    """Members to enrol, up to 500. One that is refused harms no other."""

    members: list[Annotated[Any, named_schema("MemberIn")]] = Field(
        min_length=1, max_length=MOST_IN_BULK, description="The members, each as for a single one"
    )


class BulkResult(Output):
    """What became of one item, in the order in which they were sent. member or problem, by status."""

    status: int = Field(description="201 joined, 200 was there, otherwise refused")
    member: MemberEnrolled | None = Field(description="Of 200 and 201")
    problem: ProblemDocument | None = Field(description="Why this one was refused")


class BulkOut(Output):
    """A result for every item."""

    results: list[BulkResult]


class MemberShown(Output):
    """A member in a list: enough to recognise a person by."""

    id: UUID
    card_number: str = Field(description="The number on the member's card")
    status: str = Field(json_schema_extra=names_of(MemberStatus))
    enrolled_at: datetime
    name: str
    email: str = Field(description="Empty where none is known")
    phone: str = Field(description="In E.164; empty where none is known")


class BlockShown(Output):
    """Why a member is blocked."""

    reason: str
    by: str = Field(description="Who did it")
    since: datetime


class MemberProfile(MemberShown):
    """A member with everything that is known about the person."""

    external_ids: list[str] = Field(description="Your own numbers of this member")
    birth_date: date | None
    language: str
    attributes: dict[str, Any]
    enrolled_via: str = Field(description="How the member joined: api, console, import ...")
    blocked: BlockShown | None = Field(None, description="Null: the member is not blocked")
    merged_into: UUID | None = Field(None, description="The member who has everything of this one; null: not merged")


class MemberPatch(Input):
    """What is to be otherwise; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"language": "tr", "attributes": {"milk": "oat"}}]})

    language: str | None = Field(
        None, pattern=r"^[a-z]{2}(-[A-Z]{2})?$", description="The language to write to the member in"
    )
    birth_date: date | None = Field(None, description="The date of birth; null takes it away")
    attributes: dict[str, str | int | float | bool | None] = Field(
        default_factory=dict, description="Fields of the rulebook that change, by id; null takes a value away"
    )

    @model_validator(mode="after")
    def _language_stays(self) -> Self:
        if "language" in self.model_fields_set and self.language is None:
            raise ValueError("a member has a language: leave the field out to keep it")
        return self


class MemberChanged(Output):
    """Which fields are otherwise now. No value is in it, because the answer is kept for retries: see the member."""

    id: UUID
    changed: list[str] = Field(description="Their names; empty, where everything was so already")


class Identity(BaseModel):
    """Exact look-ups of the list."""

    external_id: str | None = Field(None, max_length=200, description="Only the member with this number of yours")
    email: str | None = Field(None, max_length=254, description="Only the member with this e-mail address")
    phone: str | None = Field(None, max_length=40, description="Only the member with this phone number")
    card: str | None = Field(None, max_length=40, description="Only the member with this card")


@router.post(
    "/members",
    auth=ApiKeyAuth(Scope.members_write),
    response={201: MemberEnrolled, 200: MemberEnrolled},
    summary="Enrol a member",
    operation_id="create_member",
)
def create_member(request: ApiRequest, body: MemberIn) -> Status[MemberEnrolled]:
    """Enrols a member; rules that wait for `member.enrolled` give their points at once.

    The same external id again gives the member who is there (200). An e-mail or phone that another member has is
    refused.
    """
    (result,) = enrol_members(
        request.conn, [_new(body)], programme_id=request.programme_id, via="api", now=request.now, by=request.key.by
    )
    if isinstance(result, Refusal):
        raise result
    return Status(_status(result), _enrolled(result))


@router.post(
    "/members/bulk",
    auth=ApiKeyAuth(Scope.members_write),
    response=BulkOut,
    summary="Enrol many members",
    operation_id="create_members",
)
def create_members(request: ApiRequest, body: BulkIn) -> BulkOut:
    """Enrols up to 500 members in one transaction, with a result for each."""
    read = [_read(each) for each in body.members]
    fit = [each for each in read if isinstance(each, NewMember)]
    done = iter(
        enrol_members(
            request.conn, fit, programme_id=request.programme_id, via="api", now=request.now, by=request.key.by
        )
    )
    results = [each if isinstance(each, Refusal) else next(done) for each in read]
    return BulkOut(results=[_result(each) for each in results])


@router.get(
    "/members",
    auth=ApiKeyAuth(Scope.members_read),
    response=Page[MemberShown],
    summary="List and search members",
    operation_id="list_members",
)
def list_members(
    request: ApiRequest,
    identity: Query[Identity],
    q: Annotated[
        str, Query("", max_length=200, description="Words of name, e-mail, phone, card or external id, in any order")
    ] = "",
    status: Annotated[StatusName | None, Query(None, description="Only members of this status")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[MemberShown]:
    """Members, the latest first. external_id, email, phone and card look one member up exactly."""
    claims = [claim_of(kind, value, field=kind) for kind, value in identity.model_dump().items() if value is not None]
    if claims:
        return Page(items=_looked_up(request, claims), next=None)
    rows = find_members(
        request.conn,
        programme_id=request.programme_id,
        text=q,
        status=None if status is None else MemberStatus[status],
        before=instant_and_id(cursor),
        limit=limit + 1,
    )
    shown, following = page_of(rows, limit, lambda row: (row.enrolled_at, row.id))
    return Page(items=[listed_member(each) for each in shown], next=following)


@router.get(
    "/members/{member_id}",
    auth=ApiKeyAuth(Scope.members_read),
    response=MemberProfile,
    summary="Get a member",
    operation_id="get_member",
)
def get_member(request: ApiRequest, member_id: UUID) -> MemberProfile:
    """A member with the person behind it."""
    return _profile(request, member_id)


@router.patch(
    "/members/{member_id}",
    auth=ApiKeyAuth(Scope.members_write),
    response=MemberChanged,
    summary="Change a member",
    operation_id="change_member",
)
def change(request: ApiRequest, member_id: UUID, body: MemberPatch) -> MemberChanged:
    """Changes what is sent and leaves the rest. Values fit the fields that the rulebook in force declares.

    A field that the rulebook no longer declares can be read and taken away, and no longer be set.
    """
    wish = MemberChange(
        language=body.language,
        birth_date=body.birth_date,
        forget_birth_date="birth_date" in body.model_fields_set and body.birth_date is None,
        attributes=body.attributes,
    )
    changed = change_member(
        request.conn, wish, programme_id=request.programme_id, member_id=member_id, now=request.now, by=request.key.by
    )
    return MemberChanged(id=member_id, changed=changed)


def _new(body: MemberIn) -> NewMember:
    at = body.enrolled_at
    enrolled_at = None if at is None else as_instant(at, field="enrolled_at")
    fields = body.model_dump(exclude={"enrolled_at"})
    return NewMember(**fields, enrolled_at=enrolled_at)


def _read(item: Any) -> NewMember | Refusal:
    try:
        return _new(MemberIn.model_validate(item))
    except ValidationError as error:
        return bad_input(error.errors(include_url=False))
    except Refusal as refusal:
        return refusal


def _status(result: Enrolled) -> int:
    return 200 if result.answer is None else 201


def _enrolled(result: Enrolled) -> MemberEnrolled:
    return MemberEnrolled(id=result.member_id, created=result.answer is not None)


def _result(result: Enrolled | Refusal) -> BulkResult:
    if isinstance(result, Refusal):
        return BulkResult(status=result.status, member=None, problem=_impersonal(result))
    return BulkResult(status=_status(result), member=_enrolled(result), problem=None)


def _impersonal(refusal: Refusal) -> dict[str, Any]:
    """The problem without the value: the answer is kept for retries, and erasing a member could not reach it there.

    The sender has the item, and is told its field.
    """
    problem = problem_of(refusal)
    problem.pop("errors", None)
    known = problems().get(refusal.code)
    return problem | {"detail": known.cause if known else refusal.title}


def _looked_up(request: ApiRequest, claims: Sequence[tuple[str, str]]) -> list[MemberShown]:
    """The one member that all the claims name; none, where they name nobody or several."""
    found = resolve_claims(request.conn, programme_id=request.programme_id, claims=claims)
    owners = {found.get(claim) for claim in claims}
    owner = owners.pop()
    if owners or owner is None:
        return []
    return [MemberShown(**_profile(request, UUID(bytes=owner)).model_dump(include=set(MemberShown.model_fields)))]


def listed_member(row: MemberListed) -> MemberShown:
    """A member as lists show one."""
    return MemberShown(
        id=row.id,
        card_number=row.card_number,
        status=row.status.name,
        enrolled_at=row.enrolled_at,
        name=row.name,
        email=row.email,
        phone=row.phone,
    )


def _profile(request: ApiRequest, member_id: UUID) -> MemberProfile:
    found = profile(request.conn, programme_id=request.programme_id, member_id=member_id)
    if found is None:
        raise member_not_found(member_id)
    return MemberProfile(
        id=found.id,
        card_number=found.card_number,
        status=found.status.name,
        enrolled_at=found.enrolled_at,
        name=found.name,
        email=found.email,
        phone=found.phone,
        external_ids=list(found.external_ids),
        birth_date=found.birth_date,
        language=found.language,
        attributes=found.attributes,
        enrolled_via=found.enrolled_via,
        blocked=_shown(block_of(request.conn, member_id=found.id)),
        merged_into=(kept_instead(request.conn, member_id=found.id) if found.status is MemberStatus.merged else None),
    )


def _shown(block: Block | None) -> BlockShown | None:
    return None if block is None else BlockShown(reason=block.reason, by=block.by, since=block.since)
