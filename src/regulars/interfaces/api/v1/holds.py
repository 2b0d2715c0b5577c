"""Holds: points that a till sets aside while an order is not finished, and settles wholly or in part."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from ninja import Query, Router
from pydantic import ConfigDict, Field

from regulars.domain.access.contracts import Scope
from regulars.domain.ledger.contracts import CauseKind, Hold, HoldState
from regulars.domain.ledger.holds import holds_of
from regulars.domain.ledger.queries import balances
from regulars.domain.programmes.queries import shelf
from regulars.flows.give_back_hold import LONGEST_REASON, give_back_hold
from regulars.flows.hold_points import (
    HOLD_LASTS,
    LONGEST_HOLD,
    LONGEST_PURPOSE,
    MOST_POINTS,
    hold_points,
    known_hold,
    release_hold,
    settle_hold,
)
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.cursor import Cursor, Limit, Page, instant_and_id, page_of
from regulars.interfaces.api.idempotency import require_key
from regulars.interfaces.api.v1.shapes import Input, Output, known_member, names_of

router = Router()
_MINUTE = timedelta(minutes=1)


class HoldIn(Input):
    """Points to set aside."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"points": 500, "purpose": "Order 4711", "minutes": 15}]})

    points: int = Field(ge=1, le=MOST_POINTS, description="How many")
    point_type: str = Field("points", max_length=40, description="The id of the point type")
    purpose: str = Field("", max_length=LONGEST_PURPOSE, description="What for; the member reads it")
    minutes: int = Field(
        HOLD_LASTS // _MINUTE,
        ge=1,
        le=LONGEST_HOLD // _MINUTE,
        description="After so many minutes the points come back by themselves",
    )


class SettlementIn(Input):
    """How many of the points are spent; the rest goes back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"points": 320}]})

    points: int | None = Field(None, ge=1, le=MOST_POINTS, description="null: all that were set aside")


class GivingBackIn(Input):
    """Why what was settled is given back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The till had counted it twice"}]})

    reason: str = Field(min_length=1, max_length=LONGEST_REASON, description="For colleagues; the member sees it not")


class HoldShown(Output):
    """Points that were set aside."""

    id: UUID
    member_id: UUID
    point_type: str
    points: int = Field(description="How many were set aside")
    settled: int = Field(description="How many of them were spent")
    released: int = Field(description="How many of them went back to the member")
    state: str = Field(json_schema_extra=names_of(HoldState))
    order_event: UUID | None = Field(description="The event of the order that it paid for; null: it paid for none")
    purpose: str = Field(json_schema_extra={"examples": ["Order 4711"]})
    entry_id: UUID = Field(description="The entry in the member's statement that set them aside")
    created_at: datetime
    expires_at: datetime = Field(description="What is not settled by then goes back")
    closed_at: datetime | None = Field(description="When it was settled or released")
    given_back_at: datetime | None = Field(description="When what it had settled was given back to the member")
    given_back_for: str = Field(description="Why", json_schema_extra={"examples": ["The till had counted it twice"]})
    available: int = Field(description="What the member can spend now")


@router.post(
    "/members/{member_id}/holds",
    auth=ApiKeyAuth(Scope.redemptions_write),
    response={201: HoldShown},
    summary="Set points aside",
    operation_id="create_hold",
)
def create_hold(request: ApiRequest, member_id: UUID, body: HoldIn) -> HoldShown:
    """Takes points out of what the member can spend, until they are settled or released. Needs an Idempotency-Key."""
    require_key(request)
    known_member(request, member_id)
    done = hold_points(
        request.conn,
        programme_id=request.programme_id,
        member_id=member_id,
        points=body.points,
        purpose=body.purpose,
        now=request.now,
        by=request.key.by,
        point_type=body.point_type,
        lasts=body.minutes * _MINUTE,
    )
    return _shown(request, done)


@router.post(
    "/members/{member_id}/holds/{hold_id}/settle",
    auth=ApiKeyAuth(Scope.redemptions_write),
    response=HoldShown,
    summary="Settle a hold",
    operation_id="settle_hold",
)
def settle(request: ApiRequest, member_id: UUID, hold_id: UUID, body: SettlementIn | None = None) -> HoldShown:
    """So many points are spent for good, those that expire first; the rest goes back to the lots that it came from.

    Where they pay for an order, name the hold in `order.points_used` of the event instead: they then come back with
    the order's return. Settling again with the same number changes nothing.
    """
    done = settle_hold(
        request.conn,
        programme_id=request.programme_id,
        member_id=member_id,
        hold_id=hold_id,
        points=body.points if body else None,
        now=request.now,
        by=request.key.by,
    )
    return _shown(request, done)


@router.post(
    "/members/{member_id}/holds/{hold_id}/release",
    auth=ApiKeyAuth(Scope.redemptions_write),
    response=HoldShown,
    summary="Release a hold",
    operation_id="release_hold",
)
def release(request: ApiRequest, member_id: UUID, hold_id: UUID) -> HoldShown:
    """All of it goes back to the lots that it came from. Releasing again changes nothing."""
    done = release_hold(
        request.conn,
        programme_id=request.programme_id,
        member_id=member_id,
        hold_id=hold_id,
        now=request.now,
        by=request.key.by,
    )
    return _shown(request, done)


@router.post(
    "/members/{member_id}/holds/{hold_id}/give-back",
    auth=ApiKeyAuth(Scope.redemptions_write),
    response=HoldShown,
    summary="Give back what a hold settled",
    operation_id="give_back_hold",
)
def give_back(request: ApiRequest, member_id: UUID, hold_id: UUID, body: GivingBackIn) -> HoldShown:
    """All that was spent of it goes back to the lots that paid, with their own last day or the days of grace.

    Only of a hold that was settled without an order: what paid for an order comes back with its return. Giving back
    again changes nothing.
    """
    known_member(request, member_id)
    done = give_back_hold(
        request.conn,
        programme_id=request.programme_id,
        member_id=member_id,
        hold_id=hold_id,
        reason=body.reason,
        now=request.now,
        by=request.key.by,
    )
    return _shown(request, done)


@router.get(
    "/members/{member_id}/holds",
    auth=ApiKeyAuth(Scope.redemptions_read),
    response=Page[HoldShown],
    summary="List a member's holds",
    operation_id="list_holds",
)
def list_holds(
    request: ApiRequest,
    member_id: UUID,
    open: Annotated[bool, Query(description="true: only those that are neither settled nor released")] = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[HoldShown]:
    """Points that were set aside for the member, the latest first. Those of redemptions are with the redemption."""
    known_member(request, member_id)
    rows = holds_of(
        request.conn,
        owner=member_id,
        cause_kind=CauseKind.hold,
        only_open=open,
        before=instant_and_id(cursor),
        limit=limit + 1,
    )
    shown, following = page_of(rows, limit, lambda row: (row.created_at, row.id))
    return Page(items=[_shown(request, row) for row in shown], next=following)


@router.get(
    "/members/{member_id}/holds/{hold_id}",
    auth=ApiKeyAuth(Scope.redemptions_read),
    response=HoldShown,
    summary="Get a hold",
    operation_id="get_hold",
)
def get_hold(request: ApiRequest, member_id: UUID, hold_id: UUID) -> HoldShown:
    """One hold, as it stands."""
    known_member(request, member_id)
    return _shown(request, known_hold(request.conn, member_id=member_id, hold_id=hold_id))


def _shown(request: ApiRequest, found: Hold) -> HoldShown:
    codes = shelf(request.conn, programme_id=request.programme_id).point_types
    balance = balances(request.conn, owners=[found.owner]).get((found.owner, found.point_type))
    return HoldShown(
        id=found.id,
        member_id=found.owner,
        point_type=next(code for code, number in codes.items() if number == found.point_type),
        points=found.amount,
        settled=found.settled,
        released=found.released,
        state=found.state.name,
        purpose=found.purpose,
        entry_id=found.transfer_id,
        created_at=found.created_at,
        expires_at=found.expires_at,
        closed_at=found.closed_at,
        order_event=found.order_event,
        given_back_at=found.given_back_at,
        given_back_for=found.given_back_for,
        available=balance.available if balance else 0,
    )
