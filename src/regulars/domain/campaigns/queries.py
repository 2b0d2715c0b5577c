"""Reads of what campaigns and budgets gave."""

from __future__ import annotations

from typing import Any

import psycopg

from regulars.domain.campaigns.contracts import BudgetUse


def budget_uses(conn: psycopg.Connection[Any], *, programme_id: int) -> list[BudgetUse]:
    """Everything that was given, the latest period first."""
    rows = conn.execute(
        "select key, period, points, worth, taken, most from campaigns_budget where programme_id = %s"
        " order by key, period desc",
        [programme_id],
    )
    return [BudgetUse(*row) for row in rows]
