"""Payments: an order is paid with points, gift cards, stored value and money, in this order and in one call."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from ninja import Router
from pydantic import ConfigDict, Field

from regulars.domain.access.contracts import Scope
from regulars.domain.events.contracts import Order, OrderLine
from regulars.domain.stored_value.contracts import Part, PartKind
from regulars.flows.stored_value.accounts import LONGEST_REFERENCE, purse_of
from regulars.flows.stored_value.pay_order import Wish, pay_order, quote_payment
from regulars.flows.stored_value.refund_order import refund_order
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.v1.shapes import Amount, Input, MemberNamed, Output, find_member, money_of, names_of

router = Router()


class MeansOfPayment(Input):
    """What may pay for an order."""

    points: int | None = Field(
        default=None, ge=0, description="At most so many points; null: as many as the rulebook lets"
    )
    account: bool = Field(default=True, description="Whether the member's stored value pays")
    cards: list[UUID] = Field(
        default=[], max_length=10, description="Gift cards in their order; ids as `check` answers them"
    )


class PaymentQuoteIn(Input):
    """An amount that is to be paid."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"member": {"external_id": "C-1001"}, "amount": "40.00", "means": {}}]}
    )

    member: MemberNamed
    amount: Decimal = Field(description="In units of the currency")
    currency: str | None = Field(None, max_length=3, description="Checked where it is given: ISO 4217 code")
    means: MeansOfPayment = Field(MeansOfPayment(), description="What may pay")


class PaidLine(Input):
    """A line of the order, as in events."""

    name: str = Field("", max_length=200)
    sku: str = Field("", max_length=100)
    category: str = Field("", max_length=200)
    brand: str = Field("", max_length=200)
    quantity: Decimal = Field(Decimal(1), description="How many")
    amount: Decimal = Field(description="What is paid for the line")


class PaidOrder(Input):
    """The order that is paid."""

    number: str = Field(max_length=100, description="Unique for ever")
    currency: str = Field(max_length=3, description="ISO 4217 code")
    total: Decimal = Field(description="In units of the currency, after discounts")
    store: str = Field("", max_length=200)
    channel: str = Field("", max_length=200)
    lines: list[PaidLine] = Field([], max_length=2_000)


class PaymentIn(Input):
    """An order, and what pays for it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "till-7-000123",
                    "source": "till",
                    "member": {"external_id": "C-1001"},
                    "order": {"number": "R-1042", "currency": "EUR", "total": "40.00"},
                    "means": {"points": 500},
                }
            ]
        }
    )

    id: str = Field(max_length=200, description="Your id of the order's event, as in events")
    source: str = Field("", max_length=100)
    member: MemberNamed
    order: PaidOrder
    means: MeansOfPayment = Field(MeansOfPayment(), description="What may pay")


class PaymentPartShown(Output):
    """What pays a part."""

    kind: str = Field(json_schema_extra=names_of(PartKind))
    amount: Amount
    points: int = Field(description="How many points pay it; 0 otherwise")
    card_id: UUID | None = Field(description="The gift card that pays it")
    movement_id: UUID | None = Field(description="The spending of stored value")


class PaymentQuoted(Output):
    """The parts, which sum to the amount."""

    parts: list[PaymentPartShown]


class OrderPaymentShown(Output):
    """How the order was paid, and what its event gave."""

    order_number: str
    member_id: UUID
    total: Amount
    parts: list[PaymentPartShown]
    event: dict[str, Any] = Field(description="The answer to the order, as `POST /events` gives it")
    created_at: datetime


class RefundOrderIn(Input):
    """How much goes back of what money and stored value had paid."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"order_number": "R-1042", "amount": "12.40", "reference": "RET-7"}]}
    )

    order_number: str = Field(max_length=100)
    amount: Decimal = Field(description="In units of the currency")
    reference: str = Field(max_length=LONGEST_REFERENCE, description="Your own number of the refund; it counts once")


class RefundedOrder(Output):
    """What went back."""

    order_number: str
    reference: str
    money: Amount = Field(description="To be paid out by you")
    value: Amount = Field(description="Back in the account and on the cards")
    movements: list[UUID] = Field(description="Of stored value")


@router.post(
    "/payments/quote",
    auth=ApiKeyAuth(Scope.points_read),
    response=PaymentQuoted,
    summary="Quote a payment",
    operation_id="quote_payment",
)
def quote(request: ApiRequest, body: PaymentQuoteIn) -> PaymentQuoted:
    """The parts to the cent: points, then gift cards and account as the rulebook orders them, then money.

    Writes nothing.
    """
    parts = quote_payment(
        request.conn, programme_id=request.programme_id, member_id=find_member(request, body.member),
        amount=body.amount, wish=_wish(body.means), now=request.now, currency=body.currency,
    )  # fmt: skip
    return PaymentQuoted(parts=_parts(request, parts))


@router.post(
    "/payments",
    auth=ApiKeyAuth(Scope.redemptions_write),
    response={201: OrderPaymentShown},
    summary="Pay an order",
    operation_id="create_payment",
)
def pay(request: ApiRequest, body: PaymentIn) -> OrderPaymentShown:
    """Takes all parts and accepts the order, or does neither. The same order again gives the first answer."""
    order = Order(
        number=body.order.number, currency=body.order.currency, total=body.order.total, store=body.order.store,
        channel=body.order.channel, lines=[OrderLine(**each.model_dump()) for each in body.order.lines],
    )  # fmt: skip
    done = pay_order(
        request.conn, programme_id=request.programme_id, member_id=find_member(request, body.member), order=order,
        event_id=body.id, source=body.source, wish=_wish(body.means), now=request.now, by=request.key.by,
    )  # fmt: skip
    return OrderPaymentShown(
        order_number=done.payment.order_number,
        member_id=done.payment.member_id,
        total=money_of(done.payment.total, body.order.currency),
        parts=_parts(request, done.payment.parts),
        event=done.answer,
        created_at=done.payment.created_at,
    )


@router.post(
    "/payments/refunds",
    auth=ApiKeyAuth(Scope.points_write),
    response={201: RefundedOrder},
    summary="Refund a payment",
    operation_id="refund_payment",
)
def refund(request: ApiRequest, body: RefundOrderIn) -> RefundedOrder:
    """Money first, then stored value in reverse order of paying. Points come back with the order's `return` event."""
    done = refund_order(
        request.conn, programme_id=request.programme_id, order_number=body.order_number, amount=body.amount,
        reference=body.reference, now=request.now, by=request.key.by,
    )  # fmt: skip
    currency = purse_of(request.conn, programme_id=request.programme_id, now=request.now).currency
    return RefundedOrder(
        order_number=body.order_number,
        reference=done.reference,
        money=money_of(done.money, currency),
        value=money_of(done.value, currency),
        movements=list(done.acts),
    )


def _wish(means: MeansOfPayment) -> Wish:
    return Wish(means.points, means.account, tuple(means.cards))


def _parts(request: ApiRequest, parts: tuple[Part, ...]) -> list[PaymentPartShown]:
    currency = purse_of(request.conn, programme_id=request.programme_id, now=request.now).currency
    return [
        PaymentPartShown(
            kind=each.kind.name,
            amount=money_of(each.amount, currency),
            points=each.points,
            card_id=each.owner if each.kind is PartKind.card else None,
            movement_id=each.act,
        )
        for each in parts
    ]
