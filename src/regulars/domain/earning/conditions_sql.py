"""Conditions as SQL: who of all members fulfils a tree, in one statement. Member by member the answer of `compiled`.

Python knows yes and no; SQL also knows null. So a `not` is never written down: it is carried to the comparisons, where
what is not known is spelled out. What is left are comparisons under AND and OR, in which null counts as no.
Values travel as parameters; only expressions that rooms have written become text of the statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from regulars.domain.earning.compiled import operand_of
from regulars.domain.earning.conditions import AllOf, Comparison, Condition, Not, Operator
from regulars.domain.earning.facts import Fact
from regulars.domain.earning.fitting import misfit

_ORDERINGS: dict[Operator, str] = {"at_least": ">=", "more_than": ">", "at_most": "<=", "less_than": "<"}
_NUMBER = "case when jsonb_typeof({value}) = 'number' then ({value} #>> '{{}}')::numeric end"
_TEXT = "case when jsonb_typeof({value}) = 'string' then {value} #>> '{{}}' end"
_DAY = (
    "case when jsonb_typeof({value}) = 'string' and {value} #>> '{{}}' ~ '^\\d{{4}}-\\d\\d-\\d\\d$'"
    " and pg_input_is_valid({value} #>> '{{}}', 'date') then ({value} #>> '{{}}')::date end"
)


@dataclass(frozen=True, slots=True)
class Column:
    """Where a fact of members stands in the database, as the room that owns it writes it.

    value: an expression over `m`, the members, and what is joined; null where the fact is not known.
    join: the LEFT JOIN that it needs, one row for a member at most; facts that share one give the same text.
    parameters: what the two name, under names that nothing else uses. is_json: the value is jsonb of any type.
    """

    value: str
    join: str = ""
    parameters: Mapping[str, object] = field(default_factory=dict)
    is_json: bool = False


class Filter(NamedTuple):
    """joins and where of a statement over `m`, and their parameters."""

    joins: str
    where: str
    parameters: dict[str, object]


def as_sql(condition: Condition, *, facts: Mapping[str, Fact], columns: Mapping[str, Column], places: int) -> Filter:
    """The condition over members. facts, columns: of every field that it compares; places: decimals of the currency.

    Raises ValueError for a field without a column, and for a comparison that does not fit its field.
    """
    writer = _Writer(facts, columns, places)
    where = writer.tree(condition, holds=True)
    return Filter(" ".join(writer.joins), where, writer.parameters)


class Answers(NamedTuple):
    """joins and columns of a statement over `m`: for each tree whether it holds, never null; and their parameters."""

    joins: str
    columns: list[str]
    parameters: dict[str, object]


def answers_as_sql(
    conditions: Sequence[Condition], *, facts: Mapping[str, Fact], columns: Mapping[str, Column], places: int
) -> Answers:
    """Several conditions over members, asked at once. Raises ValueError as `as_sql` does."""
    writer = _Writer(facts, columns, places)
    asked = [f"({writer.tree(each, holds=True)}) is true" for each in conditions]
    return Answers(" ".join(writer.joins), asked, writer.parameters)


class _Writer:
    def __init__(self, facts: Mapping[str, Fact], columns: Mapping[str, Column], places: int) -> None:
        self._facts = facts
        self._columns = columns
        self._places = places
        self.joins: dict[str, None] = {}
        self.parameters: dict[str, object] = {}

    def tree(self, condition: Condition, *, holds: bool) -> str:
        """SQL that is true where the condition holds (or does not), and otherwise false or null."""
        if isinstance(condition, Comparison):
            return self._comparison(condition, holds=holds)
        if isinstance(condition, Not):
            return self.tree(condition.not_, holds=not holds)
        together = isinstance(condition, AllOf)
        children = condition.all if isinstance(condition, AllOf) else condition.any
        parts = [self.tree(child, holds=holds) for child in children]
        return f"({(' and ' if together is holds else ' or ').join(parts)})"

    def _comparison(self, comparison: Comparison, *, holds: bool) -> str:
        fact, column = self._facts.get(comparison.field), self._columns.get(comparison.field)
        if fact is None or column is None:
            raise ValueError(f"there is no field {comparison.field!r} of members")
        wrong = misfit(fact, comparison)
        if wrong is not None:
            raise ValueError(f"{wrong[0]}. {wrong[1]}")
        if column.join:
            self.joins.setdefault(column.join)
        self.parameters |= column.parameters
        if comparison.operator == "is_known":
            text = f"({column.value}) #>> '{{}}'" if column.is_json else f"({column.value})::text"
            return f"coalesce({text}, '') {'<>' if comparison.operands[0] is holds else '='} ''"
        operands = [operand_of(value, fact, self._places) for value in comparison.operands]
        if comparison.operator in ("is_not", "none_of"):
            holds = not holds
        compared = self._json if column.is_json else self._plain
        text = compared(column.value, comparison.operator, operands)
        return text if holds else f"({text}) is not true"

    def _plain(self, value: str, operator: Operator, operands: Sequence[object]) -> str:
        if operator == "starts_with":
            return f"starts_with({value}, {self._name(operands[0])})"
        if operator == "contains":
            return f"strpos({value}, {self._name(operands[0])}) > 0"
        if operator in _ORDERINGS:
            return f"{value} {_ORDERINGS[operator]} {self._name(_number(operands[0]))}"
        if len(operands) == 1:
            return f"{value} = {self._name(_number(operands[0]))}"
        return f"{value} = any({self._name(_numbers(operands))})"

    def _json(self, value: str, operator: Operator, operands: Sequence[object]) -> str:
        if operator == "starts_with":
            return f"starts_with({_TEXT.format(value=value)}, {self._name(operands[0])})"
        if operator == "contains":
            return f"strpos({_TEXT.format(value=value)}, {self._name(operands[0])}) > 0"
        if operator in _ORDERINGS:
            read = _DAY if isinstance(operands[0], date) else _NUMBER
            return f"{read.format(value=value)} {_ORDERINGS[operator]} {self._name(operands[0])}"
        return f"{value} in ({', '.join(self._as_json(operand) for operand in operands)})"

    def _as_json(self, operand: object) -> str:
        kind = "boolean" if isinstance(operand, bool) else "numeric" if isinstance(operand, Decimal) else "text"
        return f"to_jsonb({self._name(operand)}::{kind})"

    def _name(self, operand: object) -> str:
        name = f"operand_{len(self.parameters)}"
        self.parameters[name] = operand
        return f"%({name})s"


def _number(operand: object) -> object:
    """Whole numbers as integers, which columns that count are compared with at once."""
    whole = isinstance(operand, Decimal) and operand == operand.to_integral_value() and abs(operand) < 2**63
    return int(operand) if whole and isinstance(operand, Decimal) else operand


def _numbers(operands: Sequence[object]) -> list[object]:
    whole = [_number(operand) for operand in operands]
    return list(operands) if any(isinstance(each, Decimal) for each in whole) else whole
