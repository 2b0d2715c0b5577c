"""A second person approves an adjustment: only then the points move."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.adjustments.contracts import Adjustment, AdjustmentDecided, AdjustmentState
from regulars.domain.programmes.queries import shelf
from regulars.flows.adjust_points import found_adjustment, locked_adjustment, post, record_step
from regulars.kernel.errors import NotAllowed


def approve_adjustment(
    conn: psycopg.Connection[Any], *, programme_id: int, adjustment_id: UUID, now: datetime, by: str
) -> Adjustment:
    """Posts what waits. Approving again changes nothing. Raises NotAllowed to whoever asked for it, AdjustmentDecided.

    It counts for the day of who asked, and that person's limit does not stop it: the limit is about what one decides
    alone. The balance is checked anew, because the member may have spent meanwhile.
    """
    with conn.transaction():
        rules = shelf(conn, programme_id=programme_id)
        found = locked_adjustment(conn, programme_id=programme_id, adjustment_id=adjustment_id)
        if found.state is AdjustmentState.posted and found.decided_by == by:
            return found
        if found.state is not AdjustmentState.waiting:
            raise AdjustmentDecided(found)
        if by == found.by:
            raise NotAllowed(
                "own_adjustment",
                "A second person has to approve",
                detail=f"{by} asked for it, and nobody approves what they asked for themselves.",
                remedy="Let a colleague approve it.",
            )
        post(conn, rules, found, limit=None, now=now, decided_by=by)
        record_step(conn, rules.programme, found, "points.approved", now=now, by=by)
        return found_adjustment(conn, programme_id=programme_id, adjustment_id=adjustment_id)
