"""Which campaigns, or rules with dates of their own, can count for the same purchase of the same member."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from regulars.domain.earning.apart import apart
from regulars.domain.earning.campaigns import Campaign
from regulars.domain.earning.rules import EarnRule
from regulars.domain.earning.stacking import StackingGroup, around
from regulars.domain.programmes.rulebook import Rulebook
from regulars.insight.calendar_items import Reign, Span, dates_in, is_dated


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two that run at the same time and can count together. first, second: (id, name), of campaigns or rules.

    group: the name of the stacking group of which only one counts; "": both count.
    """

    first: tuple[str, str]
    second: tuple[str, str]
    starts: datetime
    ends: datetime
    group: str


@dataclass(frozen=True, slots=True)
class _Offer:
    id: str
    name: str
    span: Span
    campaign: Campaign | None
    rules: tuple[tuple[EarnRule, Span], ...]


def overlaps_in(reigns: list[Reign], since: datetime, until: datetime) -> list[Overlap]:
    """Those that meet in the time, the earliest first; what goes on from version to version is one."""
    found: dict[tuple[str, str, str], Overlap] = {}
    done: list[Overlap] = []
    for reign in reigns:
        if reign.starts >= until or reign.ends <= since:
            continue
        for each in _of(reign, since, until):
            key = (each.first[0], each.second[0], each.group)
            before = found.get(key)
            if before is not None and before.ends == each.starts:
                each = Overlap(each.first, each.second, before.starts, each.ends, each.group)
            elif before is not None:
                done.append(before)
            found[key] = each
    return sorted((*done, *found.values()), key=lambda each: (each.starts, each.first, each.second))


def _of(reign: Reign, since: datetime, until: datetime) -> Iterator[Overlap]:
    rulebook = reign.compiled.rulebook
    groups = {each.id: each for each in rulebook.stacking}
    offers = sorted(_offers(reign, since, until), key=lambda each: each.span)
    for position, first in enumerate(offers):
        for second in offers[position + 1 :]:
            if second.span[0] >= first.span[1]:
                break  # they are in order: whoever comes later begins later still
            met = _meeting(first, second, groups)
            if met is not None:
                one, other = sorted((first, second), key=lambda each: each.id)
                yield Overlap((one.id, one.name), (other.id, other.name), *met)


def _offers(reign: Reign, since: datetime, until: datetime) -> Iterator[_Offer]:
    rulebook: Rulebook = reign.compiled.rulebook
    resting = rulebook.paused.resting(rulebook.earn_rules)
    of_campaign: dict[str, list[EarnRule]] = {}
    for rule in rulebook.earn_rules:
        if rule.id in resting:
            continue
        if rule.campaign is not None:
            of_campaign.setdefault(rule.campaign, []).append(rule)
        elif is_dated(rule):
            yield from _offer(reign, (since, until), rule.id, rule.name, None, [rule])
    for campaign in rulebook.campaigns:
        rules = of_campaign.get(campaign.id, [])
        yield from _offer(reign, (since, until), campaign.id, campaign.name, campaign, rules)


def _offer(
    reign: Reign, window: Span, id: str, name: str, campaign: Campaign | None, rules: list[EarnRule]
) -> Iterator[_Offer]:
    dated = [(rule, _common(dates_in(reign, campaign, rule), window)) for rule in rules]
    running = tuple((rule, span) for rule, span in dated if span is not None)
    if running:
        span = min(span[0] for _, span in running), max(span[1] for _, span in running)
        yield _Offer(id, name, span, campaign, running)


def _common(first: Span | None, second: Span) -> Span | None:
    if first is None:
        return None
    starts, ends = max(first[0], second[0]), min(first[1], second[1])
    return (starts, ends) if starts < ends else None


def _meeting(first: _Offer, second: _Offer, groups: dict[str, StackingGroup]) -> tuple[datetime, datetime, str] | None:
    """From when until when some rules of both can count together, and the group that lets only one of them count."""
    spans: list[Span] = []
    choosing: set[str] = set()
    for one, its_span in first.rules:
        for other, other_span in second.rules:
            span = _common(its_span, other_span)
            if span is not None and _can_meet(one, first.campaign, other, second.campaign):
                spans.append(span)
                choosing.add(_group_of_both(one, other, groups))
    if not spans:
        return None
    group = choosing.pop() if len(choosing) == 1 else ""
    return min(span[0] for span in spans), max(span[1] for span in spans), group


def _can_meet(one: EarnRule, its: Campaign | None, other: EarnRule, others: Campaign | None) -> bool:
    if one.on != other.on:
        return False
    of_event = apart(
        [one.when, None if its is None else its.when], [other.when, None if others is None else others.when]
    )
    return not of_event and not (
        one.lines is not None and other.lines is not None and apart([one.lines], [other.lines])
    )


def _group_of_both(one: EarnRule, other: EarnRule, groups: dict[str, StackingGroup]) -> str:
    """The name of the innermost group around both, where only one of its offers counts."""
    if one.group is None or other.group is None:
        return ""
    inside = {each.id: each.inside for each in groups.values()}
    outer = around(inside, other.group) or []
    for each in around(inside, one.group) or []:
        if each in outer:
            return "" if groups[each].choose == "stack" else groups[each].name
    return ""
