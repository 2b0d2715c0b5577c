"""Objectives as others may know them: a figure, where it shall be, and by when. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from regulars.kernel.errors import NotFound

FEWEST = 30
"""A share of fewer people or orders than this says nothing."""


class Unit(StrEnum):
    """percent: a share from 0 to 1. money: of the programme's currency."""

    percent = "percent"
    number = "number"
    money = "money"


class Direction(StrEnum):
    """Which side of the target is the good one; the target itself is good."""

    at_least = "at_least"
    at_most = "at_most"


class State(StrEnum):
    """Where an objective stands. too_few: too little has happened to say. met, missed: its last day is over."""

    unread = "unread"
    too_few = "too_few"
    reached = "reached"
    on_course = "on_course"
    behind = "behind"
    met = "met"
    missed = "missed"


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure at the end of a local day. of: how many people, orders or points it is a share of.

    value: None where there is nothing to take a share of.
    """

    day: date
    value: Decimal | None
    of: int

    @property
    def counts(self) -> bool:
        """Whether enough has happened for the figure to say something."""
        return self.value is not None and self.of >= FEWEST


@dataclass(frozen=True, slots=True)
class ObjectiveDraft:
    """An objective as somebody wishes it. measure: what is read; days: over how many days it looks back."""

    name: str
    measure: str
    unit: Unit
    direction: Direction
    target: Decimal
    days: int
    due: date


@dataclass(frozen=True, slots=True)
class Objective:
    """set_on: the local day on which it was set; due: its last day. closed_at: since when nobody follows it."""

    id: int
    programme_id: int
    name: str
    measure: str
    unit: Unit
    direction: Direction
    target: Decimal
    days: int
    set_on: date
    due: date
    set_at: datetime
    set_by: str
    closed_at: datetime | None
    closed_by: str | None

    def is_met_by(self, value: Decimal) -> bool:
        """Whether the figure is where it shall be."""
        return value >= self.target if self.direction is Direction.at_least else value <= self.target


def course(objective: Objective, start: Reading, day: date) -> Decimal | None:
    """The figure of a day on the straight way from the start to the target; after the last day, the target."""
    if start.value is None:
        return None
    whole = (objective.due - start.day).days
    if whole <= 0 or day >= objective.due:
        return objective.target
    gone = Decimal(max((day - start.day).days, 0))
    return start.value + (objective.target - start.value) * gone / whole


def start_of(objective: Objective, readings: Sequence[Reading]) -> Reading | None:
    """Where it began: the last reading before the day on which it was set, or else the first one there is."""
    before = [each for each in readings if each.day < objective.set_on]
    return before[-1] if before else next(iter(readings), None)


def state_of(objective: Objective, readings: Sequence[Reading], *, today: date) -> State:
    """Where it stands, by its latest reading. readings: in the order of their days."""
    upto = [each for each in readings if each.day <= objective.due]
    if not upto:
        return State.unread
    latest = upto[-1]
    if latest.value is None or not latest.counts:
        return State.too_few
    met = objective.is_met_by(latest.value)
    if today > objective.due:
        return State.met if met else State.missed
    if met:
        return State.reached
    start = start_of(objective, readings)
    due_now = None if start is None or not start.counts else course(objective, start, latest.day)
    if due_now is None:
        return State.behind
    ahead = latest.value >= due_now if objective.direction is Direction.at_least else latest.value <= due_now
    return State.on_course if ahead else State.behind


def days_unread(objective: Objective, readings: Sequence[Reading], *, today: date, most: int = 31) -> list[date]:
    """The evenings that are over and have no reading yet, the latest `most` of them."""
    last = min(today - timedelta(days=1), objective.due)
    first = readings[-1].day + timedelta(days=1) if readings else last
    span = (last - first).days + 1
    return [last - timedelta(days=back) for back in range(min(span, most))][::-1] if span > 0 else []


class ObjectiveNotFound(NotFound):
    """The programme has no such objective."""

    def __init__(self, identifier: int) -> None:
        super().__init__(
            "objective_not_found",
            "There is no such objective",
            detail=f"The programme has no objective with the id {identifier}.",
            remedy="Take the id from the list of objectives.",
            field="objective",
        )
