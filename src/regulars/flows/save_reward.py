"""The catalogue changes: a reward is added, or one that is there is changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg

from regulars.domain.programmes.queries import shelf
from regulars.domain.rewards import commands
from regulars.domain.rewards.contracts import Reward, RewardDraft
from regulars.kernel.errors import Refusal


def save_reward(
    conn: psycopg.Connection[Any],
    draft: RewardDraft,
    *,
    programme_id: int,
    now: datetime,
    reward_id: int | None = None,
) -> Reward:
    """Adds the reward, or changes the one of `reward_id`; what members redeemed before stays as it was.

    Raises Refusal for a price in points that the programme does not have; nothing is written then.
    """
    with conn.transaction():
        known = shelf(conn, programme_id=programme_id).point_types
        if draft.point_type not in known:
            raise Refusal(
                "unknown_point_type",
                "This point type does not exist",
                detail=f"The programme has no point type {draft.point_type!r}.",
                remedy=f"Use one of {', '.join(sorted(known))}.",
                field="point_type",
            )
        return commands.save_reward(conn, draft, programme_id=programme_id, now=now, reward_id=reward_id)
