"""Why a purchase gave the points it gave: the rules by the version that was in force, in words for a member."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from regulars.domain.earning.contracts import Verdict
from regulars.domain.earning.explain import explain
from regulars.domain.events.contracts import StoredEvent
from regulars.domain.programmes.queries import Shelf
from regulars.interfaces.web import words


@dataclass(frozen=True, slots=True)
class RuleSaid:
    """What one rule gave, or why it gave nothing."""

    name: str
    points: int
    text: str


@dataclass(frozen=True, slots=True)
class Reasons:
    """fired: rules that gave points; others: the rest, which only the curious open. text: where no rule was asked.

    notes: when points that are on their way can be spent.
    """

    text: str = ""
    fired: Sequence[RuleSaid] = ()
    others: Sequence[RuleSaid] = ()
    notes: Sequence[str] = ()


class _Rules(msgspec.Struct):
    """The part of a stored answer that says why."""

    rules: list[Verdict]


_read = msgspec.json.Decoder(_Rules).decode


def reasons_of(event: StoredEvent, shelf: Shelf) -> Reasons:
    """Every rule that was asked about the event."""
    rulebook = shelf.by_id.get(event.rulebook_id)
    if rulebook is None:
        return Reasons()
    rules = {rule.id: rule for rule in rulebook.rulebook.earn_rules}
    terms = rulebook.rulebook.terms()
    fired: list[RuleSaid] = []
    others: list[RuleSaid] = []
    for verdict in _read(event.answer).rules:
        rule = rules.get(verdict.rule)
        if rule is None:
            continue
        text = words.sentence_case(words.said(explain(verdict, rule, terms)))
        (fired if verdict.fired else others).append(RuleSaid(rule.name, verdict.points, text))
    return Reasons(fired=fired, others=others)
