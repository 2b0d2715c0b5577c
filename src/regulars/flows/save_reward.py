"""The catalogue changes: a reward is added, or one that is there is changed; who did it is recorded."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg

from regulars.domain.audit.commands import record_act
from regulars.domain.audit.contracts import programme_subject
from regulars.domain.programmes.queries import shelf
from regulars.domain.rewards import commands
from regulars.domain.rewards.contracts import Reward, RewardDraft, RewardNotFound
from regulars.domain.rewards.queries import reward
from regulars.flows.granting.parts import check_grantable
from regulars.kernel.errors import Refusal
from regulars.kernel.ids import new_id


def save_reward(
    conn: psycopg.Connection[Any],
    draft: RewardDraft,
    *,
    programme_id: int,
    now: datetime,
    by: str,
    reward_id: int | None = None,
) -> Reward:
    """Adds the reward, or changes the one of `reward_id`; what members redeemed before stays as it was.

    Raises Refusal for a price in points that the programme does not have, and for a change of code, type or point
    type; nothing is written then.
    """
    with conn.transaction():
        if reward_id is not None:
            _check_same(reward(conn, programme_id=programme_id, reward_id=reward_id), draft, reward_id)
        rules = shelf(conn, programme_id=programme_id)
        known = rules.point_types
        if draft.point_type not in known:
            raise Refusal(
                "unknown_point_type",
                "This point type does not exist",
                detail=f"The programme has no point type {draft.point_type!r}.",
                remedy=f"Use one of {', '.join(sorted(known))}.",
                field="point_type",
            )
        check_grantable(draft, rules)
        saved = commands.save_reward(conn, draft, programme_id=programme_id, now=now, reward_id=reward_id)
        record_act(
            conn,
            entry_id=new_id(0),
            organisation_id=rules.programme.organisation_id,
            programme_id=programme_id,
            now=now,
            by=by,
            action="reward.added" if reward_id is None else "reward.changed",
            subject=programme_subject(programme_id),
            details={
                "reward": saved.code, "name": saved.name, "price": saved.price, "parameters": saved.parameters,
                "stock": saved.stock, "limit_per_member": saved.limit_per_member, "active": saved.active,
            },
        )  # fmt: skip
        return saved


def _check_same(found: Reward | None, draft: RewardDraft, reward_id: int) -> None:
    """Programs name a reward by its code, and its type decided what members were granted: what it is, it stays."""
    if found is None:
        raise RewardNotFound(reward_id)
    for field, old, new in (
        ("code", found.code, draft.code),
        ("type", found.type, draft.type),
        ("point_type", found.point_type, draft.point_type),
    ):
        if old != new:
            raise Refusal(
                "reward_part_fixed",
                "This part of a reward cannot change",
                detail=f"The {field.replace('_', ' ')} of the reward {found.code!r} is {old!r}, and {new!r} was given.",
                remedy="Leave it as it is; or add a new reward, and archive this one.",
                field=field,
            )
