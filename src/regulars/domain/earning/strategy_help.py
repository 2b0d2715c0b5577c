"""A way to earn, explained: what it does, its parameters, its limits, returns, and an example that is worked out.

Everything comes from the strategy's own file, so that the console, the documentation and the code never disagree.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from regulars.domain.earning.contracts import Line, MemberState, Occurrence
from regulars.domain.earning.evaluate import evaluate
from regulars.domain.earning.example import Bought, Example, Happened, Word
from regulars.domain.earning.explain import explain
from regulars.domain.earning.needs import Need
from regulars.domain.earning.past import Past
from regulars.domain.earning.rules import CompiledRules, EarnRule, strategies_by_name
from regulars.domain.earning.strategy import EarnStrategy, Terms
from regulars.kernel.words import Money, Sentence, listing

Said = Callable[[str], str]
"""Says a text in the reader's language."""

_CURRENCY, _PLACES = "EUR", 2
_MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
_LADDER = "status"
_TIERS = {"silver": Word("Silver"), "gold": Word("Gold")}
_FACTORS = {_LADDER: {"gold": Decimal("1.25")}}
_BASE = Word("1 point per euro")
_POINTS = Word("Points")


@dataclass(frozen=True, slots=True)
class ParameterShown:
    """A parameter. path: goals[].target for those of lists. says: its description, in English.

    default: what holds where it is left out; None: nothing does. is_needed: it cannot be left out.
    """

    path: str
    says: str
    default: object
    is_needed: bool


@dataclass(frozen=True, slots=True)
class StepShown:
    """An event of the example, and what the rule says of it. points: a number, or money."""

    day: date
    what: Sentence
    points: object
    why: Sentence


def library() -> list[tuple[Need, list[type[EarnStrategy]]]]:
    """Every strategy of this installation by what it is good for, needs without any left out."""
    found = sorted(strategies_by_name().values(), key=lambda each: each.title)
    groups = [(need, [each for each in found if each.need is need]) for need in Need]
    return [(need, strategies) for need, strategies in groups if strategies]


def paragraphs(strategy: type[EarnStrategy]) -> list[str]:
    """What it does, as its file says it, in English."""
    said = inspect.getdoc(strategy) or ""
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", said) if part.strip()]


def parameters(strategy: type[EarnStrategy]) -> list[ParameterShown]:
    """Its parameters, those of lists below theirs."""
    return list(_parameters(strategy.Parameters, ""))


def limits_of(strategy: type[EarnStrategy]) -> list[Sentence]:
    """What it needs, and what it does not do."""
    found = []
    if strategy.triggers:
        found.append(Sentence("It works on orders alone."))
    if strategy.needs == "amount":
        found.append(Sentence("It needs an amount of money, so it works on orders, and on events that carry one."))
    if strategy.needs == "lines":
        found.append(Sentence("It looks at the lines of an order; an order without lines gives nothing."))
    if strategy.after_others:
        found.append(Sentence("It builds on another rule of the same rulebook, which must not multiply itself."))
    if strategy.gives_money:
        found.append(Sentence("It gives into a point type that counts money."))
    if strategy.once_in_a_life:
        found.append(Sentence("Nobody gets it twice, also not where two memberships become one."))
    if strategy.remembers:
        found.append(Sentence("It counts from the day on which the rule comes into force, and nothing from before."))
    return [*found, Sentence("Caps, budgets, dates and conditions come on top of it, in the rule.")]


def worked(strategy: type[EarnStrategy], *, said: Said = str) -> list[StepShown]:
    """The example, worked out by the evaluator that prices real events; nothing where the strategy has none."""
    example = strategy.example
    if example is None:
        return []
    rules, terms = _rulebook(strategy, example, said)
    past, orders, found = Past(), 0, []
    for number, event in enumerate(example.events):
        occurrence = _occurrence(event, number, said)
        tiers = {_LADDER: event.tier} if event.tier else {}
        member = MemberState(_MONDAY, orders, tiers, past.recalled(rules.recalls(occurrence)))
        evaluation = evaluate(rules, member, occurrence)
        verdict = next(each for each in evaluation.verdicts if each.rule == "it")
        rule = example_rule(strategy, example, said)
        own = terms.of(rule.point_type)
        what, why = _what(event, said), explain(verdict, rule, terms)
        found.append(StepShown(occurrence.local.date(), what, own.points(verdict.points), why))
        past.add(evaluation.counts)
        orders += occurrence.type == "order"
    return found


def example_rule(strategy: type[EarnStrategy], example: Example, said: Said = str) -> EarnRule:
    """The rule of the example."""
    return EarnRule(
        id="it",
        name=said(strategy.title),
        on=example.on,
        point_type="cash" if strategy.gives_money else "points",
        earn={"strategy": strategy.name, **_translated(example.earn, said)},
        lines=None if example.lines is None else _translated(example.lines, said),
    )


def _rulebook(strategy: type[EarnStrategy], example: Example, said: Said) -> tuple[CompiledRules, Terms]:
    rules = [example_rule(strategy, example, said)]
    if strategy.after_others:
        rules.append(EarnRule(id="base", name=said(_BASE), earn={"strategy": "points_per_amount", "points": 1}))
    terms = Terms(
        currency=_CURRENCY,
        point_names={"points": said(_POINTS), "cash": said(_POINTS)},
        rule_names={rule.id: rule.name for rule in rules},
        tier_names={_LADDER: {tier: said(name) for tier, name in _TIERS.items()}},
        money_points=frozenset({"cash"}),
    )
    return CompiledRules(rules, places=_PLACES, factors=_FACTORS), terms


def _occurrence(event: Happened, number: int, said: Said) -> Occurrence:
    at = _MONDAY + timedelta(days=event.day)
    lines = [
        Line("", said(each.category), said(each.category), "", Decimal(each.quantity), _minor(each.amount))
        for each in event.lines
    ]
    amount = _minor(event.amount) if event.amount else sum(line.amount_minor for line in lines)
    identifier = f"draw:{number}"
    return Occurrence(event.type, at, at, _CURRENCY, _PLACES, amount, lines, "", "", dict(event.data), identifier)


def _what(event: Happened, said: Said) -> Sentence:
    if event.type != "order":
        return Sentence("{what}", {"what": said(event.what)})
    total = Decimal(event.amount) if event.amount else sum((Decimal(each.amount) for each in event.lines), Decimal(0))
    values: dict[str, object] = {"amount": Money(total, _CURRENCY)}
    what = Sentence("an order of {amount}", values)
    if event.lines:
        parts: list[Sentence | str] = [_line(each, said) for each in event.lines]
        what = Sentence("{order}: {lines}", {"order": what, "lines": listing(parts)})
    if event.what:
        what = Sentence("{order}, {more}", {"order": what, "more": said(event.what)})
    return what


def _line(bought: Bought, said: Said) -> Sentence:
    values = {
        "quantity": bought.quantity,
        "name": said(bought.category),
        "amount": Money(Decimal(bought.amount), _CURRENCY),
    }
    return Sentence("{quantity} × {name} for {amount}", values)


def _minor(amount: str) -> int:
    return int(Decimal(amount).scaleb(_PLACES))


def _translated(value: Any, said: Said) -> Any:
    """A document in which the texts that are words are said in the reader's language."""
    if isinstance(value, Word):
        return said(value)
    if isinstance(value, Mapping):
        return {_translated(key, said): _translated(each, said) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_translated(each, said) for each in value]
    return value


def _parameters(model: type[BaseModel], before: str) -> Iterator[ParameterShown]:
    for name, field in model.model_fields.items():
        needed = field.is_required()
        default = None if needed else field.get_default(call_default_factory=True)
        yield ParameterShown(f"{before}{field.alias or name}", field.description or "", default, needed)
        for inner in models_in(field.annotation):
            yield from _parameters(inner, f"{before}{name}[].")


def models_in(annotation: object) -> Iterator[type[BaseModel]]:
    """Parameter models that a field holds a list of."""
    for inner in getattr(annotation, "__args__", ()):
        if isinstance(inner, type) and issubclass(inner, BaseModel) and "strategies" in inner.__module__:
            yield inner
