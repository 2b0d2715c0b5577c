"""A member gets a reward for points: quote, then hold or grant, then confirm or release.

Stock, limits, price and points are checked and taken in one transaction; who comes second for the last unit keeps
their points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from regulars.domain.households.debit_order import Shares
from regulars.domain.ledger.book import Cause
from regulars.domain.ledger.commands import EndedHold, end_holds, open_book, record_hold
from regulars.domain.ledger.contracts import Account, CauseKind, Entry, HoldState
from regulars.domain.ledger.holds import hold
from regulars.domain.members.commands import lock_members
from regulars.domain.members.contracts import MemberStatus
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.domain.rewards.commands import (
    lock_reward,
    move_redemption,
    record_payments,
    record_redemption,
    take_scopes,
    take_unit,
)
from regulars.domain.rewards.contracts import (
    Payment,
    Redemption,
    RedemptionNotFound,
    RedemptionState,
    Reward,
)
from regulars.domain.rewards.queries import payments_of, redemption
from regulars.domain.rewards.reward_type import answered, reward_type
from regulars.flows.blocked import blocked_refusal
from regulars.flows.counter import Counter, open_counter
from regulars.flows.granting.parts import grant_parts
from regulars.flows.household_pool import HouseholdChanged, allowance_of, plan_shares, pool_of
from regulars.flows.offered import check_known, check_offered, scopes_of, standing_of
from regulars.flows.write_settled import write_settled
from regulars.kernel.errors import Conflict
from regulars.kernel.ids import new_id

_ATTEMPTS = 5
"""How often a household may change in the moment in which a member spends from it."""


class _Wish(NamedTuple):
    """What is asked for, as redeem_reward explains it."""

    member_id: UUID
    reward_id: int
    hold_for: timedelta | None
    chosen: Mapping[UUID, int] | None
    choices: Mapping[str, str]
    store: str


def redeem_reward(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    member_id: UUID,
    reward_id: int,
    now: datetime,
    by: str,
    hold_for: timedelta | None = None,
    chosen: Mapping[UUID, int] | None = None,
    choices: Mapping[str, str] | None = None,
    store: str = "",
) -> Redemption:
    """Takes the points and grants the reward. Raises Refusal; no points are lost then.

    hold_for: only set the points aside, for confirm_redemption or release_redemption within that time.
    chosen: who of the household pays how much, where its debit order asks for it.
    choices: an answer for each question that the reward asks. store: where, for a reward that counts units by store.
    """
    wish = _Wish(member_id, reward_id, hold_for, chosen, choices or {}, store)
    for _ in range(_ATTEMPTS - 1):
        with suppress(HouseholdChanged):
            return _redeem(conn, wish, programme_id=programme_id, now=now, by=by)
    return _redeem(conn, wish, programme_id=programme_id, now=now, by=by)


def _redeem(conn: psycopg.Connection[Any], wish: _Wish, *, programme_id: int, now: datetime, by: str) -> Redemption:
    """One attempt. Raises HouseholdChanged as well, before anything is written."""
    with conn.transaction():
        rules = shelf(conn, programme_id=programme_id)
        member_id = wish.member_id
        programme = rules.programme
        check_known(conn, programme_id=programme_id, member_id=member_id)
        pool = pool_of(conn, member_id=member_id, to_write=True)
        lock_members(conn, pool.owners if pool else [member_id.bytes])
        wanted = lock_reward(conn, programme_id=programme_id, reward_id=wish.reward_id)
        counter = open_counter(conn, rules, pool, member_id, [wanted.point_type], now=now)
        check_offered(wanted, standing_of(conn, rules, [wanted], member_id, now=now))
        scopes = scopes_of(rules, wanted, wish.store, now=now)
        answers = answered(reward_type(wanted.type, wanted.parameters), wish.choices)
        allowance = allowance_of(conn, rules, pool, spender=member_id, now=now)
        purses = counter.purses[wanted.point_type]
        shares = plan_shares(pool, purses, allowance, spender=member_id, price=wanted.price, chosen=wish.chosen)
        take_unit(conn, wanted)
        take_scopes(conn, wanted, scopes, organisation_id=programme.organisation_id)
        identifier = new_id(member_id.int & 0xFF)
        payments = _pay(conn, rules, counter, wanted, shares, redemption_id=identifier, hold_for=wish.hold_for, now=now)
        place = {"organisation_id": programme.organisation_id, "programme_id": programme_id}
        record_redemption(
            conn,
            redemption_id=identifier,
            organisation_id=programme.organisation_id,
            member_id=member_id,
            reward=wanted,
            point_type=rules.point_types[wanted.point_type],
            state=RedemptionState.held if wish.hold_for else RedemptionState.granted,
            hold_id=payments[0].hold_id,
            transfer_id=payments[0].transfer_id,
            choices=answers,
            scopes=list(scopes),
            now=now,
            by=by,
        )
        if pool:
            record_payments(conn, payments, redemption_id=identifier, household_id=pool.household.id, **place)
        if wish.hold_for is None:
            granted = found_redemption(conn, programme_id=programme_id, redemption_id=identifier)
            grant_parts(conn, rules, granted, now=now, by=by)
        return found_redemption(conn, programme_id=programme_id, redemption_id=identifier)


def _pay(
    conn: psycopg.Connection[Any],
    rules: Shelf,
    counter: Counter,
    wanted: Reward,
    shares: Shares,
    *,
    redemption_id: UUID,
    hold_for: timedelta | None,
    now: datetime,
) -> list[Payment]:
    """Takes every share from its member's own lots, and writes the book. The spender's part comes first."""
    book, spender = counter.book, counter.spender
    cause = Cause(CauseKind.redemption, redemption_id.bytes, now, wanted.code)
    target = Account.held if hold_for else Account.redeemed
    entries = [
        book.spend(payer.bytes, rules.point_types[wanted.point_type], points, cause=cause, target=target)
        for payer, points in sorted(shares.items(), key=lambda each: (each[0] != spender, each[0]))
    ]
    write_settled(conn, rules, book, now=now)
    return [
        Payment(
            UUID(bytes=entry.owner),
            entry.amount,
            UUID(bytes=entry.id),
            _hold(conn, rules.programme, entry, lasts=hold_for, now=now) if hold_for else None,
        )
        for entry in entries
    ]


def _hold(
    conn: psycopg.Connection[Any], programme: Programme, entry: Entry, *, lasts: timedelta, now: datetime
) -> UUID:
    """Remembers that the points of the entry are only set aside."""
    hold_id = new_id(entry.owner[15])
    record_hold(
        conn,
        hold_id=hold_id,
        organisation_id=programme.organisation_id,
        owner=entry.owner,
        point_type=entry.point_type,
        amount=entry.amount,
        transfer_id=entry.id,
        now=now,
        lasts=lasts,
    )
    return hold_id


def confirm_redemption(
    conn: psycopg.Connection[Any], *, programme_id: int, redemption_id: UUID, now: datetime, by: str
) -> Redemption:
    """A held redemption is granted: the points are spent for good. Confirming again changes nothing."""
    with conn.transaction():
        rules = shelf(conn, programme_id=programme_id)
        programme = rules.programme
        found = found_redemption(conn, programme_id=programme_id, redemption_id=redemption_id)
        payments = payments_of(conn, redemption=found)
        owners = sorted({found.member_id.bytes, *(each.member_id.bytes for each in payments)})
        locked = lock_members(conn, owners)
        found = found_redemption(conn, programme_id=programme_id, redemption_id=redemption_id)
        if found.state is RedemptionState.granted:
            return found
        if locked[found.member_id.bytes].status == MemberStatus.blocked:
            raise blocked_refusal(field="member")
        if found.state is not RedemptionState.held or found.hold_id is None:
            raise not_in_state(found, "confirmed")
        reserved = hold(conn, hold_id=found.hold_id)
        if reserved is None or reserved.expires_at <= now:
            raise _too_late(found)
        if not close_holds(conn, payments, state=HoldState.settled, now=now):
            raise not_in_state(found, "confirmed")
        book = open_book(conn, owners=owners, with_lots=False)
        cause = Cause(CauseKind.redemption, found.id.bytes, now, "confirmed")
        for each in payments:
            book.settle(each.member_id.bytes, found.point_type, each.points, cause=cause)
        write_settled(conn, rules, book, now=now)
        move_redemption(
            conn, found, organisation_id=programme.organisation_id, to=RedemptionState.granted, now=now, by=by
        )
        grant_parts(conn, rules, found, now=now, by=by)
        return found_redemption(conn, programme_id=programme_id, redemption_id=redemption_id)


def close_holds(conn: psycopg.Connection[Any], payments: Sequence[Payment], *, state: HoldState, now: datetime) -> bool:
    """Ends the hold of everybody who pays; False when one had ended before."""
    settled = state is HoldState.settled
    ended = [EndedHold(each.hold_id, state, each.points if settled else 0) for each in payments if each.hold_id]
    return end_holds(conn, ended, now=now) == len(payments)


def found_redemption(conn: psycopg.Connection[Any], *, programme_id: int, redemption_id: UUID) -> Redemption:
    """The redemption. Raises RedemptionNotFound."""
    found = redemption(conn, programme_id=programme_id, redemption_id=redemption_id)
    if found is None:
        raise RedemptionNotFound(redemption_id)
    return found


def not_in_state(found: Redemption, verb: str) -> Conflict:
    """The refusal for a redemption that can no longer be changed in this way."""
    return Conflict(
        "redemption_not_open",
        "The redemption cannot be changed like this",
        detail=f"It is {found.state.name} and cannot be {verb}.",
        remedy="Look at the redemption; points that were given back can be spent again.",
    )


def _too_late(found: Redemption) -> Conflict:
    return Conflict(
        "hold_expired",
        "The points were set aside for too long",
        detail=f"{found.reward_name!r} was not confirmed in time, so the points go back to the member.",
        remedy="Redeem it again.",
    )
