"""An adjustment that waits for a second person is declined, or withdrawn by whoever asked for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.adjustments import commands
from regulars.domain.adjustments.contracts import Adjustment, AdjustmentDecided, AdjustmentState
from regulars.domain.programmes.queries import shelf
from regulars.flows.adjust_points import found_adjustment, locked_adjustment, record_step
from regulars.kernel.errors import Refusal
from regulars.kernel.text import clean


def decline_adjustment(
    conn: psycopg.Connection[Any], *, programme_id: int, adjustment_id: UUID, why: str, now: datetime, by: str
) -> Adjustment:
    """No points move, for ever. why: for whoever asked. Declining again changes nothing. Raises AdjustmentDecided."""
    why = clean(why, longest=200, field="reason")
    if not why:
        raise Refusal(
            "field_missing",
            "Something is missing",
            detail="Nothing says why it is declined.",
            remedy="Say it in a few words, for the colleague who asked.",
            field="reason",
        )
    with conn.transaction():
        programme = shelf(conn, programme_id=programme_id).programme
        found = locked_adjustment(conn, programme_id=programme_id, adjustment_id=adjustment_id, to_move=False)
        if found.state is AdjustmentState.declined and found.decided_by == by:
            return found
        if found.state is not AdjustmentState.waiting:
            raise AdjustmentDecided(found)
        commands.decline_adjustment(conn, found, by=by, why=why, now=now)
        record_step(conn, programme, found, "points.declined", now=now, by=by)
        return found_adjustment(conn, programme_id=programme_id, adjustment_id=adjustment_id)
