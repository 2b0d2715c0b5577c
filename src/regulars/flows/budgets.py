"""Budgets at the desk: what an event may still take, what it took, and what comes back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg

from regulars.domain.campaigns.commands import hold_budgets, take_from_budgets
from regulars.domain.campaigns.contracts import Taken
from regulars.domain.earning.contracts import BudgetKey, Draw, Occurrence
from regulars.domain.programmes.queries import Shelf
from regulars.domain.programmes.rulebook import CompiledRulebook


class _Untouched(dict[BudgetKey, Decimal]):
    """Every budget is there."""

    def __contains__(self, _key: object) -> bool:
        return True

    def __missing__(self, _key: BudgetKey) -> Decimal:
        return Decimal(0)


class Budgets:
    """The budgets that a batch may draw on. taken: before the batch and by it, for those that can run out."""

    def __init__(self, taken: dict[BudgetKey, Decimal]) -> None:
        self._taken = taken
        self._takings: dict[BudgetKey, Taken] = {}
        self.drawn: dict[BudgetKey, Decimal] = {}
        """What events took, without what came back: as long as that is within a budget, it never ran out."""

    def left(self, rulebook: CompiledRulebook, occurrence: Occurrence) -> dict[BudgetKey, Decimal]:
        """What the rules of the event may still take, by the budgets of its version."""
        if not rulebook.rules.draws:
            return {}
        return {key: most - self._taken[key] for key, most in _bounded(rulebook, occurrence) if key in self._taken}

    @classmethod
    def from_nothing(cls) -> Budgets:
        """All budgets, of which nothing has been taken so far: for a history that is played from its beginning."""
        return cls(_Untouched())

    def draw(self, draws: Iterable[Draw], rulebook: CompiledRulebook) -> None:
        """Takes what an event drew; later events of the batch see it."""
        for draw in draws:
            most = next((each.most for each in rulebook.rules.budgets(draw.rule) if each.key == draw.budget.key), None)
            self._add(draw, most)
            self.drawn[draw.budget] = self.drawn.get(draw.budget, Decimal(0)) + draw.points * draw.counts

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


def _bounded(rulebook: CompiledRulebook, occurrence: Occurrence) -> list[tuple[BudgetKey, Decimal]]:
    """The budgets with an end on which rules in force may draw for the event."""
    return [
        (budget.at(occurrence), budget.most)
        for rule in rulebook.rules.waiting_for(occurrence.type).budgeted
        if rule.limits is not None and rule.is_in_force(occurrence.occurred_at)
        for budget in rule.limits.budgets
        if budget.most is not None
    ]
