"""Whether a member may have a reward now, apart from the points: who they are, what is left, how often they had it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.members.contracts import MemberStatus
from regulars.domain.members.queries import member
from regulars.domain.merges.queries import parts_of
from regulars.domain.rewards.contracts import OutOfStock, Reward
from regulars.domain.rewards.queries import times_redeemed
from regulars.flows.blocked import blocked_refusal
from regulars.flows.merge_refusals import merged_refusal
from regulars.flows.open_profile import member_not_found
from regulars.kernel.errors import Conflict


def check_known(conn: psycopg.Connection[Any], *, programme_id: int, member_id: UUID) -> None:
    """Raises the refusal for a member that the programme does not have."""
    if member(conn, programme_id=programme_id, member_id=member_id) is None:
        raise member_not_found(member_id)


def check_offered(conn: psycopg.Connection[Any], wanted: Reward, member_id: UUID) -> None:
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
