"""Rewards: the catalogue, and what a member can get from it now."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from ninja import Query, Router
from pydantic import Field

from regulars.domain.access.contracts import Scope
from regulars.domain.programmes.queries import programme
from regulars.domain.rewards.contracts import Quote, Reward, RewardNotFound
from regulars.domain.rewards.queries import reward_by_code, rewards
from regulars.domain.rewards.reward_type import reward_type
from regulars.flows.redeem_reward import quote_reward
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.errors import problem_of
from regulars.interfaces.api.v1.shapes import Output, ProblemDocument, known_member

router = Router()


class RewardShown(Output):
    """A reward of the catalogue."""

    reward: str = Field(description="Its code, by which calls name it", examples=["five-off"])
    name: str
    description: str
    type: str = Field(description="The kind of reward", examples=["discount_voucher"])
    gives: str = Field(description="What the member gets, in words", examples=["5.00 EUR off an order"])
    parameters: dict[str, Any] = Field(description="As the reward type asks")
    point_type: str
    price: int = Field(description="In points")
    stock: int | None = Field(description="Units left; null: without limit")
    limit_per_member: int | None = Field(description="How often one member can have it; null: without limit")
    active: bool = Field(description="false: not offered now")


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
    return RewardList(items=[shown_reward(each, currency) for each in found])


@router.get(
    "/rewards/{code}",
    auth=ApiKeyAuth(Scope.rewards_read),
    response=RewardShown,
    summary="Get a reward",
    operation_id="get_reward",
)
def get_reward(request: ApiRequest, code: str) -> RewardShown:
    """One reward by its code."""
    currency = programme(request.conn, programme_id=request.programme_id).currency
    return shown_reward(known_reward(request, code), currency)


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
    offers = []
    for each in rewards(request.conn, programme_id=request.programme_id, only_active=True):
        quote = quote_reward(
            request.conn, programme_id=request.programme_id, member_id=member_id, reward_id=each.id, now=request.now
        )
        offers.append(offer_of(quote, currency))
    return OfferList(member_id=member_id, items=offers)


def known_reward(request: ApiRequest, code: str) -> Reward:
    """The reward of this code. Raises RewardNotFound."""
    found = reward_by_code(request.conn, programme_id=request.programme_id, code=code)
    if found is None:
        raise RewardNotFound(code)
    return found


def shown_reward(found: Reward, currency: str) -> RewardShown:
    """A reward as it is answered."""
    return RewardShown(
        reward=found.code,
        name=found.name,
        description=found.description,
        type=found.type,
        gives=str(reward_type(found.type, found.parameters).words(currency=currency)),
        parameters=found.parameters,
        point_type=found.point_type,
        price=found.price,
        stock=found.stock,
        limit_per_member=found.limit_per_member,
        active=found.active,
    )


def offer_of(quote: Quote, currency: str) -> RewardOffer:
    """A quote as it is answered."""
    return RewardOffer(
        reward=shown_reward(quote.reward, currency),
        can_redeem=quote.refusal is None,
        price=quote.price,
        available=quote.available,
        missing=quote.missing,
        problem=None if quote.refusal is None else problem_of(quote.refusal),
    )
