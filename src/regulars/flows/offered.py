"""Whether a member may have rewards now, apart from the points: who they are, what is left, how often they had them.

What there is to know is read once, for one reward or for all; then each is decided without the database. Whoever shows
a reward and whoever gives it ask here, so that nobody is offered what is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
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
from regulars.flows.member_filter import fulfilled
from regulars.flows.member_vocabulary import troubles_of, vocabulary_of
from regulars.flows.merge_refusals import merged_refusal
from regulars.flows.open_profile import member_not_found
from regulars.kernel.clock import local_day
from regulars.kernel.errors import Conflict, Refusal


class Standing(NamedTuple):
    """What decides about rewards. status: of the member; today: the local day; taken: units given, by reward and scope.

    had: how often the member had each; unfulfilled: rewards that ask for what the member does not fulfil.
    """

    status: MemberStatus | None
    today: date
    taken: Mapping[int, Mapping[str, int]]
    had: Mapping[int, int]
    unfulfilled: frozenset[int]


def check_known(conn: psycopg.Connection[Any], *, programme_id: int, member_id: UUID) -> None:
    """Raises the refusal for a member that the programme does not have."""
    if member(conn, programme_id=programme_id, member_id=member_id) is None:
        raise member_not_found(member_id)


def standing_of(
    conn: psycopg.Connection[Any], rules: Shelf, wanted: Sequence[Reward], member_id: UUID, *, now: datetime
) -> Standing:
    """How the member stands to these rewards. What none of them asks for is not read."""
    programme = rules.programme
    holder = member(conn, programme_id=programme.id, member_id=member_id)
    counted = [each.id for each in wanted if each.terms.is_counted]
    limited = [each.id for each in wanted if each.limit_per_member is not None]
    return Standing(
        None if holder is None else holder.status,
        local_day(now, programme.time_zone),
        given(conn, programme_id=programme.id, reward_ids=counted) if counted else {},
        times_redeemed(conn, member_ids=parts_of(conn, member_id=member_id), reward_ids=limited) if limited else {},
        _unfulfilled(conn, rules, wanted, member_id, now=now),
    )


def check_offered(wanted: Reward, standing: Standing) -> None:
    """Raises the refusal for a reward that the member cannot have now, whatever points are there."""
    _check_status(standing.status)
    if not wanted.active or not wanted.terms.is_open(standing.today):
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
    _check_room(wanted, standing)
    if wanted.id in standing.unfulfilled:
        raise Conflict(
            "reward_not_for_member",
            "The reward is for other members",
            detail=f"The member does not fulfil what {wanted.name!r} asks for.",
            remedy="Choose another reward.",
            field="reward",
        )
    limit = wanted.limit_per_member
    if limit is not None and standing.had.get(wanted.id, 0) >= limit:
        raise Conflict(
            "limit_reached",
            "The member has had this reward as often as allowed",
            detail=f"{wanted.name!r} can be redeemed {limit} time{'s' if limit != 1 else ''} by one member.",
            remedy="Choose another reward.",
            field="reward",
        )


def stores_left(wanted: Reward, standing: Standing) -> tuple[str, ...]:
    """Where there is one left, of a reward that is counted by store."""
    taken = standing.taken.get(wanted.id, {})
    return tuple(
        store for store, units in sorted(wanted.terms.stores.items()) if taken.get(f"store {store}", 0) < units
    )


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


def _check_status(status: MemberStatus | None) -> None:
    if status is MemberStatus.blocked:
        raise blocked_refusal(field="member")
    if status is MemberStatus.merged:
        raise merged_refusal(field="member")
    if status is not MemberStatus.active:
        raise Conflict(
            "member_not_active",
            "The member is not active",
            detail="Only an active member can redeem.",
            remedy="Make the member active again first.",
            field="member",
        )


def _check_room(wanted: Reward, standing: Standing) -> None:
    """Said before anything is taken; who is second all the same is refused when it is."""
    taken = standing.taken.get(wanted.id, {})
    for scope, units in wanted.terms.scopes(standing.today, "").items():
        if taken.get(scope, 0) >= units:
            raise OutOfStock(wanted.name) if scope == TOTAL else SoldOutToday(wanted.name)
    if wanted.terms.stores and not stores_left(wanted, standing):
        raise OutOfStock(wanted.name)


def _unfulfilled(
    conn: psycopg.Connection[Any], rules: Shelf, wanted: Sequence[Reward], member_id: UUID, *, now: datetime
) -> frozenset[int]:
    asked = [(each.id, each.terms.when) for each in wanted if each.terms.when is not None]
    if not asked:
        return frozenset()
    programme_id = rules.programme.id
    vocabulary = vocabulary_of(rules, audiences(conn, programme_id=programme_id), now=now)
    # What the rulebook no longer knows is fulfilled by nobody.
    sound = [(reward, when) for reward, when in asked if not troubles_of(when, vocabulary)]
    answers = fulfilled(conn, [when for _, when in sound], vocabulary, programme_id=programme_id, member_id=member_id)
    meets = {reward for (reward, _), holds in zip(sound, answers, strict=True) if holds}
    return frozenset(reward for reward, _ in asked if reward not in meets)
