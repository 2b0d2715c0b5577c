"""The merchant states what the programme shall reach, in numbers and by a day; or stops following it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import psycopg

from regulars.domain.audit.commands import record_act
from regulars.domain.audit.contracts import programme_subject
from regulars.domain.objectives import commands
from regulars.domain.objectives.contracts import Objective, ObjectiveDraft, ObjectiveNotFound, Reading, Unit
from regulars.domain.objectives.queries import objective
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.queries import programme
from regulars.kernel.clock import local_day
from regulars.kernel.errors import Conflict, Refusal
from regulars.kernel.ids import new_id
from regulars.kernel.text import clean

SHORTEST, LONGEST = 7, 730
"""Days over which a figure may look back: a week's rhythm at least, two years at most."""


def set_objective(
    conn: psycopg.Connection[Any],
    draft: ObjectiveDraft,
    *,
    programme_id: int,
    now: datetime,
    by: str,
    readings: Sequence[Reading] = (),
) -> Objective:
    """Writes the objective with the readings that show where it begins. Raises Refusal; nothing is written then."""
    place = programme(conn, programme_id=programme_id)
    today = local_day(now, place.time_zone)
    name = clean(draft.name, longest=120, field="name")
    _check_target(draft)
    if not SHORTEST <= draft.days <= LONGEST:
        raise Refusal(
            "objective_days",
            "The figure cannot look back so far",
            detail=f"{draft.days} days is not between {SHORTEST} and {LONGEST}.",
            remedy="Choose 30, 90 or 365 days, or another number in between.",
            field="days",
        )
    if draft.due <= today:
        raise Refusal(
            "objective_due",
            "The last day is over",
            detail=f"The objective is due on {draft.due}, and today is {today}.",
            remedy="Choose a day from tomorrow on.",
            field="due",
        )
    wish = ObjectiveDraft(name, draft.measure, draft.unit, draft.direction, draft.target, draft.days, draft.due)
    with conn.transaction():
        identifier = commands.set_objective(
            conn, wish, organisation_id=place.organisation_id, programme_id=programme_id, set_on=today, now=now, by=by
        )
        record_readings(conn, readings, place=place, objective_id=identifier)
        _record(conn, place, "objective.set", {"objective": identifier, "name": name}, now=now, by=by)
    return _known(conn, programme_id, identifier)


def close_objective(
    conn: psycopg.Connection[Any], *, programme_id: int, objective_id: int, now: datetime, by: str
) -> Objective:
    """Nobody follows the objective any more; what was read stays. Raises Refusal when that is so already."""
    place = programme(conn, programme_id=programme_id)
    with conn.transaction():
        found = _known(conn, programme_id, objective_id)
        if not commands.close_objective(conn, programme_id=programme_id, objective_id=objective_id, now=now, by=by):
            raise Conflict(
                "objective_closed",
                "The objective is closed already",
                detail=f"{found.closed_by} closed {found.name}.",
                remedy="Set a new one if it matters again.",
                field="objective",
            )
        _record(conn, place, "objective.closed", {"objective": objective_id, "name": found.name}, now=now, by=by)
    return _known(conn, programme_id, objective_id)


def record_readings(
    conn: psycopg.Connection[Any], readings: Sequence[Reading], *, place: Programme, objective_id: int
) -> int:
    """Appends what was read; a day that was read before stays as it is. Returns how many are new."""
    return commands.add_readings(
        conn,
        readings,
        organisation_id=place.organisation_id,
        programme_id=place.id,
        objective_id=objective_id,
    )


def _check_target(draft: ObjectiveDraft) -> None:
    most = Decimal(1) if draft.unit is Unit.percent else Decimal(10) ** 12
    if not Decimal(0) < draft.target <= most:
        limit = "more than 0 % and at most 100 %" if draft.unit is Unit.percent else "more than zero"
        given = f"{draft.target * 100:f} %" if draft.unit is Unit.percent else f"{draft.target:f}"
        raise Refusal(
            "objective_target",
            "The target cannot be reached",
            detail=f"{given} is not {limit}.",
            remedy="Choose a figure that the programme can come to.",
            field="target",
        )


def _known(conn: psycopg.Connection[Any], programme_id: int, identifier: int) -> Objective:
    found = objective(conn, programme_id=programme_id, objective_id=identifier)
    if found is None:
        raise ObjectiveNotFound(identifier)
    return found


def _record(
    conn: psycopg.Connection[Any], place: Programme, action: str, details: dict[str, Any], *, now: datetime, by: str
) -> None:
    record_act(
        conn,
        entry_id=new_id(0),
        organisation_id=place.organisation_id,
        programme_id=place.id,
        now=now,
        by=by,
        action=action,
        subject=programme_subject(place.id),
        details=details,
    )
