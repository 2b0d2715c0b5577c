"""Wins that do not go with their order: what of an event stays counted and given when it comes back. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from regulars.domain.earning.contracts import Evaluation
from regulars.domain.earning.past import Count
from regulars.domain.earning.rules import CompiledRule, CompiledRules


def counts_left(rules: CompiledRules, whole: Evaluation, left: Evaluation) -> list[Count]:
    """What counts of an event of which only a part is left. whole, left: what the rules say of both."""
    if not rules.lasting:
        return left.counts
    kept = [count for rule in rules.lasting.values() for count in counts_of_win(rule, whole.counts)]
    gone = {id(count) for rule in rules.lasting.values() for count in counts_of_win(rule, left.counts)}
    return [count for count in left.counts if id(count) not in gone] + kept


def counts_of_win(rule: CompiledRule, counts: Iterable[Count]) -> list[Count]:
    """Of what an event counted, that the rule was won by it; the goals left out, which go with their orders."""
    own, goals = f"rule:{rule.id}:", rule.goal_keys
    return [count for count in counts if count.key.startswith(own) and count.key not in goals]


def without_broken(counts: Iterable[Count], broken: Collection[str]) -> list[Count]:
    """The counts without those of rules that broke when the event was priced: they counted nothing then."""
    gone = tuple(f"rule:{rule}:" for rule in broken)
    return [count for count in counts if not count.key.startswith(gone)] if gone else list(counts)


def without_wins(counts: Iterable[Count], won: Iterable[CompiledRule]) -> list[Count]:
    """The counts of an event without those of wins that were undone."""
    left = list(counts)
    for rule in won:
        gone = {id(count) for count in counts_of_win(rule, left)}
        left = [count for count in left if id(count) not in gone]
    return left
