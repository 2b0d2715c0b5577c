"""What staff have to hand over or to send, and what members gave to charities."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from ninja import Query, Router
from pydantic import Field

from regulars.domain.access.contracts import Scope
from regulars.domain.programmes.queries import programme
from regulars.domain.rewards.contracts import QueuePlace
from regulars.domain.rewards.gifts import ItemToHandOver
from regulars.domain.rewards.queries import donated, waiting_parts
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.cursor import Cursor, Limit, Page, page_of, place
from regulars.interfaces.api.v1.shapes import Output

router = Router()


class Handover(Output):
    """Something that a member has paid for and does not have yet."""

    redemption_id: UUID
    part: int = Field(description="Which of the things that the redemption gave")
    member_id: UUID
    reward_name: str
    what: str = Field(description="In words", examples=["3 times Beans"])
    is_sent: bool = Field(description="true: it is sent; false: it is handed over at the counter")
    quantity: int
    fulfilled: int = Field(description="How many of them the member has")
    last_day: date | None = Field(description="Until when it waits; null: for ever")
    granted_at: datetime


class Donated(Output):
    """What members gave to one charity, undone donations not counted."""

    charity: str
    times: int
    amount: Decimal
    currency: str


class DonationList(Output):
    """By charity."""

    items: list[Donated]


@router.get(
    "/handovers",
    auth=ApiKeyAuth(Scope.redemptions_read),
    response=Page[Handover],
    summary="List what is to be handed over",
    operation_id="list_handovers",
)
def list_handovers(
    request: ApiRequest,
    is_sent: Annotated[bool | None, Query(description="true: what is sent; false: the rest; left out: both")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[Handover]:
    """What members have paid for and do not have yet, the oldest first; hand_over_redemption takes it off the list."""
    currency = programme(request.conn, programme_id=request.programme_id).currency
    rows = waiting_parts(
        request.conn,
        programme_id=request.programme_id,
        is_sent=is_sent,
        after=place(cursor, QueuePlace.read),
        limit=limit + 1,
    )
    shown, following = page_of(rows, limit, lambda row: (row.place.written(),))
    items = [
        Handover(
            redemption_id=each.part.redemption_id,
            part=each.part.part,
            member_id=each.part.member_id,
            reward_name=each.reward_name,
            what=str(each.part.gift.words(currency)),
            is_sent=isinstance(each.part.gift, ItemToHandOver) and each.part.gift.is_sent,
            quantity=each.part.quantity,
            fulfilled=each.part.fulfilled,
            last_day=each.part.last_day,
            granted_at=each.part.granted_at,
        )
        for each in shown
    ]
    return Page(items=items, next=following)


@router.get(
    "/donations",
    auth=ApiKeyAuth(Scope.redemptions_read),
    response=DonationList,
    summary="List what was donated",
    operation_id="list_donations",
)
def list_donations(request: ApiRequest) -> DonationList:
    """What members gave to each charity by redeeming, for the merchant to pass on."""
    currency = programme(request.conn, programme_id=request.programme_id).currency
    found = donated(request.conn, programme_id=request.programme_id)
    return DonationList(
        items=[
            Donated(charity=charity, times=number, amount=amount, currency=currency)
            for charity, number, amount in found
        ]
    )
