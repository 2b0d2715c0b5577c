"""The gallery of ready-made programmes: how members earn, what it costs, and taking one over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext

from regulars.database.pool import Connection
from regulars.domain.members.queries import count_members
from regulars.domain.programmes.template import Template
from regulars.domain.programmes.words import rulebook_words
from regulars.domain.rewards.reward_type import reward_type
from regulars.flows.live_a_year import TypicalYear, typical_year
from regulars.flows.read_templates import read_templates, template_of
from regulars.flows.try_template import Met, backtest_template, draft_template, fit_of
from regulars.flows.use_template import use_template
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.labels import Label
from regulars.interfaces.web import words


@dataclass(frozen=True, slots=True)
class Card:
    """A template in the gallery. cost: what the points of a typical year are worth, in percent of what was spent."""

    title: str
    known_from: str
    promise: str
    cost: str
    tiers: str
    url: str
    is_waiting: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the rulebook in words."""

    title: str
    sentences: list[str]


@dataclass(frozen=True, slots=True)
class RewardShown:
    """A reward the programme starts with."""

    name: str
    price: str
    text: str


@dataclass(frozen=True, slots=True)
class NeedShown:
    """Something that the template needs of the merchant's history."""

    text: str
    state: Label


@operator_page("rulebook")
def template_gallery(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All templates as cards."""
    return desk.page(
        request, "console/rulebook/templates.html", {"cards": [_card(desk.conn, each) for each in read_templates()]}
    )


@operator_page("rulebook")
def template_page(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """One template in plain words; a POST takes it over where the programme has no members yet, or tries it."""
    found = template_of(code)
    if request.method == "POST" and "try" in request.POST:
        return _tried(request, desk, found)
    if request.method == "POST":
        version = use_template(desk.conn, found, of=desk.programme, now=desk.now, by=desk.by)
        title = _told(found, found.description.title)
        messages.success(
            request,
            gettext("“%(title)s” is your rulebook now, version %(version)s.") % {"title": title, "version": version},
        )
        return redirect("console:rulebook")
    language = get_language() or "en"
    rulebook = found.rulebook.in_language(language)
    year = typical_year(desk.conn, found)
    fit = fit_of(desk.conn, found, of=desk.programme)
    context = {
        "title": _told(found, found.description.title),
        "has_history": fit.has_history,
        "needs": [NeedShown(words.sentence_case(words.said(each.words)), _met(each.met)) for each in fit.needs],
        "known_from": _told(found, found.description.known_from),
        "promise": _told(found, found.description.promise),
        "story": _told(found, found.description.year),
        "parts": [
            Part(words.said(each.title), [words.sentence_case(words.said(one)) for one in each.sentences])
            for each in rulebook_words(rulebook)
        ],
        "rewards": _rewards(found, rulebook.texts_in(language)),
        "waits": [_told(found, each.what) for each in found.description.waits],
        "facts": _cost(found, year),
        "is_free": count_members(desk.conn, programme_id=desk.programme.id) == 0,
        "other_currency": rulebook.currency != desk.programme.currency,
        "currency": words.currency(desk.programme.currency),
    }
    return desk.page(request, "console/rulebook/template.html", context)


def _tried(request: HttpRequest, desk: Desk, found: Template) -> HttpResponse:
    """A back-test of the template, or a draft of it."""
    place: dict[str, Any] = {"of": desk.programme, "now": desk.now, "by": desk.by}
    title = _told(found, found.description.title)
    if request.POST["try"] == "draft":
        made = draft_template(desk.conn, found, name=title, **place)
        messages.success(request, gettext("The draft says what the template says. Nothing of it is published."))
        return redirect("console:draft", made.id)
    asked = backtest_template(desk.conn, found, label=title, **place)
    messages.success(request, gettext("It is played as soon as a worker is free, usually within a minute."))
    return redirect("console:backtest", asked.id)


def _met(met: Met) -> Label:
    return {
        Met.there: Label(gettext("There"), "success"),
        Met.missing: Label(gettext("Missing"), "warning"),
        Met.told: Label(gettext("To look at"), "info"),
    }[met]


def _card(conn: Connection, each: Template) -> Card:
    year = typical_year(conn, each)
    tiers = max((len(ladder.tiers) for ladder in each.rulebook.ladders), default=0)
    return Card(
        title=_told(each, each.description.title),
        known_from=_told(each, each.description.known_from),
        promise=_told(each, each.description.promise),
        cost=words.percent(year.percent / 100),
        tiers=ngettext("%(count)s tier", "%(count)s tiers", tiers) % {"count": words.number(tiers)} if tiers else "",
        url=reverse("console:template", args=[each.code]),
        is_waiting=bool(each.description.waits),
    )


def _told(template: Template, texts: dict[str, str]) -> str:
    return template.told(texts, get_language() or "en")


def _rewards(template: Template, texts: dict[str, str]) -> list[RewardShown]:
    shown = []
    for each in template.description.rewards:
        kind = reward_type(each.type, each.parameters)
        unit = template.rulebook.counted_in(each.point_type)
        price = words.amount(each.price, unit)
        text = words.said(kind.words(currency=template.rulebook.currency))
        shown.append(RewardShown(texts.get(each.name, each.name), price, text))
    return shown


def _cost(template: Template, year: TypicalYear) -> list[tuple[str, str, str]]:
    """(label, value, hint): what the typical member's year came to."""
    currency = template.rulebook.currency
    orders = ngettext("%(count)s order", "%(count)s orders", year.orders) % {"count": words.number(year.orders)}
    facts = [(gettext("A typical member spends"), words.money(year.spent, currency), orders)]
    for each in year.earned:
        if each.earned:
            name = template.rulebook.in_language(get_language() or "en")
            names = {one.id: one.name for one in name.point_types}
            unit = template.rulebook.counted_in(each.point_type.id)
            worth = "" if not each.worth else gettext("worth %(money)s") % {"money": words.money(each.worth, currency)}
            facts.append((names[each.point_type.id], words.points(each.earned, unit), "" if unit else worth))
    if year.worth:
        hint = gettext("of what the member spends, if every point is used")
        facts.append((gettext("What it costs"), words.percent(year.percent / 100), hint))
    for ladder in template.rulebook.in_language(get_language() or "en").ladders:
        names = {tier.id: tier.name for tier in ladder.tiers}
        facts.append((ladder.name, names[year.tiers.get(ladder.id, ladder.tiers[0].id)], gettext("after a year")))
    return facts
