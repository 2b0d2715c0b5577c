"""The library of ways to earn: what there is, by what a merchant wants, and a page for each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from regulars.domain.earning.rules import strategies_by_name, strategy_of
from regulars.domain.earning.strategy import EarnStrategy
from regulars.domain.earning.strategy_help import (
    ParameterShown,
    library,
    limits_of,
    paragraphs,
    parameters,
    worked,
)
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.web import words
from regulars.kernel.errors import NotFound
from regulars.kernel.validation import instead
from regulars.kernel.words import Money


@dataclass(frozen=True, slots=True)
class WayCard:
    """A way to earn in the library. text: its first sentence. used: the rules in force that earn like this."""

    title: str
    text: str
    url: str
    used: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """A heading of the library, and what stands below it."""

    title: str
    cards: list[WayCard]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a paragraph; is_code: as it is written in a rulebook."""

    text: str
    is_code: bool


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """A parameter: its name as written, what it says, what holds without it, and how far it stands inside a list."""

    name: str
    depth: int
    says: str
    default: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """An event of the example."""

    day: str
    what: str
    points: str
    why: str


@operator_page("rulebook")
def ways(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All ways to earn, by what they are good for."""
    query = _of_draft(request)
    shelves = [
        Shelf(words.said(need.words()), [_card(desk, each, query) for each in strategies])
        for need, strategies in library()
    ]
    return desk.page(request, "console/rulebook/ways.html", {"shelves": shelves})


@operator_page("rulebook")
def way(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """One of them: in words, with its parameters, its limits, what a return does, and an example that is worked out."""
    strategy = strategies_by_name().get(name)
    if strategy is None:
        raise no_such_way(name)
    context = {
        "title": gettext(strategy.title),
        "name": name,
        "new_url": reverse("console:rule-new", args=[name]) + _of_draft(request),
        "paragraphs": [_pieces(gettext(each)) for each in paragraphs(strategy)],
        "parameters": [_parameter(each) for each in parameters(strategy)],
        "limits": [words.said(each) for each in limits_of(strategy)],
        "steps": [
            StepRow(words.day(each.day), words.sentence_case(words.said(each.what)), _points(each.points),
                    words.sentence_case(words.said(each.why)))
            for each in worked(strategy, said=gettext)
        ],
        "when_returned": words.said(strategy.when_returned),
        "used": _used(desk, strategy),
    }  # fmt: skip
    return desk.page(request, "console/rulebook/way.html", context)


def _of_draft(request: HttpRequest) -> str:
    """The query that carries on for which draft a way to earn is looked for; empty: for none in particular."""
    number = request.GET.get("draft", "")
    return f"?draft={number}" if number.isdecimal() else ""


def _card(desk: Desk, strategy: type[EarnStrategy], query: str) -> WayCard:
    first = gettext(paragraphs(strategy)[0]) if paragraphs(strategy) else ""
    return WayCard(
        title=gettext(strategy.title),
        text=first.replace("`", ""),
        url=reverse("console:way", args=[strategy.name]) + query,
        used=", ".join(_used(desk, strategy)),
    )


def _used(desk: Desk, strategy: type[EarnStrategy]) -> Sequence[str]:
    """The names of the rules in force that earn like this."""
    if not desk.shelf.rulebooks:
        return ()
    rulebook = desk.shelf.in_force(max(desk.now, desk.shelf.starts[0])).rulebook
    return [each.name for each in rulebook.earn_rules if isinstance(strategy_of(each), strategy)]


def _pieces(text: str) -> list[Piece]:
    """Split at what stands between backticks."""
    return [Piece(part, number % 2 == 1) for number, part in enumerate(re.split("`", text)) if part]


def _parameter(each: ParameterShown) -> ParameterRow:
    outer, _, name = each.path.rpartition("[].")
    default = gettext("needed") if each.is_needed else _default(each.default)
    return ParameterRow(name, outer.count("[]") + bool(outer), gettext(each.says) if each.says else "", default)


def _default(value: object) -> str:
    if value is None or value == "" or value == ():
        return gettext("nothing")
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, int | Decimal):
        return words.number(value)
    if isinstance(value, tuple):
        return ", ".join(str(part) for part in value)
    return str(value.value if isinstance(value, Enum) else value)


def _points(points: object) -> str:
    if isinstance(points, Money):
        return words.money(points.amount, points.currency)
    return words.number(points) if isinstance(points, int) else str(points)


def no_such_way(name: str) -> NotFound:
    """Nothing earns like this."""
    return NotFound(
        "way_not_found",
        "There is no such way to earn",
        detail=f"No strategy is called {name[:60]!r} here.",
        remedy=instead(name, strategies_by_name()),
        field="strategy",
    )
