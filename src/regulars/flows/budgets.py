"""Budgets at the desk: what an event may still take, what it took, and what comes back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg

from regulars.domain.campaigns.commands import hold_budgets, take_from_budgets
from regulars.domain.campaigns.contracts import Taken
from regulars.domain.earning.contracts import BudgetKey, Draw, Occurrence, Verdict
from regulars.domain.earning.limiting import CAMPAIGN_BUDGET, OWN_BUDGET
from regulars.domain.programmes.queries import Shelf
from regulars.domain.programmes.rulebook import CompiledRulebook

_RUN_OUT = (OWN_BUDGET, CAMPAIGN_BUDGET)


class Budgets:
    """The budgets that a batch may draw on. taken: before the batch and by it, for those that can run out."""

    def __init__(self, taken: dict[BudgetKey, Decimal]) -> None:
        self._taken = taken
        self._takings: dict[BudgetKey, Taken] = {}

    def left(self, rulebook: CompiledRulebook, occurrence: Occurrence) -> dict[BudgetKey, Decimal]:
        """What the rules of the event may still take, by the budgets of its version."""
        return {key: most - self._taken[key] for key, most in _bounded(rulebook, occurrence) if key in self._taken}

    def draw(self, draws: Iterable[Draw], rulebook: CompiledRulebook) -> None:
        """Takes what an event drew; later events of the batch see it."""
        for draw in draws:
            most = next((each.most for each in rulebook.rules.budgets(draw.rule) if each.key == draw.budget.key), None)
            self._add(draw, most)

    def give_back(self, rulebook: CompiledRulebook, rule: str, points: int, day: date) -> None:
        """Points of a rule are taken back that had been given on that local day."""
        for each in rulebook.rules.budgets(rule):
            self._add(Draw(rule, each.on(day), -points, each.counts, each.worth), None)

    def write(self, conn: psycopg.Connection[Any], *, organisation_id: int, programme_id: int) -> None:
        """Writes what was taken and what came back."""
        if self._takings:
            place = {"organisation_id": organisation_id, "programme_id": programme_id}
            take_from_budgets(conn, {(key, period): each for (key, period), each in self._takings.items()}, **place)

    def _add(self, draw: Draw, most: Decimal | None) -> None:
        taking = self._takings.setdefault(draw.budget, Taken())
        taking.points += draw.points
        taking.worth += draw.points * draw.worth
        taking.taken += draw.points * draw.counts
        if most is not None:
            taking.most = most if taking.most is None else max(taking.most, most)
        if draw.budget in self._taken:
            self._taken[draw.budget] += draw.points * draw.counts


def open_budgets(conn: psycopg.Connection[Any], rules: Shelf, occurrences: Sequence[Occurrence]) -> Budgets:
    """Holds the budgets that these events may draw on; most batches have none. The members must be locked already."""
    places = {
        (key.key, key.period)
        for occurrence in occurrences
        for key, _ in _bounded(rules.in_force(occurrence.occurred_at), occurrence)
    }
    if not places:
        return Budgets({})
    programme = rules.programme
    held = hold_budgets(conn, places, organisation_id=programme.organisation_id, programme_id=programme.id)
    return Budgets({BudgetKey(key, period): taken for (key, period), taken in held.items()})


def mattered(verdicts: Iterable[Verdict]) -> bool:
    """Whether a budget left less than a rule would have given: what was left is then kept with the event."""
    return any(each.by in _RUN_OUT or each.failed in _RUN_OUT for each in verdicts)


def _bounded(rulebook: CompiledRulebook, occurrence: Occurrence) -> list[tuple[BudgetKey, Decimal]]:
    """The budgets with an end on which rules in force may draw for the event."""
    return [
        (budget.at(occurrence), budget.most)
        for rule in rulebook.rules.waiting_for(occurrence.type).budgeted
        if rule.limits is not None and rule.is_in_force(occurrence.occurred_at)
        for budget in rule.limits.budgets
        if budget.most is not None
    ]
