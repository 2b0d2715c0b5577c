"""The closed vocabulary of what an event can cause.

Evaluation returns effects; flows apply them. Whoever adds a kind of effect adds it here, and the flow that applies it
in `flows/apply_effects.py`.
"""

from __future__ import annotations

import msgspec


class EarnPoints(msgspec.Struct, frozen=True, tag="earn_points"):
    """Points for the member. point_type: its code; amount: whole points; rule: id of the earn rule."""

    point_type: str
    amount: int
    rule: str


class ChangeTier(msgspec.Struct, frozen=True, tag="change_tier"):
    """The member moves on a ladder. score: what counted, in minor units or points."""

    ladder: str
    from_tier: str
    to_tier: str
    score: int


class AwardBadge(msgspec.Struct, frozen=True, tag="award_badge"):
    """A badge for the member, who may have it already. badge: its id; rule: id of the earn rule."""

    badge: str
    rule: str


Effect = EarnPoints | ChangeTier | AwardBadge
