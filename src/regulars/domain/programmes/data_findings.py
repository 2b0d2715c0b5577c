"""What conditions ask of `data.*` against what the event types of the rulebook say is in their data.

Types that declare no fields take any data, so nothing is wrong with a condition on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from regulars.domain.earning.conditions import Comparison
from regulars.domain.earning.facts import DATA, Kind, fact_of
from regulars.domain.earning.fitting import misfit
from regulars.domain.programmes.document_nodes import Node
from regulars.domain.programmes.event_types import SUBJECT
from regulars.domain.programmes.findings import Finding, Steps
from regulars.domain.programmes.names_used import comparisons_in, finding_at, items_of
from regulars.kernel.validation import instead

_KINDS: dict[object, Kind] = {"text": "text", "number": "number", "date": "date", "flag": "flag"}
_TEXTS = ("starts_with", "contains")

Fields = Mapping[str, Kind]
"""The fields of an event type by name, each with the kind of its values; `any` where that is open."""


def data_findings(root: Node) -> Iterator[Finding]:
    """Conditions of rules, of their goals and of measures that no event of their types can answer."""
    declared = _declared(root)
    if not declared:
        return
    for position, rule in items_of(root, "earn_rules"):
        if not isinstance(rule, dict):
            continue
        steps: Steps = ("earn_rules", position)
        yield from _of_tree(root, (*steps, "when"), [rule.get("on", "order")], declared)
        goals = rule["earn"].get("goals") if isinstance(rule.get("earn"), dict) else None
        for number, goal in enumerate(goals if isinstance(goals, list) else []):
            yield from _of_tree(root, (*steps, "earn", "goals", number, "when"), _counted(goal), declared)
    for position, measure in items_of(root, "measures"):
        yield from _of_tree(root, ("measures", position, "when"), _counted(measure), declared)


def _declared(root: Node) -> dict[object, Fields]:
    """The event types that say what is in their data."""
    found: dict[object, Fields] = {}
    for _, item in items_of(root, "event_types"):
        fields = item.get("fields") if isinstance(item, dict) else None
        if isinstance(item, dict) and isinstance(fields, list) and fields:
            kinds = {
                str(each.get("id")): _KINDS.get(each.get("kind"), "any") for each in fields if isinstance(each, dict)
            }
            asked: Fields = {SUBJECT: "any"} if item.get("once_per") == "member+subject" else {}
            found[item.get("id")] = {**asked, **kinds}
    return found


def _counted(item: object) -> Sequence[object]:
    """The event types that a measure or a goal counts."""
    of = item.get("of", "order") if isinstance(item, dict) else []
    return of if isinstance(of, list) else [of]


def _of_tree(
    root: Node, steps: Steps, event_types: Sequence[object], declared: Mapping[object, Fields]
) -> Iterator[Finding]:
    if not event_types or any(each not in declared for each in event_types):
        return
    for place, comparison in comparisons_in(root, steps):
        if not comparison.field.startswith(DATA):
            continue
        name = comparison.field[len(DATA) :]
        kinds = [declared[each][name] for each in event_types if name in declared[each]]
        if not kinds:
            known = {field for each in event_types for field in declared[each]}
            said = " and ".join(str(each) for each in event_types)
            remedy = f"{instead(name, known)} Declare it under the event type's “fields:”, if it is new."
            yield finding_at(root, (*place, "field"), f"{said} has no field {name} in its data", remedy)
        elif len(kinds) == len(event_types):
            wrong = [_misfit(comparison, kind) for kind in kinds]
            if wrong[0] is not None and None not in wrong:
                yield finding_at(root, (*place, comparison.operator), *wrong[0])


def _misfit(comparison: Comparison, kind: Kind) -> tuple[str, str] | None:
    fact = fact_of(comparison.field)
    if fact is None or misfit(fact, comparison) is not None:
        return None  # found without knowing the type
    if kind == "date" and comparison.operator in _TEXTS:
        return None  # dates arrive as text, and may be asked like one
    return misfit(replace(fact, kind=kind), comparison)
