"""Does a comparison make sense for its field? A text is not larger than a number; no weekday is called someday."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

from regulars.domain.earning.conditions import Comparison, Operator, Scalar
from regulars.domain.earning.facts import WEEKDAYS, Fact, Kind
from regulars.kernel.validation import instead

_EQUAL: frozenset[Operator] = frozenset({"is", "is_not", "one_of", "none_of"})
_ORDER: frozenset[Operator] = frozenset({"at_least", "more_than", "at_most", "less_than"})
_TEXT: frozenset[Operator] = frozenset({"starts_with", "contains"})
_ALWAYS: frozenset[Operator] = frozenset({"is_known"})
_FLAG: frozenset[Operator] = frozenset({"is", "is_not", "is_known"})
FITTING: dict[Kind, frozenset[Operator]] = {
    "text": _EQUAL | _TEXT | _ALWAYS,
    "number": _EQUAL | _ORDER | _ALWAYS,
    "money": _EQUAL | _ORDER | _ALWAYS,
    "weekday": _EQUAL | _ALWAYS,
    "date": _EQUAL | _ORDER | _ALWAYS,
    "clock": _ORDER | _ALWAYS,
    "flag": _FLAG,
    "any": _EQUAL | _ORDER | _TEXT | _ALWAYS,
    "declared": _EQUAL | _ORDER | _TEXT | _ALWAYS,
}
_CALLED: dict[Kind, str] = {
    "text": "a text",
    "number": "a number",
    "money": "an amount of money",
    "weekday": "a day of the week",
    "date": "a date",
    "clock": "a time of the day",
    "flag": "true or false",
    "any": "what the sender put into data",
    "declared": "what the rulebook declares",
}


def misfit(fact: Fact, comparison: Comparison) -> tuple[str, str] | None:
    """(what is wrong, what to do), or None when field, comparison and value belong together."""
    if comparison.operator not in FITTING[fact.kind]:
        fitting = ", ".join(sorted(FITTING[fact.kind]))
        return (
            f"{fact.name} is {_CALLED[fact.kind]}, and {comparison.operator} does not fit that",
            f"Use one of: {fitting}.",
        )
    for operand in comparison.operands:
        found = _odd_value(fact, comparison.operator, operand)
        if found is not None:
            return found
    return None


def _odd_value(fact: Fact, operator: Operator, operand: Scalar | date | time) -> tuple[str, str] | None:
    if operator == "is_known":
        return None
    if fact.kind == "clock":
        return None if isinstance(operand, time) else (f"{operand} is not a time of the day", 'Write it as "14:30".')
    if isinstance(operand, time):
        return f"{fact.name} is {_CALLED[fact.kind]}", "Compare a time of the day with time.clock."
    if fact.kind == "any":
        if isinstance(operand, date):
            return f"{fact.name} comes from the sender as text or number, never as a date", "Compare it with a number."
        return None
    if fact.kind == "flag" and not isinstance(operand, bool):
        return f"{fact.name} is true or false", "Write true or false, without quotes."
    if fact.kind == "text" and not isinstance(operand, str):
        return f"{fact.name} is a text", f'Write the value in quotes: "{operand}".'
    if fact.kind in ("number", "money") and not isinstance(operand, Decimal):
        return f"{fact.name} is {_CALLED[fact.kind]}", "Write a number without quotes, such as 10 or 2.50."
    if fact.kind == "flag" and not isinstance(operand, bool):
        return f"{fact.name} is {_CALLED[fact.kind]}", "Write true or false, without quotes."
    if fact.kind == "weekday" and (not isinstance(operand, str) or operand.casefold() not in WEEKDAYS):
        return f"{operand} is not a day of the week", instead(str(operand), WEEKDAYS)
    if fact.kind == "date" and as_date(operand) is None:
        return f"{operand} is not a date", "Write it as 2026-11-27."
    return None


def as_date(operand: Scalar | date | time) -> date | None:
    """The date that a rulebook writes as a date or as the text 2026-11-27."""
    if isinstance(operand, date):
        return operand
    if not isinstance(operand, str):
        return None
    try:
        return date.fromisoformat(operand)
    except ValueError:
        return None
