"""The rulebook as a person reads it, with every version that was ever in force."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, pgettext

from regulars.domain.earning.conditions_words import condition_words
from regulars.domain.earning.limits_words import campaign_words, limits_words
from regulars.domain.earning.rules import EarnRule, strategy_of
from regulars.domain.earning.strategy import Terms
from regulars.domain.events.contracts import ENROLLED, ORDER
from regulars.domain.programmes.contracts import RulebookVersion
from regulars.domain.programmes.queries import rulebook_versions
from regulars.domain.programmes.rulebook import CompiledRulebook, PointType
from regulars.domain.programmes.words import down_words, pending_words, return_words, stacking_sentences
from regulars.domain.programmes.words_of_members import waits_words
from regulars.domain.tiers.ladder import Ladder, Tier
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.labels import Label
from regulars.interfaces.console.rulebook.waiting import waiting_rulebooks
from regulars.interfaces.web import words
from regulars.kernel.errors import NotFound
from regulars.kernel.words import Sentence

LATEST = 8
"""Versions in the list at the side; all of them have a page of their own."""


@dataclass(frozen=True, slots=True)
class RuleShown:
    """A rule in words. dates: when it is in force, empty for always. points: the name of what it gives."""

    name: str
    points: str
    text: str
    dates: str


@dataclass(frozen=True, slots=True)
class TierShown:
    """A rung of a ladder."""

    name: str
    text: str
    benefits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LadderShown:
    """A ladder in words."""

    title: str
    text: str
    down: str
    tiers: list[TierShown]


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the page: what, and how it is."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class VersionShown:
    """A version in the list at the side."""

    title: str
    text: str
    note: str
    url: str
    shown: bool
    state: Label | None


@operator_page("rulebook")
def rulebook_page(request: HttpRequest, desk: Desk, version: int | None = None) -> HttpResponse:
    """The version in force, or the one asked for."""
    if not desk.shelf.rulebooks:
        return desk.page(request, "console/rulebook/page.html", {"rulebook": None})
    in_force = desk.shelf.in_force(max(desk.now, desk.shelf.starts[0]))
    shown = in_force if version is None else _of_version(desk, version)
    rulebook = shown.rulebook
    terms, resting = rulebook.terms(), rulebook.paused.resting(rulebook.earn_rules)
    published = rulebook_versions(desk.conn, programme_id=desk.programme.id)
    context = {
        "rulebook": rulebook,
        "waiting": waiting_rulebooks(desk),
        "heading": rulebook.name,
        "shown_version": shown.version,
        "subtitle": _subtitle(shown, in_force, published),
        "rules": [_rule(rule, terms, rests=rule.id in resting) for rule in rulebook.earn_rules],
        "ladders": [_ladder(ladder, rulebook.currency) for ladder in rulebook.ladders],
        "choices": [words.said(each) for each in stacking_sentences(rulebook)],
        "campaigns": [words.said(campaign_words(each, terms)) for each in rulebook.campaigns],
        "policies": _policies(shown),
        "versions": [
            _version(each, shown.version, in_force.version, desk)
            for each in published
            if each.version in (shown.version, in_force.version) or each.version > published[0].version - LATEST
        ],
    }
    return desk.page(request, "console/rulebook/page.html", context)


def _of_version(desk: Desk, version: int) -> CompiledRulebook:
    for rulebook in desk.shelf.rulebooks:
        if rulebook.version == version:
            return rulebook
    raise NotFound(
        "rulebook_version_not_found",
        gettext("There is no such version"),
        detail=gettext("Version %(version)s of the rulebook was never published.") % {"version": version},
        remedy=gettext("Choose one from the list of versions."),
    )


def _subtitle(shown: CompiledRulebook, in_force: CompiledRulebook, published: list[RulebookVersion]) -> str:
    since = next(each.effective_from for each in published if each.version == shown.version)
    values = {"version": shown.version, "day": words.day(since)}
    if shown.version == in_force.version:
        return gettext("Version %(version)s, in force since %(day)s") % values
    return gettext("Version %(version)s, from %(day)s") % values


def _rule(rule: EarnRule, terms: Terms, *, rests: bool) -> RuleShown:
    parts = [words.sentence_case(words.said(strategy_of(rule).words(terms)))]
    if rule.on == ENROLLED:
        parts.append(gettext("Given when a member joins."))
    elif rule.on != ORDER:
        parts.append(words.sentence_case(words.said(waits_words(rule, terms))))
    if rule.lines is not None:
        asked = words.said(condition_words(rule.lines, terms))
        parts.append(gettext("Counts lines where %(condition)s.") % {"condition": asked})
    if rule.when is not None:
        asked = words.said(condition_words(rule.when, terms))
        parts.append(gettext("Only if %(condition)s.") % {"condition": asked})
    if rule.campaign is not None and rule.campaign in terms.campaigns:
        parts.append(gettext("Part of the campaign “%(name)s”.") % {"name": terms.campaigns[rule.campaign].name})
    parts += [f"{words.sentence_case(words.said(limit)).rstrip('.')}." for limit in limits_words(rule.limits, terms)]
    if rule.at_once:
        parts.append(gettext("Can be spent at once."))
    if rests:
        parts.append(gettext("Paused at present."))
    return RuleShown(rule.name, terms.point_names[rule.point_type], " ".join(parts), _dates(rule))


def _dates(rule: EarnRule) -> str:
    start, end = rule.valid_from, rule.valid_until
    if start and end:
        return gettext("From %(start)s until %(end)s") % {"start": words.moment(start), "end": words.moment(end)}
    if start:
        return gettext("From %(start)s") % {"start": words.moment(start)}
    if end:
        return gettext("Until %(end)s") % {"end": words.moment(end)}
    return ""


def _ladder(ladder: Ladder, currency: str) -> LadderShown:
    about, span = words.said(ladder.measure.about()), words.said(ladder.span.words())
    down = " ".join(words.sentence_case(words.said(each)) for each in down_words(ladder))
    return LadderShown(
        title=ladder.name,
        text=gettext("Counts %(what)s, %(window)s") % {"what": about, "window": span},
        down=down if len(ladder.tiers) > 1 else "",
        tiers=[_tier(tier, ladder, currency) for tier in ladder.tiers],
    )


def _tier(tier: Tier, ladder: Ladder, currency: str) -> TierShown:
    if tier.from_score is None:
        text = gettext("by invitation")
    elif tier.from_score == 0:
        text = gettext("from the first day")
    else:
        amount = words.said(ladder.measure.amount(tier.from_score, currency=currency))
        text = pgettext("tier threshold", "from %(amount)s") % {"amount": amount}
    if tier.for_life:
        text = gettext("%(text)s, for life") % {"text": text}
    benefits = tuple(words.said(each.words(currency=currency)) for each in tier.offers)
    return TierShown(tier.name, text, benefits)


def _policies(shown: CompiledRulebook) -> list[Fact]:
    rulebook = shown.rulebook
    facts = [
        Fact(gettext("When points expire"), words.sentence_case(words.said(shown.expiry[each.id].words())))
        for each in rulebook.point_types
    ]
    pending = pending_words(rulebook)
    if pending:
        facts.insert(0, Fact(gettext("When points can be spent"), _paragraph(pending)))
    facts.append(Fact(gettext("Returns"), _paragraph(return_words(rulebook))))
    if shown.earn_on == "gross":
        facts.append(
            Fact(gettext("Paid with points"), words.sentence_case(gettext("What you pay with points earns as well")))
        )
    if rulebook.households.allowed:
        facts.append(Fact(gettext("Households"), _paragraph(rulebook.households.words())))
    worth = rulebook.point_types[0].worth
    if worth:
        facts.append(Fact(gettext("What points are worth"), _worth(rulebook.point_types[0], rulebook.currency, worth)))
    facts.append(Fact(gettext("Time zone"), rulebook.time_zone.replace("_", " ")))
    facts.append(Fact(gettext("Currency"), words.currency(rulebook.currency)))
    return facts


def _paragraph(sentences: tuple[Sentence, ...]) -> str:
    return " ".join(words.sentence_case(words.said(each)) for each in sentences)


def _worth(point_type: PointType, currency: str, worth: Decimal) -> str:
    return gettext("%(points)s %(name)s are worth %(amount)s") % {
        "points": words.number(100),
        "name": point_type.name,
        "amount": words.money(worth * 100, currency),
    }


def _version(each: RulebookVersion, shown: int, in_force: int, desk: Desk) -> VersionShown:
    state = None
    if each.version == in_force:
        state = Label(gettext("In force"), "success")
    elif each.effective_from > desk.now:
        state = Label(gettext("Planned"), "info")
    return VersionShown(
        title=gettext("Version %(version)s") % {"version": each.version},
        text=gettext("from %(day)s, published by %(who)s")
        % {"day": words.day(each.effective_from), "who": each.published_by},
        note=each.note,
        url=reverse("console:rulebook-version", args=[each.version]),
        shown=each.version == shown,
        state=state,
    )
