"""Likely duplicates: pairs of members who may be one person, and those who were told apart."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Query, Router
from pydantic import ConfigDict, Field

from regulars.domain.access.contracts import Scope
from regulars.domain.members.contracts import AlikeKind, Likeness
from regulars.domain.merges.contracts import Distinction
from regulars.domain.merges.queries import distinctions
from regulars.domain.programmes.queries import shelf
from regulars.flows.find_duplicates import Place, Strength, Twins, find_duplicates
from regulars.flows.tell_apart import tell_apart, undo_distinction
from regulars.insight.likeness_words import likeness_words
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.cursor import Cursor, Limit, Page, identifier, kind_and_id, page_of, written
from regulars.interfaces.api.idempotency import require_key
from regulars.interfaces.api.v1.members import MemberShown, listed_member
from regulars.interfaces.api.v1.shapes import Input, MemberNamed, Output, find_member

router = Router()


class LikenessShown(Output):
    """Something that two members have in common."""

    what: Literal["email", "phone", "card", "external_id", "birthday", "name"] = Field(
        description="birthday: name and date of birth"
    )
    value: str = Field(description="As the first has it")
    other_what: str = Field(description="What it is of the second: a phone number may be the other's own number")
    other_value: str = Field(description="As the second has it")
    text: str = Field(description="In words")


class PairShown(Output):
    """Two members who may be one person."""

    first: MemberShown = Field(description="Who joined earlier; a merge would keep this one")
    second: MemberShown
    strength: Literal["possible", "likely", "very_likely"]
    reasons: list[LikenessShown]


class TellApartIn(Input):
    """Two members who are not the same person."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"member": {"external_id": "C-1001"}, "other": {"external_id": "C-1002"}, "note": "Father and son"}
            ]
        }
    )

    member: MemberNamed
    other: MemberNamed
    note: str = Field("", max_length=500, description="For colleagues")


class DistinctionShown(Output):
    """Two members who were told apart."""

    id: UUID
    first_id: UUID
    second_id: UUID
    note: str
    decided_at: datetime
    by: str
    undone_at: datetime | None = Field(description="Null: it holds")


class ToldApart(Output):
    """What became of it."""

    news: bool = Field(description="False: it was known")


@router.get(
    "/duplicates",
    auth=ApiKeyAuth(Scope.members_read),
    response=Page[PairShown],
    summary="List likely duplicates",
    operation_id="list_duplicates",
)
def list_duplicates(
    request: ApiRequest,
    cursor: Cursor = None,
    limit: Annotated[int, Query(20, ge=1, le=100, description="About how many pairs a page has")] = 20,
) -> Page[PairShown]:
    """Pairs of members who may be one person: same e-mail, phone or number first, then same name and birthday.

    Nothing is merged by itself. A page may have fewer pairs than asked for, or somewhat more, before the last one.
    """
    at = kind_and_id(cursor, kinds=list(AlikeKind))
    found = find_duplicates(
        request.conn,
        programme=shelf(request.conn, programme_id=request.programme_id).programme,
        now=request.now,
        by=request.key.by,
        place=None if at is None else Place(AlikeKind(at[0]), at[1]),
        limit=limit,
    )
    following = None if found.following is None else written((found.following.kind.value, found.following.after))
    return Page(items=[_pair(each) for each in found.pairs], next=following)


@router.post(
    "/duplicates/distinctions",
    auth=ApiKeyAuth(Scope.members_write),
    response={201: ToldApart},
    summary="Tell two members apart",
    operation_id="create_distinction",
)
def create_distinction(request: ApiRequest, body: TellApartIn) -> ToldApart:
    """The two are not one person: they are no longer listed as likely duplicates. Needs an Idempotency-Key."""
    require_key(request)
    news = tell_apart(
        request.conn,
        programme=shelf(request.conn, programme_id=request.programme_id).programme,
        member_id=find_member(request, body.member, field="member"),
        other_id=find_member(request, body.other, field="other"),
        note=body.note,
        now=request.now,
        by=request.key.by,
    )
    return ToldApart(news=news)


@router.get(
    "/duplicates/distinctions",
    auth=ApiKeyAuth(Scope.members_read),
    response=Page[DistinctionShown],
    summary="List members who were told apart",
    operation_id="list_distinctions",
)
def list_distinctions(request: ApiRequest, cursor: Cursor = None, limit: Limit = 50) -> Page[DistinctionShown]:
    """Decisions that hold, the latest first."""
    rows = distinctions(
        request.conn, programme_id=request.programme_id, before=identifier(cursor), limit=limit + 1
    )  # fmt: skip
    shown, following = page_of(rows, limit, lambda row: (row.id,))
    return Page(items=[_distinction(each) for each in shown], next=following)


@router.post(
    "/duplicates/distinctions/{distinction_id}/undo",
    auth=ApiKeyAuth(Scope.members_write),
    response=DistinctionShown,
    summary="Undo telling two members apart",
    operation_id="undo_distinction",
)
def undo(request: ApiRequest, distinction_id: UUID) -> DistinctionShown:
    """The two may be one person after all, and are listed again. Needs an Idempotency-Key."""
    require_key(request)
    done = undo_distinction(
        request.conn,
        programme=shelf(request.conn, programme_id=request.programme_id).programme,
        distinction_id=distinction_id,
        now=request.now,
        by=request.key.by,
    )
    return _distinction(done)


def _pair(found: Twins) -> PairShown:
    reasons = [_likeness(each) for each in found.likenesses]
    names: dict[Strength, Any] = {each: each.name for each in Strength}
    return PairShown(
        first=listed_member(found.first),
        second=listed_member(found.second),
        strength=names[found.strength],
        reasons=reasons,
    )


def _likeness(found: Likeness) -> LikenessShown:
    kind: Any = found.kind
    text = str(likeness_words(found))
    return LikenessShown(
        what=kind, value=found.value, other_what=found.other_kind, other_value=found.other,
        text=f"{text[0].upper()}{text[1:]}",
    )  # fmt: skip


def _distinction(found: Distinction) -> DistinctionShown:
    return DistinctionShown(
        id=found.id,
        first_id=found.first,
        second_id=found.second,
        note=found.note,
        decided_at=found.decided_at,
        by=found.by,
        undone_at=found.undone_at,
    )
