"""Groups, campaigns and limits in plain words: what bounds a rule, and what it was that bounded it."""

from __future__ import annotations

from decimal import Decimal

from regulars.domain.earning.campaigns import Campaign
from regulars.domain.earning.conditions_words import condition_words
from regulars.domain.earning.contracts import Verdict
from regulars.domain.earning.limiting import CAMPAIGN_BUDGET, OWN_BUDGET, PER_EVENT
from regulars.domain.earning.limits import Budget, Limits, MemberLimit
from regulars.domain.earning.member_limits import COOLDOWN, PER_MEMBER
from regulars.domain.earning.stacking import TIE, StackingGroup
from regulars.domain.earning.strategy import Terms
from regulars.kernel.words import Money, Sentence

_POINTS_EACH = {
    "day": "at most {points} points a day for each member",
    "week": "at most {points} points a week for each member",
    "month": "at most {points} points a month for each member",
    "quarter": "at most {points} points a quarter for each member",
    "year": "at most {points} points a year for each member",
    "lifetime": "at most {points} points ever for each member",
}
_TIMES_EACH = {
    "day": "at most {times} times a day for each member",
    "week": "at most {times} times a week for each member",
    "month": "at most {times} times a month for each member",
    "quarter": "at most {times} times a quarter for each member",
    "year": "at most {times} times a year for each member",
    "lifetime": "at most {times} times ever for each member",
}
_ONCE_EACH = {
    "day": "once a day for each member",
    "week": "once a week for each member",
    "month": "once a month for each member",
    "quarter": "once a quarter for each member",
    "year": "once a year for each member",
    "lifetime": "once ever for each member",
}
_BUDGET_EACH = {
    "total": "{budget} for all members together",
    "day": "{budget} a day for all members together",
    "month": "{budget} a month for all members together",
}
_CHOICES = {
    "stack": "“{group}”: all of them count: {offers}",
    "first": "“{group}”: only the first that applies counts, of {offers}",
    "highest": "“{group}”: only the one that gives most counts, of {offers}",
    "lowest": "“{group}”: only the one that gives least counts, of {offers}",
}
_WON = {
    "highest": "another offer, “{rule}”, gave more; this one would have given {points}",
    "lowest": "another offer, “{rule}”, gave less, and only the lowest counts; this one would have given {points}",
    "first": "another offer, “{rule}”, comes first; this one would have given {points}",
    TIE: "another offer, “{rule}”, gave as much and comes first; this one would have given {points}",
}


def limits_words(limits: Limits, terms: Terms) -> list[Sentence]:
    """What bounds a rule, one phrase for each limit."""
    said = []
    if limits.per_event is not None:
        said.append(Sentence("at most {points} points at once", {"points": limits.per_event}))
    said += [member_limit_words(each) for each in limits.per_member]
    if limits.cooldown is not None:
        said.append(Sentence("not again within {pause}", {"pause": limits.cooldown}))
    if limits.budget is not None:
        said.append(budget_words(limits.budget, terms))
    if limits.partial == "off" and (limits.per_member or limits.budget is not None):
        said.append(Sentence("nothing where less is left than it would give"))
    return said


def member_limit_words(limit: MemberLimit) -> Sentence:
    """'at most 500 points a month for each member'."""
    if limit.points is not None:
        return Sentence(_POINTS_EACH[limit.each], {"points": limit.points})
    if limit.times == 1:
        return Sentence(_ONCE_EACH[limit.each])
    return Sentence(_TIMES_EACH[limit.each], {"times": limit.times})


def budget_words(budget: Budget, terms: Terms) -> Sentence:
    """'5,000 points a month for all members together'."""
    if budget.money is not None:
        amount = Sentence("points worth {amount}", {"amount": Money(budget.money, terms.currency)})
    else:
        amount = Sentence("{points} points", {"points": budget.points})
    return Sentence(_BUDGET_EACH[budget.each], {"budget": amount})


def campaign_words(campaign: Campaign, terms: Terms) -> Sentence:
    """'Summer: if the channel is app, from 1 Jun until 1 Sep, 5,000 points for all members together'."""
    words = Sentence("{name}", {"name": campaign.name})
    if campaign.when is not None:
        words = Sentence("{rest}, if {when}", {"rest": words, "when": condition_words(campaign.when, terms)})
    if campaign.valid_from is not None:
        words = Sentence("{rest}, from {start}", {"rest": words, "start": campaign.valid_from})
    if campaign.valid_until is not None:
        words = Sentence("{rest}, until {end}", {"rest": words, "end": campaign.valid_until})
    if campaign.budget is not None:
        words = Sentence("{rest}, {limit}", {"rest": words, "limit": budget_words(campaign.budget, terms)})
    return words


def group_words(group: StackingGroup, offers: Sentence) -> Sentence:
    """'“Best offer”: only the one that gives most counts, of “Double beans” and “Happy hour”'."""
    return Sentence(_CHOICES[group.choose], {"group": group.name, "offers": offers})


def stacking_words(verdict: Verdict, terms: Terms) -> Sentence:
    """Why another offer counts and this one does not."""
    rule = terms.rule_names.get(verdict.actual, verdict.actual)
    return Sentence(_WON[verdict.by], {"rule": rule, "points": verdict.wanted})


def cut_words(verdict: Verdict, limits: Limits, campaign: Campaign | None, terms: Terms) -> Sentence:
    """What left a rule fewer points than it would have given: 'there are at most 500 points a month, and...'."""
    by = verdict.by or verdict.failed
    if by == PER_EVENT and limits.per_event is not None:
        return Sentence("there are at most {points} points at once", {"points": limits.per_event})
    if by == COOLDOWN and limits.cooldown is not None:
        return Sentence("the rule fired already less than {pause} before or after", {"pause": limits.cooldown})
    budget = limits.budget if by == OWN_BUDGET else campaign.budget if campaign and by == CAMPAIGN_BUDGET else None
    if budget is not None:
        used: object = Decimal(verdict.actual)
        if budget.money is not None:
            used = Money(Decimal(verdict.actual), terms.currency)
        values = {"limit": budget_words(budget, terms), "used": used}
        return Sentence("there are {limit}, of which {used} were used", values)
    if by.startswith(PER_MEMBER):
        limit = limits.per_member[int(by.removeprefix(PER_MEMBER))]
        values = {"limit": member_limit_words(limit), "used": Decimal(verdict.actual)}
        return Sentence("there are {limit}, and {used} were used", values)
    return Sentence("a limit of the rule was reached")
