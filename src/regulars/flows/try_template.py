"""A template tried on a merchant's own history: what it needs of it, a back-test, or a draft to go on with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import psycopg

from regulars.domain.backtests.contracts import Backtest
from regulars.domain.earning.conditions import Comparison, walk
from regulars.domain.earning.rules import EarnRule
from regulars.domain.events.contracts import ENROLLED
from regulars.domain.events.doings import anything_done, types_seen
from regulars.domain.programmes.contracts import Draft, Programme
from regulars.domain.programmes.document_text import written
from regulars.domain.programmes.event_types import event_name
from regulars.domain.programmes.queries import shelf
from regulars.domain.programmes.rulebook import Rulebook
from regulars.domain.programmes.template import Template
from regulars.flows.backtests.asking import ask_backtest
from regulars.flows.draft_rulebook import open_draft
from regulars.flows.use_template import made_for
from regulars.kernel.errors import Conflict
from regulars.kernel.words import Sentence, listing

_NAMED = ("line.category", "line.brand", "line.sku", "event.store", "event.channel")
"""What a rule may call by a name that is each merchant's own."""
_MOST_NAMES = 12


class Met(StrEnum):
    """there: the history has it. missing: it has not, and rules that need it give nothing. told: to be looked at."""

    there = "there"
    missing = "missing"
    told = "told"


@dataclass(frozen=True, slots=True)
class Need:
    """Something that the template needs of a history."""

    words: Sentence
    met: Met


@dataclass(frozen=True, slots=True)
class Fit:
    """How a template fits a programme. document: as it would be tried. has_history: whether anything can be played."""

    document: Rulebook
    has_history: bool
    needs: list[Need]


def fit_of(conn: psycopg.Connection[Any], template: Template, *, of: Programme) -> Fit:
    """What the template needs, and whether the programme's history has it. Reads only."""
    document = made_for(template, of)
    live = shelf(conn, programme_id=of.id)
    present = live.latest.rulebook if live.rulebooks else None
    has_history = anything_done(conn, programme_id=of.id)
    events = _events(conn, document, of, has_history=has_history)
    return Fit(
        document,
        has_history,
        [*_currency(template, of), *events, *_point_types(document, present), *_names(document)],
    )


def backtest_template(
    conn: psycopg.Connection[Any],
    template: Template,
    *,
    of: Programme,
    now: datetime,
    by: str,
    share: Decimal = Decimal(1),
    **asked: Any,
) -> Backtest:
    """The history played again under the template, in the programme's own currency. Raises Conflict without history.

    asked: as for ask_backtest.
    """
    if not anything_done(conn, programme_id=of.id):
        raise _no_history(of)
    label = asked.pop("label", "") or template.description.title["en"]
    return ask_backtest(
        conn, made_for(template, of), programme_id=of.id, now=now, by=by, label=label, share=share, **asked
    )


def draft_template(
    conn: psycopg.Connection[Any], template: Template, *, of: Programme, now: datetime, by: str, name: str = ""
) -> Draft:
    """A draft of the latest version that says what the template says; rewards are left as they are."""
    title = template.description.title["en"]
    return open_draft(
        conn, of=of, name=name or title, text=written(made_for(template, of).document()), by=by, now=now,
        note=f"From the template “{title}”",
    )  # fmt: skip


def _currency(template: Template, of: Programme) -> list[Need]:
    if template.rulebook.currency == of.currency:
        return [Need(Sentence("Its amounts are in {currency}, like yours", {"currency": of.currency}), Met.there)]
    words = Sentence(
        "Its amounts were written in {currency} and are taken as they are, in {own}: look through them",
        {"currency": template.rulebook.currency, "own": of.currency},
    )
    return [Need(words, Met.told)]


def _events(conn: psycopg.Connection[Any], document: Rulebook, of: Programme, *, has_history: bool) -> list[Need]:
    wanted: dict[str, list[EarnRule]] = {}
    for rule in document.earn_rules:
        wanted.setdefault(rule.on, []).append(rule)
    declared = {each.id: each for each in document.event_types}
    seen = {ENROLLED}
    if has_history:
        seen |= types_seen(conn, programme_id=of.id, types=wanted)
    needs = []
    for event, rules in wanted.items():
        values: dict[str, object] = {"event": Sentence("An order") if event == "order" else event_name(declared, event)}
        if event in seen:
            needs.append(Need(Sentence("Your history has events of the kind “{event}”", values), Met.there))
            continue
        values["rules"] = listing([Sentence("“{name}”", {"name": each.name}) for each in rules])
        words = Sentence("Your history has no event of the kind “{event}”: {rules} would give nothing in it", values)
        needs.append(Need(words, Met.missing))
    return needs


def _point_types(document: Rulebook, present: Rulebook | None) -> list[Need]:
    own = {each.id: each.name for each in present.point_types} if present is not None else {}
    needs = []
    for each in document.point_types:
        values = {"points": each.name, "own": own.get(each.id, "")}
        if each.id in own:
            needs.append(Need(Sentence("“{points}” of the template are your “{own}”", values), Met.there))
        else:
            needs.append(Need(Sentence("“{points}” are new: everybody begins with none", values), Met.told))
    there = {each.id for each in document.point_types}
    for code, name in own.items():
        if code not in there:
            words = Sentence("Your “{own}” are no part of the template: nobody would earn them", {"own": name})
            needs.append(Need(words, Met.missing))
    return needs


def _names(document: Rulebook) -> list[Need]:
    """What its conditions call by name: an article or a shop of the merchant may be called otherwise."""
    found: dict[str, None] = {}
    conditions = [each.when for each in document.campaigns]
    for rule in document.earn_rules:
        conditions += [rule.when, rule.lines]
    for condition in conditions:
        for _, each in walk(condition, "") if condition is not None else ():
            if isinstance(each, Comparison) and each.field in _NAMED:
                found |= dict.fromkeys(str(operand) for operand in each.operands)
    if not found:
        return []
    names = listing([Sentence("“{name}”", {"name": each}) for each in list(found)[:_MOST_NAMES]])
    words = Sentence("Its rules ask for {names}: what your orders call otherwise gives nothing there", {"names": names})
    return [Need(words, Met.told)]


def _no_history(of: Programme) -> Conflict:
    return Conflict(
        "no_history",
        "There is no history to play yet",
        detail=f"Nobody of {of.name} has bought or done anything so far.",
        remedy="Import older orders (regulars import orders), or come back when some have come in; the template's own"
        " year shows what a typical member gets.",
    )
