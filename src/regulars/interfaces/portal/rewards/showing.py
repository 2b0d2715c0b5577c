"""Rewards as cards: what one gets, what it costs, how far it is."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext

from regulars.domain.rewards.contracts import Reward
from regulars.insight.rewards_in_reach import Reach, RewardInReach
from regulars.interfaces.portal.labels import isolated, points_to_go
from regulars.interfaces.web import words

_FEW = 10


@dataclass(frozen=True, slots=True)
class Offer:
    """A reward on a card. gives: what one gets; state: why not, or how far; percent: the way there, 0 to 100.

    stores: where it can be collected; none where that does not matter.
    """

    name: str
    description: str
    gives: str
    price: str
    url: str
    is_open: bool
    is_reachable: bool
    percent: int
    state: str
    stock: str
    stores: tuple[str, ...]


def offer_of(each: RewardInReach) -> Offer:
    """The reward in words."""
    reward = each.reward
    return Offer(
        name=isolated(reward.name),
        description=reward.description,
        gives=words.said(each.gives),
        price=words.amount(reward.price, each.counted_in),
        url=reverse("portal:reward", args=[reward.id]),
        is_open=each.reach is Reach.now,
        is_reachable=each.reach in (Reach.now, Reach.almost, Reach.later),
        percent=each.percent,
        state=_state(each),
        stock=_stock(reward),
        stores=each.stores,
    )


def _state(each: RewardInReach) -> str:
    if each.reach is Reach.now:
        return gettext("You can get it now")
    if each.reach in (Reach.almost, Reach.later):
        return points_to_go(each.missing, each.counted_in)
    said = {
        Reach.sold_out: gettext("Sold out"),
        Reach.sold_out_today: gettext("Sold out for today. Come back tomorrow."),
        Reach.had: gettext("You have had this one"),
        Reach.others: gettext("Not for you yet: it is for other members"),
        Reach.limited: gettext("More than you may spend of your household's points this month"),
        Reach.paused: gettext("Not while your membership is paused"),
    }
    return said.get(each.reach) or gettext("Not at the moment. Please ask at the shop.")


def _stock(reward: Reward) -> str:
    if reward.stock is None or not 0 < reward.stock <= _FEW:
        return ""
    return gettext("only %(count)s left") % {"count": words.number(reward.stock)}
