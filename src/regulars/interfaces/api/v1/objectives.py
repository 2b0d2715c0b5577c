"""Objectives: what the merchant wants of the programme, in numbers, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from ninja import Path, Router, Status
from pydantic import ConfigDict, Field

from regulars.domain.access.contracts import Scope
from regulars.domain.earning.rounding import exact_text
from regulars.domain.objectives.contracts import (
    Direction,
    Objective,
    ObjectiveDraft,
    ObjectiveNotFound,
    Reading,
    State,
    Unit,
    state_of,
)
from regulars.domain.objectives.queries import objective as objective_by_id
from regulars.domain.objectives.queries import objectives, readings
from regulars.domain.programmes.queries import shelf
from regulars.flows.set_objective import close_objective, set_objective
from regulars.insight.objectives.measure import Measure, measure_of, measures_by_name, past_evenings, read_days
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.v1.shapes import Input, Output
from regulars.kernel.clock import local_day

router = Router()
Identifier = Annotated[int, Path(ge=1, le=2**31 - 1, description="The id of the objective")]


class MeasureShown(Output):
    """A figure that an objective can be set for."""

    measure: str = Field(description="Its name", examples=["active_members"])
    title: str
    explanation: str
    unit: Unit = Field(description="percent: a share from 0 to 1. money: of the programme's currency")
    direction: Direction = Field(description="Which side of a target is the good one")
    usual_days: int


class MeasureList(Output):
    """Every figure that an objective can be set for."""

    items: list[MeasureShown]


class ObjectiveIn(Input):
    """What shall be reached, and by when."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Members reach something",
                    "measure": "first_reward_in_time",
                    "target": "0.6",
                    "days": 90,
                    "due": "2027-06-30",
                }
            ]
        }
    )

    name: str = Field(min_length=1, max_length=120, description="How colleagues call it")
    measure: str = Field(max_length=60, description="One of the figures")
    target: Decimal = Field(max_digits=20, decimal_places=6, description="A share as 0.6 for 60 percent, money 2.50")
    days: int | None = Field(None, ge=1, le=100_000, description="How far the figure looks back; null: as usual")
    due: date = Field(description="The last local day")


class ReadingShown(Output):
    """The figure at the end of a local day."""

    day: date
    value: Decimal | None = Field(description="null: there was nothing to take a share of")
    of: int = Field(description="How many people, orders or points it is a share of")


class ObjectiveShown(Output):
    """An objective, and where it stands."""

    id: int
    name: str
    measure: str
    unit: Unit
    direction: Direction
    target: Decimal
    days: int
    set_on: date
    due: date
    state: State = Field(description="too_few: too little has happened to say; unread: read tonight")
    latest: ReadingShown | None
    closed_at: datetime | None


class ObjectiveDetail(ObjectiveShown):
    """An objective with all its readings."""

    readings: list[ReadingShown]


class ObjectiveList(Output):
    """Those that are followed by their last days, then the closed ones."""

    items: list[ObjectiveShown]


@router.get(
    "/objective-measures",
    auth=ApiKeyAuth(Scope.rulebook_read),
    response=MeasureList,
    summary="List figures for objectives",
    operation_id="list_objective_measures",
)
def list_objective_measures(request: ApiRequest) -> MeasureList:
    """The figures that an objective can be set for."""
    return MeasureList(items=[_measure(each) for each in measures_by_name().values()])


@router.get(
    "/objectives",
    auth=ApiKeyAuth(Scope.rulebook_read),
    response=ObjectiveList,
    summary="List objectives",
    operation_id="list_objectives",
)
def list_objectives(request: ApiRequest) -> ObjectiveList:
    """All objectives, each with its latest figure and where it stands."""
    found = objectives(request.conn, programme_id=request.programme_id)
    read = readings(request.conn, objectives=[each.id for each in found])
    today = _today(request)
    return ObjectiveList(items=[ObjectiveShown(**_shown(each, read.get(each.id, []), today)) for each in found])


@router.get(
    "/objectives/{objective}",
    auth=ApiKeyAuth(Scope.rulebook_read),
    response=ObjectiveDetail,
    summary="Get an objective",
    operation_id="get_objective",
)
def get_objective(request: ApiRequest, objective: Identifier) -> ObjectiveDetail:
    """One objective with its figures, evening by evening; those of months before it was set show where it began."""
    found = objective_by_id(request.conn, programme_id=request.programme_id, objective_id=objective)
    if found is None:
        raise ObjectiveNotFound(objective)
    return _detail(request, found)


@router.post(
    "/objectives",
    auth=ApiKeyAuth(Scope.rulebook_write),
    response={201: ObjectiveDetail},
    summary="Set an objective",
    operation_id="set_objective",
)
def post_objective(request: ApiRequest, body: ObjectiveIn) -> Status[ObjectiveDetail]:
    """Sets an objective. Its figure is read at once for the ends of the last twelve months, and from now on nightly."""
    measure = measure_of(body.measure)
    rules = shelf(request.conn, programme_id=request.programme_id)
    lookback = body.days or measure.usual_days
    past = read_days(request.conn, rules, measure, lookback=min(lookback, 730), days=past_evenings(_today(request)))
    made = set_objective(
        request.conn,
        ObjectiveDraft(body.name, measure.name, measure.unit, measure.direction, body.target, lookback, body.due),
        programme_id=request.programme_id,
        now=request.now,
        by=request.key.by,
        readings=past,
    )
    return Status(201, _detail(request, made))


@router.post(
    "/objectives/{objective}/close",
    auth=ApiKeyAuth(Scope.rulebook_write),
    response=ObjectiveDetail,
    summary="Close an objective",
    operation_id="close_objective",
)
def close(request: ApiRequest, objective: Identifier) -> ObjectiveDetail:
    """Nobody follows it from now on. What was read stays readable."""
    closed = close_objective(
        request.conn, programme_id=request.programme_id, objective_id=objective, now=request.now, by=request.key.by
    )
    return _detail(request, closed)


def _today(request: ApiRequest) -> date:
    return local_day(request.now, shelf(request.conn, programme_id=request.programme_id).programme.time_zone)


def _measure(each: type[Measure]) -> MeasureShown:
    return MeasureShown(
        measure=each.name,
        title=str(each.title),
        explanation=str(each.explained(each.usual_days)),
        unit=each.unit,
        direction=each.direction,
        usual_days=each.usual_days,
    )


def _detail(request: ApiRequest, found: Objective) -> ObjectiveDetail:
    read = readings(request.conn, objectives=[found.id]).get(found.id, [])
    return ObjectiveDetail(**_shown(found, read, _today(request)), readings=[_reading(each) for each in read])


def _shown(found: Objective, read: Sequence[Reading], today: date) -> dict[str, Any]:
    return {
        "id": found.id,
        "name": found.name,
        "measure": found.measure,
        "unit": found.unit,
        "direction": found.direction,
        "target": Decimal(exact_text(found.target)),
        "days": found.days,
        "set_on": found.set_on,
        "due": found.due,
        "state": state_of(found, read, today=today),
        "latest": _reading(read[-1]) if read else None,
        "closed_at": found.closed_at,
    }


def _reading(each: Reading) -> ReadingShown:
    value = None if each.value is None else Decimal(exact_text(each.value))
    return ReadingShown(day=each.day, value=value, of=each.of)
