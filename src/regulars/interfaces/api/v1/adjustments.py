"""Adjustments: give or take points with a reason, let a second person approve, undo at once, reverse for ever."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from ninja import Router
from ninja.responses import Status
from pydantic import ConfigDict, Field

from regulars.domain.access.contracts import Scope
from regulars.domain.adjustments.contracts import Adjustment, AdjustmentNotFound, AdjustmentState
from regulars.domain.adjustments.queries import adjustment, adjustments_of_member, adjustments_waiting
from regulars.domain.ledger.queries import balances
from regulars.domain.programmes.adjustment_policy import MOST_POINTS
from regulars.domain.programmes.queries import shelf
from regulars.flows.adjust_points import adjust_points
from regulars.flows.approve_adjustment import approve_adjustment
from regulars.flows.decline_adjustment import decline_adjustment
from regulars.flows.reverse_adjustment import reverse_adjustment, undo_adjustment
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.cursor import Cursor, Limit, Page, instant_and_id, page_of
from regulars.interfaces.api.idempotency import require_key
from regulars.interfaces.api.v1.shapes import Input, MemberNamed, Output, find_member, known_member, names_of

router = Router()


class AdjustmentIn(Input):
    """Points to give (above zero) or to take (below zero)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "member": {"external_id": "C-1001"},
                    "points": 50,
                    "reason": "goodwill",
                    "note": "Parcel came late, ticket 1207",
                    "message": "Sorry for the wait!",
                }
            ]
        }
    )

    member: MemberNamed
    points: int = Field(ge=-MOST_POINTS, le=MOST_POINTS, description="Signed, and not zero")
    reason: str = Field(min_length=1, max_length=40, description="The id of a reason of the rulebook")
    point_type: str = Field("points", max_length=40, description="The id of the point type")
    note: str = Field("", max_length=500, description="For colleagues; members do not see it")
    message: str = Field("", max_length=200, description="Shown to the member beside the entry")


class DeclineIn(Input):
    """Why an adjustment is declined."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The ticket was settled before"}]})

    reason: str = Field(min_length=1, max_length=200, description="For whoever asked")


class AdjustmentShown(Output):
    """Points that staff or a program gave or took, or ask to. Its texts are told by get_adjustment."""

    id: UUID
    member_id: UUID
    point_type: str
    points: int = Field(description="Signed: above zero given, below zero taken")
    reason: str = Field(description="The id of the reason", json_schema_extra={"examples": ["goodwill"]})
    reason_name: str = Field(description="As it was called then", json_schema_extra={"examples": ["Goodwill"]})
    state: str = Field(description="waiting: for a second person", json_schema_extra=names_of(AdjustmentState))
    by: str = Field(
        description="Who asked: an operator's address, or key:<name>", json_schema_extra={"examples": ["key:till"]}
    )
    created_at: datetime
    decided_by: str | None = Field(
        description="The second person, once one decided", json_schema_extra={"examples": ["ada@example.com"]}
    )
    decided_at: datetime | None
    entry_id: UUID | None = Field(description="The entry in the member's statement; null: no points have moved")
    posted_at: datetime | None = Field(description="When the points moved; it can be undone for ten seconds")
    reversal_entry_id: UUID | None = Field(description="The entry that took it back")
    reversed_by: str | None = Field(json_schema_extra={"examples": ["key:till"]})
    reversed_at: datetime | None
    reversed_points: int = Field(description="How many moved back, without sign")
    available: int = Field(description="What the member can spend now")


class AdjustmentTold(AdjustmentShown):
    """An adjustment with its texts."""

    note: str = Field(description="For colleagues", json_schema_extra={"examples": ["Parcel came late, ticket 1207"]})
    message: str = Field(
        description="That the member reads beside the entry", json_schema_extra={"examples": ["Sorry for the wait!"]}
    )
    decision: str = Field(description="Why it was declined", json_schema_extra={"examples": [""]})


@router.post(
    "/adjustments",
    auth=ApiKeyAuth(Scope.points_write),
    response={201: AdjustmentShown, 202: AdjustmentShown},
    summary="Give or take points",
    operation_id="create_adjustment",
)
def create_adjustment(request: ApiRequest, body: AdjustmentIn) -> Status[AdjustmentShown]:
    """Gives or takes points: 201; or 202 where the rulebook asks for a second person. Needs an Idempotency-Key."""
    require_key(request)
    done = adjust_points(
        request.conn,
        programme_id=request.programme_id,
        member_id=find_member(request, body.member),
        points=body.points,
        reason=body.reason,
        now=request.now,
        by=_by(request),
        note=body.note,
        message=body.message,
        point_type=body.point_type,
    )
    (shown,) = _shown(request, [done])
    return Status(202 if done.state is AdjustmentState.waiting else 201, shown)


@router.get(
    "/adjustments",
    auth=ApiKeyAuth(Scope.points_read),
    response=Page[AdjustmentShown],
    summary="List what waits for approval",
    operation_id="list_waiting_adjustments",
)
def list_waiting(request: ApiRequest, cursor: Cursor = None, limit: Limit = 50) -> Page[AdjustmentShown]:
    """Adjustments of the programme that wait for a second person, the oldest first."""
    rows = adjustments_waiting(
        request.conn, programme_id=request.programme_id, after=instant_and_id(cursor), limit=limit + 1
    )
    shown, following = page_of(rows, limit, _place)
    return Page(items=_shown(request, shown), next=following)


@router.get(
    "/members/{member_id}/adjustments",
    auth=ApiKeyAuth(Scope.points_read),
    response=Page[AdjustmentShown],
    summary="List a member's adjustments",
    operation_id="list_adjustments",
)
def list_adjustments(
    request: ApiRequest, member_id: UUID, cursor: Cursor = None, limit: Limit = 50
) -> Page[AdjustmentShown]:
    """What was given to a member and taken, in any state, the latest first."""
    known_member(request, member_id)
    rows = adjustments_of_member(request.conn, member_id=member_id, before=instant_and_id(cursor), limit=limit + 1)
    shown, following = page_of(rows, limit, _place)
    return Page(items=_shown(request, shown), next=following)


@router.get(
    "/adjustments/{adjustment_id}",
    auth=ApiKeyAuth(Scope.points_read),
    response=AdjustmentTold,
    summary="Get an adjustment",
    operation_id="get_adjustment",
)
def get_adjustment(request: ApiRequest, adjustment_id: UUID) -> AdjustmentTold:
    """One adjustment with its note, its message, and why it was declined."""
    found = adjustment(request.conn, programme_id=request.programme_id, adjustment_id=adjustment_id)
    if found is None:
        raise AdjustmentNotFound(adjustment_id)
    (shown,) = _shown(request, [found])
    return AdjustmentTold(**shown.model_dump(), note=found.note, message=found.message, decision=found.decision)


@router.post(
    "/adjustments/{adjustment_id}/approve",
    auth=ApiKeyAuth(Scope.adjustments_approve),
    response=AdjustmentShown,
    summary="Approve an adjustment",
    operation_id="approve_adjustment",
)
def approve(request: ApiRequest, adjustment_id: UUID) -> AdjustmentShown:
    """The points move. A key never approves what it asked for itself. Approving again changes nothing."""
    return _done(request, adjustment_id, approve_adjustment)


@router.post(
    "/adjustments/{adjustment_id}/decline",
    auth=ApiKeyAuth(Scope.adjustments_approve),
    response=AdjustmentShown,
    summary="Decline an adjustment",
    operation_id="decline_adjustment",
)
def decline(request: ApiRequest, adjustment_id: UUID, body: DeclineIn) -> AdjustmentShown:
    """No points move, for ever. Declining again changes nothing."""
    done = decline_adjustment(
        request.conn,
        programme_id=request.programme_id,
        adjustment_id=adjustment_id,
        why=body.reason,
        now=request.now,
        by=_by(request),
    )
    return _shown(request, [done])[0]


@router.post(
    "/adjustments/{adjustment_id}/undo",
    auth=ApiKeyAuth(Scope.points_write),
    response=AdjustmentShown,
    summary="Undo an adjustment",
    operation_id="undo_adjustment",
)
def undo(request: ApiRequest, adjustment_id: UUID) -> AdjustmentShown:
    """Takes back all of it within ten seconds, by the key that moved the points. Undoing again changes nothing."""
    return _done(request, adjustment_id, undo_adjustment)


@router.post(
    "/adjustments/{adjustment_id}/reverse",
    auth=ApiKeyAuth(Scope.points_write),
    response=AdjustmentShown,
    summary="Reverse an adjustment",
    operation_id="reverse_adjustment",
)
def reverse(request: ApiRequest, adjustment_id: UUID) -> AdjustmentShown:
    """Takes back a gift as far as the member has points, or returns what was taken. Again changes nothing."""
    return _done(request, adjustment_id, reverse_adjustment)


def _done(request: ApiRequest, adjustment_id: UUID, verb: Callable[..., Adjustment]) -> AdjustmentShown:
    """The adjustment after a flow that needs nothing but to know which one, when and by whom."""
    done = verb(
        request.conn,
        programme_id=request.programme_id,
        adjustment_id=adjustment_id,
        now=request.now,
        by=_by(request),
    )
    return _shown(request, [done])[0]


def _by(request: ApiRequest) -> str:
    """How adjustments name the key: the day's limit is of this name, and it is no operator's."""
    return f"key:{request.key.name}"


def _place(row: Adjustment) -> tuple[datetime, UUID]:
    return row.created_at, row.id


def _shown(request: ApiRequest, rows: Sequence[Adjustment]) -> list[AdjustmentShown]:
    known = shelf(request.conn, programme_id=request.programme_id).point_types
    codes = {number: code for code, number in known.items()}
    held = balances(request.conn, owners=list({row.member_id for row in rows}))
    shown = []
    for row in rows:
        balance = held.get((row.member_id, row.point_type))
        shown.append(
            AdjustmentShown(
                id=row.id,
                member_id=row.member_id,
                point_type=codes[row.point_type],
                points=row.points,
                reason=row.reason,
                reason_name=row.reason_name,
                state=row.state.name,
                by=row.by,
                created_at=row.created_at,
                decided_by=row.decided_by,
                decided_at=row.decided_at,
                entry_id=row.transfer_id,
                posted_at=row.posted_at,
                reversal_entry_id=row.reversal_id,
                reversed_by=row.reversed_by,
                reversed_at=row.reversed_at,
                reversed_points=row.reversed_points,
                available=balance.available if balance else 0,
            )
        )
    return shown
