"""Redemptions: from the quote to the code, and back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from ninja import Query, Router
from pydantic import ConfigDict, Field

from regulars.domain.access.contracts import Scope
from regulars.domain.merges.queries import parts_of
from regulars.domain.programmes.queries import shelf
from regulars.domain.rewards.contracts import (
    Due,
    GrantedPart,
    PartState,
    Redemption,
    RedemptionNotFound,
    RedemptionState,
)
from regulars.domain.rewards.gifts import GIFTS, Access, Window
from regulars.domain.rewards.queries import payments_of, redemption, redemption_of_code, redemptions_of_member
from regulars.domain.vouchers.contracts import VoucherState
from regulars.flows.fulfil_redemption import hand_over, use_voucher
from regulars.flows.granting.parts import parts_of_redemption
from regulars.flows.hold_points import HOLD_LASTS
from regulars.flows.quote_reward import quote_reward
from regulars.flows.redeem_reward import confirm_redemption, redeem_reward
from regulars.flows.reverse_redemption import release_redemption, reverse_redemption
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.cursor import Cursor, Limit, Page, instant_and_id, page_of
from regulars.interfaces.api.idempotency import require_key
from regulars.interfaces.api.v1.rewards import RewardOffer, known_reward, offer_of
from regulars.interfaces.api.v1.shapes import Input, MemberNamed, Output, find_member, known_member, names_of
from regulars.kernel.codes import code_form

router = Router()


class ShareIn(Input):
    """What one member of the household pays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"member": {"external_id": "C-1002"}, "points": 200}]})

    member: MemberNamed
    points: int = Field(ge=0, le=1_000_000_000, description="Points of this member's own")


class PaymentShown(Output):
    """What one member paid, or would pay."""

    member_id: UUID
    points: int


class Wish(Input):
    """Which member wants which reward."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"member": {"external_id": "C-1001"}, "reward": "five-off"}]}
    )

    member: MemberNamed
    reward: str = Field(min_length=1, max_length=60, description="The code of the reward")

    shares: list[ShareIn] | None = Field(
        None,
        max_length=20,
        description="Who of the household pays how much, where its debit order is chosen; null: the member alone",
    )


class RedemptionIn(Wish):
    """A reward to redeem. hold: only set the points aside, to be confirmed or released within 15 minutes."""

    hold: bool = Field(False, description="true: hold the points until the redemption is confirmed")
    store: str = Field("", max_length=80, description="Where, for a reward that counts its units by store")
    choices: dict[str, str] = Field(
        {}, max_length=20, description='An answer for each question that the reward `asks`: {"item": "Latte"}'
    )


class HandingOver(Input):
    """What was handed over, or sent. part: which of the things that wait; count: how many of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"part": None, "count": 1}]})

    part: int | None = Field(None, ge=1, le=100, description="Number of the part; null: the first that waits")
    count: int | None = Field(None, ge=1, le=1_000, description="How many of it; null: all that are left")


class ReversalIn(Input):
    """Why a redemption is undone."""

    reason: str = Field("", max_length=200, description="For your own records")


class Voucher(Output):
    """The code that the member got."""

    code: str
    state: str = Field(json_schema_extra=names_of(VoucherState))
    last_day: date | None = Field(description="The last local day on which it can be used; null: for ever")


class GiftShown(Output):
    """One thing that a redemption gave."""

    part: int = Field(description="Its number, from 1")
    kind: str = Field(description="What kind of thing it is", json_schema_extra={"enum": [*sorted(GIFTS)]})
    what: str = Field(description="In words", examples=["3 times Beans"])
    state: str = Field(json_schema_extra=names_of(PartState))
    due: str = Field(
        description="Who has to do something about it: the member uses it, or staff hand it over",
        json_schema_extra=names_of(Due),
    )
    quantity: int
    fulfilled: int = Field(description="How many of them were used or handed over")
    last_day: date | None = Field(description="The last local day on which it is of use; null: for ever")
    text: str = Field(description="Of members-only content: what there is to read")
    link: str = Field(description="Of content and early access: where it is")


class RedemptionShown(Output):
    """What a member got for points."""

    id: UUID
    member_id: UUID
    reward_name: str = Field(description="As it was called then")
    reward_type: str
    point_type: str
    price: int
    state: str = Field(json_schema_extra=names_of(RedemptionState))
    paid_by: list[PaymentShown] = Field(description="Whose points paid: the member's, or those of the household")
    voucher: Voucher | None = Field(description="Where the reward gives a code, once it is granted")
    choices: dict[str, str] = Field(description="What the member chose")
    gave: list[GiftShown] = Field(description="All that it gave, once it is granted")
    created_at: datetime
    changed_at: datetime


@router.post(
    "/redemptions/quote",
    auth=ApiKeyAuth(Scope.rewards_read),
    response=RewardOffer,
    summary="Quote a redemption",
    operation_id="quote_redemption",
)
def quote_redemption(request: ApiRequest, body: Wish) -> RewardOffer:
    """What redeeming would take now, and why not where it cannot be done. Writes nothing."""
    quote = quote_reward(
        request.conn,
        programme_id=request.programme_id,
        member_id=find_member(request, body.member),
        reward_id=known_reward(request, body.reward).id,
        now=request.now,
        chosen=_chosen(request, body),
    )
    return offer_of(quote, shelf(request.conn, programme_id=request.programme_id).programme.currency)


@router.post(
    "/redemptions",
    auth=ApiKeyAuth(Scope.redemptions_write),
    response={201: RedemptionShown},
    summary="Redeem a reward",
    operation_id="create_redemption",
)
def create_redemption(request: ApiRequest, body: RedemptionIn) -> RedemptionShown:
    """Takes the points and grants the reward, in one transaction. Needs an Idempotency-Key."""
    require_key(request)
    done = redeem_reward(
        request.conn,
        programme_id=request.programme_id,
        member_id=find_member(request, body.member),
        reward_id=known_reward(request, body.reward).id,
        now=request.now,
        by=request.key.by,
        hold_for=HOLD_LASTS if body.hold else None,
        chosen=_chosen(request, body),
        choices=body.choices,
        store=body.store,
    )
    return _shown(request, done)


@router.post(
    "/redemptions/{redemption_id}/confirm",
    auth=ApiKeyAuth(Scope.redemptions_write),
    response=RedemptionShown,
    summary="Confirm a held redemption",
    operation_id="confirm_redemption",
)
def confirm(request: ApiRequest, redemption_id: UUID) -> RedemptionShown:
    """The held points are spent for good and the reward is granted. Confirming again changes nothing."""
    done = confirm_redemption(
        request.conn,
        programme_id=request.programme_id,
        redemption_id=redemption_id,
        now=request.now,
        by=request.key.by,
    )
    return _shown(request, done)


@router.post(
    "/redemptions/{redemption_id}/release",
    auth=ApiKeyAuth(Scope.redemptions_write),
    response=RedemptionShown,
    summary="Release a held redemption",
    operation_id="release_redemption",
)
def release(request: ApiRequest, redemption_id: UUID) -> RedemptionShown:
    """The held points can be spent again. Releasing again changes nothing."""
    done = release_redemption(
        request.conn,
        programme_id=request.programme_id,
        redemption_id=redemption_id,
        now=request.now,
        by=request.key.by,
    )
    return _shown(request, done)


@router.post(
    "/redemptions/{redemption_id}/reverse",
    auth=ApiKeyAuth(Scope.redemptions_write),
    response=RedemptionShown,
    summary="Reverse a redemption",
    operation_id="reverse_redemption",
)
def reverse(request: ApiRequest, redemption_id: UUID, body: ReversalIn | None = None) -> RedemptionShown:
    """Gives the points back to the lots they came from and makes the code void. A used code is refused."""
    done = reverse_redemption(
        request.conn,
        programme_id=request.programme_id,
        redemption_id=redemption_id,
        now=request.now,
        by=request.key.by,
        note=body.reason if body else "",
    )
    return _shown(request, done)


@router.post(
    "/redemptions/{redemption_id}/use",
    auth=ApiKeyAuth(Scope.redemptions_write),
    response=RedemptionShown,
    summary="Use the code of a redemption",
    operation_id="use_redemption",
)
def use(request: ApiRequest, redemption_id: UUID) -> RedemptionShown:
    """The member used the code: from now on the redemption cannot be reversed."""
    done = use_voucher(
        request.conn,
        programme_id=request.programme_id,
        redemption_id=redemption_id,
        now=request.now,
        by=request.key.by,
    )
    return _shown(request, done)


@router.post(
    "/redemptions/{redemption_id}/hand-over",
    auth=ApiKeyAuth(Scope.redemptions_write),
    response=RedemptionShown,
    summary="Hand over what a redemption gave",
    operation_id="hand_over_redemption",
)
def hand_over_one(request: ApiRequest, redemption_id: UUID, body: HandingOver | None = None) -> RedemptionShown:
    """Staff handed it over or sent it, all or some of it. With the last of it the redemption is fulfilled."""
    done = hand_over(
        request.conn,
        programme_id=request.programme_id,
        redemption_id=redemption_id,
        now=request.now,
        by=request.key.by,
        part=body.part if body else None,
        count=body.count if body else None,
    )
    return _shown(request, done)


@router.get(
    "/redemptions",
    auth=ApiKeyAuth(Scope.redemptions_read),
    response=RedemptionShown,
    summary="Find a redemption by its code",
    operation_id="find_redemption",
)
def find_redemption(
    request: ApiRequest, code: Annotated[str, Query(min_length=1, max_length=60, description="The code of the voucher")]
) -> RedemptionShown:
    """The redemption behind a code that a member shows."""
    found = redemption_of_code(request.conn, programme_id=request.programme_id, code=code_form(code))
    if found is None:
        raise RedemptionNotFound(code)
    return _shown(request, found)


@router.get(
    "/redemptions/{redemption_id}",
    auth=ApiKeyAuth(Scope.redemptions_read),
    response=RedemptionShown,
    summary="Get a redemption",
    operation_id="get_redemption",
)
def get_redemption(request: ApiRequest, redemption_id: UUID) -> RedemptionShown:
    """One redemption with its code."""
    found = redemption(request.conn, programme_id=request.programme_id, redemption_id=redemption_id)
    if found is None:
        raise RedemptionNotFound(redemption_id)
    return _shown(request, found)


@router.get(
    "/members/{member_id}/redemptions",
    auth=ApiKeyAuth(Scope.redemptions_read),
    response=Page[RedemptionShown],
    summary="List a member's redemptions",
    operation_id="list_redemptions",
)
def list_redemptions(
    request: ApiRequest, member_id: UUID, cursor: Cursor = None, limit: Limit = 50
) -> Page[RedemptionShown]:
    """A member's redemptions, and those of duplicates that are part of the member, the latest first."""
    known_member(request, member_id)
    parts = parts_of(request.conn, member_id=member_id)
    rows = redemptions_of_member(request.conn, member_ids=parts, before=instant_and_id(cursor), limit=limit + 1)
    shown, following = page_of(rows, limit, lambda row: (row.created_at, row.id))
    return Page(items=[_shown(request, row) for row in shown], next=following)


def _chosen(request: ApiRequest, body: Wish) -> dict[UUID, int] | None:
    """Who pays how much; a member who is named twice pays both."""
    if body.shares is None:
        return None
    chosen: dict[UUID, int] = {}
    for each in body.shares:
        member_id = find_member(request, each.member)
        chosen[member_id] = chosen.get(member_id, 0) + each.points
    return chosen


def _shown(request: ApiRequest, found: Redemption) -> RedemptionShown:
    rules = shelf(request.conn, programme_id=request.programme_id)
    codes = rules.point_types
    voucher = None
    if found.voucher_code is not None and found.voucher_state is not None:
        voucher = Voucher(code=found.voucher_code, state=found.voucher_state.name, last_day=found.voucher_last_day)
    return RedemptionShown(
        id=found.id,
        member_id=found.member_id,
        reward_name=found.reward_name,
        reward_type=found.reward_type,
        point_type=next(code for code, number in codes.items() if number == found.point_type),
        price=found.price,
        state=found.state.name,
        paid_by=[
            PaymentShown(member_id=each.member_id, points=each.points)
            for each in payments_of(request.conn, redemption=found)
        ],
        voucher=voucher,
        choices=found.choices,
        gave=[_gift(each, rules.programme.currency) for each in parts_of_redemption(request.conn, found)],
        created_at=found.created_at,
        changed_at=found.changed_at,
    )


def _gift(part: GrantedPart, currency: str) -> GiftShown:
    gift = part.gift
    return GiftShown(
        part=part.part,
        kind=gift.kind,
        what=str(gift.words(currency)),
        state=part.state.name,
        due=part.due.name,
        quantity=part.quantity,
        fulfilled=part.fulfilled,
        last_day=part.last_day,
        text=gift.text if isinstance(gift, Access) else "",
        link=gift.link if isinstance(gift, Access | Window) else "",
    )
