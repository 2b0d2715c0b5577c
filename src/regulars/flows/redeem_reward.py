"""A member gets a reward for points: quote, then hold or grant, then confirm or release.

Stock, limits, price and points are checked and taken in one transaction; who comes second for the last unit keeps
their points.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.ledger.book import Book, Cause
from regulars.domain.ledger.commands import close_hold, open_book, record_hold, write_book
from regulars.domain.ledger.contracts import Account, CauseKind, Entry, HoldState, NotEnoughPoints
from regulars.domain.ledger.queries import hold
from regulars.domain.members.commands import lock_members
from regulars.domain.members.contracts import MemberStatus
from regulars.domain.members.queries import member
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.domain.rewards.commands import (
    issue_voucher,
    lock_reward,
    move_redemption,
    record_redemption,
    take_unit,
)
from regulars.domain.rewards.contracts import (
    OutOfStock,
    Quote,
    Redemption,
    RedemptionNotFound,
    RedemptionState,
    Reward,
    RewardNotFound,
)
from regulars.domain.rewards.queries import redemption, reward, times_redeemed
from regulars.domain.rewards.reward_type import reward_type
from regulars.flows.blocked import blocked_refusal
from regulars.flows.open_profile import member_not_found
from regulars.flows.settle_day import settle_day
from regulars.kernel.clock import local_day
from regulars.kernel.errors import Conflict, Refusal
from regulars.kernel.ids import new_id

HOLD_LASTS = timedelta(minutes=15)


def quote_reward(
    conn: psycopg.Connection[Any], *, programme_id: int, member_id: UUID, reward_id: int, now: datetime
) -> Quote:
    """What redeeming would take now, and why not where it cannot be done. Writes nothing."""
    with conn.transaction(force_rollback=True):
        rules = shelf(conn, programme_id=programme_id)
        if member(conn, programme_id=programme_id, member_id=member_id) is None:
            raise member_not_found(member_id)
        wanted = reward(conn, programme_id=programme_id, reward_id=reward_id)
        if wanted is None:
            raise RewardNotFound(reward_id)
        book, point_type = _open(conn, rules, member_id, wanted, now=now, to_write=False)
        available = book.balance(member_id.bytes, point_type).available
        refusal: Refusal | None = None
        try:
            _check(conn, wanted, member_id, available=available)
        except Refusal as found:
            refusal = found
        return Quote(wanted, wanted.price, available, max(wanted.price - available, 0), refusal)


def redeem_reward(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    member_id: UUID,
    reward_id: int,
    now: datetime,
    by: str,
    hold_for: timedelta | None = None,
) -> Redemption:
    """Takes the points and grants the reward. Raises Refusal; no points are lost then.

    hold_for: only set the points aside, for confirm_redemption or release_redemption within that time.
    """
    with conn.transaction():
        rules = shelf(conn, programme_id=programme_id)
        programme, owner = rules.programme, member_id.bytes
        if member(conn, programme_id=programme_id, member_id=member_id) is None:
            raise member_not_found(member_id)
        lock_members(conn, [owner])
        wanted = lock_reward(conn, programme_id=programme_id, reward_id=reward_id)
        book, point_type = _open(conn, rules, member_id, wanted, now=now)
        _check(conn, wanted, member_id, available=book.balance(owner, point_type).available)
        take_unit(conn, wanted)
        identifier = new_id(owner[15])
        cause = Cause(CauseKind.redemption, identifier.bytes, now, wanted.code)
        target = Account.held if hold_for else Account.redeemed
        entry = book.spend(owner, point_type, wanted.price, cause=cause, target=target)
        write_book(conn, book, organisation_id=programme.organisation_id, now=now)
        record_redemption(
            conn,
            redemption_id=identifier,
            organisation_id=programme.organisation_id,
            member_id=member_id,
            reward=wanted,
            point_type=point_type,
            state=RedemptionState.held if hold_for else RedemptionState.granted,
            hold_id=_hold(conn, programme, entry, lasts=hold_for, now=now) if hold_for else None,
            transfer_id=UUID(bytes=entry.id),
            now=now,
            by=by,
        )
        done = found_redemption(conn, programme_id=programme_id, redemption_id=identifier)
        if hold_for is None:
            _grant(conn, done, programme, now=now)
        return found_redemption(conn, programme_id=programme_id, redemption_id=identifier)


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
        programme = shelf(conn, programme_id=programme_id).programme
        found = found_redemption(conn, programme_id=programme_id, redemption_id=redemption_id)
        owner = found.member_id.bytes
        locked = lock_members(conn, [owner])
        found = found_redemption(conn, programme_id=programme_id, redemption_id=redemption_id)
        if found.state is RedemptionState.granted:
            return found
        if locked[owner].status == MemberStatus.blocked:
            raise blocked_refusal(field="member")
        if found.state is not RedemptionState.held or found.hold_id is None:
            raise not_in_state(found, "confirmed")
        reserved = hold(conn, hold_id=found.hold_id)
        if reserved is None or reserved.expires_at <= now:
            raise _too_late(found)
        if not close_hold(conn, found.hold_id, bucket=owner[15], state=HoldState.settled, settled=found.price, now=now):
            raise not_in_state(found, "confirmed")
        book = open_book(conn, owners=[owner], with_lots=False)
        cause = Cause(CauseKind.redemption, found.id.bytes, now, "confirmed")
        book.settle(owner, found.point_type, found.price, cause=cause)
        write_book(conn, book, organisation_id=programme.organisation_id, now=now)
        move_redemption(
            conn, found, organisation_id=programme.organisation_id, to=RedemptionState.granted, now=now, by=by
        )
        _grant(conn, found, programme, now=now)
        return found_redemption(conn, programme_id=programme_id, redemption_id=redemption_id)


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


def _open(
    conn: psycopg.Connection[Any],
    rules: Shelf,
    member_id: UUID,
    wanted: Reward,
    *,
    now: datetime,
    to_write: bool = True,
) -> tuple[Book, int]:
    """The member's books with everything expired that is due: such points can no longer be spent."""
    point_type = rules.point_types[wanted.point_type]
    book = open_book(conn, owners=[member_id.bytes], with_lots=True, to_write=to_write)
    today = local_day(now, rules.programme.time_zone)
    settle_day(book, member_id.bytes, point_type, today=today, time_zone=rules.programme.time_zone)
    return book, point_type


def _check(conn: psycopg.Connection[Any], wanted: Reward, member_id: UUID, *, available: int) -> None:
    holder = member(conn, programme_id=wanted.programme_id, member_id=member_id)
    if holder is not None and holder.status is MemberStatus.blocked:
        raise blocked_refusal(field="member")
    if holder is None or holder.status is not MemberStatus.active:
        raise Conflict(
            "member_not_active",
            "The member is not active",
            detail="Only an active member can redeem.",
            remedy="Make the member active again first.",
            field="member",
        )
    if not wanted.active:
        raise Conflict(
            "reward_not_offered",
            "The reward is not offered now",
            detail=f"{wanted.name!r} is switched off.",
            remedy="Choose another reward.",
            field="reward",
        )
    if wanted.stock == 0:
        raise OutOfStock(wanted.name)
    limit = wanted.limit_per_member
    if limit is not None and times_redeemed(conn, member_id=member_id, reward_id=wanted.id) >= limit:
        raise Conflict(
            "limit_reached",
            "The member has had this reward as often as allowed",
            detail=f"{wanted.name!r} can be redeemed {limit} time{'s' if limit != 1 else ''} by one member.",
            remedy="Choose another reward.",
            field="reward",
        )
    if available < wanted.price:
        raise NotEnoughPoints(available=available, asked=wanted.price)


def _grant(conn: psycopg.Connection[Any], found: Redemption, programme: Programme, *, now: datetime) -> None:
    kind = reward_type(found.reward_type, found.parameters)
    if kind.gives_voucher:
        issue_voucher(
            conn,
            redemption_id=found.id,
            organisation_id=programme.organisation_id,
            programme_id=programme.id,
            member_id=found.member_id,
            last_day=kind.last_day(local_day(now, programme.time_zone)),
            now=now,
        )
