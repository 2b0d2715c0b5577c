"""Verdicts in plain words: how the points of an entry came about, or why a rule gave none."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from regulars.domain.earning.campaigns import Campaign
from regulars.domain.earning.conditions_words import condition_words, failed_words
from regulars.domain.earning.contracts import Verdict
from regulars.domain.earning.limiting import CAMPAIGN_BUDGET
from regulars.domain.earning.limits_words import cut_words, stacking_words
from regulars.domain.earning.rounding import Rounding, shown
from regulars.domain.earning.rules import PAUSED, EarnRule, strategy_of
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
    campaign = None if rule.campaign is None else terms.campaigns.get(rule.campaign)
    terms = terms.of(rule.point_type)
    if verdict.fired:
        return _given(verdict, rule, campaign, terms)
    failed = verdict.failed
    if failed == "valid":
        return _out_of_force(rule)
    if failed == PAUSED:
        return Sentence("this rule was paused then")
    if failed == "broken":
        return _broken(verdict)
    if failed == "stacking":
        return stacking_words(verdict, terms)
    if failed.startswith("limits.") or failed == CAMPAIGN_BUDGET:
        return _nothing_left(verdict, rule, campaign, terms)
    if failed.startswith("campaign."):
        return _outside_campaign(verdict, campaign, terms)
    if failed == "lines":
        if rule.lines is None:
            return Sentence("nothing in the order counts for this rule")
        words = condition_words(rule.lines, terms)
        return Sentence("nothing in the order counts here; the rule needs lines where {words}", {"words": words})
    if failed == "once":
        return Sentence("this has counted before, and it counts once")
    if failed == "nothing":
        return _nothing(verdict, rule, terms)
    if rule.when is None:
        return Sentence("the conditions of the rule did not hold")
    return failed_words(rule.when, path="when", failed=failed, actual=verdict.actual, terms=terms)


def _given(verdict: Verdict, rule: EarnRule, campaign: Campaign | None, terms: Terms) -> Sentence:
    """What was given, and before limits, where those left less."""
    if not verdict.wanted:
        return _counted(verdict, rule, terms)
    values = {
        "how": _counted(replace(verdict, points=verdict.wanted), rule, terms),
        "points": terms.points(verdict.points),
        "limit": cut_words(verdict, rule.limits, campaign, terms),
    }
    return Sentence("{how}; {points} of them are given, because {limit}", values)


def _nothing_left(verdict: Verdict, rule: EarnRule, campaign: Campaign | None, terms: Terms) -> Sentence:
    values = {"points": terms.points(verdict.wanted), "limit": cut_words(verdict, rule.limits, campaign, terms)}
    return Sentence("it would have given {points}, but {limit}", values)


def _broken(verdict: Verdict) -> Sentence:
    if verdict.actual:
        return Sentence("it came to {points} points, more than can be counted", {"points": Decimal(verdict.actual)})
    return Sentence("the rule could not be worked out, because of an error on our side")


def _outside_campaign(verdict: Verdict, campaign: Campaign | None, terms: Terms) -> Sentence:
    if campaign is None:
        return Sentence("the conditions of the rule did not hold")
    if verdict.failed == "campaign.valid":
        return Sentence("“{campaign}”: {why}", {"campaign": campaign.name, "why": _out_of_force(campaign)})
    assert campaign.when is not None
    return failed_words(campaign.when, path="campaign.when", failed=verdict.failed, actual=verdict.actual, terms=terms)


def _counted(verdict: Verdict, rule: EarnRule, terms: Terms) -> Sentence:
    how = strategy_of(rule).explain(verdict.inputs, terms)
    if verdict.fired and not verdict.points:  # a badge is all that comes
        return how
    exact = Decimal(verdict.exact)
    values = {"how": how, "exact": terms.points(shown(exact)), "points": terms.points(verdict.points)}
    if exact == verdict.points:
        return Sentence("{how} gives {points}", values)
    return Sentence(_ROUNDED[rule.rounding], values)


def _nothing(verdict: Verdict, rule: EarnRule, terms: Terms) -> Sentence:
    if Decimal(verdict.exact or "0") <= 0:
        said = strategy_of(rule).explain_nothing(verdict.inputs, terms)
        if said is not None:
            return said
    return _counted(verdict, rule, terms)


def _out_of_force(rule: EarnRule | Campaign) -> Sentence:
    values = {"start": rule.valid_from, "end": rule.valid_until}
    if rule.valid_until is None:
        return Sentence("this rule starts on {start}", values)
    if rule.valid_from is None:
        return Sentence("this rule ended on {end}", values)
    return Sentence("this rule is in force from {start} until {end}", values)
