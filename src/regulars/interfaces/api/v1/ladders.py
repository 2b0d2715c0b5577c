"""Ladders: who stands where, how far changes have come, and taking the last one back."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from ninja import Router
from ninja.responses import Status
from pydantic import ConfigDict, Field

from regulars.domain.access.contracts import Scope
from regulars.domain.programmes.queries import programme, shelf
from regulars.domain.tiers.contracts import Changeover
from regulars.flows.undo_ladder_change import preview_undo, undo_ladder_change
from regulars.insight.ladder_overview import LadderOverview, Losing, Reaching, ladder_overviews
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.idempotency import require_key
from regulars.interfaces.api.v1.ladder_shapes import LadderChangeOut, ladder_change_out
from regulars.interfaces.api.v1.shapes import Input, Output

router = Router()


class RungOut(Output):
    """One tier of a ladder, with how many hold it."""

    tier: str
    name: str
    from_score: str | None = Field(description="The score that reaches it; null: by invitation only")
    members: int
    benefits: list[str] = Field(description="What it gives, in words")


class LosingOut(Output):
    """A member who loses a tier within 30 days if nothing more happens."""

    member_id: UUID
    tier: str
    lower: str = Field(description="The tier that follows")
    on: date = Field(description="The first day without it")


class ReachingOut(Output):
    """A member who has four fifths of what the next tier needs, or more."""

    member_id: UUID
    next: str
    missing: str = Field(description="In the units of thresholds")


class ChangeProgress(Output):
    """How far the last change of a ladder has come."""

    version: int
    total: int
    done: int
    up: int
    down: int
    kept: int = Field(description="Members who no longer reach their tier, and have it for now")
    started_at: datetime
    finished_at: datetime | None = Field(description="Null: members are still brought over")


class LadderOut(Output):
    """A ladder with everybody on it."""

    ladder: str
    name: str
    rungs: list[RungOut] = Field(description="From the lowest")
    losing: list[LosingOut] = Field(description="Up to ten, the first ones first")
    reaching: list[ReachingOut] = Field(description="Up to ten for each tier, the closest first")
    change: ChangeProgress | None = Field(description="The last change; null: it never changed")


class Ladders(Output):
    """The ladders of the rulebook in force."""

    ladders: list[LadderOut]


class UndoIn(Input):
    """Why the last change of a ladder is taken back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "The threshold was a typing error"}]})

    note: str = Field("", max_length=500, description="For those who come after")


class UndoOut(Output):
    """The version that goes back."""

    version: int


@router.get(
    "/ladders",
    auth=ApiKeyAuth(Scope.rulebook_read),
    response=Ladders,
    summary="List ladders",
    operation_id="list_ladders",
)
def list_ladders(request: ApiRequest) -> Ladders:
    """Tiers with benefits and members, who is about to lose a tier or to reach one, and how far changes have come."""
    rules = shelf(request.conn, programme_id=request.programme_id)
    currency = rules.programme.currency
    found = ladder_overviews(request.conn, rules, now=request.now)
    return Ladders(ladders=[_ladder(each, currency) for each in found])


@router.get(
    "/ladders/{ladder}/undo",
    auth=ApiKeyAuth(Scope.rulebook_read),
    response=LadderChangeOut,
    summary="Preview taking back the last change of a ladder",
    operation_id="preview_ladder_undo",
)
def look_at_undo(request: ApiRequest, ladder: str) -> LadderChangeOut:
    """Who would go where. Writes nothing."""
    of = programme(request.conn, programme_id=request.programme_id)
    return ladder_change_out(preview_undo(request.conn, of=of, ladder=ladder, now=request.now))


@router.post(
    "/ladders/{ladder}/undo",
    auth=ApiKeyAuth(Scope.rulebook_write),
    response={201: UndoOut},
    summary="Take back the last change of a ladder",
    operation_id="undo_ladder_change",
)
def undo(request: ApiRequest, ladder: str, body: UndoIn) -> Status[UndoOut]:
    """Everybody stands again as before it, with what they did since: as a new version. Needs an Idempotency-Key."""
    require_key(request)
    of = programme(request.conn, programme_id=request.programme_id)
    version = undo_ladder_change(request.conn, of=of, ladder=ladder, by=request.key.by, now=request.now, note=body.note)
    return Status(201, UndoOut(version=version))


def _ladder(view: LadderOverview, currency: str) -> LadderOut:
    tiers = view.rungs.ladder.tiers
    return LadderOut(
        ladder=view.rungs.id,
        name=view.rungs.ladder.name,
        rungs=[
            RungOut(
                tier=tier.id,
                name=tier.name,
                from_score=None if tier.from_score is None else str(tier.from_score),
                members=members,
                benefits=[str(each.words(currency=currency)) for each in tier.offers],
            )
            for tier, members in zip(tiers, view.members, strict=True)
        ],
        losing=[_losing(view, each) for each in view.losing],
        reaching=[_reaching(view, each) for each in view.reaching],
        change=None if view.change is None else _progress(view.change),
    )


def _losing(view: LadderOverview, each: Losing) -> LosingOut:
    ids = view.rungs.ids
    return LosingOut(member_id=each.member_id, tier=ids[each.tier], lower=ids[each.lower], on=each.on)


def _reaching(view: LadderOverview, each: Reaching) -> ReachingOut:
    missing = view.rungs.in_units(each.missing)
    return ReachingOut(member_id=each.member_id, next=view.rungs.ids[each.next], missing=str(missing))


def _progress(change: Changeover) -> ChangeProgress:
    return ChangeProgress(
        version=change.version,
        total=max(change.total, change.done),
        done=change.done,
        up=change.up,
        down=change.down,
        kept=change.kept,
        started_at=change.started_at,
        finished_at=change.finished_at,
    )
