"""Conditions in plain words: what a rule asks for, and what an event showed instead.

Every template is a whole phrase of its own, so that a translator never has to glue words together.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal, InvalidOperation
from math import ceil

from regulars.domain.earning.compiled import clock_text, minutes_of
from regulars.domain.earning.conditions import AllOf, AnyOf, Comparison, Condition, Not, Operator, Scalar, walk
from regulars.domain.earning.facts import AUDIENCE, BALANCE, CONSENT, DATA, FIELD, TIER, Fact, fact_of
from regulars.domain.earning.fitting import as_date
from regulars.domain.earning.measures import HISTORY
from regulars.domain.earning.strategy import FieldTerms, Terms
from regulars.kernel.words import Money, Sentence, listing

_SAID: dict[Operator, str] = {
    "is": "{what} is {value}",
    "is_not": "{what} is not {value}",
    "one_of": "{what} is {value}",
    "none_of": "{what} is not {value}",
    "at_least": "{what} is at least {value}",
    "more_than": "{what} is more than {value}",
    "at_most": "{what} is at most {value}",
    "less_than": "{what} is less than {value}",
    "starts_with": "{what} starts with “{value}”",
    "contains": "{what} contains “{value}”",
    "is_known": "{what} is known",
}
_SAID_OF_DATES: dict[Operator, str] = {
    "at_least": "{what} is {value} or later",
    "more_than": "{what} is after {value}",
    "at_most": "{what} is {value} or earlier",
    "less_than": "{what} is before {value}",
}
_NEEDED: dict[Operator, str] = {
    "is": "the rule needs {value}",
    "is_not": "the rule needs anything but {value}",
    "one_of": "the rule needs {value}",
    "none_of": "the rule needs anything but {value}",
    "at_least": "the rule needs at least {value}",
    "more_than": "the rule needs more than {value}",
    "at_most": "the rule needs at most {value}",
    "less_than": "the rule needs less than {value}",
    "starts_with": "the rule needs one that starts with “{value}”",
    "contains": "the rule needs one that contains “{value}”",
    "is_known": "the rule needs it",
}
_NEEDED_OF_DATES: dict[Operator, str] = {
    "at_least": "the rule needs {value} or later",
    "more_than": "the rule needs one after {value}",
    "at_most": "the rule needs {value} or earlier",
    "less_than": "the rule needs one before {value}",
}
_SAID_OF_CLOCKS: dict[Operator, str] = {
    "at_least": "it is {clock} or later",
    "more_than": "it is after {clock}",
    "at_most": "it is {clock} or earlier",
    "less_than": "it is before {clock}",
}
_NEEDED_OF_CLOCKS: dict[Operator, str] = {
    "at_least": "the rule needs {clock} or later",
    "more_than": "the rule needs a time after {clock}",
    "at_most": "the rule needs {clock} or earlier",
    "less_than": "the rule needs a time before {clock}",
}
_OPPOSITE: dict[Operator, Operator] = {
    "is": "is_not",
    "is_not": "is",
    "one_of": "none_of",
    "none_of": "one_of",
}
WEEKDAY_NAMES = {
    "monday": "Monday", "tuesday": "Tuesday", "wednesday": "Wednesday", "thursday": "Thursday", "friday": "Friday",
    "saturday": "Saturday", "sunday": "Sunday",
}  # fmt: skip
MONTHS = {
    1: "January", 2: "February", 3: "March", 4: "April", 5: "May", 6: "June", 7: "July", 8: "August", 9: "September",
    10: "October", 11: "November", 12: "December",
}  # fmt: skip
OF_MONTHS = frozenset({"time.month", "member.birth_month"})


def condition_words(condition: Condition, terms: Terms) -> Sentence:
    """The condition as a phrase: 'the channel is app, and the member's tier is Gold or Platinum'."""
    if isinstance(condition, AllOf):
        return _joined([_inside(part, terms) for part in condition.all], "{first}, and {next}")
    if isinstance(condition, AnyOf):
        return _joined([_inside(part, terms) for part in condition.any], "{first}, or {next}")
    if isinstance(condition, Not):
        return _not_words(condition.not_, terms)
    return _comparison_words(condition, condition.operator, terms)


def failed_words(condition: Condition, *, path: str, failed: str, actual: str, terms: Terms) -> Sentence:
    """Why the condition did not hold: 'the channel was web, and the rule needs app'.

    path: where `condition` stands ("when"); failed, actual: as the verdict has them.
    """
    found = dict(walk(condition, path)).get(failed)
    if found is None:
        return Sentence("the rule needs that {words}", {"words": condition_words(condition, terms)})
    if not isinstance(found, Comparison):
        return Sentence("the rule needs that {words}", {"words": condition_words(found, terms)})
    fact = fact_of(found.field, terms.measures)
    if fact is None:
        return Sentence("the rule needs that {words}", {"words": _comparison_words(found, found.operator, terms)})
    values = {"what": subject_words(fact, terms), "needs": _needed(found, fact, terms)}
    if actual == "":
        return Sentence("{what} was not given, and {needs}", values)
    return Sentence("{what} was {actual}, and {needs}", values | {"actual": _seen(fact, actual, terms)})


def _inside(condition: Condition, terms: Terms) -> Sentence:
    """A part of a longer list: groups get a word that shows where they begin."""
    words = condition_words(condition, terms)
    if isinstance(condition, AnyOf) and len(condition.any) > 1:
        return Sentence("either {words}", {"words": words})
    if isinstance(condition, AllOf) and len(condition.all) > 1:
        return Sentence("both {words}", {"words": words})
    return words


def _joined(parts: Sequence[Sentence], template: str) -> Sentence:
    words = parts[0]
    for part in parts[1:]:
        words = Sentence(template, {"first": words, "next": part})
    return words


def _not_words(inner: Condition, terms: Terms) -> Sentence:
    if isinstance(inner, Comparison) and inner.operator in _OPPOSITE:
        return _comparison_words(inner, _OPPOSITE[inner.operator], terms)
    if isinstance(inner, Not):
        return condition_words(inner.not_, terms)
    return Sentence("it is not so that {words}", {"words": _inside(inner, terms)})


def _comparison_words(comparison: Comparison, operator: Operator, terms: Terms) -> Sentence:
    fact = fact_of(comparison.field, terms.measures)
    if fact is None:
        return Sentence("“{field}” is as the rule says", {"field": comparison.field})
    if fact.name == "time.hour" and operator in _HOURS:
        return _hours(operator, comparison)
    if fact.kind == "clock" and operator in _SAID_OF_CLOCKS:
        return Sentence(_SAID_OF_CLOCKS[operator], {"clock": _time(comparison)})
    if operator == "is_known":
        return Sentence(
            "{what} is known" if comparison.is_known else "{what} is not known", {"what": subject_words(fact, terms)}
        )
    if operator == "none_of" and len(comparison.operands) == 1:
        operator = "is_not"
    if fact.kind == "flag":
        return _flag_words(fact, comparison, operator, terms)
    template = _SAID_OF_DATES.get(operator, _SAID[operator]) if _is_day(fact, comparison) else _SAID[operator]
    return Sentence(template, {"what": subject_words(fact, terms), "value": _values(fact, comparison, terms)})


def _needed(comparison: Comparison, fact: Fact, terms: Terms) -> Sentence:
    operator = comparison.operator
    if fact.name == "time.hour" and operator in _HOURS:
        later, clock = _clock(operator, comparison)
        template = "the rule needs {clock} or later" if later else "the rule needs a time before {clock}"
        return Sentence(template, {"clock": clock})
    if fact.kind == "clock" and operator in _NEEDED_OF_CLOCKS:
        return Sentence(_NEEDED_OF_CLOCKS[operator], {"clock": _time(comparison)})
    if operator == "is_known":
        return Sentence("the rule needs it" if comparison.is_known else "the rule needs that there is none")
    template = _NEEDED_OF_DATES.get(operator, _NEEDED[operator]) if _is_day(fact, comparison) else _NEEDED[operator]
    return Sentence(template, {"value": _values(fact, comparison, terms)})


def _is_day(fact: Fact, comparison: Comparison) -> bool:
    return fact.kind == "date" or isinstance(comparison.operands[0], date)


def _flag_words(fact: Fact, comparison: Comparison, operator: Operator, terms: Terms) -> Sentence:
    given = (comparison.operands[0] is True) is (operator == "is")
    if fact.name.startswith(AUDIENCE):
        code = fact.name[len(AUDIENCE) :]
        template = "the member is in the audience “{audience}”" if given else "the member is not in “{audience}”"
        return Sentence(template, {"audience": terms.audience_names.get(code, code)})
    return Sentence("{what} is given" if given else "{what} is not given", {"what": subject_words(fact, terms)})


_HOURS = frozenset({"at_least", "more_than", "at_most", "less_than"})


def _hours(operator: Operator, comparison: Comparison) -> Sentence:
    later, clock = _clock(operator, comparison)
    return Sentence("it is {clock} or later" if later else "it is before {clock}", {"clock": clock})


def _clock(operator: Operator, comparison: Comparison) -> tuple[bool, str]:
    """(from then on or until then, what the clock shows): at_most 20 ends when the clock says 21:00."""
    hour = ceil(Decimal(str(comparison.operands[0])))
    exactly = hour == comparison.operands[0]
    shown = hour + 1 if exactly and operator in ("more_than", "at_most") else hour
    return operator in ("at_least", "more_than"), f"{shown}:00"


def _time(comparison: Comparison) -> str:
    operand = comparison.operands[0]
    return clock_text(minutes_of(operand)) if isinstance(operand, time) else str(operand)


def subject_words(fact: Fact, terms: Terms) -> Sentence:
    """What a comparison looks at: 'the channel', '“Shoe size”', 'consent to “News”'."""
    if fact.name.startswith(DATA):
        return Sentence("“{key}”", {"key": fact.name[len(DATA) :]})
    if fact.name.startswith(HISTORY):
        return Sentence("“{measure}”", {"measure": fact.title})
    if fact.name.startswith(FIELD):
        field = _field(fact, terms)
        return Sentence("“{key}”", {"key": fact.name[len(FIELD) :] if field is None else field.name})
    if fact.name.startswith(BALANCE):
        code = fact.name[len(BALANCE) :]
        return Sentence("the balance of {points}", {"points": terms.point_names.get(code, code)})
    if fact.name.startswith(CONSENT):
        consent = fact.name[len(CONSENT) :]
        return Sentence("consent to “{consent}”", {"consent": terms.consent_names.get(consent, consent)})
    return Sentence(fact.title)


def _field(fact: Fact, terms: Terms) -> FieldTerms | None:
    """What the rulebook calls a field of members."""
    return terms.fields.get(fact.name[len(FIELD) :]) if fact.name.startswith(FIELD) else None


def _values(fact: Fact, comparison: Comparison, terms: Terms) -> Sentence:
    parts: list[Sentence | str] = [_value(fact, operand, terms) for operand in comparison.operands]
    return listing(parts, last="or")


def _value(fact: Fact, operand: Scalar | date | time, terms: Terms) -> Sentence:
    if isinstance(operand, bool):
        return Sentence("yes") if operand else Sentence("no")
    if fact.kind == "weekday":
        weekday = WEEKDAY_NAMES.get(str(operand).casefold())
        return Sentence("{value}", {"value": operand}) if weekday is None else Sentence(weekday)
    if fact.kind == "money" and isinstance(operand, Decimal):
        return Sentence("{amount}", {"amount": Money(operand, terms.currency)})
    if fact.name in OF_MONTHS and isinstance(operand, Decimal) and operand in MONTHS:
        return Sentence(MONTHS[int(operand)])
    field = _field(fact, terms)
    if fact.kind == "date" or isinstance(operand, date) or (field is not None and field.is_date):
        return Sentence("{date}", {"date": as_date(operand) or str(operand)})
    if field is not None:
        return Sentence("{value}", {"value": field.option_names.get(str(operand), operand)})
    if fact.name.startswith(TIER):
        names = terms.tier_names.get(fact.name[len(TIER) :], {})
        return Sentence("{tier}", {"tier": names.get(str(operand), str(operand))})
    return Sentence("{value}", {"value": operand})


def _seen(fact: Fact, actual: str, terms: Terms) -> Sentence:
    """What a verdict kept as text, as the value that it was."""
    operand: Scalar | date = actual
    if fact.kind in ("number", "money"):
        try:
            operand = Decimal(actual)
        except InvalidOperation:
            operand = actual
    elif fact.kind in ("any", "declared", "flag") and actual in ("true", "false"):
        operand = actual == "true"
    if fact.name == "time.hour":
        return Sentence("{clock}", {"clock": f"{actual}:00"})
    return _value(fact, operand, terms)
