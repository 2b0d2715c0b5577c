"""Adjustments: give or take points, with a reason."""

from __future__ import annotations

from uuid import UUID

from ninja import Router
from pydantic import ConfigDict, Field

from regulars.domain.access.contracts import Scope
from regulars.flows.adjust_points import MOST_POINTS, AdjustmentReason, adjust_points
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.idempotency import require_key
from regulars.interfaces.api.v1.shapes import Input, MemberNamed, Output, find_member

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
    reason: AdjustmentReason = Field(description="Why, for reports")
    point_type: str = Field("points", max_length=40, description="The id of the point type")
    note: str = Field("", max_length=500, description="For colleagues; members do not see it")
    message: str = Field("", max_length=200, description="Shown to the member beside the entry")


class AdjustmentShown(Output):
    """What was done. available: what the member can spend afterwards."""

    id: UUID
    member_id: UUID
    entry_id: UUID = Field(description="The entry in the member's statement")
    points: int
    available: int


@router.post(
    "/adjustments",
    auth=ApiKeyAuth(Scope.points_write),
    response={201: AdjustmentShown},
    summary="Give or take points",
    operation_id="create_adjustment",
)
def create_adjustment(request: ApiRequest, body: AdjustmentIn) -> AdjustmentShown:
    """Gives or takes points. Taking never goes below zero. Needs an Idempotency-Key."""
    require_key(request)
    done = adjust_points(
        request.conn,
        programme_id=request.programme_id,
        member_id=find_member(request, body.member),
        points=body.points,
        reason=body.reason,
        now=request.now,
        by=request.key.by,
        note=body.note,
        message=body.message,
        point_type=body.point_type,
    )
    return AdjustmentShown(
        id=done.id,
        member_id=done.member_id,
        entry_id=done.transfer_id,
        points=done.points,
        available=done.available,
    )
