"""Whose points pay for what a member takes: the member's own, or those of a household that pools.

Points never move between members: each who pays does so from their own lots, all in one book.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from regulars.domain.households.contracts import Household, LimitExceeded, Membership, Mode, SharesRefused
from regulars.domain.households.debit_order import Purse, Shares, debit_orders
from regulars.domain.households.queries import household, household_of, memberships
from regulars.domain.ledger.book import Book
from regulars.domain.ledger.contracts import NotEnoughPoints
from regulars.domain.members.contracts import MemberStatus
from regulars.domain.members.queries import statuses_of
from regulars.domain.programmes.queries import Shelf
from regulars.domain.rewards.queries import spent_in_household
from regulars.kernel.clock import local_day, start_of_day
from regulars.kernel.errors import Conflict
from regulars.kernel.periods import end_of

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pool:
    """A household that pools, as one of its members spends. members: in the order in which they joined."""

    household: Household
    members: tuple[Membership, ...]

    @property
    def owners(self) -> list[bytes]:
        """Whose books are needed."""
        return [each.member_id.bytes for each in self.members]

    @property
    def asks(self) -> bool:
        """Whether whoever spends says whose points pay."""
        return debit_orders()[self.household.debit].asks

    def membership(self, member_id: UUID) -> Membership:
        """The part of one of its members."""
        return next(each for each in self.members if each.member_id == member_id)


def pool_of(conn: psycopg.Connection[Any], *, member_id: UUID, to_write: bool) -> Pool | None:
    """The pool that the member spends from, locked when something is to be written; None: only from their own points.

    Lock the pool before its members: those who join, leave or spend do it in the same order. Raises HouseholdChanged.
    """
    found = household_of(conn, member_id=member_id)
    if found is None or found.mode is not Mode.pool:
        return None
    if to_write:
        found = household(conn, household_id=found.id, lock=True)
        now_in = household_of(conn, member_id=member_id)
        if found is None or now_in != found:
            raise HouseholdChanged
        if found.mode is not Mode.pool:
            return None
    return Pool(found, tuple(memberships(conn, household_id=found.id)))


def purses_in(conn: psycopg.Connection[Any], pool: Pool, book: Book, point_type: int, *, today: date) -> list[Purse]:
    """What each member can spend; blocked and closed members' points stay where they are."""
    statuses = statuses_of(conn, member_ids=[each.member_id for each in pool.members])
    return [
        Purse(
            each.member_id,
            max(book.spendable(each.member_id.bytes, point_type, today=today), 0)
            if statuses[each.member_id] is MemberStatus.active
            else 0,
            each.joined_at,
        )
        for each in pool.members
    ]


class Allowance(NamedTuple):
    """What the pool lets one member spend in a month, and what was spent of it."""

    limit: int
    spent: int


def plan_shares(
    pool: Pool | None,
    purses: list[Purse],
    allowance: Allowance | None,
    *,
    spender: UUID,
    price: int,
    chosen: Mapping[UUID, int] | None,
) -> Shares:
    """Who pays how much. Raises Refusal: not enough, above the spender's limit, shares that cannot be."""
    order = debit_orders()[pool.household.debit] if pool else None
    if chosen is not None and (order is None or not order.asks):
        raise SharesRefused(
            "shares_not_asked",
            "Who pays is not chosen here: " + ("the member pays alone." if order is None else f"{order.title}."),
            "Leave the shares out.",
        )
    available = sum(each.spendable for each in purses)
    if available < price:
        raise NotEnoughPoints(available=available, asked=price)
    if pool is None or order is None:
        return {spender: price}
    if allowance is not None and allowance.spent + price > allowance.limit:
        raise LimitExceeded(limit=allowance.limit, spent=allowance.spent, asked=price)
    return order.plan(price, purses, spender=spender, chosen=chosen)


def spending_limit(rules: Shelf, membership: Membership, *, now: datetime) -> int | None:
    """Points that the member may spend in a month: the household's limit or the rulebook's, whichever is lower."""
    limits = [membership.monthly_limit, rules.in_force(now).households.monthly_limit]
    return min((each for each in limits if each is not None), default=None)


def spent_this_month(conn: psycopg.Connection[Any], rules: Shelf, membership: Membership, *, now: datetime) -> int:
    """Points that the member spent within the pool since the first of the local month, whosever they were."""
    zone = rules.programme.time_zone
    today = local_day(now, zone)
    return spent_in_household(
        conn,
        member_id=membership.member_id,
        household_id=membership.household_id,
        since=start_of_day(today.replace(day=1), zone),
        until=start_of_day(end_of("month", today) + _ONE_DAY, zone),
    )


def allowance_of(
    conn: psycopg.Connection[Any], rules: Shelf, pool: Pool | None, *, spender: UUID, now: datetime
) -> Allowance | None:
    """How much the member may spend this month; None: as much as there is."""
    if pool is None:
        return None
    mine = pool.membership(spender)
    limit = spending_limit(rules, mine, now=now)
    return None if limit is None else Allowance(limit, spent_this_month(conn, rules, mine, now=now))


class HouseholdChanged(Conflict):
    """Somebody joined, left or changed the household while the member was about to spend: one looks anew."""

    def __init__(self) -> None:
        super().__init__(
            "household_changed",
            "The household has changed meanwhile",
            detail="Somebody joined or left it, or changed how it pays, at the same moment.",
            remedy="Try again.",
        )
