"""What a member has: points and their worth, tiers with the way up, what expires when, which rewards are in reach.

Read only. Points whose last day is over but which the nightly work has not yet taken are left out: they can no longer
be spent. What has left a ladder's window since the last order is left out of its score in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.ledger.contracts import Balance, Expiring, PendingLot
from regulars.domain.ledger.queries import balances, expiring, pending_lots
from regulars.domain.merges.queries import parts_of
from regulars.domain.programmes.queries import Shelf
from regulars.domain.rewards.contracts import Reward
from regulars.domain.rewards.queries import given, rewards, times_redeemed
from regulars.domain.rewards.reward_type import reward_type
from regulars.insight.household_view import pool_total
from regulars.insight.standing_view import LadderView, ladder_views
from regulars.kernel.clock import local_day
from regulars.kernel.words import Money, Sentence

ALMOST_PERCENT = 50
"""A reward is almost there from half of its price on."""


class Reach(StrEnum):
    """now: can be redeemed. almost, later: points are missing. sold_out: none left. had: as often as allowed.

    paused: there would be enough, and the member is blocked.
    """

    now = "now"
    almost = "almost"
    later = "later"
    sold_out = "sold_out"
    had = "had"
    paused = "paused"


@dataclass(frozen=True, slots=True)
class RewardInReach:
    """A reward as one member sees it. gives: what it is, in words; available: points that can be spent on it.

    counted_in: the currency whose smallest unit these points are; "" where they are points.
    """

    reward: Reward
    gives: Sentence
    reach: Reach
    available: int
    counted_in: str

    @property
    def missing(self) -> int:
        """Points that are still to be earned; 0 when there are enough."""
        return max(self.reward.price - self.available, 0)

    @property
    def percent(self) -> int:
        """How far the member is, 0 to 100."""
        return min(max(self.available, 0) * 100 // self.reward.price, 100)


@dataclass(frozen=True, slots=True)
class MemberView:
    """Everything at a glance. point_type: the ledger's id of the points shown; worth: None where none is stated.

    pending: points on their way, the next ones first.
    pooled: what the member can spend with a household that pools its points; None: only their own.
    """

    point_type: int
    points_name: str
    available: int
    held: int
    worth: Money | None
    expiring: Sequence[Expiring]
    pending: Sequence[PendingLot]
    ladders: Sequence[LadderView]
    rewards: Sequence[RewardInReach]
    pooled: int | None

    def within(self, *reaches: Reach) -> list[RewardInReach]:
        """Rewards of these reaches, the cheapest first."""
        return [each for each in self.rewards if each.reach in reaches]

    @property
    def next_reward(self) -> RewardInReach | None:
        """The cheapest reward that points are still missing for."""
        return next(iter(self.within(Reach.almost, Reach.later)), None)


def member_view(conn: psycopg.Connection[Any], rules: Shelf, *, member_id: UUID, now: datetime) -> MemberView:
    """The member by the rulebook in force. Raises Refusal when none is in force."""
    rulebook = rules.in_force(now)
    main = rulebook.rulebook.point_types[0]
    today = local_day(now, rules.programme.time_zone)
    found = balances(conn, owners=[member_id])
    dated = {code: expiring(conn, owner=member_id, point_type=number) for code, number in rules.point_types.items()}
    spendable = {
        code: found.get((member_id, number), Balance()).available
        - sum(lot.points for lot in dated[code] if lot.last_day < today)
        for code, number in rules.point_types.items()
    }
    available = spendable[main.id]
    currency = rules.programme.currency
    pooled = {
        code: pool_total(conn, member_id=member_id, point_type=number, now=now)
        for code, number in rules.point_types.items()
    }
    within_reach = {code: own if pooled[code] is None else pooled[code] or 0 for code, own in spendable.items()}
    return MemberView(
        point_type=rules.point_types[main.id],
        points_name=main.name,
        available=available,
        held=found.get((member_id, rules.point_types[main.id]), Balance()).held,
        worth=None if main.worth is None else Money(max(available, 0) * main.worth, currency),
        expiring=[lot for lot in dated[main.id] if lot.last_day >= today],
        pending=pending_lots(conn, owner=member_id, point_type=rules.point_types[main.id]),
        ladders=ladder_views(conn, rules, member_id=member_id, now=now),
        rewards=_rewards(conn, rules, within_reach, member_id, now=now),
        pooled=pooled[main.id],
    )


def _rewards(
    conn: psycopg.Connection[Any], rules: Shelf, spendable: dict[str, int], member_id: UUID, *, now: datetime
) -> list[RewardInReach]:
    programme = rules.programme
    offered = rewards(conn, programme_id=programme.id, only_active=True)
    limited = any(each.limit_per_member is not None for each in offered)
    parts = parts_of(conn, member_id=member_id) if limited else [member_id]
    found = []
    today = local_day(now, programme.time_zone)
    taken = given(conn, programme_id=programme.id, reward_ids=[each.id for each in offered if each.terms.is_counted])
    for reward in offered:
        if not reward.terms.is_open(today):
            continue
        available = spendable.get(reward.point_type, 0)
        gives = reward_type(reward.type, reward.parameters).words(currency=programme.currency)
        unit = rules.latest.rulebook.counted_in(reward.point_type)
        reach = _reach(conn, reward, available, parts)
        if _is_gone(reward, today, taken.get(reward.id, {})):
            reach = Reach.sold_out
        found.append(RewardInReach(reward, gives, reach, available, unit))
    return found


def _is_gone(reward: Reward, today: date, taken: Mapping[str, int]) -> bool:
    """Whether nothing is left of it today, in any store."""
    rooms = reward.terms.scopes(today, "")
    stores = reward.terms.stores
    return any(taken.get(scope, 0) >= room for scope, room in rooms.items()) or (
        bool(stores) and all(taken.get(f"store {store}", 0) >= room for store, room in stores.items())
    )


def _reach(conn: psycopg.Connection[Any], reward: Reward, available: int, parts: Sequence[UUID]) -> Reach:
    limit = reward.limit_per_member
    if limit is not None and times_redeemed(conn, member_ids=parts, reward_id=reward.id) >= limit:
        return Reach.had
    if reward.stock == 0:
        return Reach.sold_out
    if available >= reward.price:
        return Reach.now
    return Reach.almost if available * 100 >= reward.price * ALMOST_PERCENT else Reach.later
