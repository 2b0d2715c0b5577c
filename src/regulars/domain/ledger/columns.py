"""Where balances stand in this room's tables, for statements over all members (conditions_sql)."""

from __future__ import annotations

from regulars.domain.earning.conditions_sql import Column


def balance_column(point_type: int) -> Column:
    """What members can spend of a point type, by the ledger's number."""
    table = f"balance_{point_type}"
    return Column(
        f"coalesce({table}.available, 0)",
        f"left join ledger_balance {table} on {table}.bucket = m.bucket and {table}.owner = m.id"
        f" and {table}.point_type = {point_type:d}",
    )
