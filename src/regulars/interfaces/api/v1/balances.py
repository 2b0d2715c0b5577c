"""Balances: what a member can spend, what is held, what it is worth, and what expires when."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from ninja import Router
from pydantic import Field

from regulars.domain.access.contracts import Scope
from regulars.domain.ledger.contracts import Balance
from regulars.domain.ledger.queries import balances, expiring
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.domain.programmes.rulebook import PointType
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.v1.shapes import Amount, Output, known_member
from regulars.kernel.clock import local_day
from regulars.kernel.money import decimals_of

router = Router()


class ExpiringPoints(Output):
    """Points that go after their last day if they are not spent."""

    last_day: date = Field(description="The last local day on which they can be spent")
    points: int


class MemberBalance(Output):
    """What a member has of one point type."""

    point_type: str = Field(description="The id in the rulebook", examples=["points"])
    name: str = Field(description="What members call these points")
    unit: str = Field(description="points; or money: each is the smallest unit of the currency", examples=["points"])
    available: int = Field(description="Can be spent now")
    held: int = Field(description="Set aside for redemptions that are not confirmed")
    pending: int = Field(description="On their way: there, and not to be spent yet")
    worth: Amount | None = Field(description="Of the available points; null where the rulebook says no worth")
    expiring: list[ExpiringPoints] = Field(description="What expires when, the earliest first")


class MemberBalances(Output):
    """All balances of a member."""

    member_id: UUID
    balances: list[MemberBalance]


@router.get(
    "/members/{member_id}/balances",
    auth=ApiKeyAuth(Scope.points_read),
    response=MemberBalances,
    summary="Get a member's balances",
    operation_id="get_balances",
)
def get_balances(request: ApiRequest, member_id: UUID) -> MemberBalances:
    """Available, held, worth and expiring points of every point type of the rulebook."""
    known_member(request, member_id)
    rules = shelf(request.conn, programme_id=request.programme_id)
    found = balances(request.conn, owners=[member_id])
    shown = []
    for point_type in rules.latest.rulebook.point_types:
        number = rules.point_types[point_type.id]
        shown.append(_shown(request, rules, member_id, point_type, found.get((member_id, number), Balance())))
    return MemberBalances(member_id=member_id, balances=shown)


def _shown(
    request: ApiRequest, rules: Shelf, member_id: UUID, point_type: PointType, balance: Balance
) -> MemberBalance:
    """Points whose last day is over are no longer shown, even before the nightly posting takes them."""
    number = rules.point_types[point_type.id]
    today = local_day(request.now, rules.programme.time_zone)
    lots = expiring(request.conn, owner=member_id, point_type=number)
    gone = sum(each.points for each in lots if each.last_day < today)
    available = balance.available - gone
    return MemberBalance(
        point_type=point_type.id,
        name=point_type.name,
        unit=point_type.unit,
        available=available,
        held=balance.held,
        pending=balance.pending,
        worth=_worth(rules.latest.rulebook.worth_of(point_type), available, rules.programme.currency),
        expiring=[
            ExpiringPoints(last_day=each.last_day, points=each.points) for each in lots if each.last_day >= today
        ],
    )


def _worth(worth: Decimal | None, available: int, currency: str) -> Amount | None:
    if worth is None:
        return None
    # Rounded to the currency's places, half to even, for display only: nothing is booked by it.
    return Amount(amount=round(worth * max(available, 0), decimals_of(currency)), currency=currency)
