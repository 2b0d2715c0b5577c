"""What stands in the calendar of a rulebook: when campaigns and dated rules run, what rests, what changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from itertools import pairwise

from regulars.domain.earning.campaigns import Campaign
from regulars.domain.earning.limits_words import campaign_words
from regulars.domain.earning.rules import EarnRule
from regulars.domain.events.contracts import ANNIVERSARY, BIRTHDAY, INACTIVE
from regulars.domain.programmes.paused import Paused
from regulars.domain.programmes.queries import DRAFT, Shelf
from regulars.domain.programmes.rulebook import CompiledRulebook, Rulebook
from regulars.domain.programmes.words import rule_words
from regulars.kernel.clock import as_instant
from regulars.kernel.words import Sentence, listing

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Later than every date of a rulebook: what has no end."""
Span = tuple[datetime, datetime]
"""Half open."""
_OCCASIONS = (
    (BIRTHDAY, Sentence("Birthdays of members"), Sentence("Whose birthday it is, is sent to the rules every day")),
    (ANNIVERSARY, Sentence("Days of joining"), Sentence("Who joined on that day is sent to the rules every day")),
    (INACTIVE, Sentence("Long silence"), Sentence("Who has been silent so long is sent to the rules every day")),
)


class ItemKind(StrEnum):
    """rule: with dates of its own and without a campaign's. version, ladder: something that happens at an instant."""

    campaign = "campaign"
    rule = "rule"
    pause = "pause"
    ladder = "ladder"
    version = "version"
    occasion = "occasion"


@dataclass(frozen=True, slots=True)
class Item:
    """Something that runs from one instant until another; the same twice for what happens at one.

    id: of the campaign, rule or ladder, the number of the version, the name of the occasion. ends: FOREVER: no end.
    """

    kind: ItemKind
    id: str
    name: Sentence
    words: Sentence
    starts: datetime
    ends: datetime

    def meets(self, since: datetime, until: datetime) -> bool:
        """Whether anything of it lies in the time."""
        if self.starts == self.ends:
            return since <= self.starts < until
        return self.starts < until and self.ends > since


@dataclass(frozen=True, slots=True)
class Reign:
    """The time in which one version is in force."""

    starts: datetime
    ends: datetime
    compiled: CompiledRulebook


def reigns(rules: Shelf) -> list[Reign]:
    """The versions by the time in which each is in force; those that never were are left out."""
    limits = pairwise([*rules.starts, FOREVER])
    found = [Reign(start, end, each) for (start, end), each in zip(limits, rules.rulebooks, strict=True)]
    return [each for each in found if each.starts < each.ends]


def items_of(rules: Shelf) -> list[Item]:
    """Everything that all versions say, by kind; what goes on from a version to the next is one item."""
    found: list[Item] = []
    for reign in reigns(rules):
        found += [*_running(reign), *_resting(reign), *_occasions(reign)]
    return [*_joined(found), *_changes(reigns(rules))]


def dates_in(reign: Reign, *dated: Campaign | EarnRule | None) -> Span | None:
    """The time within the version's in which all of them are valid; None: there is none."""
    starts, ends = reign.starts, reign.ends
    for each in dated:
        if each is not None:
            starts, ends = max(starts, each.valid_from or starts), min(ends, each.valid_until or ends)
    return (as_instant(starts), as_instant(ends)) if starts < ends else None


def _running(reign: Reign) -> Iterator[Item]:
    rulebook = reign.compiled.rulebook
    terms, rests = rulebook.terms(), rulebook.paused
    resting = rests.resting(rulebook.earn_rules)
    for campaign in rulebook.campaigns:
        span = dates_in(reign, campaign)
        if span is not None and not rests.everything and campaign.id not in rests.campaigns:
            name = Sentence("{name}", {"name": campaign.name})
            yield Item(ItemKind.campaign, campaign.id, name, campaign_words(campaign, terms), *span)
    for rule in rulebook.earn_rules:
        span = dates_in(reign, rule)
        if is_dated(rule) and span is not None and rule.id not in resting:
            name = Sentence("{name}", {"name": rule.name})
            yield Item(ItemKind.rule, rule.id, name, rule_words(rule, terms), *span)


def is_dated(rule: EarnRule) -> bool:
    """Whether it stands in the calendar by itself: with dates of its own, and not for a campaign."""
    return rule.campaign is None and (rule.valid_from is not None or rule.valid_until is not None)


def _resting(reign: Reign) -> Iterator[Item]:
    rulebook, span = reign.compiled.rulebook, (reign.starts, reign.ends)
    rests = rulebook.paused
    if rests == Paused():
        return
    if rests.everything:
        text = Sentence("Nothing is earned: all rules are paused")
        yield Item(ItemKind.pause, "everything", Sentence("All rules are paused"), text, *span)
    text = Sentence("It gives nothing until somebody lets it go on")
    for kind, ids, all_of in (
        ("campaign", rests.campaigns, {each.id: each.name for each in rulebook.campaigns}),
        ("rule", rests.rules, {each.id: each.name for each in rulebook.earn_rules}),
    ):
        for each in ids:
            if each in all_of:
                name = Sentence("“{name}” is paused", {"name": all_of[each]})
                yield Item(ItemKind.pause, f"{kind}:{each}", name, text, *span)


def _occasions(reign: Reign) -> Iterator[Item]:
    occasions, span = reign.compiled.rulebook.occasions, (reign.starts, reign.ends)
    asked = {each.on for each in reign.compiled.rulebook.earn_rules}
    on = occasions.event_types() & asked
    for event, name, text in _OCCASIONS:
        if event in on:
            yield Item(ItemKind.occasion, event, name, text, *span)


def _joined(items: Iterable[Item]) -> list[Item]:
    """Spans of the same that follow one another are one, called as in the last of them."""
    found: dict[tuple[ItemKind, str], list[Item]] = {}
    for each in items:
        before = found.setdefault((each.kind, each.id), [])
        if before and before[-1].ends == each.starts:
            before[-1] = replace(each, starts=before[-1].starts)
        else:
            before.append(each)
    return [each for spans in found.values() for each in spans]


def _changes(found: list[Reign]) -> Iterator[Item]:
    for before, reign in pairwise(found):
        compiled, at = reign.compiled, (reign.starts, reign.starts)
        number = str(compiled.version)
        name = Sentence("Version {number}", {"number": number}) if compiled.id != DRAFT else Sentence("This draft")
        text = Sentence("It takes the place of version {number}", {"number": str(before.compiled.version)})
        if not _differ_in_pauses(before.compiled.rulebook, compiled.rulebook):
            yield Item(ItemKind.version, number, name, text, *at)
        for rungs in compiled.rungs:
            if rungs.before is not None and rungs.form == compiled.version:
                name = Sentence("“{ladder}” changes", {"ladder": rungs.ladder.name})
                tiers = listing([each.name for each in rungs.ladder.tiers])
                text = Sentence("Members are brought over to the tiers {tiers}", {"tiers": tiers})
                yield Item(ItemKind.ladder, rungs.id, name, text, *at)


def _differ_in_pauses(before: Rulebook, after: Rulebook) -> bool:
    """Whether nothing else is different; a pause stands in the calendar by itself."""
    return before.paused != after.paused and before.model_copy(update={"paused": after.paused}) == after
