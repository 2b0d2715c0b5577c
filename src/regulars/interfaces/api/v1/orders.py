"""Orders: what was bought, what came back and what is left; and what a return would do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field

from regulars.domain.access.contracts import Scope
from regulars.domain.events.contracts import ORDER, ReturnedOrder
from regulars.domain.events.queries import sources_of
from regulars.domain.members.queries import member
from regulars.domain.programmes.queries import shelf
from regulars.flows.orders_on_file import OrderOnFile, orders_on_file
from regulars.flows.preview_return import preview_return
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.errors import PROBLEM
from regulars.interfaces.api.v1.events import sends
from regulars.interfaces.api.v1.shapes import Amount, Output, money_of
from regulars.interfaces.wire.events import decode_event
from regulars.kernel.errors import Conflict, NotFound

router = Router()
_JSON = "application/json; charset=utf-8"


class OrderLineShown(Output):
    """A line of an order, and what is left of it."""

    line: int = Field(description="Its place in the order, from 1, by which returns name it")
    sku: str
    name: str
    category: str
    quantity: Decimal = Field(description="Bought")
    quantity_left: Decimal = Field(description="Not returned")
    amount: Amount = Field(description="What was paid for the whole line")


class GrantShown(Output):
    """What one rule gave for the order, and what returns took back of it."""

    rule: str
    name: str
    point_type: str
    points: int
    revoked: int = Field(description="Points that no longer count, whether or not they were there to take back")


class OrderShown(Output):
    """An order with what came back of it."""

    number: str
    source: str
    event: UUID = Field(description="The event that brought it")
    member_id: UUID
    ordered_at: datetime
    rulebook_version: int = Field(description="That priced it, and prices its returns")
    total: Amount
    returned: Amount = Field(description="Money that went back")
    left: Amount
    whole: bool = Field(description="Whether all of it came back")
    points_used: int = Field(description="Points that paid for part of it")
    lines: list[OrderLineShown]
    points: list[GrantShown]
    returns: list[UUID] = Field(description="The events that brought its returns, the first one first")


@router.post(
    "/orders/return-preview",
    auth=ApiKeyAuth(Scope.events_write),
    response={200: None},
    summary="Preview a return",
    operation_id="preview_return",
    openapi_extra=sends(
        "Event", {200: ("What sending it now would answer", "EventAnswer")}, "#/components/examples/Return"
    ),
)
def preview(request: ApiRequest) -> HttpResponse:
    """The answer that `POST /events` would give to this return now: nothing is written, and its ids lead nowhere."""
    outcome = preview_return(
        request.conn, decode_event(request.body), programme_id=request.programme_id, now=request.now
    )
    good = outcome.status < 300
    return HttpResponse(outcome.body, status=200 if good else outcome.status, content_type=_JSON if good else PROBLEM)


@router.get(
    "/orders/{number}",
    auth=ApiKeyAuth(Scope.points_read),
    response=OrderShown,
    summary="Get an order",
    operation_id="get_order",
)
def get_order(
    request: ApiRequest,
    number: str,
    source: Annotated[str | None, Query(None, max_length=60, description="The system that sent it")] = None,
) -> OrderShown:
    """An order with its lines, the points it gave, and what returns took back. Without a source all are looked at."""
    rules = shelf(request.conn, programme_id=request.programme_id)
    sources = [source] if source else sources_of(request.conn, programme_id=request.programme_id)
    found = [
        each
        for each in orders_on_file(request.conn, rules, [(one, ReturnedOrder(number)) for one in sources]).values()
        if each.event.type == ORDER and _is_ours(request, each)
    ]
    if not found:
        raise NotFound(
            "order_not_found",
            "There is no such order",
            detail=f"No order {number!r}{f' of {source!r}' if source else ''} is known.",
            remedy="Give the number as the shop sent it; an order that was not sent yet is not known.",
            field="number",
        )
    if len(found) > 1:
        raise _ambiguous(number, found)
    return _shown(found[0])


def _is_ours(request: ApiRequest, order: OrderOnFile) -> bool:
    return member(request.conn, programme_id=request.programme_id, member_id=order.event.member_id) is not None


def _ambiguous(number: str, found: Sequence[OrderOnFile]) -> Conflict:
    return Conflict(
        "order_ambiguous",
        "Several orders have this number",
        detail=f"{number!r} is an order of {', '.join(sorted(each.event.source for each in found))}.",
        remedy="Say which one: add ?source= and the system that sent it.",
        field="source",
    )


def _shown(order: OrderOnFile) -> OrderShown:
    bought, left, codes = order.left.order, order.left, order.rulebook.point_type_ids
    currency = bought.currency
    return OrderShown(
        number=bought.number,
        source=order.event.source,
        event=order.event.id,
        member_id=order.event.member_id,
        ordered_at=order.event.occurred_at,
        rulebook_version=order.rulebook.version,
        total=money_of(left.total, currency),
        returned=money_of(left.returned, currency),
        left=money_of(left.money, currency),
        whole=left.whole,
        points_used=bought.points_used.points if bought.points_used else 0,
        lines=[
            OrderLineShown(
                line=index + 1, sku=line.sku, name=line.name, category=line.category, quantity=line.quantity,
                quantity_left=left.quantities[index] or Decimal(0), amount=money_of(left.line_totals[index], currency),
            )
            for index, line in enumerate(bought.lines)
        ],
        points=[
            GrantShown(
                rule=each.rule, name=order.rulebook.rule_names[each.rule], point_type=each.point_type,
                points=each.points, revoked=order.revoked.get((codes[each.point_type], each.rule), 0),
            )
            for each in order.granted
        ],
        returns=[UUID(bytes=each) for each in order.earlier],
    )  # fmt: skip
