"""Ways to earn: the rulebook in force, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from regulars.domain.earning.conditions_words import condition_words
from regulars.domain.earning.rules import EarnRule, strategy_of
from regulars.domain.earning.strategy import Terms
from regulars.domain.events.contracts import ENROLLED, ORDER
from regulars.domain.programmes.words import pending_words, return_words
from regulars.domain.programmes.words_of_members import waits_words
from regulars.interfaces.portal.labels import isolated
from regulars.interfaces.portal.visit import Visit, member_page
from regulars.interfaces.web import words
from regulars.kernel.words import Sentence


@dataclass(frozen=True, slots=True)
class Way:
    """One way to earn. dates: when it holds, empty for always."""

    icon: str
    name: str
    text: str
    dates: str


@dataclass(frozen=True, slots=True)
class Note:
    """Good to know."""

    label: str
    text: str


@member_page("earn")
def earn(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What gives points now or soon; what is over, or paused, is left out."""
    rulebook = visit.shelf.in_force(visit.now)
    document = rulebook.rulebook
    terms = document.terms()
    notes = _told(gettext("When points can be spent"), pending_words(document))
    for each in document.point_types:
        expiry = words.sentence_case(words.said(rulebook.expiry[each.id].words()))
        notes.append(Note(gettext("When points expire"), expiry))
        if each.worth:
            values = {
                "points": words.number(100),
                "name": isolated(each.name),
                "amount": words.money(each.worth * 100, document.currency),
            }
            worth = gettext("%(points)s %(name)s are worth %(amount)s.") % values
            notes.append(Note(gettext("What points are worth"), worth))
    notes += _told(gettext("When you return something"), return_words(document))
    resting = document.paused.resting(document.earn_rules)
    ways = [rule for rule in document.earn_rules if rule.id not in resting and not _is_over(rule, visit.now)]
    context = {
        "ways": [_way(rule, terms) for rule in ways],
        "notes": notes,
    }
    return visit.page(request, "portal/earn.html", context)


def _told(label: str, sentences: tuple[Sentence, ...]) -> list[Note]:
    """The sentences as one note; none where there is nothing to say."""
    text = " ".join(words.sentence_case(words.said(each)) for each in sentences)
    return [Note(label, text)] if text else []


def _is_over(rule: EarnRule, now: datetime) -> bool:
    return rule.valid_until is not None and rule.valid_until <= now


def _way(rule: EarnRule, terms: Terms) -> Way:
    parts = [words.sentence_case(words.said(strategy_of(rule).words(terms)))]
    if rule.lines is not None:
        asked = words.said(condition_words(rule.lines, terms))
        parts.append(gettext("For what you buy where %(condition)s.") % {"condition": asked})
    if rule.when is not None:
        asked = words.said(condition_words(rule.when, terms))
        parts.append(gettext("Only if %(condition)s.") % {"condition": asked})
    if rule.on == ENROLLED:
        parts.append(gettext("Once, when you join."))
    elif rule.on != ORDER:
        parts.append(words.sentence_case(words.said(waits_words(rule, terms))))
    if rule.at_once:
        parts.append(gettext("Can be spent at once."))
    icon = {ORDER: "order", ENROLLED: "star"}.get(rule.on, "activity")
    return Way(icon, rule.name, " ".join(parts), _dates(rule))


def _dates(rule: EarnRule) -> str:
    start, end = rule.valid_from, rule.valid_until
    if start and end:
        return gettext("From %(start)s until %(end)s") % {"start": words.moment(start), "end": words.moment(end)}
    if start:
        return gettext("From %(start)s") % {"start": words.moment(start)}
    return gettext("Until %(end)s") % {"end": words.moment(end)} if end else ""
