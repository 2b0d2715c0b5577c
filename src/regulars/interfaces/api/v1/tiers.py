"""Tiers: where a member stands on each ladder, the way to the next tier, and what keeps the present one."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from ninja import Router
from pydantic import ConfigDict, Field

from regulars.domain.access.contracts import Scope
from regulars.domain.merges.queries import parts_of
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.domain.tiers.contracts import Assignment, AssignmentKind, ChangeCause
from regulars.domain.tiers.queries import assignments_in_force, tier_changes
from regulars.flows.answer_invitation import accept_invitation_to_tier
from regulars.flows.assign_tier import assign_tier, end_assignment
from regulars.insight.standing_view import LadderView, ladder_views
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.idempotency import require_key
from regulars.interfaces.api.v1.shapes import Amount, Input, Output, known_member, money_of, names_of

router = Router()


HeldBy = Literal["score", "manual", "invited", "matched"]


class Score(Output):
    """What counts on a ladder. money for ladders by spend, points for all others; the other one is null."""

    money: Amount | None
    points: int | None


class NextTier(Output):
    """The tier above."""

    tier: str = Field(description="Its id in the rulebook")
    name: str
    at: Score = Field(description="The score that reaches it")
    missing: Score = Field(description="How much is still missing")
    by: date | None = Field(description="The last day on which that counts with what is there; null: no such day")


class Keeping(Output):
    """What keeps a tier: so much more, on these days, both included."""

    missing: Score
    since: date
    until: date


class Projected(Output):
    """The tier that follows when nothing more happens."""

    tier: str
    tier_name: str
    on: date = Field(description="The first day of it")


class TierStanding(Output):
    """A member's place on one ladder."""

    ladder: str = Field(description="Its id in the rulebook")
    name: str
    metric: str = Field(description="What is counted: spend, points, visits, ...")
    window: str = Field(description="How long it counts, in words")
    tier: str = Field(description="The id of the tier that the member has")
    tier_name: str
    benefits: list[str]
    held_by: HeldBy = Field(description="score, or what staff did: manual, invited, matched")
    held_until: date | None = Field(description="The last day of what staff did; null: without an end, or by score")
    since: datetime | None = Field(description="Null before the first event")
    score: Score = Field(description="What counts now")
    counted_from: date | None = Field(description="The first day that counts; null: everything ever")
    next: NextTier | None = Field(description="Null on the highest tier that a score reaches")
    needed_to_keep: Score = Field(description="The score below which the member no longer reaches this tier")
    safe_until: date | None = Field(description="The last day on which the tier is safe; null: it is not lost")
    keeps: Keeping | None = Field(description="What keeps it for longer; null: nothing is needed, or nothing would")
    projected: Projected | None = Field(description="What follows if nothing more happens; null: it stays as it is")
    kept_by_change: date | None = Field(
        description="Since its ladder changed the tier is not reached any more, and kept until this day (9999-12-31:"
        " for good); null: it is reached"
    )
    when_it_falls: str = Field(description="What happens then, in words")


class TierStep(Output):
    """One step up or down."""

    member_id: UUID = Field(description="The member, or a duplicate that is part of the member by now")
    ladder: str
    from_tier: str
    to_tier: str
    changed_at: datetime
    why: str = Field(
        description="event (a return, too), review, staff, ladder (its rules changed), ladder_undone, merge, ...",
        json_schema_extra=names_of(ChangeCause),
    )


class MemberTiers(Output):
    """All standings of a member. changes: the latest 100 steps, the latest first."""

    member_id: UUID
    standings: list[TierStanding]
    changes: list[TierStep]


class BenefitOut(Output):
    """Something that a tier gives, as data and in words."""

    ladder: str
    tier: str
    kind: str = Field(description="multiplier, discount, free_shipping, early_access, content, concierge, ... or text")
    text: str
    parameters: dict[str, str | int | float | bool | None] = Field(description="As the kind has them")


class MemberBenefits(Output):
    """What a shop may give the member at its checkout now."""

    member_id: UUID
    benefits: list[BenefitOut]


class AssignmentIn(Input):
    """A tier that staff give."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tier": "gold",
                    "kind": "matched",
                    "reason": "Status match campaign",
                    "proof": "Card of the other club, seen by e-mail",
                    "until": "2027-03-31",
                }
            ]
        }
    )

    tier: str = Field(min_length=1, max_length=40, description="The id of the tier")
    kind: Literal["manual", "invited", "matched"] = Field(
        "manual", description="invited: for tiers by invitation; matched: for a status in another programme"
    )
    reason: str = Field(min_length=1, max_length=500, description="For colleagues; the member does not see it")
    proof: str = Field("", max_length=500, description="What showed the other status; a match needs it")
    until: date | None = Field(None, description="The last day; null: without an end. A match needs one")


class AssignmentOut(Output):
    """A tier that staff gave. The reason is not in it, because the answer is kept for retries."""

    id: UUID
    ladder: str
    tier: str
    kind: HeldBy
    until: date | None
    accepted_at: datetime | None = Field(description="When the member accepted an invitation; null: not answered")


class AssignmentEndIn(Input):
    """Why a tier that staff gave ends."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Given to the wrong member"}]})

    reason: str = Field("", max_length=500, description="For colleagues; needed unless the member declined")
    declined: bool = Field(False, description="Whether the member does not want it")


@router.post(
    "/members/{member_id}/tiers/{ladder}/assignment",
    auth=ApiKeyAuth(Scope.members_write),
    response=AssignmentOut,
    summary="Give a tier",
    operation_id="assign_tier",
)
def assign(request: ApiRequest, member_id: UUID, ladder: str, body: AssignmentIn) -> AssignmentOut:
    """Lifts the member to a tier above the one of their own, with a reason. Needs an Idempotency-Key."""
    require_key(request)
    made = assign_tier(
        request.conn,
        programme_id=request.programme_id,
        member_id=member_id,
        ladder=ladder,
        tier=body.tier,
        kind=AssignmentKind[body.kind],
        reason=body.reason,
        proof=body.proof,
        until=body.until,
        now=request.now,
        by=request.key.by,
    )
    return _assignment(made)


@router.post(
    "/members/{member_id}/tiers/{ladder}/assignment/end",
    auth=ApiKeyAuth(Scope.members_write),
    response=AssignmentOut,
    summary="Take a given tier back",
    operation_id="end_tier_assignment",
)
def end(request: ApiRequest, member_id: UUID, ladder: str, body: AssignmentEndIn) -> AssignmentOut:
    """The member stands where they would stand by themselves. Needs an Idempotency-Key."""
    require_key(request)
    ended = end_assignment(
        request.conn,
        programme_id=request.programme_id,
        member_id=member_id,
        ladder=ladder,
        reason=body.reason,
        declined=body.declined,
        now=request.now,
        by=request.key.by,
    )
    return _assignment(ended)


@router.post(
    "/members/{member_id}/tiers/{ladder}/assignment/accept",
    auth=ApiKeyAuth(Scope.members_write),
    response=AssignmentOut,
    summary="Accept an invitation to a tier",
    operation_id="accept_tier_invitation",
)
def accept(request: ApiRequest, member_id: UUID, ladder: str) -> AssignmentOut:
    """The member would like to have it. Accepting again changes nothing; to decline, end it with `declined`."""
    known_member(request, member_id)
    done = accept_invitation_to_tier(
        request.conn,
        programme_id=request.programme_id,
        member_id=member_id,
        ladder=ladder,
        now=request.now,
        by=request.key.by,
    )
    return _assignment(done)


@router.get(
    "/members/{member_id}/benefits",
    auth=ApiKeyAuth(Scope.points_read),
    response=MemberBenefits,
    summary="Get a member's benefits",
    operation_id="get_benefits",
)
def get_benefits(request: ApiRequest, member_id: UUID) -> MemberBenefits:
    """What the tiers of the member give, on every ladder: for a shop to act on at its checkout."""
    known_member(request, member_id)
    rules = shelf(request.conn, programme_id=request.programme_id)
    views = ladder_views(request.conn, rules, member_id=member_id, now=request.now)
    currency = rules.programme.currency
    return MemberBenefits(
        member_id=member_id,
        benefits=[
            BenefitOut(
                ladder=view.ladder.id,
                tier=view.tier.id,
                kind=each.name,
                text=str(each.words(currency=currency)),
                parameters=each.model_dump(mode="json"),
            )
            for view in views
            for each in view.tier.offers
        ],
    )


def _assignment(made: Assignment) -> AssignmentOut:
    return AssignmentOut(
        id=made.id,
        ladder=made.ladder,
        tier=made.tier,
        kind=_kind(made.kind),
        until=made.until,
        accepted_at=made.accepted_at,
    )


def _kind(kind: AssignmentKind) -> HeldBy:
    return "manual" if kind is AssignmentKind.manual else "invited" if kind is AssignmentKind.invited else "matched"


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
    views = ladder_views(request.conn, rules, member_id=member_id, now=request.now)
    given = {each.ladder: each for each in assignments_in_force(request.conn, member_id=member_id)}
    steps = tier_changes(request.conn, member_ids=parts_of(request.conn, member_id=member_id))
    return MemberTiers(
        member_id=member_id,
        standings=[_standing(rules, view, given.get(view.ladder.id)) for view in views],
        changes=[
            TierStep(
                ladder=each.ladder,
                from_tier=each.from_tier,
                to_tier=each.to_tier,
                changed_at=each.changed_at,
                why=each.cause.name,
                member_id=each.member_id,
            )
            for each in steps
        ],
    )


def _standing(rules: Shelf, view: LadderView, given: Assignment | None) -> TierStanding:
    ladder, tier, currency = view.ladder, view.tier, rules.programme.currency
    lifts = given is not None and view.rungs.position(given.tier) == view.position
    return TierStanding(
        ladder=ladder.id,
        name=ladder.name,
        metric=ladder.metric_name,
        window=str(ladder.span.words()),
        tier=tier.id,
        tier_name=tier.name,
        benefits=[str(each.words(currency=currency)) for each in tier.offers],
        held_by="score" if given is None or not lifts else _kind(given.kind),
        held_until=None if given is None or not lifts else given.until,
        since=view.since,
        score=_score(rules, view, view.score),
        counted_from=view.counted_from,
        next=_next(rules, view),
        needed_to_keep=_score(rules, view, view.thresholds[view.position]),
        safe_until=None if view.kept_until is None else view.kept_until - timedelta(days=1),
        keeps=_keeping(rules, view),
        projected=_projected(view),
        kept_by_change=view.kept_by_change,
        when_it_falls=str(ladder.policy.words()),
    )


def _next(rules: Shelf, view: LadderView) -> NextTier | None:
    if view.next is None:
        return None
    return NextTier(
        tier=view.next.id,
        name=view.next.name,
        at=_score(rules, view, view.goal),
        missing=_score(rules, view, view.missing),
        by=view.next_by,
    )


def _keeping(rules: Shelf, view: LadderView) -> Keeping | None:
    if view.keep is None:
        return None
    return Keeping(missing=_score(rules, view, view.keep.amount), since=view.keep.since, until=view.keep.until)


def _projected(view: LadderView) -> Projected | None:
    if view.kept_until is None:
        return None
    tier = view.ladder.tiers[view.moves_to]
    return Projected(tier=tier.id, tier_name=tier.name, on=view.kept_until)


def _score(rules: Shelf, view: LadderView, score: int) -> Score:
    if view.ladder.metric_name == "spend":
        return Score(money=money_of(score, rules.programme.currency), points=None)
    return Score(money=None, points=score)
