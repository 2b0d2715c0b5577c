"""Progress: stamp cards, streaks and challenges of a member, and badges."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Path, Router
from pydantic import ConfigDict, Field

from regulars.domain.access.contracts import Scope
from regulars.domain.programmes.queries import shelf
from regulars.flows.award_badge import award_badge
from regulars.insight.member_progress import MemberProgress, member_progress
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.v1.shapes import Input, Output, known_member
from regulars.kernel.money import decimals_of

router = Router()

BadgeId = Annotated[str, Path(max_length=60, description="The id of the badge in the rulebook")]


class GoalShown(Output):
    """One thing to do."""

    name: str
    have: str = Field(description="Counted so far, a head start included; money as decimal text")
    given: str = Field(description="How much of it was the head start")
    need: str = Field(description="How much makes it")
    met: bool


class WayShown(Output):
    """A stamp card, a streak or a challenge."""

    rule: str = Field(description="The id of the earn rule")
    name: str
    kind: Literal["stamps", "streak", "challenge"]
    goals: list[GoalShown]
    percent: int
    completed: int = Field(description="How often the member completed it")
    starts_on: date | None
    ends_on: date | None = Field(description="The last local day that counts; null: there is none")
    over: bool = Field(description="Nothing more can be had from it")


class ProgressShown(Output):
    """All that is under way for a member."""

    member_id: UUID
    items: list[WayShown]


class BadgeOfMember(Output):
    """A badge of the programme, and whether the member has it."""

    badge: str
    name: str
    text: str
    icon: str
    awarded_at: datetime | None = Field(description="Null: the member does not have it")
    reason: str = Field(description="Why staff gave it; empty: a rule did")


class BadgesOfMember(Output):
    """The badges that the rulebook in force declares, those that the member has first."""

    member_id: UUID
    items: list[BadgeOfMember]


class BadgeChange(Input):
    """Why it is given or taken."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Helped at the summer party"}]})

    reason: str = Field(min_length=1, max_length=500, description="As colleagues read it")


@router.get(
    "/members/{member_id}/progress",
    auth=ApiKeyAuth(Scope.points_read),
    response=ProgressShown,
    summary="Get a member's progress",
    operation_id="get_progress",
)
def get_progress(request: ApiRequest, member_id: UUID) -> ProgressShown:
    """Stamp cards, streaks and challenges of the rulebook in force, as far as the member has come."""
    found, currency = _read(request, member_id)
    places = decimals_of(currency)

    def amount(units: int, is_money: bool) -> str:
        return f"{units / 10**places:.{places}f}" if is_money else str(units)

    items = [
        WayShown(
            rule=way.rule.id,
            name=way.rule.name,
            kind=way.progress.shape,
            goals=[
                GoalShown(
                    name=str(goal.name),
                    have=amount(goal.have, goal.is_money),
                    given=amount(goal.given, goal.is_money),
                    need=amount(goal.need, goal.is_money),
                    met=goal.is_met,
                )
                for goal in way.progress.goals
            ],
            percent=way.progress.percent,
            completed=way.progress.times,
            starts_on=way.progress.starts_on,
            ends_on=way.progress.ends_on,
            over=way.progress.is_over,
        )
        for way in found.ways
    ]
    return ProgressShown(member_id=member_id, items=items)


@router.get(
    "/members/{member_id}/badges",
    auth=ApiKeyAuth(Scope.points_read),
    response=BadgesOfMember,
    summary="Get a member's badges",
    operation_id="get_badges",
)
def get_badges(request: ApiRequest, member_id: UUID) -> BadgesOfMember:
    """Every badge of the rulebook in force, and since when the member has it."""
    found, _ = _read(request, member_id)
    return _shown(member_id, found)


@router.put(
    "/members/{member_id}/badges/{badge}",
    auth=ApiKeyAuth(Scope.points_write),
    response=BadgesOfMember,
    summary="Give a badge",
    operation_id="give_badge",
)
def give_badge(request: ApiRequest, member_id: UUID, badge: BadgeId, body: BadgeChange) -> BadgesOfMember:
    """Gives the member the badge, with a reason that stays. One that the member has is left as it is."""
    return _change(request, member_id, badge, body, taken=False)


@router.post(
    "/members/{member_id}/badges/{badge}/take",
    auth=ApiKeyAuth(Scope.points_write),
    response=BadgesOfMember,
    summary="Take a badge back",
    operation_id="take_badge",
)
def take_badge(request: ApiRequest, member_id: UUID, badge: BadgeId, body: BadgeChange) -> BadgesOfMember:
    """Takes the badge back, with a reason that stays. One that the member does not have changes nothing."""
    return _change(request, member_id, badge, body, taken=True)


def _change(request: ApiRequest, member_id: UUID, badge: str, body: BadgeChange, *, taken: bool) -> BadgesOfMember:
    award_badge(
        request.conn, programme_id=request.programme_id, member_id=member_id, badge=badge, reason=body.reason,
        now=request.now, by=request.key.by, taken=taken,
    )  # fmt: skip
    found, _ = _read(request, member_id)
    return _shown(member_id, found)


def _read(request: ApiRequest, member_id: UUID) -> tuple[MemberProgress, str]:
    known_member(request, member_id)
    rules = shelf(request.conn, programme_id=request.programme_id)
    found = member_progress(request.conn, rules, member_id=member_id, now=request.now)
    return found, rules.programme.currency


def _shown(member_id: UUID, found: MemberProgress) -> BadgesOfMember:
    items = [
        BadgeOfMember(
            badge=each.badge.id,
            name=each.badge.name,
            text=each.badge.text,
            icon=each.badge.icon,
            awarded_at=each.awarded_at,
            reason=each.reason,
        )
        for each in found.badges
    ]
    return BadgesOfMember(member_id=member_id, items=items)
