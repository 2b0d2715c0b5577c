"""Rules that no event reaches any more, or not yet by anybody: warnings that depend on what the clock reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from regulars.domain.earning.campaigns import Campaign
from regulars.domain.earning.rules import EarnRule
from regulars.domain.programmes.document_nodes import Node, read_nodes
from regulars.domain.programmes.event_types import STANDARD
from regulars.domain.programmes.findings import Finding, Steps
from regulars.domain.programmes.names_used import EVENT_TYPES, finding_at
from regulars.domain.programmes.rulebook import Rulebook
from regulars.kernel.validation import instead


def reach_findings(text: str, rulebook: Rulebook, *, now: datetime) -> list[Finding]:
    """Warnings: rules and campaigns that are over, pauses of nothing, and that no event reaches any rule.

    text: of which the rulebook was read; it gives the lines.
    """
    root, _ = read_nodes(text)
    return [*_over(root, rulebook, now), *_paused_astray(root, rulebook), *_out_of_reach(root, rulebook, now)]


def _over(root: Node, rulebook: Rulebook, now: datetime) -> Iterator[Finding]:
    remedy = "Set another valid_until, or remove it: events that come late are priced by the versions of their day."
    dated: tuple[tuple[str, str, tuple[EarnRule | Campaign, ...]], ...] = (
        ("earn_rules", "the rule", rulebook.earn_rules),
        ("campaigns", "the campaign", rulebook.campaigns),
    )
    for field, what, items in dated:
        for position, each in enumerate(items):
            if _is_over(each, now):
                steps: Steps = (field, position, "valid_until")
                yield finding_at(root, steps, f"{what} is over already", remedy, warning=True)


def _paused_astray(root: Node, rulebook: Rulebook) -> Iterator[Finding]:
    for field, names, known in (
        ("rules", rulebook.paused.rules, {each.id for each in rulebook.earn_rules}),
        ("campaigns", rulebook.paused.campaigns, {each.id for each in rulebook.campaigns}),
    ):
        for position, each in enumerate(names):
            if each not in known:
                problem = "nothing of that name can rest"
                yield finding_at(root, ("paused", field, position), problem, instead(each, known), warning=True)


def _out_of_reach(root: Node, rulebook: Rulebook, now: datetime) -> Iterator[Finding]:
    """One finding for the whole: each rule by itself may be meant so."""
    declared = {each.id for each in rulebook.event_types}
    sent = {*EVENT_TYPES, *STANDARD, *declared}
    campaigns = {each.id: each for each in rulebook.campaigns}
    resting = rulebook.paused.resting(rulebook.earn_rules)

    def is_reached(rule: EarnRule) -> bool:
        campaign = campaigns.get(rule.campaign) if rule.campaign is not None else None
        over = _is_over(rule, now) or (campaign is not None and _is_over(campaign, now))
        return rule.on in sent and not over and rule.id not in resting

    if rulebook.earn_rules and not any(is_reached(each) for each in rulebook.earn_rules):
        problem = "no event reaches any rule: each waits for what nobody sends, is over, or is paused"
        remedy = "Let a rule wait for order, or declare under event_types what your systems send."
        yield finding_at(root, ("earn_rules",), problem, remedy, warning=True)


def _is_over(item: EarnRule | Campaign, now: datetime) -> bool:
    return item.valid_until is not None and item.valid_until <= now
