"""Stored value: money that members pay in and spend later."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from ninja import Router
from pydantic import ConfigDict, Field

from regulars.domain.access.contracts import Scope
from regulars.domain.stored_value.contracts import Act, ActKind
from regulars.domain.stored_value.queries import acts_by_id, acts_of
from regulars.flows.stored_value.accounts import LONGEST_NOTE, LONGEST_REFERENCE, purse_of
from regulars.flows.stored_value.freeze_value import freeze_value, thaw_value
from regulars.flows.stored_value.load_value import load_value
from regulars.flows.stored_value.look_at_value import StoredAccount, look_at_value
from regulars.flows.stored_value.pay_back_value import pay_back_value
from regulars.flows.stored_value.spend_value import give_back_value, spend_value
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.cursor import Cursor, Limit, Page, instant_and_id, page_of
from regulars.interfaces.api.v1.shapes import Amount, Input, Output, known_member, money_of, names_of

router = Router()
_REFERENCE = "Your own number of it; the same one again gives the first answer and moves nothing"


class LoadIn(Input):
    """Money that was paid in."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"amount": "50.00", "reference": "PAY-20931"}]})

    amount: Decimal = Field(description="In units of the currency")
    currency: str | None = Field(None, max_length=3, description="Checked where it is given: ISO 4217 code")
    reference: str = Field(max_length=LONGEST_REFERENCE, description=f"Of the payment. {_REFERENCE}")
    note: str = Field("", max_length=LONGEST_NOTE, description="For colleagues")


class SpendingIn(Input):
    """What is paid with stored value."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"amount": "12.40", "reference": "R-1042"}]})

    amount: Decimal = Field(description="In units of the currency")
    currency: str | None = Field(None, max_length=3, description="Checked where it is given: ISO 4217 code")
    reference: str = Field(max_length=LONGEST_REFERENCE, description=f"Of the receipt. {_REFERENCE}")
    partly: bool = Field(False, description="Spend what is there, where it is less; the answer says how much")
    note: str = Field("", max_length=LONGEST_NOTE, description="For colleagues")


class RefundIn(Input):
    """What goes back, and where to."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"movement": "01a200d6-7f19-7196-970a-ace10bb4f500", "to": "balance", "reference": "RET-7"}]
        }
    )

    movement: UUID = Field(description="The spending that comes back, or the load that is paid back")
    to: Literal["balance", "source"] = Field(
        description="balance: what was spent is there again; source: what was loaded leaves, and you pay it out"
    )
    amount: Decimal | None = Field(None, description="null: all that is left of it")
    reference: str = Field(max_length=LONGEST_REFERENCE, description=f"Of the refund. {_REFERENCE}")
    note: str = Field("", max_length=LONGEST_NOTE, description="For colleagues")


class ReasonIn(Input):
    """Why an account is stopped or opened again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The card was stolen"}]})

    reason: str = Field(min_length=1, max_length=LONGEST_NOTE, description="For colleagues; the member sees it not")


class StoredMovement(Output):
    """Something that was done with the account."""

    id: UUID
    member_id: UUID
    kind: str = Field(json_schema_extra=names_of(ActKind))
    amount: Amount = Field(description="What moved; zero where the account was stopped or opened")
    bonus: Amount = Field(description="Given on top of a load; of a payment back, taken back with it")
    paid_out: Amount = Field(
        description="Of a payment back, what you pay out: less than the amount where a gift was spent already"
    )
    reference: str
    source: str = Field(description="Of a refund, the reference of what goes back; empty otherwise")
    note: str
    entry_id: UUID | None = Field(description="The entry in the member's statement")
    created_at: datetime


class StoredAccountShown(Output):
    """What is in the account."""

    member_id: UUID
    available: Amount = Field(description="Can be spent now")
    held: Amount = Field(description="Set aside by a till; see holds")
    given: Amount = Field(description="Of the available money, what nobody paid: gifts that may expire")
    frozen: bool = Field(description="Nothing goes out")
    frozen_because: str = Field(description="For colleagues; empty where it is not frozen")


@router.get(
    "/members/{member_id}/stored-value",
    auth=ApiKeyAuth(Scope.points_read),
    response=StoredAccountShown,
    summary="Get a member's stored value",
    operation_id="get_stored_value",
)
def get_stored_value(request: ApiRequest, member_id: UUID) -> StoredAccountShown:
    """What can be spent, what is set aside, and whether the account is frozen."""
    known_member(request, member_id)
    found = look_at_value(request.conn, programme_id=request.programme_id, owner=member_id, now=request.now)
    return _account(member_id, found)


@router.get(
    "/members/{member_id}/stored-value/movements",
    auth=ApiKeyAuth(Scope.points_read),
    response=Page[StoredMovement],
    summary="List a member's stored value movements",
    operation_id="list_stored_value",
)
def list_stored_value(
    request: ApiRequest, member_id: UUID, cursor: Cursor = None, limit: Limit = 50
) -> Page[StoredMovement]:
    """What was loaded, spent, given back, paid back, moved and frozen, the latest first.

    What paid for orders stands in the member's entries, beside what was earned for them.
    """
    known_member(request, member_id)
    rows = acts_of(request.conn, owners=[member_id], before=instant_and_id(cursor), limit=limit + 1)
    shown, following = page_of(rows, limit, lambda row: (row.created_at, row.id))
    return Page(items=_shown(request, shown), next=following)


@router.post(
    "/members/{member_id}/stored-value/loads",
    auth=ApiKeyAuth(Scope.points_write),
    response={201: StoredMovement},
    summary="Load stored value",
    operation_id="load_stored_value",
)
def load(request: ApiRequest, member_id: UUID, body: LoadIn) -> StoredMovement:
    """Money that the member has paid comes into the account, with what the rulebook gives on top."""
    known_member(request, member_id)
    done = load_value(
        request.conn,
        programme_id=request.programme_id,
        member_id=member_id,
        amount=body.amount,
        reference=body.reference,
        now=request.now,
        by=request.key.by,
        currency=body.currency,
        note=body.note,
    )
    return _shown(request, [done])[0]


@router.post(
    "/members/{member_id}/stored-value/spendings",
    auth=ApiKeyAuth(Scope.redemptions_write),
    response={201: StoredMovement},
    summary="Spend stored value",
    operation_id="spend_stored_value",
)
def spend(request: ApiRequest, member_id: UUID, body: SpendingIn) -> StoredMovement:
    """Pays at once. A till in two steps places a hold of the same point type first (`POST /members/{id}/holds`)."""
    known_member(request, member_id)
    done = spend_value(
        request.conn,
        programme_id=request.programme_id,
        member_id=member_id,
        amount=body.amount,
        reference=body.reference,
        now=request.now,
        by=request.key.by,
        currency=body.currency,
        partly=body.partly,
        note=body.note,
    )
    return _shown(request, [done])[0]


@router.post(
    "/members/{member_id}/stored-value/refunds",
    auth=ApiKeyAuth(Scope.points_write),
    response={201: StoredMovement},
    summary="Refund stored value",
    operation_id="refund_stored_value",
)
def refund(request: ApiRequest, member_id: UUID, body: RefundIn) -> StoredMovement:
    """A spending comes back to the balance, or what is left of a load goes back to where it was paid from.

    Never more than it had moved. `paid_out` of the answer is what you pay to the source.
    """
    known_member(request, member_id)
    verb = give_back_value if body.to == "balance" else pay_back_value
    done = verb(
        request.conn,
        programme_id=request.programme_id,
        member_id=member_id,
        act_id=body.movement,
        reference=body.reference,
        now=request.now,
        by=request.key.by,
        amount=body.amount,
        note=body.note,
    )
    return _shown(request, [done])[0]


@router.post(
    "/members/{member_id}/stored-value/freeze",
    auth=ApiKeyAuth(Scope.points_write),
    response=StoredAccountShown,
    summary="Freeze stored value",
    operation_id="freeze_stored_value",
)
def freeze(request: ApiRequest, member_id: UUID, body: ReasonIn) -> StoredAccountShown:
    """Nothing is spent, sent or paid back any more. Freezing again changes nothing, not even the reason."""
    known_member(request, member_id)
    place: dict[str, Any] = {"programme_id": request.programme_id, "now": request.now}
    freeze_value(request.conn, member_id=member_id, reason=body.reason, by=request.key.by, **place)
    return _account(member_id, look_at_value(request.conn, owner=member_id, **place))


@router.post(
    "/members/{member_id}/stored-value/unfreeze",
    auth=ApiKeyAuth(Scope.points_write),
    response=StoredAccountShown,
    summary="Unfreeze stored value",
    operation_id="unfreeze_stored_value",
)
def unfreeze(request: ApiRequest, member_id: UUID, body: ReasonIn) -> StoredAccountShown:
    """Money can be spent again. An account that is not frozen stays as it is."""
    known_member(request, member_id)
    place: dict[str, Any] = {"programme_id": request.programme_id, "now": request.now}
    thaw_value(request.conn, member_id=member_id, reason=body.reason, by=request.key.by, **place)
    return _account(member_id, look_at_value(request.conn, owner=member_id, **place))


def _account(member_id: UUID, found: StoredAccount) -> StoredAccountShown:
    return StoredAccountShown(
        member_id=member_id,
        available=money_of(found.available, found.currency),
        held=money_of(found.held, found.currency),
        given=money_of(found.given, found.currency),
        frozen=found.stopped is not None,
        frozen_because=found.stopped.note if found.stopped else "",
    )


def _shown(request: ApiRequest, acts: list[Act]) -> list[StoredMovement]:
    currency = purse_of(request.conn, programme_id=request.programme_id, now=request.now).currency
    undone = acts_by_id(request.conn, ids=[each.of for each in acts if each.of is not None])
    return [
        StoredMovement(
            id=each.id,
            member_id=each.owner,
            kind=each.kind.name,
            amount=money_of(each.amount, currency),
            bonus=money_of(each.bonus, currency),
            paid_out=money_of(each.paid_out, currency),
            reference=each.reference,
            source=undone[each.of].reference if each.of in undone else "",
            note=each.note,
            entry_id=each.entry_id,
            created_at=each.created_at,
        )
        for each in acts
    ]
