"""Limits of one rule, ready for the hot path: how many of its points may be given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from regulars.domain.earning.campaigns import Campaign
from regulars.domain.earning.contracts import BudgetKey, Draw, MemberState, Occurrence
from regulars.domain.earning.limits import Budget, BudgetEach, Limits, period_start
from regulars.domain.earning.member_limits import MemberLimits

PER_EVENT = "limits.per_event"
OWN_BUDGET = "limits.budget"
CAMPAIGN_BUDGET = "campaign.budget"
_ONE = Decimal(1)


class Allowed(NamedTuple):
    """What may be given. by: the limit that left so few; used: what it had given before, as text. "": none did."""

    points: int
    by: str = ""
    used: str = ""


@dataclass(frozen=True, slots=True)
class CompiledBudget:
    """A budget as a rule draws on it. most: None for a campaign that only counts what it gives.

    counts: what one point of the rule takes from it. worth: of one point, in the programme's currency. by: how
    verdicts call it.
    """

    key: str
    each: BudgetEach
    most: Decimal | None
    counts: Decimal
    worth: Decimal
    by: str

    def at(self, occurrence: Occurrence) -> BudgetKey:
        """The budget in the period of the event."""
        return self.on(occurrence.local.date())

    def on(self, day: date) -> BudgetKey:
        """The budget in the period of a local day."""
        return BudgetKey(self.key, period_start(self.each, day))

    def allowed(self, points: int, left: Mapping[BudgetKey, Decimal], occurrence: Occurrence) -> Allowed:
        """Whole points for which there is enough."""
        if self.most is None:
            return Allowed(points)
        rest = left.get(self.at(occurrence))
        if rest is None or points * self.counts <= rest:
            return Allowed(points)
        return Allowed(int(rest // self.counts) if rest > 0 else 0, self.by, str(self.most - rest))


class RuleLimits:
    """The limits of a rule and of its campaign. partial: whether a member gets what is left.

    member: those that one member can reach; None where there are none.
    """

    __slots__ = ("budgets", "limits", "member", "partial")

    def __init__(self, rule: str, limits: Limits, budgets: tuple[CompiledBudget, ...]) -> None:
        self.limits = limits
        self.budgets = budgets
        self.partial = limits.partial == "on"
        bounded = bool(limits.per_member) or limits.cooldown is not None
        self.member = MemberLimits(rule, limits) if bounded else None

    @property
    def can_run_out(self) -> bool:
        """Whether a budget bounds it, which others draw on at the same time."""
        return any(budget.most is not None for budget in self.budgets)

    def allowed(
        self, points: int, member: MemberState, occurrence: Occurrence, left: Mapping[BudgetKey, Decimal]
    ) -> Allowed:
        """How many of the points the rule may give. left: what budgets have left after the rules before it."""
        found = Allowed(points)
        most = self.limits.per_event
        if most is not None and points > most:
            found = Allowed(most, PER_EVENT)
        wanted = found.points
        if self.member is not None:
            found = _smaller(found, Allowed(*self.member.left(wanted, member, occurrence)))
        for budget in self.budgets:
            found = _smaller(found, budget.allowed(wanted, left, occurrence))
        return found if self.partial or found.points == wanted else found._replace(points=0)

    def draws(self, rule: str, points: int, occurrence: Occurrence) -> list[Draw]:
        """What the points take from the budgets."""
        return [Draw(rule, each.at(occurrence), points, each.counts, each.worth) for each in self.budgets]


def after(left: Mapping[BudgetKey, Decimal], draws: list[Draw]) -> dict[BudgetKey, Decimal]:
    """What budgets have left after the draws."""
    rest = dict(left)
    for draw in draws:
        if draw.budget in rest:
            rest[draw.budget] -= draw.points * draw.counts
    return rest


def _smaller(one: Allowed, other: Allowed) -> Allowed:
    return other if other.points < one.points else one


def budgets_of(
    rule: str, own: Budget | None, campaign: Campaign | None, *, worth: Decimal
) -> tuple[CompiledBudget, ...]:
    """What a rule draws on: its own budget, and its campaign, which counts even where it has no budget.

    worth: of one point of the rule, in the programme's currency.
    """
    found = []
    if own is not None:
        found.append(_compiled(f"rule:{rule}", own, worth, OWN_BUDGET))
    if campaign is not None:
        found.append(_compiled(f"campaign:{campaign.id}", campaign.budget, worth, CAMPAIGN_BUDGET))
    return tuple(found)


def _compiled(key: str, budget: Budget | None, worth: Decimal, by: str) -> CompiledBudget:
    if budget is None:
        return CompiledBudget(key, "total", None, _ONE, worth, by)
    if budget.money is not None:
        return CompiledBudget(key, budget.each, budget.money, worth, worth, by)
    return CompiledBudget(key, budget.each, Decimal(budget.points or 0), _ONE, worth, by)
