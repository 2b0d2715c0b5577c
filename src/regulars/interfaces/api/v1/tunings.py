"""Tunings: settings of a rulebook tried on the history, compared by what they cost and whom they serve."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from ninja import Path, Router
from ninja.responses import Status
from pydantic import AwareDatetime, Field

from regulars.domain.access.contracts import Scope
from regulars.domain.programmes.document import require_valid
from regulars.domain.programmes.queries import shelf
from regulars.domain.tunings.contracts import Tuning, TuningState
from regulars.domain.tunings.queries import tunings
from regulars.flows.tuning.asking import LONGEST_LABEL, Question, ask_tuning, cancel_tuning, found_tuning, ground_of
from regulars.flows.tuning.goal import goals_by_name
from regulars.flows.tuning.lever import levers_by_name, sensible
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.v1.shapes import Input, Output, names_of

router = Router()
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


class LeverIn(Input):
    """A setting and the values that it is tried at; the present one is always tried as well."""

    lever: str = Field(
        max_length=60, description="What is turned", json_schema_extra={"enum": [*sorted(levers_by_name())]}
    )
    target: str = Field(max_length=120, description="A rule, ladder/tier, reward or point type; see GET /tuning-levers")
    steps: list[str] = Field(default=[], max_length=12, description="Values; none: half to twice of what it is now")


class FigureIn(Input):
    """A figure, and what it asks for where it does."""

    goal: str = Field(max_length=60, description="Which figure", json_schema_extra={"enum": [*sorted(goals_by_name())]})
    days: int | None = Field(
        None, ge=1, le=3_650, description="Of first_reward_in_time: within so many days of joining"
    )
    ladder: str | None = Field(None, max_length=40, description="Of members_on_tier")
    tier: str | None = Field(None, max_length=40, description="Of members_on_tier")


class GoalIn(FigureIn):
    """Where a figure shall be: at least one of the two bounds."""

    at_least: Decimal | None = Field(None, ge=0, le=10**12, description="Shares as 0.6, money as 0.50")
    at_most: Decimal | None = Field(None, ge=0, le=10**12, description="Shares as 0.6, money as 0.50")


class TuningIn(Input):
    """What is to be found out."""

    model_config = Input.model_config | {
        "json_schema_extra": {
            "examples": [
                {
                    "levers": [{"lever": "earn_rate", "target": "base", "steps": ["1", "1.5", "2"]}],
                    "goals": [{"goal": "cost_per_order", "at_most": "0.50"}],
                    "margin": "0.30",
                }
            ]
        }
    }

    levers: list[LeverIn] = Field(max_length=10, description="Up to 4, with up to 60 combinations together")
    margin: Decimal = Field(description="What is left of a unit of sales before points: 0.30 for 30 %")
    goals: list[GoalIn] = Field(default=[], max_length=10, description="What a candidate should meet")
    figures: list[FigureIn] = Field(
        default=[],
        max_length=10,
        description="The two that are compared; none: cost per order, and who reaches a reward",
    )
    document: dict[str, Any] | None = Field(None, description="The rulebook that is turned; null: the latest version")
    label: str = Field("", max_length=LONGEST_LABEL, description="What to call it")
    until: AwareDatetime | None = Field(None, description="What came later is left out; null: now")
    share: Decimal | None = Field(
        None, description="A sample of the members, 0.1 for a tenth; null: so many that it takes about a minute"
    )
    seed: int = Field(0, ge=0, le=2**31 - 1, description="The same number draws the same members")


class TuningShown(Output):
    """A tuning and how far it is."""

    id: int
    label: str
    state: str = Field(json_schema_extra=names_of(TuningState))
    done: int = Field(description="Parts that are played")
    parts: int = Field(description="All parts; 0: it has not begun")
    based_on: int = Field(description="The latest published version then")
    margin: Decimal
    until: datetime
    share: Decimal = Field(description="Of the members that are played")
    seed: int
    asked_by: str
    asked_at: datetime
    finished_at: datetime | None
    problem: str | None = Field(description="Why it failed")


class TuningFound(TuningShown):
    """A tuning with its question and what it found."""

    document: dict[str, Any]
    terms: dict[str, Any] = Field(description="Levers with all their steps, goals, figures, the catalogue as it was")
    result: dict[str, Any] | None = Field(
        description="Once it is done: candidates with figures and intervals, the frontier, goals, break-even, rewards"
    )


class Tunings(Output):
    """The latest tunings, the newest first."""

    items: list[TuningShown]


class LeverShown(Output):
    """A setting that can be turned in this programme."""

    lever: str
    target: str
    name: str = Field(description="What it is, in words")
    present: str = Field(description="How it stands in the latest version, or in the catalogue")
    steps: list[str] = Field(description="What is tried when no steps are stated")


class Levers(Output):
    """Every setting that can be turned."""

    items: list[LeverShown]


@router.get(
    "/tuning-levers",
    auth=ApiKeyAuth(Scope.rulebook_read),
    response=Levers,
    summary="List what can be tuned",
    operation_id="list_tuning_levers",
)
def list_levers(request: ApiRequest) -> Levers:
    """Levers, what each of them turns here, how it stands now, and which steps are sensible."""
    ground = ground_of(request.conn, shelf(request.conn, programme_id=request.programme_id))
    return Levers(
        items=[
            LeverShown(
                lever=lever.name,
                target=target.key,
                name=str(target.words),
                present=lever.present(ground, target.key),
                steps=sensible(lever, ground, target.key),
            )
            for lever in levers_by_name().values()
            for target in lever.targets(ground)
        ]
    )


@router.post(
    "/tunings",
    auth=ApiKeyAuth(Scope.rulebook_write),
    response={202: TuningShown},
    summary="Tune a rulebook",
    operation_id="create_tuning",
)
def create_tuning(request: ApiRequest, body: TuningIn) -> Status[TuningShown]:
    """Keeps the question; a worker plays every combination over the same lives. Ask again until its state is done."""
    document = None
    if body.document is not None:
        document = require_valid(json.dumps(body.document, ensure_ascii=False))
    question = Question(
        levers=[each.model_dump() for each in body.levers],
        margin=body.margin,
        goals=[each.model_dump(exclude_none=True) for each in body.goals],
        figures=[each.model_dump(exclude_none=True) for each in body.figures],
        label=body.label,
        until=body.until,
        share=body.share,
        seed=body.seed,
        document=document,
    )
    asked = ask_tuning(request.conn, question, programme_id=request.programme_id, now=request.now, by=request.key.by)
    return Status(202, TuningShown(**_shown(asked)))


@router.get(
    "/tunings",
    auth=ApiKeyAuth(Scope.rulebook_read),
    response=Tunings,
    summary="List tunings",
    operation_id="list_tunings",
)
def list_tunings(request: ApiRequest) -> Tunings:
    """The latest fifty, without what they found."""
    found = tunings(request.conn, programme_id=request.programme_id)
    return Tunings(items=[TuningShown(**_shown(each)) for each in found])


@router.get(
    "/tunings/{tuning_id}",
    auth=ApiKeyAuth(Scope.rulebook_read),
    response=TuningFound,
    summary="Get a tuning",
    operation_id="get_tuning",
)
def get_tuning(request: ApiRequest, tuning_id: Number) -> TuningFound:
    """A tuning with its question, how far it is, and what it found. It never names a best candidate."""
    found = found_tuning(request.conn, programme_id=request.programme_id, tuning_id=tuning_id)
    return TuningFound(**_shown(found), document=found.document, terms=found.terms, result=found.result)


@router.post(
    "/tunings/{tuning_id}/cancel",
    auth=ApiKeyAuth(Scope.rulebook_write),
    response=TuningShown,
    summary="Cancel a tuning",
    operation_id="cancel_tuning",
)
def cancel(request: ApiRequest, tuning_id: Number) -> TuningShown:
    """It stops at its next part. One that is over is refused."""
    place: dict[str, Any] = {"programme_id": request.programme_id, "now": request.now}
    return TuningShown(**_shown(cancel_tuning(request.conn, tuning_id=tuning_id, **place)))


def _shown(each: Tuning) -> dict[str, Any]:
    names = TuningShown.model_fields.keys() - {"state"}
    return {name: getattr(each, name) for name in names} | {"state": each.state.name}
