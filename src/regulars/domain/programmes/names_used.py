"""The names in a document: which ids it declares, and which of its conditions name something that is not there.

All of it is read from the raw document, so that a mistake in one place hides no mistake in another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from difflib import get_close_matches

from pydantic import ValidationError

from regulars.domain.earning.conditions import Comparison
from regulars.domain.earning.facts import CONSENT, DATA, FACTS, FIELD, TIER, Fact, Kind, fact_of
from regulars.domain.earning.fitting import misfit
from regulars.domain.earning.measures import HISTORY, readable
from regulars.domain.events.contracts import OCCASIONS
from regulars.domain.programmes.document_nodes import Node
from regulars.domain.programmes.findings import Finding, Steps, path_text
from regulars.domain.programmes.structure import shown
from regulars.kernel.validation import instead

EVENT_TYPES = ("order", "return", "member.enrolled", *OCCASIONS)
"""The event types that Regulars itself knows; a merchant's own systems may send any other."""


class Names:
    """The ids that a document declares."""

    def __init__(self, root: Node) -> None:
        self.point_types = _ids(root, "point_types")
        self.money_points = {
            str(item.get("id"))
            for _, item in items_of(root, "point_types")
            if isinstance(item, dict) and item.get("unit") == "money"
        }
        self.rules = _ids(root, "earn_rules")
        self.ladders = _ids(root, "ladders")
        self.measures = readable(item for _, item in items_of(root, "measures"))
        self.measure_ids = _ids(root, "measures")
        self.fields = _fields(root)
        self.consents = _ids(root, "consents")
        self.event_types = _ids(root, "event_types")
        self.groups = _ids(root, "stacking")
        self.campaigns = _ids(root, "campaigns")
        self.badges = _ids(root, "badges")
        self.tiers: dict[str, set[str]] = {}
        for _, ladder in items_of(root, "ladders"):
            if isinstance(ladder, dict) and isinstance(ladder.get("tiers"), list):
                tiers = [tier.get("id") for tier in ladder["tiers"] if isinstance(tier, dict)]
                self.tiers[str(ladder.get("id"))] = {str(tier) for tier in tiers}


def items_of(root: Node, field: str) -> list[tuple[int, object]]:
    """The items of a list of the document with their positions; none where there is no such list."""
    items = root.value.get(field) if isinstance(root.value, dict) else None
    return list(enumerate(items)) if isinstance(items, list) else []


def _ids(root: Node, field: str) -> set[str]:
    return {str(item.get("id")) for _, item in items_of(root, field) if isinstance(item, dict) and item.get("id")}


def _fields(root: Node) -> dict[str, dict[str, object]]:
    """The fields of members by id, as they are written."""
    items = [item for _, item in items_of(root, "member_fields") if isinstance(item, dict)]
    return {str(item["id"]): item for item in items if item.get("id")}


def finding_at(root: Node, steps: Steps, problem: str, remedy: str, *, warning: bool = False) -> Finding:
    """A finding about what stands at the path, or where it would have to stand."""
    node = root.at(steps)
    line = root.at(steps[:-1]).key_lines.get(steps[-1], node.line) if steps else node.line
    return Finding(path_text(steps), line, shown(node.value), problem, remedy, "warning" if warning else "error")


def foreign_event(root: Node, steps: Steps, event_type: str, *, known: tuple[str, ...] = EVENT_TYPES) -> Finding:
    """The warning about an event type that only the merchant's own systems can send."""
    close = get_close_matches(event_type, known, n=1, cutoff=0.7)
    keep = f"Keep it if your systems send events of type {event_type}."
    remedy = f"Did you mean “{close[0]}”?" if close else keep
    return finding_at(root, steps, "Regulars itself never makes events of this type", remedy, warning=True)


def condition_findings(root: Node, names: Names, steps: Steps) -> Iterator[Finding]:
    """What the comparisons of a tree name wrongly. steps: where the tree stands, `when` or `lines` the last of them."""
    field = str(steps[-1])
    for place, leaf in _leaves(root.at(steps), steps):
        try:
            comparison = Comparison.model_validate(leaf.value)
        except ValidationError:
            name = leaf.value.get("field") if isinstance(leaf.value, dict) else None
            if isinstance(name, str):
                yield from _field(root, names, place, field, name)
            continue
        unknown = list(_field(root, names, place, field, comparison.field))
        yield from unknown or _values(root, names, place, comparison)


def comparisons_in(root: Node, steps: Steps) -> Iterator[tuple[Steps, Comparison]]:
    """The comparisons of the tree that stands at the path, as far as they can be read; none where there is no tree."""
    if steps[-1] not in root.at(steps[:-1]).parts:
        return
    for place, leaf in _leaves(root.at(steps), steps):
        try:
            yield place, Comparison.model_validate(leaf.value)
        except ValidationError:
            continue  # the structural findings say why


def _leaves(node: Node, steps: Steps) -> Iterator[tuple[Steps, Node]]:
    """The comparisons of a condition tree, however deep."""
    for group in ("all", "any"):
        if group in node.parts:
            for position, child in node.parts[group].parts.items():
                yield from _leaves(child, (*steps, group, position))
            return
    if "not" in node.parts:
        yield from _leaves(node.parts["not"], (*steps, "not"))
        return
    yield steps, node


def _field(root: Node, names: Names, steps: Steps, field: str, name: str) -> Iterator[Finding]:
    place = (*steps, "field")
    fact = fact_of(name, names.measures)
    if name.startswith(HISTORY) and fact is None:
        if name[len(HISTORY) :] not in names.measure_ids:
            remedy = instead(name[len(HISTORY) :], names.measure_ids)
            yield finding_at(root, place, f"there is no measure {name[len(HISTORY) :]}", remedy)
        return
    if fact is None:
        known = [*FACTS, *(f"{TIER}{ladder}" for ladder in names.ladders)]
        known += [f"{HISTORY}{measure}" for measure in names.measure_ids]
        known += [*(f"{FIELD}{each}" for each in names.fields), *(f"{CONSENT}{each}" for each in names.consents)]
        remedy = f"{instead(name, known)} What a sender puts into an event is {DATA}<name>."
        yield finding_at(root, place, "there is no such field", remedy)
    elif fact.of == "member":
        remedy = "Make an audience that asks for it, and ask for member.audience.<code> here."
        yield finding_at(root, place, f"{name} changes as time goes by, and only audiences ask for it", remedy)
    elif fact.of == "line" and field == "when":
        remedy = "Put the condition under “lines:”, where it chooses the lines that count."
        yield finding_at(root, place, f"{name} is different on every line", remedy)
    elif fact.of == "event" and field == "lines":
        remedy = "Put the condition under “when:”."
        yield finding_at(root, place, f"{name} belongs to the whole event, not to a line", remedy)
    elif name.startswith(TIER) and name[len(TIER) :] not in names.ladders:
        ladder = name[len(TIER) :]
        yield finding_at(root, place, f"there is no ladder {ladder}", instead(ladder, names.ladders))
    elif name.startswith(FIELD) and name[len(FIELD) :] not in names.fields:
        yield _undeclared(root, place, "field", name[len(FIELD) :], names.fields, "member_fields")
    elif name.startswith(CONSENT) and name[len(CONSENT) :] not in names.consents:
        yield _undeclared(root, place, "consent", name[len(CONSENT) :], names.consents, "consents")


def _undeclared(root: Node, place: Steps, what: str, name: str, known: Iterable[str], section: str) -> Finding:
    remedy = f"{instead(name, known)} Declare it under “{section}:”, if it is new."
    return finding_at(root, place, f"no {what} {name} is declared", remedy)


def _values(root: Node, names: Names, steps: Steps, comparison: Comparison) -> Iterator[Finding]:
    fact = _declared(names, comparison.field)
    operator = comparison.operator
    wrong = None if fact is None else misfit(fact, comparison)
    if wrong is not None:
        yield finding_at(root, (*steps, operator), *wrong)
    elif comparison.field.startswith(TIER) and operator != "starts_with":
        ladder = comparison.field[len(TIER) :]
        problem = f"the ladder {ladder} has no tier"
        yield from _among(root, steps, comparison, names.tiers.get(ladder, set()), problem)
    elif comparison.field.startswith(FIELD) and operator != "starts_with":
        name = comparison.field[len(FIELD) :]
        if names.fields.get(name, {}).get("kind") == "choice":
            yield from _among(root, steps, comparison, _options(names.fields[name]), f"{name} has no option")


def _among(root: Node, steps: Steps, comparison: Comparison, known: set[str], problem: str) -> Iterator[Finding]:
    """Values that are none of those that there are."""
    operator = comparison.operator
    for position, operand in enumerate(comparison.operands):
        if operand not in known:
            last: Steps = (position,) if operator in ("one_of", "none_of") else ()
            yield finding_at(root, (*steps, operator, *last), f"{problem} {operand}", instead(str(operand), known))


_KINDS: dict[object, Kind] = {"text": "text", "choice": "text", "number": "number", "date": "date", "flag": "flag"}


def _declared(names: Names, name: str) -> Fact | None:
    """The fact, and of a field of members the kind that the document declares."""
    fact = fact_of(name, names.measures)
    if fact is None or not name.startswith(FIELD):
        return fact
    kind = _KINDS.get(names.fields.get(name[len(FIELD) :], {}).get("kind"))
    return fact if kind is None else replace(fact, kind=kind)


def _options(field: dict[str, object]) -> set[str]:
    options = field.get("options")
    return {str(each.get("id")) for each in options if isinstance(each, dict)} if isinstance(options, list) else set()
