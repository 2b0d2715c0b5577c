"""What campaigns gave, as others know it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class BudgetUse:
    """What was given in one period. key: `campaign:summer` or `rule:base`; period: its first day.

    points: net of what returns took back; worth: of these points, in the programme's currency. taken: of the budget, in
    its own measure; most: the budget, None where there is none.
    """

    key: str
    period: date
    points: int
    worth: Decimal
    taken: Decimal
    most: Decimal | None


@dataclass(slots=True)
class Taken:
    """What a batch takes from a budget; less than zero gives back. most: the budget in force, None: no end."""

    points: int = 0
    worth: Decimal = Decimal(0)
    taken: Decimal = Decimal(0)
    most: Decimal | None = None
