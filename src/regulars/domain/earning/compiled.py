"""Conditions compiled once to plain Python functions: what the hot path asks for every event."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Any

from regulars.domain.earning.conditions import AllOf, Comparison, Condition, Not, Scalar
from regulars.domain.earning.contracts import Line, MemberState, Occurrence
from regulars.domain.earning.facts import Fact, Reader, fact_of
from regulars.domain.earning.fitting import as_date, misfit
from regulars.domain.earning.measures import NO_MEASURES, Measures

Check = Callable[[Occurrence, MemberState, Line | None], "tuple[str, str] | None"]
"""None when the condition holds; otherwise (path of the condition that failed, what it saw)."""
Test = Callable[[Occurrence, MemberState, Line | None], bool]


def compile_check(condition: Condition, *, places: int, path: str, measures: Measures = NO_MEASURES) -> Check:
    """The condition as a function that says where it failed. places: decimals of the programme's currency.

    measures: those of the rulebook, which the condition may ask for as history.<measure>.

    Raises ValueError for a field that does not exist and for a comparison that does not fit its field.
    """
    if isinstance(condition, AllOf):
        parts = [
            compile_check(part, places=places, path=f"{path}.all.{n}", measures=measures)
            for n, part in enumerate(condition.all)
        ]

        def check_all(event: Occurrence, member: MemberState, line: Line | None) -> tuple[str, str] | None:
            for part in parts:
                failed = part(event, member, line)
                if failed is not None:
                    return failed
            return None

        return check_all
    test = compile_test(condition, places=places, measures=measures)
    seen = _seen(condition, places, measures) if isinstance(condition, Comparison) else _nothing_to_show
    return lambda event, member, line: None if test(event, member, line) else (path, seen(event, member, line))


def compile_test(condition: Condition, *, places: int, measures: Measures = NO_MEASURES) -> Test:
    """The condition as a plain yes or no. Raises ValueError as `compile_check` does."""
    if isinstance(condition, Comparison):
        return _comparison(condition, places, measures)
    if isinstance(condition, Not):
        inner = compile_test(condition.not_, places=places, measures=measures)
        return lambda event, member, line: not inner(event, member, line)
    children = condition.all if isinstance(condition, AllOf) else condition.any
    tests = [compile_test(child, places=places, measures=measures) for child in children]
    if len(tests) == 1:
        return tests[0]
    if isinstance(condition, AllOf):

        def every(event: Occurrence, member: MemberState, line: Line | None) -> bool:
            for test in tests:
                if not test(event, member, line):
                    return False
            return True

        return every

    def some(event: Occurrence, member: MemberState, line: Line | None) -> bool:
        for test in tests:
            if test(event, member, line):
                return True
        return False

    return some


def _nothing_to_show(_event: Occurrence, _member: MemberState, _line: Line | None) -> str:
    return ""


def _seen(
    condition: Comparison, places: int, measures: Measures
) -> Callable[[Occurrence, MemberState, Line | None], str]:
    fact = _known(condition, measures)

    def seen(event: Occurrence, member: MemberState, line: Line | None) -> str:
        value = fact.read(event, member, line)
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if fact.kind == "clock" and isinstance(value, int):
            return clock_text(value)
        return str(Decimal(value).scaleb(-places)) if fact.kind == "money" and isinstance(value, int) else str(value)

    return seen


def _known(condition: Comparison, measures: Measures) -> Fact:
    fact = fact_of(condition.field, measures)
    if fact is None:
        raise ValueError(f"there is no field {condition.field!r}")
    return fact


def _comparison(condition: Comparison, places: int, measures: Measures) -> Test:
    fact = _known(condition, measures)
    wrong = misfit(fact, condition)
    if wrong is not None:
        raise ValueError(f"{wrong[0]}. {wrong[1]}")
    operator = condition.operator
    operands = [operand_of(value, fact, places) for value in condition.operands]
    if operator == "starts_with":
        start = str(operands[0])
        read = fact.read
        return lambda e, m, line: str(read(e, m, line) or "").startswith(start)
    if operator == "contains":
        inside = str(operands[0])
        read = fact.read
        return lambda e, m, line: inside in str(read(e, m, line) or "")
    if operator == "is_known":
        known = operands[0]
        read = fact.read
        return lambda e, m, line: (read(e, m, line) not in (None, "")) is known
    if operator in ("is", "is_not", "one_of", "none_of"):
        return _equality(operator, fact, operands)
    read = _reading_days(fact.read) if fact.kind == "declared" and isinstance(operands[0], date) else fact.read
    return _ordering(operator, read, operands[0])


def as_compared(fact: Fact, value: object) -> object:
    """A value as equality sees it, read or given."""
    return _flag_apart(value) if fact.kind == "any" else value


def _equality(operator: str, fact: Fact, operands: list[object]) -> Test:
    read = fact.read
    if fact.kind in ("any", "declared"):
        read = _reading_flags_apart(fact.read)
        operands = [_flag_apart(operand) for operand in operands]
    wanted = frozenset(operands)
    only = operands[0]
    if operator == "is":
        return lambda e, m, line: read(e, m, line) == only
    if operator == "is_not":
        return lambda e, m, line: read(e, m, line) != only
    if operator == "one_of":
        return lambda e, m, line: read(e, m, line) in wanted
    return lambda e, m, line: read(e, m, line) not in wanted


def _reading_flags_apart(read: Reader) -> Reader:
    return lambda e, m, line: _flag_apart(read(e, m, line))


def _reading_days(read: Reader) -> Reader:
    """A date is kept as its text, 2026-11-27."""

    def day(event: Occurrence, member: MemberState, line: Line | None) -> object:
        value = read(event, member, line)
        return as_date(value) if isinstance(value, str) else None

    return day


def _flag_apart(value: object) -> object:
    """Python holds True equal to 1; a sender who writes true does not mean 1."""
    return ("flag", value) if isinstance(value, bool) else value


_ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {
    "at_least": ge,
    "more_than": gt,
    "at_most": le,
    "less_than": lt,
}


def _ordering(operator: str, read: Reader, bound: object) -> Test:
    holds = _ORDERINGS[operator]

    def test(event: Occurrence, member: MemberState, line: Line | None) -> bool:
        value = read(event, member, line)
        # A field that the event does not carry, or that carries a word, is not larger or smaller than a number.
        if value is None or isinstance(value, str | bool):
            return False
        return holds(value, bound)

    return test


def clock_text(minutes: int) -> str:
    """870 minutes since midnight: '14:30'."""
    return f"{minutes // 60}:{minutes % 60:02}"


def minutes_of(clock: time) -> int:
    """14:30 as minutes since midnight."""
    return clock.hour * 60 + clock.minute


def operand_of(operand: Scalar | date | time, fact: Fact, places: int) -> object:
    """What a value of the fact is compared with: money in minor units, days as dates, times as minutes."""
    if isinstance(operand, time):
        return minutes_of(operand)
    if fact.kind == "money" and isinstance(operand, Decimal):
        return operand.scaleb(places)
    if fact.kind == "weekday" and isinstance(operand, str):
        return operand.casefold()
    if fact.kind == "date":
        return as_date(operand)
    return operand
