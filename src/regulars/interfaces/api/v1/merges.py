"""Members who turn out to be one person: merge, preview, undo."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Router
from pydantic import ConfigDict, Field

from regulars.domain.access.contracts import Scope
from regulars.domain.merges.contracts import Merge, MergeNotFound
from regulars.domain.merges.queries import merge, merges_of_member
from regulars.domain.programmes.queries import shelf
from regulars.flows.merge_members import Merged, Side, merge_members, preview_merge
from regulars.flows.undo_merge import undo_merge
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.idempotency import require_key
from regulars.interfaces.api.v1.shapes import Amount, Input, MemberNamed, Output, find_member, known_member, money_of

router = Router()
_TWIN: dict[str, Any] = {"duplicate": {"external_id": "C-1002"}}


class MergeWish(Input):
    """Who is the same person."""

    model_config = ConfigDict(json_schema_extra={"examples": [_TWIN]})

    duplicate: MemberNamed = Field(description="The member who becomes part of the one in the address")


class MergeIn(MergeWish):
    """Who is the same person, and why one thinks so."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_TWIN, "note": "Same person, confirmed by phone"}]})

    note: str = Field("", max_length=500, description="For colleagues; the member does not see it")


class PointsNow(Output):
    """Points of one type."""

    point_type: str
    available: int
    pending: int


class SideShown(Output):
    """A member at one moment."""

    points: list[PointsNow]
    tiers: dict[str, str] = Field(description="Ladder and tier")
    orders: int
    spent: Amount


class BonusTaken(Output):
    """A bonus for once in a life that both members had; the newer one is taken back."""

    rule: str
    name: str
    point_type: str
    points: int = Field(description="What was left of it, and is taken back; it comes again with an undo")


class MergePlan(Output):
    """What a merge does."""

    kept: SideShown = Field(description="The member in the address, before")
    duplicate: SideShown = Field(description="The other member, before")
    after: SideShown = Field(description="The member in the address, afterwards")
    taken_back: list[BonusTaken]
    identities: int = Field(description="How many external ids, e-mail addresses, phones and cards lead here then")


class MergeShown(Output):
    """One member is part of another, or was."""

    id: UUID
    kept_id: UUID
    duplicate_id: UUID
    note: str
    merged_at: datetime
    by: str
    undo_until: date = Field(description="The last local day on which it can be undone")
    undone_at: datetime | None = Field(description="Null: the duplicate is part of the other member")
    undone_by: str | None


class MergeDone(MergeShown, MergePlan):
    """A merge, and what it did."""


class ReturnedNow(Output):
    """Points that the duplicate has again."""

    point_type: str
    points: int = Field(description="Pending ones included; below zero: a deficit")


class MergeUndone(MergeShown):
    """A merge that was undone."""

    returned: list[ReturnedNow]


class MergesShown(Output):
    """The merges of a member, the latest first."""

    items: list[MergeShown]


@router.post(
    "/members/{member_id}/merges/preview",
    auth=ApiKeyAuth(Scope.members_read),
    response=MergePlan,
    summary="Preview a merge",
    operation_id="preview_merge",
)
def preview(request: ApiRequest, member_id: UUID, body: MergeWish) -> MergePlan:
    """What merging would do now, refused as merging would be. Writes nothing."""
    found = preview_merge(
        request.conn,
        programme_id=request.programme_id,
        kept=known_member(request, member_id).id,
        duplicate=find_member(request, body.duplicate, field="duplicate"),
        now=request.now,
    )
    return MergePlan(**_plan(request, found))


@router.post(
    "/members/{member_id}/merges",
    auth=ApiKeyAuth(Scope.members_write),
    response={201: MergeDone},
    summary="Merge a duplicate into a member",
    operation_id="create_merge",
)
def create(request: ApiRequest, member_id: UUID, body: MergeIn) -> MergeDone:
    """Points, tiers, history and identities of the duplicate come to the member in the address.

    Later events that name the duplicate count for that member. Can be undone for 30 days. Needs an Idempotency-Key.
    """
    require_key(request)
    done = merge_members(
        request.conn,
        programme_id=request.programme_id,
        kept=known_member(request, member_id).id,
        duplicate=find_member(request, body.duplicate, field="duplicate"),
        note=body.note,
        now=request.now,
        by=request.key.by,
    )
    return MergeDone(**_shown(done.merge), **_plan(request, done))


@router.get(
    "/members/{member_id}/merges",
    auth=ApiKeyAuth(Scope.members_read),
    response=MergesShown,
    summary="List a member's merges",
    operation_id="list_merges",
)
def list_merges(request: ApiRequest, member_id: UUID) -> MergesShown:
    """Merges that brought others to the member, or the member to another, undone ones too; the latest first."""
    known_member(request, member_id)
    found = merges_of_member(request.conn, member_id=member_id)
    return MergesShown(items=[MergeShown(**_shown(each)) for each in found])


@router.get(
    "/members/{member_id}/merges/{merge_id}",
    auth=ApiKeyAuth(Scope.members_read),
    response=MergeShown,
    summary="Get a merge",
    operation_id="get_merge",
)
def get(request: ApiRequest, member_id: UUID, merge_id: UUID) -> MergeShown:
    """One merge, as it stands."""
    found = merge(request.conn, programme_id=request.programme_id, merge_id=merge_id)
    if found is None or member_id not in (found.kept, found.duplicate):
        raise MergeNotFound(merge_id)
    return MergeShown(**_shown(found))


@router.post(
    "/members/{member_id}/merges/{merge_id}/undo",
    auth=ApiKeyAuth(Scope.members_write),
    response=MergeUndone,
    summary="Undo a merge",
    operation_id="undo_merge",
)
def undo(request: ApiRequest, member_id: UUID, merge_id: UUID) -> MergeUndone:
    """What is left of the points that moved, the identities and the tiers go back; what was spent stays spent.

    Merges are undone in reverse order, and within 30 days. Needs an Idempotency-Key.
    """
    require_key(request)
    done = undo_merge(
        request.conn,
        programme_id=request.programme_id,
        member_id=member_id,
        merge_id=merge_id,
        now=request.now,
        by=request.key.by,
    )
    returned = [ReturnedNow(point_type=code, points=points) for code, points in done.returned.items()]
    return MergeUndone(**_shown(done.merge), returned=returned)


def _shown(found: Merge) -> dict[str, Any]:
    return {
        "id": found.id, "kept_id": found.kept, "duplicate_id": found.duplicate, "note": found.note,
        "merged_at": found.merged_at, "by": found.by, "undo_until": found.undo_until, "undone_at": found.undone_at,
        "undone_by": found.undone_by,
    }  # fmt: skip


def _plan(request: ApiRequest, found: Merged) -> dict[str, Any]:
    rules = shelf(request.conn, programme_id=request.programme_id)
    codes = {number: code for code, number in rules.point_types.items()}
    names = {rule: name for version in rules.rulebooks for rule, name in version.rule_names.items()}

    def side(shown: Side) -> SideShown:
        points = [
            PointsNow(point_type=code, available=each.available, pending=each.pending)
            for code, each in shown.points.items()
        ]
        spent = money_of(shown.history.spent_minor, rules.programme.currency)
        return SideShown(points=points, tiers=shown.tiers, orders=shown.history.orders, spent=spent)

    taken = [
        BonusTaken(rule=each.rule, name=names[each.rule], point_type=codes[each.point_type], points=each.points)
        for each in found.taken_back
    ]
    return {
        "kept": side(found.kept), "duplicate": side(found.duplicate), "after": side(found.after), "taken_back": taken,
        "identities": found.identities,
    }  # fmt: skip
