"""Objectives as pages show them: figures in their unit, states in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext

from regulars.domain.objectives.contracts import Direction, Objective, Reading, State, Unit, start_of, state_of
from regulars.domain.objectives.queries import objectives, readings
from regulars.insight.objectives.measure import measures_by_name
from regulars.interfaces.console.desk import Desk
from regulars.interfaces.console.labels import Label
from regulars.interfaces.web import words
from regulars.kernel.clock import local_day

WIDTH = 1000
"""Of the bar that shows how much of the way is done."""


@dataclass(frozen=True, slots=True)
class ObjectiveShown:
    """One objective in words. done: of WIDTH, how much of the way from the start is behind; None: it has no way yet."""

    url: str
    name: str
    goal: str
    explanation: str
    state: Label
    figure: str
    as_of: date | None
    start: str
    target: str
    done: int | None
    due: date
    is_closed: bool


def shown_objectives(desk: Desk) -> list[ObjectiveShown]:
    """All objectives of the programme, those that are followed first."""
    found = objectives(desk.conn, programme_id=desk.programme.id)
    read = readings(desk.conn, objectives=[each.id for each in found])
    return [shown(desk, each, read.get(each.id, [])) for each in found]


def shown(desk: Desk, each: Objective, read: Sequence[Reading]) -> ObjectiveShown:
    """One objective with its latest figure."""
    currency = desk.programme.currency
    upto = [reading for reading in read if reading.day <= each.due]
    latest, start = (upto[-1] if upto else None), start_of(each, read)
    measure = measures_by_name().get(each.measure)
    return ObjectiveShown(
        url=reverse("console:objective", args=[each.id]),
        name=each.name,
        goal=goal(each, currency),
        explanation=words.sentence_case(words.said(measure.explained(each.days))) if measure else "",
        state=_state(state_of(each, read, today=local_day(desk.now, desk.programme.time_zone)), each),
        figure=figure(latest.value if latest else None, each.unit, currency),
        as_of=latest.day if latest else None,
        start=figure(start.value if start else None, each.unit, currency),
        target=figure(each.target, each.unit, currency),
        done=_done(each, start, latest),
        due=each.due,
        is_closed=each.closed_at is not None,
    )


def figure(value: Decimal | None, unit: Unit, currency: str) -> str:
    """A figure as its unit writes it; a dash where there is none."""
    if value is None:
        return "–"
    if unit is Unit.percent:
        return words.percent(value, 1 if value * 100 % 1 else 0)
    if unit is Unit.money:
        return words.money(value, currency)
    return words.number(round(value, 2).normalize() if value % 1 else int(value))


def goal(each: Objective, currency: str) -> str:
    """'At least 60% by 30 Jun 2027'."""
    values = {"target": figure(each.target, each.unit, currency), "day": words.day(each.due)}
    if each.direction is Direction.at_least:
        return gettext("At least %(target)s by %(day)s") % values
    return gettext("At most %(target)s by %(day)s") % values


def _done(each: Objective, start: Reading | None, latest: Reading | None) -> int | None:
    if start is None or latest is None or start.value is None or latest.value is None:
        return None
    if each.is_met_by(latest.value):
        return WIDTH
    whole = each.target - start.value
    return None if whole == 0 else int(min(max((latest.value - start.value) / whole, Decimal(0)), Decimal(1)) * WIDTH)


def _state(state: State, each: Objective) -> Label:
    if each.closed_at is not None:
        return Label(gettext("Closed"))
    return {
        State.unread: Label(gettext("Read tonight"), "info"),
        State.too_few: Label(gettext("Too little to say"), "info"),
        State.reached: Label(gettext("Reached"), "success"),
        State.on_course: Label(gettext("On course"), "success"),
        State.behind: Label(gettext("Behind"), "warning"),
        State.met: Label(gettext("Met"), "success"),
        State.missed: Label(gettext("Missed"), "error"),
    }[state]
