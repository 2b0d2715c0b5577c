"""What is on offer, and one reward in detail."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from regulars.domain.rewards.contracts import RewardNotFound
from regulars.insight.rewards_in_reach import Reach, RewardInReach, within
from regulars.interfaces.portal.rewards.showing import offer_of
from regulars.interfaces.portal.visit import Visit, member_page
from regulars.interfaces.web import words


@member_page("rewards")
def catalogue(request: HttpRequest, visit: Visit) -> HttpResponse:
    """In three parts: now, almost, and the others."""
    rewards = visit.rewards()
    later = set(Reach) - {Reach.now, Reach.almost}
    context = {
        "available": words.amount(visit.view().available),
        "now": [offer_of(each) for each in within(rewards, Reach.now)],
        "almost": [offer_of(each) for each in within(rewards, Reach.almost)],
        "others": [offer_of(each) for each in within(rewards, *later)],
    }
    return visit.page(request, "portal/rewards/list.html", context)


@member_page("rewards")
def reward(request: HttpRequest, visit: Visit, reward: int) -> HttpResponse:
    """One reward: what it is, what it costs, what would be left."""
    found = reward_in_reach(visit, reward)
    context = {
        "offer": offer_of(found),
        "reward_id": reward,
        "available": words.points(found.available, found.counted_in),
        "left": words.amount(found.available - found.reward.price, found.counted_in),
    }
    return visit.page(request, "portal/rewards/detail.html", context)


def reward_in_reach(visit: Visit, reward_id: int) -> RewardInReach:
    """A reward on offer. Raises RewardNotFound, also for one that was switched off."""
    for each in visit.rewards():
        if each.reward.id == reward_id:
            return each
    raise RewardNotFound(reward_id)
