"""What a changed ladder would have cost over the last twelve months: a back-test, asked from its preview."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_UP, Decimal
from typing import Any

import psycopg

from regulars.domain.backtests.contracts import Backtest
from regulars.domain.events.doings import anything_done
from regulars.domain.members.queries import count_members
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.backtests.asking import ask_backtest
from regulars.kernel.clock import local_day, start_of_day
from regulars.kernel.errors import Conflict
from regulars.kernel.periods import add_months

MANY = 20_000
"""Of more members a sample is played, whose figures come with an interval."""
_MONTHS = 12


def cost_ladder_change(
    conn: psycopg.Connection[Any], rulebook: Rulebook, *, of: Programme, now: datetime, by: str, label: str
) -> Backtest:
    """The wish, for a worker to fulfil while nobody waits. Raises Conflict where nobody has done anything yet."""
    if not anything_done(conn, programme_id=of.id):
        raise Conflict(
            "no_history",
            "There is no history to play yet",
            detail=f"Nobody of {of.name} has bought or done anything so far.",
            remedy="Come back when orders have come in, or when older ones are imported.",
        )
    first = add_months(local_day(now, of.time_zone), -_MONTHS)
    return ask_backtest(
        conn, rulebook, programme_id=of.id, now=now, by=by, label=label, since=start_of_day(first, of.time_zone),
        share=share_of(count_members(conn, programme_id=of.id)),
    )  # fmt: skip


def share_of(members: int) -> Decimal:
    """Everybody; of many, the share that about MANY of them are, in whole percents."""
    return Decimal(1) if members <= MANY else (Decimal(MANY) / members).quantize(Decimal("0.01"), ROUND_UP)
