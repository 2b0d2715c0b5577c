"""Rewards as one member sees them: what each gives, whether it can be had now, and why not. Made of quotes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from regulars.domain.households.contracts import LimitExceeded, SharesRefused
from regulars.domain.ledger.contracts import NotEnoughPoints
from regulars.domain.programmes.queries import Shelf
from regulars.domain.rewards.contracts import OutOfStock, Quote, Reward, SoldOutToday
from regulars.domain.rewards.reward_type import reward_type
from regulars.kernel.words import Sentence

ALMOST_PERCENT = 50
"""A reward is almost there from half of its price on."""


class Reach(StrEnum):
    """now: can be redeemed. almost, later: points are missing. sold_out, sold_out_today: none left, or none today.

    had: as often as allowed. others: the member does not fulfil what it asks for. limited: more than the household lets
    the member spend this month. paused: there would be enough, and the member is blocked. refused: anything else.
    """

    now = "now"
    almost = "almost"
    later = "later"
    sold_out = "sold_out"
    sold_out_today = "sold_out_today"
    had = "had"
    others = "others"
    limited = "limited"
    paused = "paused"
    refused = "refused"


_BY_CODE = {"limit_reached": Reach.had, "reward_not_for_member": Reach.others}


@dataclass(frozen=True, slots=True)
class RewardInReach:
    """A reward as one member sees it. gives: what it is, in words; available: points that can be spent on it.

    counted_in: the currency whose smallest unit these points are; "" where they are points. stores: where there is one
    left, of a reward that is collected in a store.
    """

    reward: Reward
    gives: Sentence
    reach: Reach
    available: int
    counted_in: str
    stores: tuple[str, ...] = ()

    @property
    def missing(self) -> int:
        """Points that are still to be earned; 0 when there are enough."""
        return max(self.reward.price - self.available, 0)

    @property
    def percent(self) -> int:
        """How far the member is, 0 to 100."""
        return min(max(self.available, 0) * 100 // self.reward.price, 100)


def rewards_in_reach(quotes: Iterable[Quote], rules: Shelf) -> list[RewardInReach]:
    """Each reward that was quoted, in the same order."""
    currency = rules.programme.currency
    return [
        RewardInReach(
            each.reward,
            reward_type(each.reward.type, each.reward.parameters).words(currency=currency),
            reach_of(each),
            each.available,
            rules.latest.rulebook.counted_in(each.reward.point_type),
            each.stores,
        )
        for each in quotes
    ]


def reach_of(quote: Quote) -> Reach:
    """What the quote means for the member. Where the spender says who pays, other shares may do."""
    refusal = quote.refusal
    if refusal is None or (quote.asks and isinstance(refusal, SharesRefused)):
        return Reach.now
    if isinstance(refusal, OutOfStock):
        return Reach.sold_out
    if isinstance(refusal, SoldOutToday):
        return Reach.sold_out_today
    if isinstance(refusal, LimitExceeded):
        return Reach.limited
    is_blocked = refusal.code == "member_blocked"
    if isinstance(refusal, NotEnoughPoints) or (is_blocked and quote.missing):
        return Reach.almost if quote.available * 100 >= quote.price * ALMOST_PERCENT else Reach.later
    return Reach.paused if is_blocked else _BY_CODE.get(refusal.code, Reach.refused)


def within(rewards: Sequence[RewardInReach], *reaches: Reach) -> list[RewardInReach]:
    """Rewards of these reaches, in the same order."""
    return [each for each in rewards if each.reach in reaches]
