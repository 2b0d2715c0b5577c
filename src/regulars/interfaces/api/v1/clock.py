"""The programme's clock: what it reads, and for a sandbox, moving it forward."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Router
from pydantic import ConfigDict, Field

from regulars.domain.access.contracts import Scope
from regulars.domain.programmes.queries import clock
from regulars.flows.move_clock import move_clock, read_destination
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.idempotency import require_key
from regulars.interfaces.api.v1.shapes import Input, Output

router = Router()

_MOVE: dict[str, Any] = {"examples": [{"period": "1 month"}, {"to": "2027-03-01"}]}


class ClockShown(Output):
    """What the clock reads."""

    sandbox: bool = Field(description="Whether it can be moved; a live programme goes by the real time")
    now: datetime = Field(description="The programme's present: events that you send should be of about this time")
    ahead_seconds: int = Field(description="How far it runs before the real time; 0 for a live programme", ge=0)


class ClockMoveIn(Input):
    """Where the clock shall go: one of the two."""

    model_config = ConfigDict(json_schema_extra=_MOVE)

    to: str | None = Field(
        None,
        max_length=40,
        description="A day, whose first moment in the programme's time zone is meant, or an instant with its offset",
    )
    period: str | None = Field(None, max_length=40, description="How far, such as 30 days, 2 weeks, 1 month, 1 year")


class ClockMoved(Output):
    """What happened on the way."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "began": "2026-11-22T06:30:00Z",
                    "now": "2026-12-22T06:30:00Z",
                    "nights": 30,
                    "done": {"holds_released": 1, "members_moved": 4, "points_expired": 1250},
                }
            ]
        }
    )

    began: datetime = Field(description="What the clock read before")
    now: datetime = Field(description="What it reads now")
    nights: int = Field(description="Local midnights that it passed")
    done: dict[str, int] = Field(description="The nightly work on the way, summed, by kind")


@router.get(
    "/clock",
    auth=ApiKeyAuth(Scope.rulebook_read),
    response=ClockShown,
    summary="Read the clock",
    operation_id="get_clock",
)
def get_clock(request: ApiRequest) -> ClockShown:
    """What the programme's clock reads. It ticks like any other; that of a sandbox may run ahead."""
    found = clock(request.conn, programme_id=request.programme_id)
    return ClockShown(sandbox=found.sandbox, now=request.now, ahead_seconds=int(found.ahead.total_seconds()))


@router.post(
    "/clock",
    auth=ApiKeyAuth(Scope.clock_write),
    response=ClockMoved,
    summary="Move the clock of a sandbox",
    operation_id="move_clock",
)
def post_clock(request: ApiRequest, body: ClockMoveIn) -> ClockMoved:
    """Moves the clock forward and does the work of every night on the way, as if the days had passed: points expire,
    tiers are reviewed, holds end. At most ten years at a time, and never back. Needs an Idempotency-Key."""
    require_key(request)
    moved = move_clock(
        request.conn,
        programme_id=request.programme_id,
        to=read_destination(to=body.to, period=body.period),
        at=request.arrived_at,
        by=request.key.by,
    )
    return ClockMoved(began=moved.began, now=moved.reads, nights=moved.nights, done=moved.done._asdict())
