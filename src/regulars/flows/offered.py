"""Whether a member may have a reward now, apart from the points: who they are, what is left, how often they had it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.audiences.queries import audiences
from regulars.domain.members.contracts import MemberStatus
from regulars.domain.members.queries import member
from regulars.domain.merges.queries import parts_of
from regulars.domain.programmes.queries import Shelf
from regulars.domain.rewards.contracts import OutOfStock, Reward, SoldOutToday
from regulars.domain.rewards.queries import given, times_redeemed
from regulars.domain.rewards.terms import TOTAL
from regulars.flows.blocked import blocked_refusal
from regulars.flows.member_filter import fulfils
from regulars.flows.member_vocabulary import troubles_of, vocabulary_of
from regulars.flows.merge_refusals import merged_refusal
from regulars.flows.open_profile import member_not_found
from regulars.kernel.clock import local_day
from regulars.kernel.errors import Conflict, Refusal


def check_known(conn: psycopg.Connection[Any], *, programme_id: int, member_id: UUID) -> None:
    """Raises the refusal for a member that the programme does not have."""
    if member(conn, programme_id=programme_id, member_id=member_id) is None:
        raise member_not_found(member_id)


def check_offered(
    conn: psycopg.Connection[Any], rules: Shelf, wanted: Reward, member_id: UUID, *, now: datetime
) -> None:
    """Raises the refusal for a reward that the member cannot have now, whatever points are there."""
    holder = member(conn, programme_id=wanted.programme_id, member_id=member_id)
    if holder is not None and holder.status is MemberStatus.blocked:
        raise blocked_refusal(field="member")
    if holder is not None and holder.status is MemberStatus.merged:
        raise merged_refusal(field="member")
    if holder is None or holder.status is not MemberStatus.active:
        raise Conflict(
            "member_not_active",
            "The member is not active",
            detail="Only an active member can redeem.",
            remedy="Make the member active again first.",
            field="member",
        )
    today = local_day(now, rules.programme.time_zone)
    if not wanted.active or not wanted.terms.is_open(today):
        raise Conflict(
            "reward_not_offered",
            "The reward is not offered now",
            detail=f"{wanted.name!r} is switched off."
            if not wanted.active or wanted.terms.is_draft
            else f"{wanted.name!r} is for other days.",
            remedy="Choose another reward.",
            field="reward",
        )
    if wanted.stock == 0:
        raise OutOfStock(wanted.name)
    _check_room(conn, wanted, today)
    _check_conditions(conn, rules, wanted, member_id, now=now)
    limit = wanted.limit_per_member
    if limit is not None and _times(conn, member_id, wanted) >= limit:
        raise Conflict(
            "limit_reached",
            "The member has had this reward as often as allowed",
            detail=f"{wanted.name!r} can be redeemed {limit} time{'s' if limit != 1 else ''} by one member.",
            remedy="Choose another reward.",
            field="reward",
        )


def _times(conn: psycopg.Connection[Any], member_id: UUID, wanted: Reward) -> int:
    return times_redeemed(conn, member_ids=parts_of(conn, member_id=member_id), reward_id=wanted.id)


def scopes_of(rules: Shelf, wanted: Reward, store: str, *, now: datetime) -> dict[str, int]:
    """Where one redemption is counted, with the room that there is. Raises Refusal for a store that has none."""
    terms = wanted.terms
    if terms.stores and store not in terms.stores:
        raise Refusal(
            "store_missing",
            "The store is to be named",
            detail=f"{wanted.name!r} is counted by store, and {store[:80]!r} has none."
            if store
            else f"{wanted.name!r} is counted by store, and no store was named.",
            remedy=f"Name one of {', '.join(sorted(terms.stores))}.",
            field="store",
        )
    return terms.scopes(local_day(now, rules.programme.time_zone), store)


def _check_room(conn: psycopg.Connection[Any], wanted: Reward, today: date) -> None:
    """Said before anything is taken; who is second all the same is refused when it is."""
    room = wanted.terms.scopes(today, "")
    if not room and not wanted.terms.stores:
        return
    taken = given(conn, programme_id=wanted.programme_id, reward_ids=[wanted.id]).get(wanted.id, {})
    for scope, units in room.items():
        if taken.get(scope, 0) >= units:
            raise OutOfStock(wanted.name) if scope == TOTAL else SoldOutToday(wanted.name)
    stores = wanted.terms.stores
    if stores and all(taken.get(f"store {store}", 0) >= units for store, units in stores.items()):
        raise OutOfStock(wanted.name)


def _check_conditions(
    conn: psycopg.Connection[Any], rules: Shelf, wanted: Reward, member_id: UUID, *, now: datetime
) -> None:
    when = wanted.terms.when
    if when is None:
        return
    programme_id = rules.programme.id
    vocabulary = vocabulary_of(rules, audiences(conn, programme_id=programme_id), now=now)
    # What the rulebook no longer knows is fulfilled by nobody.
    if troubles_of(when, vocabulary) or not fulfils(
        conn, when, vocabulary, programme_id=programme_id, member_id=member_id
    ):
        raise Conflict(
            "reward_not_for_member",
            "The reward is for other members",
            detail=f"The member does not fulfil what {wanted.name!r} asks for.",
            remedy="Choose another reward.",
            field="reward",
        )
