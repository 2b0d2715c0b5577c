"""Voucher codes on orders: what they give, reserved, redeemed, let go, rolled back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from ninja import Query, Router
from pydantic import ConfigDict, Field

from regulars.domain.access.contracts import Scope
from regulars.domain.programmes.queries import programme
from regulars.domain.vouchers.attempts import Trier
from regulars.domain.vouchers.contracts import (
    Basket,
    Checked,
    CodeSaid,
    Line,
    OrderOfCodes,
    OrderState,
)
from regulars.domain.vouchers.queries import order_of_codes
from regulars.domain.vouchers.why_words import why_words
from regulars.flows.vouchers.asking import CodesAsked, OrderNamed
from regulars.flows.vouchers.check_codes import check_codes
from regulars.flows.vouchers.refusals import order_not_known
from regulars.flows.vouchers.use_codes import (
    redeem_codes,
    redeem_reserved,
    release_codes,
    reserve_codes,
    roll_back_codes,
)
from regulars.flows.vouchers.wrong_codes import not_accepted
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.v1.code_counting import counted, triers_of
from regulars.interfaces.api.v1.shapes import Input, MemberNamed, Output, find_member, names_of
from regulars.kernel.errors import Refusal
from regulars.kernel.money import from_minor, to_minor

router = Router()
_LINES: Any = [
    {"amount": "25.90", "sku": "4005900", "category": "coffee"},
    {"amount": "20.00", "sku": "7613035", "category": "kitchen"},
]
Number = Annotated[str, Field(min_length=1, max_length=100, description="The number of the order")]
Source = Annotated[str, Field(min_length=1, max_length=60, description="The system that counts the numbers")]


class LineIn(Input):
    """A line of the order. amount: what it costs, all pieces together, before the codes."""

    model_config = ConfigDict(json_schema_extra={"examples": _LINES[:1]})

    amount: Decimal
    sku: str = Field("", max_length=200)
    category: str = Field("", max_length=200)
    brand: str = Field("", max_length=200)


class CodesIn(Input):
    """Codes that are shown for an order. lines: of the order; or total, of an order without lines."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"codes": ["K7QM-2XPA-9RTD-HW3E"], "lines": _LINES, "member": {"external_id": "C-1001"}}]
        }
    )

    codes: list[Annotated[str, Field(max_length=100)]] = Field(max_length=100, description="In their order")
    lines: list[LineIn] = Field(default_factory=list, max_length=2_000)
    total: Decimal | None = Field(None, description="What the order costs, where it has no lines")
    shipping: Decimal = Field(Decimal(0), ge=0, description="What sending it costs")
    channel: str = Field("", max_length=60)
    store: str = Field("", max_length=120)
    member: MemberNamed | None = Field(None, description="Whose order it is, where it is known")
    till: str = Field("", max_length=60, description="The till at which the codes are typed: wrong ones are counted")
    shopper: str = Field("", max_length=200, description="What tells who types them, such as the address on the net")


class OfOrder(Input):
    """Which order: its number is unique for ever within its source."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"order": "A-1207", "source": "web shop"}]})

    order: Number
    source: Source = "api"


class ReservationIn(CodesIn, OfOrder):
    """Codes to reserve for an order."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"order": "A-1207", "codes": ["K7QM-2XPA-9RTD-HW3E"], "lines": _LINES}]}
    )

    seconds: int = Field(900, description="How long nobody else can use them: a minute to a day")


class CodesRedeemedIn(CodesIn, OfOrder):
    """Codes to use on an order. Without codes: those that are reserved for it, as they were worked out then."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"order": "A-1207", "codes": ["K7QM-2XPA-9RTD-HW3E"], "lines": _LINES}]}
    )

    codes: list[Annotated[str, Field(max_length=100)]] = Field(
        default_factory=list, max_length=100, description="In their order; none: those that are reserved"
    )


class LineOff(Output):
    """What comes off a line. line: its place in the order, from 1."""

    line: int
    amount: Decimal


class CodeShown(Output):
    """What one code gives. why: a word, where it gives nothing; detail: the same in words."""

    code: str = Field(description="As it was sent")
    amount: Decimal = Field(description="Off the lines and the shipping together")
    lines: list[LineOff]
    shipping: Decimal = Field(description="Off the shipping")
    why: str | None = Field(description="A word for programs, such as below_minimum or not_accepted; null: it gives")
    detail: str | None


class CodesChecked(Output):
    """What the codes give together. left, shipping_left: what is still to be paid."""

    currency: str
    amount: Decimal
    left: Decimal
    shipping_left: Decimal
    codes: list[CodeShown]


class OrderOfCodesShown(CodesChecked):
    """Codes that are reserved for an order, or were used on it."""

    id: UUID
    order: str
    source: str
    state: str = Field(json_schema_extra=names_of(OrderState))
    member_id: UUID | None
    changed_at: datetime
    expires_at: datetime | None = Field(description="Until when they are reserved")


@router.post(
    "/vouchers/check",
    auth=ApiKeyAuth(Scope.vouchers_redeem),
    response=CodesChecked,
    summary="Check codes",
    operation_id="check_vouchers",
)
def check(request: ApiRequest, body: CodesIn) -> CodesChecked:
    """What each code gives on the order, line by line, and why one gives nothing. Writes nothing.

    A code that is unknown, void or another member's says `not_accepted`, whichever it is; such codes are counted, and
    whoever tries too many has to wait.
    """
    work_for = programme(request.conn, programme_id=request.programme_id)
    with counted(request, body.codes, _triers(request, body)) as wrong:
        found = check_codes(request.conn, _asked(request, body), programme_id=request.programme_id, now=request.now)
        wrong += not_accepted(found.said)
    return CodesChecked(**_checked(found, work_for.currency))


@router.post(
    "/vouchers/reserve",
    auth=ApiKeyAuth(Scope.vouchers_redeem),
    response=OrderOfCodesShown,
    summary="Reserve codes for an order",
    operation_id="reserve_vouchers",
)
def reserve(request: ApiRequest, body: ReservationIn) -> OrderOfCodesShown:
    """Nobody else can use them meanwhile. Again for the same order: the new wish in place of the old one, anew."""
    work_for = programme(request.conn, programme_id=request.programme_id)
    with counted(request, body.codes, _triers(request, body)):
        done = reserve_codes(
            request.conn, OrderNamed(body.source, body.order), _asked(request, body),
            lasts=timedelta(seconds=min(max(body.seconds, 0), 10**7)), programme_id=request.programme_id,
            now=request.now, by=request.key.by,
        )  # fmt: skip
    return _shown(done, work_for.currency)


@router.post(
    "/vouchers/redeem",
    auth=ApiKeyAuth(Scope.vouchers_redeem),
    response=OrderOfCodesShown,
    summary="Redeem codes on an order",
    operation_id="redeem_vouchers",
)
def redeem(request: ApiRequest, body: CodesRedeemedIn) -> OrderOfCodesShown:
    """Uses exactly the codes that change something; the others stay as they are. The order is the key: the same codes
    again get the first answer, other ones are refused."""
    work_for = programme(request.conn, programme_id=request.programme_id)
    named = OrderNamed(body.source, body.order)
    place: dict[str, Any] = {"programme_id": request.programme_id, "now": request.now, "by": request.key.by}
    with counted(request, body.codes, _triers(request, body)):
        if body.codes:
            done = redeem_codes(request.conn, named, _asked(request, body), **place)
        else:
            done = redeem_reserved(request.conn, named, **place)
    return _shown(done, work_for.currency)


@router.post(
    "/vouchers/release",
    auth=ApiKeyAuth(Scope.vouchers_redeem),
    response=OrderOfCodesShown,
    summary="Let reserved codes go",
    operation_id="release_vouchers",
)
def release(request: ApiRequest, body: OfOrder) -> OrderOfCodesShown:
    """They can be used by others again. Doing it again changes nothing."""
    done = release_codes(
        request.conn, OrderNamed(body.source, body.order), programme_id=request.programme_id, now=request.now
    )
    return _shown(done, programme(request.conn, programme_id=request.programme_id).currency)


@router.post(
    "/vouchers/roll-back",
    auth=ApiKeyAuth(Scope.vouchers_redeem),
    response=OrderOfCodesShown,
    summary="Roll back the codes of an order",
    operation_id="roll_back_vouchers",
)
def roll_back(request: ApiRequest, body: OfOrder) -> OrderOfCodesShown:
    """All codes of the order can be used again; of an order that is returned in part, roll nothing back. Doing it again
    changes nothing."""
    done = roll_back_codes(
        request.conn, OrderNamed(body.source, body.order), programme_id=request.programme_id, now=request.now,
        by=request.key.by,
    )  # fmt: skip
    return _shown(done, programme(request.conn, programme_id=request.programme_id).currency)


@router.get(
    "/vouchers/orders",
    auth=ApiKeyAuth(Scope.vouchers_redeem),
    response=OrderOfCodesShown,
    summary="Get the codes of an order",
    operation_id="get_voucher_order",
)
def get_order(
    request: ApiRequest,
    order: Annotated[str, Query(min_length=1, max_length=100, description="The number of the order")],
    source: Annotated[str, Query(min_length=1, max_length=60, description="Its source")] = "api",
) -> OrderOfCodesShown:
    """What codes gave on the order, or would give while they are reserved."""
    found = order_of_codes(request.conn, programme_id=request.programme_id, source=source, number=order)
    if found is None:
        raise order_not_known(OrderNamed(source, order))
    return _shown(found, programme(request.conn, programme_id=request.programme_id).currency)


def codes_said(said: Sequence[CodeSaid], currency: str) -> list[CodeShown]:
    """What each code gives, as it is answered."""
    found = []
    for each in said:
        why = why_words(each)
        lines = [
            LineOff(line=number, amount=from_minor(share, currency))
            for number, share in enumerate(each.shares, 1)
            if share
        ]
        found.append(
            CodeShown(
                code=each.code,
                amount=from_minor(each.amount, currency),
                lines=lines,
                shipping=from_minor(each.shipping, currency),
                why=each.why or None,
                detail=None if why is None else str(why),
            )
        )
    return found


def _checked(found: Checked, currency: str) -> dict[str, Any]:
    return {
        "currency": currency,
        "amount": from_minor(found.amount, currency),
        "left": from_minor(sum(found.lines), currency),
        "shipping_left": from_minor(found.shipping, currency),
        "codes": codes_said(found.said, currency),
    }


def _shown(found: OrderOfCodes, currency: str) -> OrderOfCodesShown:
    return OrderOfCodesShown(
        id=found.id,
        order=found.number,
        source=found.source,
        state=found.state.name,
        member_id=found.member_id,
        changed_at=found.changed_at,
        expires_at=found.expires_at,
        **_checked(found.checked, currency),
    )


def _asked(request: ApiRequest, body: CodesIn) -> CodesAsked:
    currency = programme(request.conn, programme_id=request.programme_id).currency
    if body.lines and body.total is not None:
        raise Refusal(
            "total_unclear", "Lines and total were sent", detail="An order has lines, or a total in their place.",
            remedy="Leave total out.", field="total",
        )  # fmt: skip
    lines = [
        Line(to_minor(each.amount, currency, field=f"lines[{n}].amount"), each.sku, each.category, each.brand)
        for n, each in enumerate(body.lines)
    ]
    if body.total is not None:
        lines = [Line(to_minor(body.total, currency, field="total"))]
    basket = Basket(tuple(lines), to_minor(body.shipping, currency, field="shipping"), body.channel, body.store)
    member = None if body.member is None else find_member(request, body.member)
    return CodesAsked(tuple(body.codes), basket, member)


def _triers(request: ApiRequest, body: CodesIn) -> list[Trier]:
    member = "" if body.member is None else body.member.model_dump_json(exclude_none=True)
    return triers_of(request, till=body.till, shopper=body.shopper, member=member)
