"""Rewards: the catalogue, how it changes, and what a member can get from it now."""

from __future__ import annotations

import re
from typing import Annotated, Any
from uuid import UUID

from ninja import Path, Query, Router
from pydantic import ConfigDict, Field

from regulars.domain.access.contracts import Scope
from regulars.domain.programmes.queries import programme
from regulars.domain.rewards.contracts import Quote, Reward, RewardDraft, RewardNotFound
from regulars.domain.rewards.queries import given, reward_by_code, rewards
from regulars.domain.rewards.queries import reward as reward_by_id
from regulars.domain.rewards.reward_type import reward_type
from regulars.domain.rewards.terms import USUAL_TERMS, OfferTerms
from regulars.flows.quote_reward import quote_rewards
from regulars.flows.save_reward import save_reward
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.errors import problem_of
from regulars.interfaces.api.v1.shapes import Input, Output, ProblemDocument, known_member
from regulars.kernel.clock import local_day

router = Router()
_ID = re.compile(r"[0-9]{1,18}")
_MOST = 1_000_000_000

Addressed = Annotated[str, Path(max_length=60, description="The id of the reward, or its code")]
Description = Annotated[str, Field(max_length=1_000, description="What members read below the name")]
PointTypeId = Annotated[str, Field(max_length=40, description="The points that it is paid in; cannot change")]
Parameters = Annotated[dict[str, Any], Field(description="As the reward type asks")]
Stock = Annotated[int | None, Field(ge=0, le=_MOST, description="Units left from now on; null: without limit")]
LimitPerMember = Annotated[
    int | None, Field(ge=1, le=_MOST, description="How often one member can have it; null: without limit")
]
Active = Annotated[bool, Field(description="false: archived, not offered any more")]


Terms = Annotated[
    OfferTerms | None,
    Field(description="To whom, on which days, how often and in which stores it is offered; null: as before"),
]


class RewardReplacement(Input):
    """The whole reward as it shall be: a field that is left out is refused, so that no limit goes by mistake."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "five-off",
                    "type": "discount_voucher",
                    "name": "5.00 off",
                    "description": "On your next order from 20.00",
                    "point_type": "points",
                    "price": 40,
                    "parameters": {"amount": "5.00", "minimum_order": "20.00", "valid_for": "90 days"},
                    "stock": 500,
                    "limit_per_member": None,
                    "active": True,
                }
            ]
        }
    )

    # A code of digits alone could not be told from an id in an address.
    code: str = Field(
        max_length=60,
        pattern="^[0-9]*[A-Za-z_-][A-Za-z0-9_-]*$",
        description="By which calls name it: ASCII letters, digits, - and _, and not digits alone; cannot change",
    )
    type: str = Field(max_length=60, description="The kind of reward; cannot change")
    name: str = Field(min_length=1, max_length=120, description="As members read it")
    description: Description
    point_type: PointTypeId
    price: int = Field(ge=1, le=_MOST, description="In points")
    parameters: Parameters
    stock: Stock
    limit_per_member: LimitPerMember
    active: Active
    terms: Terms = None


class RewardIn(RewardReplacement):
    """A reward to add."""

    description: Description = ""
    point_type: PointTypeId = "points"
    stock: Stock = None
    limit_per_member: LimitPerMember = None
    active: Active = True


class ChoiceShown(Output):
    """A question that a reward asks."""

    name: str = Field(description="By which `choices` answers it", examples=["item"])
    title: str = Field(description="In words", examples=["Which one?"])
    options: list[str] = Field(description="The answers that there are", examples=[["Latte", "Tea"]])


class RewardShown(Output):
    """A reward of the catalogue."""

    id: int = Field(description="The id that Regulars gave", examples=[7])
    reward: str = Field(description="Its code, by which calls name it", examples=["five-off"])
    name: str
    description: str
    type: str = Field(description="The kind of reward", examples=["discount_voucher"])
    gives: str = Field(description="What the member gets, in words", examples=["5.00 EUR off an order"])
    asks: list[ChoiceShown] = Field(description="What the member chooses when redeeming")
    parameters: dict[str, Any] = Field(description="As the reward type asks")
    point_type: str
    price: int = Field(description="In points")
    stock: int | None = Field(description="Units left; null: without limit")
    limit_per_member: int | None = Field(description="How often one member can have it; null: without limit")
    active: bool = Field(description="false: not offered now")
    terms: dict[str, Any] = Field(description="To whom, on which days, how often and where; {}: for everybody, always")
    given: dict[str, int] = Field(description="Of a limited reward: how often it was given, by scope")


class RewardList(Output):
    """The catalogue, the cheapest first."""

    items: list[RewardShown]


class RewardOffer(Output):
    """What redeeming would take now. problem: why it cannot be done, null where it can."""

    reward: RewardShown
    can_redeem: bool
    price: int
    available: int = Field(description="What the member can spend")
    missing: int = Field(description="How many points the member lacks")
    stores: list[str] = Field(
        description="Of a reward that is counted by store, where there is one left; redeeming names one of them"
    )
    problem: ProblemDocument | None = Field(description="Why it cannot be done now")


class OfferList(Output):
    """Every active reward as this member sees it."""

    member_id: UUID
    items: list[RewardOffer]


@router.get(
    "/rewards",
    auth=ApiKeyAuth(Scope.rewards_read),
    response=RewardList,
    summary="List rewards",
    operation_id="list_rewards",
)
def list_rewards(
    request: ApiRequest,
    active: Annotated[bool, Query(True, description="false: also those that are not offered now")] = True,
) -> RewardList:
    """The whole catalogue, the cheapest reward first."""
    currency = programme(request.conn, programme_id=request.programme_id).currency
    found = rewards(request.conn, programme_id=request.programme_id, only_active=active)
    if active:
        today = local_day(request.now, programme(request.conn, programme_id=request.programme_id).time_zone)
        found = [each for each in found if each.terms.is_open(today)]
    taken = given(request.conn, programme_id=request.programme_id, reward_ids=[each.id for each in found])
    return RewardList(items=[shown_reward(each, currency, taken.get(each.id)) for each in found])


@router.get(
    "/rewards/{reward}",
    auth=ApiKeyAuth(Scope.rewards_read),
    response=RewardShown,
    summary="Get a reward",
    operation_id="get_reward",
)
def get_reward(request: ApiRequest, reward: Addressed) -> RewardShown:
    """One reward, offered or archived."""
    return _shown(request, _addressed(request, reward))


@router.post(
    "/rewards",
    auth=ApiKeyAuth(Scope.rewards_write),
    response={201: RewardShown},
    summary="Add a reward",
    operation_id="create_reward",
)
def create_reward(request: ApiRequest, body: RewardIn) -> RewardShown:
    """Adds a reward to the catalogue. It is offered at once, unless `active` is false."""
    saved = save_reward(
        request.conn,
        _draft(body, USUAL_TERMS),
        programme_id=request.programme_id,
        now=request.now,
        by=request.key.by,
    )
    return _shown(request, saved)


@router.put(
    "/rewards/{reward}",
    auth=ApiKeyAuth(Scope.rewards_write),
    response=RewardShown,
    summary="Change a reward",
    operation_id="replace_reward",
)
def replace_reward(request: ApiRequest, reward: Addressed, body: RewardReplacement) -> RewardShown:
    """Puts the whole reward in the place of the one that is there; `active` false archives it.

    Code, type and point type stay as they are. What members redeemed before stays as it was.
    """
    before = _addressed(request, reward)
    saved = save_reward(
        request.conn,
        _draft(body, before.terms),
        programme_id=request.programme_id,
        now=request.now,
        by=request.key.by,
        reward_id=before.id,
    )
    return _shown(request, saved)


@router.get(
    "/members/{member_id}/rewards",
    auth=ApiKeyAuth(Scope.rewards_read),
    response=OfferList,
    summary="List what a member can get",
    operation_id="list_offers",
)
def list_offers(request: ApiRequest, member_id: UUID) -> OfferList:
    """Every reward that is offered: whether the member can get it now, how many points are missing, and why not."""
    known_member(request, member_id)
    currency = programme(request.conn, programme_id=request.programme_id).currency
    quotes = quote_rewards(request.conn, programme_id=request.programme_id, member_id=member_id, now=request.now)
    return OfferList(member_id=member_id, items=[offer_of(each, currency) for each in quotes])


def known_reward(request: ApiRequest, code: str) -> Reward:
    """The reward of this code. Raises RewardNotFound."""
    found = reward_by_code(request.conn, programme_id=request.programme_id, code=code)
    if found is None:
        raise RewardNotFound(code)
    return found


def shown_reward(found: Reward, currency: str, given: dict[str, int] | None = None) -> RewardShown:
    """A reward as it is answered."""
    kind = reward_type(found.type, found.parameters)
    return RewardShown(
        id=found.id,
        reward=found.code,
        name=found.name,
        description=found.description,
        type=found.type,
        gives=str(kind.words(currency=currency)),
        asks=[ChoiceShown(name=each.name, title=str(each.title), options=list(each.options)) for each in kind.asks()],
        parameters=found.parameters,
        point_type=found.point_type,
        price=found.price,
        stock=found.stock,
        limit_per_member=found.limit_per_member,
        active=found.active,
        terms=found.terms.document(),
        given=given or {},
    )


def offer_of(quote: Quote, currency: str) -> RewardOffer:
    """A quote as it is answered."""
    return RewardOffer(
        reward=shown_reward(quote.reward, currency),
        can_redeem=quote.refusal is None,
        price=quote.price,
        available=quote.available,
        missing=quote.missing,
        stores=list(quote.stores),
        problem=None if quote.refusal is None else problem_of(quote.refusal),
    )


def _addressed(request: ApiRequest, named: str) -> Reward:
    """The reward of this id or code. Raises RewardNotFound."""
    if not _ID.fullmatch(named):
        return known_reward(request, named)
    found = reward_by_id(request.conn, programme_id=request.programme_id, reward_id=int(named))
    return known_reward(request, named) if found is None else found


def _draft(body: RewardReplacement, usual: OfferTerms) -> RewardDraft:
    """usual: the terms where the body says nothing of them."""
    return RewardDraft(**body.model_dump(exclude={"terms"}), terms=usual if body.terms is None else body.terms)


def _shown(request: ApiRequest, found: Reward) -> RewardShown:
    currency = programme(request.conn, programme_id=request.programme_id).currency
    taken = given(request.conn, programme_id=request.programme_id, reward_ids=[found.id])
    return shown_reward(found, currency, taken.get(found.id))
