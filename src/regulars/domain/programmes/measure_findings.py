"""What is wrong with measures: conditions that name nothing, points of rules that are not there, circles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from regulars.domain.earning.measures import Measure, measures_in
from regulars.domain.earning.rules import EarnRule, strategy_of
from regulars.domain.programmes.document_nodes import Node
from regulars.domain.programmes.findings import Finding, Steps
from regulars.domain.programmes.names_used import (
    EVENT_TYPES,
    Names,
    condition_findings,
    finding_at,
    foreign_event,
    items_of,
)
from regulars.kernel.validation import instead

_WITHOUT_ORDER = frozenset({"member.enrolled"})


def measure_findings(root: Node, names: Names, rules: list[tuple[int, EarnRule]]) -> Iterator[Finding]:
    """rules: the earn rules that can be read, with their positions."""
    for position, item in items_of(root, "measures"):
        if not isinstance(item, dict):
            continue
        steps: Steps = ("measures", position)
        for field in ("when", "lines"):
            if field in item:
                yield from condition_findings(root, names, (*steps, field))
        measure = names.measures.get(str(item.get("id")))
        if measure is not None:
            yield from _names(root, names, steps, measure)
    yield from _circles(root, names, [rule for _, rule in rules])


def _names(root: Node, names: Names, steps: Steps, measure: Measure) -> Iterator[Finding]:
    for event_type in measure.of:
        if event_type not in EVENT_TYPES:
            yield foreign_event(root, (*steps, "of"), event_type)
        elif event_type in _WITHOUT_ORDER and (measure.count not in ("events", "points") or measure.lines is not None):
            problem = f"{event_type} carries no order, so nothing of it is ever counted"
            yield finding_at(root, (*steps, "of"), problem, "Count events, or write “of: order”.")
    if measure.count != "points":
        return
    if measure.point_type not in names.point_types:
        remedy = instead(measure.point_type, names.point_types)
        yield finding_at(root, (*steps, "point_type"), "there is no such point type", remedy)
    for number, rule in enumerate(measure.rules):
        if rule not in names.rules:
            yield finding_at(root, (*steps, "rules", number), "there is no such earn rule", instead(rule, names.rules))


def _circles(root: Node, names: Names, rules: list[EarnRule]) -> Iterator[Finding]:
    """A measure that depends on itself: by its own conditions, or because it counts points of a rule that asks it."""
    asked = {rule.id: set(_asked_by(rule)) for rule in rules}
    depends: dict[str, set[str]] = {}
    through: dict[tuple[str, str], str] = {}
    for name, measure in names.measures.items():
        depends[name] = set(measures_in((measure.when, measure.lines)))
        if measure.count != "points":
            continue
        for rule in rules:
            gives = rule.point_type == measure.point_type and rule.on in measure.of
            if gives and (not measure.rules or rule.id in measure.rules):
                for other in asked[rule.id]:
                    depends[name].add(other)
                    through.setdefault((name, other), rule.id)
    for position, item in items_of(root, "measures"):
        name = str(item.get("id")) if isinstance(item, dict) else ""
        way = _way_back(name, depends) if name in depends else []
        if not way:
            continue
        rule_id = next((through[pair] for pair in zip([name, *way], way, strict=False) if pair in through), None)
        if rule_id is None:
            problem = "the measure depends on itself: " + " asks for ".join([name, *way])
            remedy = "Remove one of these conditions."
        else:
            problem = f"the measure counts points of the rule {rule_id}, which asks for the measure"
            remedy = f"Name the rules whose points count, under “rules:”, without {rule_id}."
        yield finding_at(root, ("measures", position), problem, remedy)


def _asked_by(rule: EarnRule) -> Iterator[str]:
    yield from measures_in((rule.when, rule.lines, *strategy_of(rule).conditions()))


def _way_back(start: str, depends: Mapping[str, set[str]]) -> list[str]:
    """The measures on the way from one back to itself, itself last; empty: there is none."""
    ways = [[each] for each in sorted(depends[start])]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        if way[-1] == start:
            return way
        if way[-1] not in seen:
            seen.add(way[-1])
            ways += [[*way, each] for each in sorted(depends.get(way[-1], ()))]
    return []
