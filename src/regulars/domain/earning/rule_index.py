"""Which of many rules an event has to be asked about: those whose necessary value it carries.

Of most rules it is known beforehand what an event must carry: this store, that article. Rules are filed under that
value, and an event finds them by its own values; only the rules without such a value are always asked. Nothing is
decided here: a rule that is found is asked as ever, and one that is not found would have failed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from regulars.domain.earning.compiled import as_compared
from regulars.domain.earning.conditions import AllOf, AnyOf, Comparison, Condition, children_of
from regulars.domain.earning.contracts import MemberState, Occurrence
from regulars.domain.earning.facts import Fact, fact_of

LONG = 32
"""From so many rules on it pays to look first; verdicts of so many are no longer kept with every event."""
_MOST_VALUES = 1_000


@dataclass(frozen=True, slots=True)
class Needed:
    """What an event must carry in one field, or one of its lines: one of these values."""

    fact: Fact
    values: frozenset[object]


@dataclass(slots=True)
class _File:
    """The rules that need a value in one field: value -> their places."""

    fact: Fact
    places: dict[object, list[int]] = field(default_factory=dict)


class RuleIndex:
    """Rules by their places in the order in which they are asked."""

    def __init__(self, needed: Sequence[Needed | None]) -> None:
        self._always = [place for place, need in enumerate(needed) if need is None]
        self._files: dict[str, _File] = {}
        for place, need in enumerate(needed):
            if need is not None:
                file = self._files.setdefault(need.fact.name, _File(need.fact))
                for value in need.values:
                    file.places.setdefault(value, []).append(place)

    def places(self, occurrence: Occurrence, member: MemberState) -> list[int]:
        """The places of the rules that the event may fulfil, in order."""
        found = set(self._always)
        for file in self._files.values():
            for value in _carried(file.fact, occurrence, member):
                found.update(file.places.get(value, ()))
        return sorted(found)


def _carried(fact: Fact, occurrence: Occurrence, member: MemberState) -> Iterable[object]:
    if fact.of == "line":
        return {as_compared(fact, fact.read(occurrence, member, line)) for line in occurrence.lines}
    return (as_compared(fact, fact.read(occurrence, member, None)),)


def needed_by(conditions: Iterable[Condition | None]) -> Needed | None:
    """The narrowest value without which one of these conditions, which must all hold, does not. None: there is none."""
    found = [_needed(condition) for condition in conditions if condition is not None]
    return min((each for each in found if each is not None), key=_width, default=None)


def _needed(condition: Condition) -> Needed | None:
    if isinstance(condition, Comparison):
        return _compared(condition)
    inner = [_needed(child) for _, child in children_of(condition)]
    if isinstance(condition, AllOf):
        return min((each for each in inner if each is not None), key=_width, default=None)
    if isinstance(condition, AnyOf):
        return _one_of(inner)
    return None


def _width(needed: Needed) -> tuple[int, str]:
    return len(needed.values), needed.fact.name


def _compared(condition: Comparison) -> Needed | None:
    fact = fact_of(condition.field)
    if fact is None or fact.kind not in ("text", "any") or condition.operator not in ("is", "one_of"):
        return None
    values: frozenset[Any] = frozenset(as_compared(fact, operand) for operand in condition.operands)
    return Needed(fact, values) if len(values) <= _MOST_VALUES else None


def _one_of(parts: list[Needed | None]) -> Needed | None:
    """Any of several: what is needed is one of all their values, where all of them look at the same field."""
    first = parts[0]
    if first is None or any(each is None or each.fact.name != first.fact.name for each in parts):
        return None
    values = frozenset(value for each in parts if each is not None for value in each.values)
    return Needed(first.fact, values) if len(values) <= _MOST_VALUES else None
