"""Whether two sets of conditions can never hold together, as far as their comparisons show it. Pure.

“The channel is app” and “the channel is web” are apart; of what cannot be told, nothing is said to be apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Any

from regulars.domain.earning.conditions import AllOf, AnyOf, Comparison, Condition

Bound = Decimal | date | time


@dataclass(slots=True)
class _Wanted:
    """What one field must be. values: one of these; None: anything. never: none of these. least, most: bounds.

    open_least, open_most: whether the bound itself is left out.
    """

    values: frozenset[Any] | None = None
    never: set[Any] = field(default_factory=set)
    least: Bound | None = None
    open_least: bool = False
    most: Bound | None = None
    open_most: bool = False

    def add(self, comparison: Comparison) -> None:
        operator, operands = comparison.operator, comparison.operands
        if operator in ("is", "one_of"):
            self.among(frozenset(operands))
        elif operator in ("is_not", "none_of"):
            self.never.update(operands)
        elif operator in ("at_least", "more_than"):
            self.at_least(operands[0], is_open=operator == "more_than")
        elif operator in ("at_most", "less_than"):
            self.at_most(operands[0], is_open=operator == "less_than")

    def among(self, values: frozenset[Any]) -> None:
        self.values = values if self.values is None else self.values & values

    def at_least(self, bound: Any, *, is_open: bool) -> None:
        if self.least is None or (_alike(bound, self.least) and (bound, is_open) > (self.least, self.open_least)):
            self.least, self.open_least = bound, is_open

    def at_most(self, bound: Any, *, is_open: bool) -> None:
        if self.most is None or (_alike(bound, self.most) and (bound, not is_open) < (self.most, not self.open_most)):
            self.most, self.open_most = bound, is_open

    @property
    def is_empty(self) -> bool:
        """Whether nothing is like that."""
        if self.values is not None and not any(self._fits(each) for each in self.values):
            return True
        least, most = self.least, self.most
        if least is None or most is None or not _alike(least, most):
            return False
        return bool(least > most) or (least == most and (self.open_least or self.open_most))  # type: ignore[operator]  # both are of one kind

    def _fits(self, value: Any) -> bool:
        if value in self.never:
            return False
        low, high = self.least, self.most
        if low is not None and _alike(value, low) and (value < low or (value == low and self.open_least)):
            return False
        return not (high is not None and _alike(value, high) and (value > high or (value == high and self.open_most)))


def apart(first: Iterable[Condition | None], second: Iterable[Condition | None]) -> bool:
    """Whether no event, or no line, fulfils all of the first and all of the second."""
    wanted: dict[str, _Wanted] = {}
    for condition in (*first, *second):
        if condition is None:
            continue
        for each in _musts(condition):
            if isinstance(each, Comparison):
                wanted.setdefault(each.field, _Wanted()).add(each)
            else:
                name, values = each
                wanted.setdefault(name, _Wanted()).among(values)
    return any(each.is_empty for each in wanted.values())


def _musts(condition: Condition) -> Iterator[Comparison | tuple[str, frozenset[Any]]]:
    """The comparisons without which the condition does not hold; of alternatives on one field, its values."""
    if isinstance(condition, Comparison):
        yield condition
    elif isinstance(condition, AllOf):
        for child in condition.all:
            yield from _musts(child)
    elif isinstance(condition, AnyOf):
        named = [each for each in condition.any if isinstance(each, Comparison) and each.operator in ("is", "one_of")]
        if len(named) == len(condition.any) and len({each.field for each in named}) == 1:
            yield named[0].field, frozenset(value for each in named for value in each.operands)


def _alike(first: object, second: object) -> bool:
    """Whether one can be less than the other."""
    return type(first) is type(second) and not isinstance(first, bool)
