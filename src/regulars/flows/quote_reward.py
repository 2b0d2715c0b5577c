"""What redeeming would take now, and why not where it cannot be done: for one reward, or for all at once.

The answer is made of what redeeming itself asks, in its order; so what is offered is what is given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.households.debit_order import Shares
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.domain.rewards.contracts import Quote, Reward, RewardNotFound
from regulars.domain.rewards.queries import reward, rewards
from regulars.flows.counter import Counter, open_counter
from regulars.flows.granting.parts import not_grantable
from regulars.flows.household_pool import Allowance, allowance_of, plan_shares, pool_of
from regulars.flows.offered import Standing, check_known, check_offered, standing_of, stores_left
from regulars.kernel.clock import local_day
from regulars.kernel.errors import Refusal


def quote_reward(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    member_id: UUID,
    reward_id: int,
    now: datetime,
    chosen: Mapping[UUID, int] | None = None,
) -> Quote:
    """What redeeming would take now, and why not where it cannot be done. Writes nothing. chosen: as for redeeming."""
    with conn.transaction(force_rollback=True):
        rules = shelf(conn, programme_id=programme_id)
        check_known(conn, programme_id=programme_id, member_id=member_id)
        wanted = reward(conn, programme_id=programme_id, reward_id=reward_id)
        if wanted is None:
            raise RewardNotFound(reward_id)
        return _quotes(conn, rules, [wanted], member_id, chosen=chosen, now=now)[0]


def quote_rewards(conn: psycopg.Connection[Any], *, programme_id: int, member_id: UUID, now: datetime) -> list[Quote]:
    """The same of every reward that is offered today, the cheapest first. What is asked of the member is read once."""
    with conn.transaction(force_rollback=True):
        rules = shelf(conn, programme_id=programme_id)
        check_known(conn, programme_id=programme_id, member_id=member_id)
        today = local_day(now, rules.programme.time_zone)
        offered = [
            each
            for each in rewards(conn, programme_id=programme_id, only_active=True)
            if each.terms.is_open(today)
        ]  # fmt: skip
        return _quotes(conn, rules, offered, member_id, chosen=None, now=now)


def _quotes(
    conn: psycopg.Connection[Any],
    rules: Shelf,
    wanted: Sequence[Reward],
    member_id: UUID,
    *,
    chosen: Mapping[UUID, int] | None,
    now: datetime,
) -> list[Quote]:
    if not wanted:
        return []
    pool = pool_of(conn, member_id=member_id, to_write=False)
    point_types = [each.point_type for each in wanted]
    counter = open_counter(conn, rules, pool, member_id, point_types, now=now, to_write=False)
    standing = standing_of(conn, rules, wanted, member_id, now=now)
    allowance = allowance_of(conn, rules, pool, spender=member_id, now=now)
    refused = not_grantable(conn, rules, wanted, member_id=member_id, now=now)
    return [_quote(each, counter, standing, allowance, chosen, refused.get(each.id)) for each in wanted]


def _quote(
    wanted: Reward,
    counter: Counter,
    standing: Standing,
    allowance: Allowance | None,
    chosen: Mapping[UUID, int] | None,
    ungranted: Refusal | None,
) -> Quote:
    purses, pool = counter.purses[wanted.point_type], counter.pool
    available = sum(purse.spendable for purse in purses)
    refusal = ungranted
    shares: Shares = {}
    try:
        check_offered(wanted, standing)
        shares = plan_shares(pool, purses, allowance, spender=counter.spender, price=wanted.price, chosen=chosen)
    except Refusal as found:
        refusal = found
    return Quote(
        wanted, wanted.price, available, max(wanted.price - available, 0), refusal, shares,
        {each.member: each.spendable for each in purses}, pool is not None and pool.asks,
        stores_left(wanted, standing),
    )  # fmt: skip
