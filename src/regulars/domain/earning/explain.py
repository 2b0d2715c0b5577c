"""Verdicts in plain words: how the points of an entry came about, or why a rule gave none."""

from __future__ import annotations

from decimal import Decimal

from regulars.domain.earning.conditions_words import condition_words, failed_words
from regulars.domain.earning.contracts import Verdict
from regulars.domain.earning.rounding import Rounding, shown
from regulars.domain.earning.rules import EarnRule, strategy_of
from regulars.domain.earning.strategy import Terms
from regulars.kernel.words import Sentence

_ROUNDED = {
    Rounding.down: "{how} gives {exact}, rounded down to {points}",
    Rounding.nearest: "{how} gives {exact}, rounded to {points}",
    Rounding.up: "{how} gives {exact}, rounded up to {points}",
}


def explain(verdict: Verdict, rule: EarnRule, terms: Terms) -> Sentence:
    """The verdict for a member to read: '45.90 EUR at 1 for every 1.00 EUR gives 45.9, rounded down to 45'.

    rule, terms: of the rulebook version that gave the verdict.
    """
    if verdict.fired:
        return _counted(verdict, rule, terms)
    if verdict.failed == "valid":
        return _out_of_force(rule)
    if verdict.failed == "lines":
        if rule.lines is None:
            return Sentence("nothing in the order counts for this rule")
        words = condition_words(rule.lines, terms)
        return Sentence("nothing in the order counts here; the rule needs lines where {words}", {"words": words})
    if verdict.failed == "once":
        return Sentence("this has counted before, and it counts once")
    if verdict.failed == "nothing":
        return _nothing(verdict, rule, terms)
    if rule.when is None:
        return Sentence("the conditions of the rule did not hold")
    return failed_words(rule.when, path="when", failed=verdict.failed, actual=verdict.actual, terms=terms)


def _counted(verdict: Verdict, rule: EarnRule, terms: Terms) -> Sentence:
    how = strategy_of(rule).explain(verdict.inputs, terms)
    exact = Decimal(verdict.exact)
    values = {"how": how, "exact": shown(exact), "points": verdict.points}
    if exact == verdict.points:
        return Sentence("{how} gives {points}", values)
    return Sentence(_ROUNDED[rule.rounding], values)


def _nothing(verdict: Verdict, rule: EarnRule, terms: Terms) -> Sentence:
    if Decimal(verdict.exact or "0") <= 0:
        said = strategy_of(rule).explain_nothing(verdict.inputs, terms)
        if said is not None:
            return said
    return _counted(verdict, rule, terms)


def _out_of_force(rule: EarnRule) -> Sentence:
    values = {"start": rule.valid_from, "end": rule.valid_until}
    if rule.valid_until is None:
        return Sentence("this rule starts on {start}", values)
    if rule.valid_from is None:
        return Sentence("this rule ended on {end}", values)
    return Sentence("this rule is in force from {start} until {end}", values)
