"""An order, a member and rules for the tests of earning."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from regulars.domain.earning.contracts import Data, Evaluation, Line, MemberState, Occurrence
from regulars.domain.earning.evaluate import evaluate
from regulars.domain.earning.rules import CompiledRules, EarnRule
from regulars.domain.earning.strategy import Terms

ISTANBUL = ZoneInfo("Europe/Istanbul")
# A Friday, 09:30 in Istanbul.
MORNING = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
BASE: dict[str, Any] = {"id": "base", "name": "Base", "earn": {"strategy": "points_per_amount", "points": 1, "per": 1}}
TERMS = Terms(
    currency="EUR",
    point_names={"points": "Points"},
    rule_names={"base": "Base", "double": "Double coffee"},
    tier_names={"status": {"gold": "Gold", "platinum": "Platinum"}},
)


def line(category: str, minor: int, *, quantity: str = "1", sku: str = "a", brand: str = "own") -> Line:
    return Line(sku, sku.upper(), category, brand, Decimal(quantity), minor)


def order(
    *lines: Line,
    minor: int | None = None,
    on: str = "order",
    channel: str = "app",
    at: datetime = MORNING,
    data: dict[str, Data] | None = None,
    places: int = 2,
) -> Occurrence:
    total = sum(each.amount_minor for each in lines) if minor is None else minor
    return Occurrence(
        on, at, at.astimezone(ISTANBUL), "EUR", places, total, list(lines), channel, "s1", {} if data is None else data
    )


def member(*, orders: int = 3, tier: str | None = "gold") -> MemberState:
    return MemberState(MORNING - timedelta(days=30), orders, {} if tier is None else {"status": tier})


def rule(**fields: Any) -> EarnRule:
    return EarnRule.model_validate({"id": "r", "name": "R", **fields})


def asked(rules: list[EarnRule], occurrence: Occurrence, of: MemberState | None = None) -> Evaluation:
    return evaluate(CompiledRules(rules, places=occurrence.places), of or member(), occurrence)


def points(rules: list[EarnRule], occurrence: Occurrence, of: MemberState | None = None) -> dict[str, int]:
    """Points by rule, 0 for those that did not fire."""
    return {verdict.rule: verdict.points for verdict in asked(rules, occurrence, of).verdicts}
