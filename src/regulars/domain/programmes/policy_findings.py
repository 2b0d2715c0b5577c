"""What is odd about policies that are well written: events that nobody sends, words that say nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pydantic import ValidationError

from regulars.domain.earning.rules import EarnRule
from regulars.domain.programmes.document_nodes import Node
from regulars.domain.programmes.findings import Finding, Steps
from regulars.domain.programmes.names_used import EVENT_TYPES, finding_at, foreign_event, items_of
from regulars.domain.programmes.returns import Returns
from regulars.domain.programmes.rulebook import PointType
from regulars.domain.programmes.transfer_terms import Transfers
from regulars.kernel.validation import instead

_SOME_DAY = date(2000, 1, 1)
_ACTIVITIES = (*EVENT_TYPES, "redemption")
_NEVER_AWAITED = {
    "member.enrolled": "it happens once, before anything is earned, so the points would stay pending",
    "return": "the points would become active when the order comes back",
}


def policy_findings(root: Node, rules: list[tuple[int, EarnRule]]) -> Iterator[Finding]:
    """Mostly warnings. rules: the earn rules that can be read, with their positions."""
    pending: set[str] = set()
    known: set[str] = set()
    for position, item in items_of(root, "point_types"):
        try:
            point_type = PointType.model_validate(item)
        except ValidationError:
            continue  # the structural findings say why
        known.add(point_type.id)
        if not point_type.spendable_at_once:
            pending.add(point_type.id)
        steps: Steps = ("point_types", position)
        yield from _awaited(root, (*steps, "pending"), point_type)
        if point_type.reminders and point_type.policy().last_day(_SOME_DAY) is None:
            problem = "these points never expire, so nobody is ever reminded"
            remedy = "Remove reminders, or choose an expiry."
            yield finding_at(root, (*steps, "reminders"), problem, remedy, warning=True)
        for activity in point_type.policy().event_types():
            if activity not in _ACTIVITIES:
                yield foreign_event(root, _place(root, (*steps, "expiry"), activity), activity, known=_ACTIVITIES)
    for position, rule in rules:
        if rule.at_once and rule.point_type not in pending:
            problem = f"{rule.point_type} can always be spent at once"
            remedy = "Remove at_once, or say under “pending:” of the point type how long the others wait."
            yield finding_at(root, ("earn_rules", position, "at_once"), problem, remedy, warning=True)
    if not pending:
        yield from _nothing_taken_back(root)
    yield from _transfers(root, known)


def _awaited(root: Node, steps: Steps, point_type: PointType) -> Iterator[Finding]:
    for event_type in point_type.activation().event_types():
        place = _place(root, steps, event_type)
        if event_type in _NEVER_AWAITED:
            remedy = "Name an event that follows an order, such as order_delivered."
            yield finding_at(root, place, _NEVER_AWAITED[event_type], remedy, warning=True)
        elif event_type not in EVENT_TYPES:
            yield foreign_event(root, place, event_type)


def _nothing_taken_back(root: Node) -> Iterator[Finding]:
    stated = root.value.get("returns") if isinstance(root.value, dict) else None
    try:
        clawback = Returns.model_validate(stated).policies().clawback
    except ValidationError:
        return
    if sum(clawback.plan(1, pending=0, own=1, others=1)) == 0:
        problem = "no points are ever pending here, so a return takes nothing back"
        remedy = "Choose another policy, or let points wait with “pending:”."
        yield finding_at(root, _place(root, ("returns", "clawback"), clawback.name), problem, remedy, warning=True)


def _transfers(root: Node, point_types: set[str]) -> Iterator[Finding]:
    stated = root.value.get("transfers") if isinstance(root.value, dict) else None
    try:
        terms = Transfers.model_validate(stated)
    except ValidationError:
        return
    if isinstance(terms.allowed, tuple):
        for position, name in enumerate(terms.allowed):
            if name not in point_types:
                steps: Steps = ("transfers", "allowed", position)
                yield finding_at(root, steps, "there is no such point type", instead(name, point_types))
    if not terms.allowed:
        problem = "members cannot send points, so nothing else here has an effect"
        yield finding_at(root, ("transfers",), problem, "Write “allowed: true”, or remove the section.", warning=True)


def _place(root: Node, steps: Steps, value: str) -> Steps:
    """Where below the path the value stands; the path itself where it does not."""
    for step, node in root.at(steps).parts.items():
        if node.value == value:
            return (*steps, step)
        deeper = _place(root, (*steps, step), value)
        if deeper != (*steps, step):
            return deeper
    return steps
