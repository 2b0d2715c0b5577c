"""Transfers: points that one member sends to another."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from ninja import Router
from pydantic import ConfigDict, Field

from regulars.domain.access.contracts import Scope
from regulars.domain.programmes.queries import shelf
from regulars.domain.transfers.contracts import Transfer, TransferState
from regulars.domain.transfers.queries import transfers_of_member
from regulars.flows.cancel_transfer import cancel_transfer, found_transfer
from regulars.flows.transfer_points import LONGEST_MESSAGE, quote_transfer, transfer_points
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.cursor import Cursor, Limit, Page, instant_and_id, page_of
from regulars.interfaces.api.idempotency import require_key
from regulars.interfaces.api.v1.shapes import Input, MemberNamed, Output, find_member, known_member, names_of

router = Router()


class TransferWish(Input):
    """Who sends how many points to whom."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"sender": {"external_id": "C-1001"}, "receiver": {"external_id": "C-1002"}, "points": 10}]
        }
    )

    sender: MemberNamed
    receiver: MemberNamed
    points: int = Field(description="How many the receiver gets")
    point_type: str = Field("points", max_length=40, description="The id of the point type")


class TransferIn(TransferWish):
    """Points to send."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "sender": {"external_id": "C-1001"},
                    "receiver": {"external_id": "C-1002"},
                    "points": 10,
                    "message": "For lunch",
                }
            ]
        }
    )

    message: str = Field("", max_length=LONGEST_MESSAGE, description="From the sender, for the receiver to read")


class Arriving(Output):
    """Points that arrive with one last day."""

    points: int
    last_day: date | None = Field(description="The last local day on which they can be spent; null: they never expire")


class TransferOffer(Output):
    """What sending would do now."""

    points: int = Field(description="What the receiver gets")
    fee: int = Field(description="What the sender pays on top")
    available: int = Field(description="What the sender can spend afterwards")
    arrives: list[Arriving] = Field(description="What the receiver gets, the earliest last day first")
    cancel_until: date | None = Field(description="The last local day on which it can be taken back; null: never")


class TransferShown(Output):
    """Points that one member sent to another."""

    id: UUID
    sender_id: UUID
    receiver_id: UUID
    point_type: str
    points: int = Field(description="What the receiver got")
    fee: int = Field(description="What the sender paid on top")
    state: str = Field(json_schema_extra=names_of(TransferState))
    message: str
    entry_id: UUID = Field(description="The entry in the sender's statement")
    cancel_until: date | None = Field(description="The last local day on which it can be taken back; null: never")
    created_at: datetime
    ended_at: datetime | None = Field(description="When it was taken back")


@router.post(
    "/transfers/quote",
    auth=ApiKeyAuth(Scope.points_read),
    response=TransferOffer,
    summary="Quote a transfer",
    operation_id="quote_transfer",
)
def quote(request: ApiRequest, body: TransferWish) -> TransferOffer:
    """What sending would do now: fee, and what arrives until when. Refused as sending would be. Writes nothing."""
    offer = quote_transfer(
        request.conn,
        programme_id=request.programme_id,
        sender=find_member(request, body.sender, field="sender"),
        receiver=find_member(request, body.receiver, field="receiver"),
        points=body.points,
        now=request.now,
        point_type=body.point_type,
    )
    return TransferOffer(
        points=offer.points,
        fee=offer.fee,
        available=offer.available,
        arrives=[Arriving(points=points, last_day=last_day) for points, last_day in offer.arrives],
        cancel_until=offer.cancel_until,
    )


@router.post(
    "/transfers",
    auth=ApiKeyAuth(Scope.points_write),
    response={201: TransferShown},
    summary="Send points to another member",
    operation_id="create_transfer",
)
def create_transfer(request: ApiRequest, body: TransferIn) -> TransferShown:
    """Takes the points and the fee from one member and gives the points to the other, in one transaction.

    The rulebook says whether that is possible, within which limits, and until when the receiver can spend the points.
    Needs an Idempotency-Key.
    """
    require_key(request)
    done = transfer_points(
        request.conn,
        programme_id=request.programme_id,
        sender=find_member(request, body.sender, field="sender"),
        receiver=find_member(request, body.receiver, field="receiver"),
        points=body.points,
        now=request.now,
        by=request.key.by,
        point_type=body.point_type,
        message=body.message,
    )
    return _shown(request, done)


@router.post(
    "/transfers/{transfer_id}/cancel",
    auth=ApiKeyAuth(Scope.points_write),
    response=TransferShown,
    summary="Take a transfer back",
    operation_id="cancel_transfer",
)
def cancel(request: ApiRequest, transfer_id: UUID) -> TransferShown:
    """The points, which must all be unspent, and the fee return to the sender. Taking back again changes nothing."""
    done = cancel_transfer(
        request.conn,
        programme_id=request.programme_id,
        transfer_id=transfer_id,
        now=request.now,
        by=request.key.by,
    )
    return _shown(request, done)


@router.get(
    "/transfers/{transfer_id}",
    auth=ApiKeyAuth(Scope.points_read),
    response=TransferShown,
    summary="Get a transfer",
    operation_id="get_transfer",
)
def get_transfer(request: ApiRequest, transfer_id: UUID) -> TransferShown:
    """One transfer, as it stands."""
    return _shown(request, found_transfer(request.conn, programme_id=request.programme_id, transfer_id=transfer_id))


@router.get(
    "/members/{member_id}/transfers",
    auth=ApiKeyAuth(Scope.points_read),
    response=Page[TransferShown],
    summary="List a member's transfers",
    operation_id="list_transfers",
)
def list_transfers(
    request: ApiRequest, member_id: UUID, cursor: Cursor = None, limit: Limit = 50
) -> Page[TransferShown]:
    """What a member sent and received, the latest first."""
    known_member(request, member_id)
    rows = transfers_of_member(request.conn, member_id=member_id, before=instant_and_id(cursor), limit=limit + 1)
    shown, following = page_of(rows, limit, lambda row: (row.created_at, row.id))
    return Page(items=[_shown(request, row) for row in shown], next=following)


def _shown(request: ApiRequest, found: Transfer) -> TransferShown:
    codes = shelf(request.conn, programme_id=request.programme_id).point_types
    return TransferShown(
        id=found.id,
        sender_id=found.sender,
        receiver_id=found.receiver,
        point_type=next(code for code, number in codes.items() if number == found.point_type),
        points=found.points,
        fee=found.fee,
        state=found.state.name,
        message=found.message,
        entry_id=found.entry_id,
        cancel_until=found.cancel_until,
        created_at=found.created_at,
        ended_at=found.ended_at,
    )
