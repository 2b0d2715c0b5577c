"""Tiers: where a member stands on each ladder, the way to the next tier, and what keeps the present one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from ninja import Router
from pydantic import Field

from regulars.domain.access.contracts import Scope
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.domain.tiers.contracts import MemberStanding
from regulars.domain.tiers.ladder import Rungs
from regulars.domain.tiers.queries import standings, tier_changes
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.v1.shapes import Amount, Output, known_member, money_of
from regulars.kernel.clock import local_day

router = Router()


class Score(Output):
    """What counts on a ladder. money for ladders by spend, points for ladders by points; the other one is null."""

    money: Amount | None
    points: int | None


class NextTier(Output):
    """The tier above."""

    tier: str = Field(description="Its id in the rulebook")
    name: str
    at: Score = Field(description="The score that reaches it")
    missing: Score = Field(description="How much is still missing")


class TierStanding(Output):
    """A member's place on one ladder."""

    ladder: str = Field(description="Its id in the rulebook")
    name: str
    metric: Literal["spend", "points"]
    tier: str = Field(description="The id of the tier that the member has")
    tier_name: str
    benefits: list[str]
    since: datetime | None = Field(description="Null before the first event")
    score: Score = Field(description="What counts now")
    counted_from: date | None = Field(description="The first day that counts; null: everything ever")
    next: NextTier | None = Field(description="Null on the highest tier")
    needed_to_keep: Score = Field(description="The score below which the member no longer reaches this tier")
    when_it_falls: str = Field(description="What happens then, in words")


class TierStep(Output):
    """One step up or down."""

    ladder: str
    from_tier: str
    to_tier: str
    changed_at: datetime


class MemberTiers(Output):
    """All standings of a member. changes: the latest 100 steps, the latest first."""

    member_id: UUID
    standings: list[TierStanding]
    changes: list[TierStep]


@router.get(
    "/members/{member_id}/tiers",
    auth=ApiKeyAuth(Scope.points_read),
    response=MemberTiers,
    summary="Get a member's tiers",
    operation_id="get_tiers",
)
def get_tiers(request: ApiRequest, member_id: UUID) -> MemberTiers:
    """Where the member stands on every ladder of the rulebook, why, what comes next and what keeps it."""
    known_member(request, member_id)
    rules = shelf(request.conn, programme_id=request.programme_id)
    found = {each.ladder: each for each in standings(request.conn, member_ids=[member_id])}
    today = local_day(request.now, rules.programme.time_zone)
    steps = tier_changes(request.conn, member_id=member_id)
    return MemberTiers(
        member_id=member_id,
        standings=[_standing(rules, rungs, found.get(rungs.id), today) for rungs in rules.latest.rungs],
        changes=[
            TierStep(ladder=each.ladder, from_tier=each.from_tier, to_tier=each.to_tier, changed_at=each.changed_at)
            for each in steps
        ],
    )


def _standing(rules: Shelf, rungs: Rungs, found: MemberStanding | None, today: date) -> TierStanding:
    ladder = rungs.ladder
    score = found.score if found else 0
    position = rungs.ids.index(found.tier) if found and found.tier in rungs.ids else 0
    tier = ladder.tiers[position]
    counted_from = found.counted_from if found else rungs.counted_from(today)
    upper = position + 1 if position + 1 < len(ladder.tiers) else None
    return TierStanding(
        ladder=ladder.id,
        name=ladder.name,
        metric=ladder.metric,
        tier=tier.id,
        tier_name=tier.name,
        benefits=list(tier.benefits),
        since=found.since if found else None,
        score=_score(rules, rungs, score),
        counted_from=None if ladder.window is None else counted_from,
        next=None if upper is None else _next(rules, rungs, upper, score),
        needed_to_keep=_score(rules, rungs, rungs.thresholds[position]),
        when_it_falls=str(ladder.policy.words()),
    )


def _next(rules: Shelf, rungs: Rungs, upper: int, score: int) -> NextTier:
    tier, threshold = rungs.ladder.tiers[upper], rungs.thresholds[upper]
    return NextTier(
        tier=tier.id,
        name=tier.name,
        at=_score(rules, rungs, threshold),
        missing=_score(rules, rungs, max(threshold - score, 0)),
    )


def _score(rules: Shelf, rungs: Rungs, score: int) -> Score:
    if rungs.ladder.metric == "spend":
        return Score(money=money_of(score, rules.programme.currency), points=None)
    return Score(money=None, points=score)
