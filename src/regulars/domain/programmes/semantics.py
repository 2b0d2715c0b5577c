"""What the models cannot see: names that point nowhere, comparisons that make no sense, rules that can never fire."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from difflib import get_close_matches

from pydantic import ValidationError

from regulars.domain.earning.conditions import AllOf, Comparison, Condition, walk
from regulars.domain.earning.facts import DATA, FACTS, TIER, fact_of
from regulars.domain.earning.feasibility import Impossible, impossible_parts, never_holds
from regulars.domain.earning.fitting import misfit
from regulars.domain.earning.rules import EarnRule, strategies_by_name
from regulars.domain.programmes.document_nodes import Node
from regulars.domain.programmes.findings import Finding, Step, path_text
from regulars.domain.programmes.structure import shown
from regulars.domain.tiers.ladder import Ladder
from regulars.kernel.errors import Refusal
from regulars.kernel.money import decimals_of
from regulars.kernel.validation import instead

EVENT_TYPES = ("order", "return", "member.enrolled")
"""The event types that Regulars itself knows; a merchant's own systems may send any other."""

Steps = tuple[Step, ...]
_NO_ORDER = frozenset({"member.enrolled"})
"""Event types that never carry money or lines."""


class Names:
    """The ids that a document declares, read from the raw document: a mistake elsewhere does not hide them."""

    def __init__(self, root: Node) -> None:
        self.point_types = _ids(root, "point_types")
        self.rules = _ids(root, "earn_rules")
        self.ladders = _ids(root, "ladders")
        self.tiers: dict[str, set[str]] = {}
        for _, ladder in _items(root, "ladders"):
            if isinstance(ladder, dict) and isinstance(ladder.get("tiers"), list):
                tiers = [tier.get("id") for tier in ladder["tiers"] if isinstance(tier, dict)]
                self.tiers[str(ladder.get("id"))] = {str(tier) for tier in tiers}


def semantic_findings(root: Node) -> list[Finding]:
    """Everything that is well written and yet wrong."""
    names = Names(root)
    findings = [*_repeated_ids(root), *_ladder_findings(root, names)]
    rules: dict[str, EarnRule] = {}
    places: list[tuple[int, EarnRule]] = []
    for position, item in _items(root, "earn_rules"):
        try:
            rule = EarnRule.model_validate(item)
        except ValidationError:
            continue  # the structural findings say why
        rules.setdefault(rule.id, rule)
        places.append((position, rule))
    for position, rule in places:
        checked = _Rule(root, names, rules, position, rule)
        findings += [*checked.references(), *checked.force(), *checked.trigger(), *checked.multiplier()]
        findings += [*checked.conditions("when"), *checked.conditions("lines")]
    return findings


def _items(root: Node, field: str) -> list[tuple[int, object]]:
    items = root.value.get(field) if isinstance(root.value, dict) else None
    return list(enumerate(items)) if isinstance(items, list) else []


def _ids(root: Node, field: str) -> set[str]:
    return {str(item.get("id")) for _, item in _items(root, field) if isinstance(item, dict) and item.get("id")}


def _repeated_ids(root: Node) -> Iterator[Finding]:
    for field, what in (("point_types", "point type"), ("earn_rules", "earn rule"), ("ladders", "ladder")):
        first: dict[str, int] = {}
        for position, item in _items(root, field):
            given = item.get("id") if isinstance(item, dict) else None
            if not isinstance(given, str):
                continue
            steps: Steps = (field, position, "id")
            line = root.at(steps).line
            if given in first:
                problem = f"another {what} has this id, on line {first[given]}"
                yield Finding(path_text(steps), line, given, problem, "Give it an id of its own.")
            first.setdefault(given, line)


def _ladder_findings(root: Node, names: Names) -> Iterator[Finding]:
    places = _decimals(root)
    for position, item in _items(root, "ladders"):
        try:
            ladder = Ladder.model_validate(item)
        except ValidationError:
            continue
        if ladder.point_type is not None and ladder.point_type not in names.point_types:
            steps: Steps = ("ladders", position, "point_type")
            problem = "there is no such point type"
            yield _at(root, steps, problem, instead(ladder.point_type, names.point_types))
        finest = 0 if ladder.metric == "points" else places
        for number, tier in enumerate(ladder.tiers):
            if finest is not None and tier.from_score.scaleb(finest) % 1 != 0:
                problem = "the threshold is finer than anything that is counted"
                remedy = f"Write it with at most {finest} decimal places." if finest else "Write a whole number."
                yield _at(root, ("ladders", position, "tiers", number, "from_score"), problem, remedy)


def _decimals(root: Node) -> int | None:
    currency = root.value.get("currency") if isinstance(root.value, dict) else None
    try:
        return decimals_of(str(currency))
    except Refusal:
        return None


def _at(root: Node, steps: Steps, problem: str, remedy: str, *, warning: bool = False) -> Finding:
    node = root.at(steps)
    severity = "warning" if warning else "error"
    line = root.at(steps[:-1]).key_lines.get(steps[-1], node.line) if steps else node.line
    return Finding(
        path_text(steps), line, shown(node.value), problem, remedy, "warning" if severity == "warning" else "error"
    )


class _Rule:
    """One earn rule and where it stands."""

    def __init__(self, root: Node, names: Names, rules: dict[str, EarnRule], position: int, rule: EarnRule) -> None:
        self._root = root
        self._names = names
        self._rules = rules
        self._rule = rule
        self._steps: Steps = ("earn_rules", position)
        self._strategy = strategies_by_name()[str(rule.earn["strategy"])]

    def references(self) -> Iterator[Finding]:
        given = self._rule.point_type
        if given not in self._names.point_types:
            stated = "point_type" in self._root.at(self._steps).parts
            problem = "there is no such point type" if stated else f"the rule gives {given}, and there is no such type"
            yield self._found(("point_type",) if stated else (), problem, instead(given, self._names.point_types))

    def force(self) -> Iterator[Finding]:
        start, end = self._rule.valid_from, self._rule.valid_until
        if start is not None and end is not None and end <= start:
            yield self._never(("valid_until",), "it ends before it starts", "Set valid_until after valid_from.")

    def trigger(self) -> Iterator[Finding]:
        on = self._rule.on
        title = self._strategy.name
        if self._strategy.triggers and on not in self._strategy.triggers:
            only = ", ".join(sorted(self._strategy.triggers))
            yield self._never(("on",), f"{title} works on {only} only", f"Write “on: {only}”, or use fixed_bonus.")
        elif on in _NO_ORDER and self._strategy.needs:
            problem = f"{on} carries no {self._strategy.needs}, and {title} counts them"
            yield self._never(("on",), problem, "Use fixed_bonus, or write “on: order”.")
        elif on in _NO_ORDER and self._rule.lines is not None:
            yield self._never(("lines",), f"{on} carries no lines", "Remove lines, or write “on: order”.")
        elif on not in EVENT_TYPES:
            close = get_close_matches(on, EVENT_TYPES, n=1, cutoff=0.7)
            remedy = f"Did you mean “{close[0]}”?" if close else f"Keep it if your systems send events of type {on}."
            problem = "Regulars itself never makes events of this type"
            yield self._found(("on",), problem, remedy, warning=True)

    def multiplier(self) -> Iterator[Finding]:
        if not self._strategy.after_others:
            return
        of = self._rule.earn.get("of")
        base = self._rules.get(str(of))
        if of is None or (base is None and of in self._names.rules):
            return
        steps: Steps = ("earn", "of")
        if base is None:
            known = {name for name, rule in self._rules.items() if not _waits(rule)}
            yield self._found(steps, "there is no such earn rule", instead(str(of), known))
        elif _waits(base):
            yield self._never(steps, f"{of} multiplies another rule itself", "Name the rule that gives the points.")
        elif base.on != self._rule.on:
            problem = f"{of} waits for {base.on} and this rule for {self._rule.on}, so they never meet"
            yield self._never(steps, problem, f"Write “on: {base.on}”.")
        elif _apart(base, self._rule):
            yield self._never(steps, f"{of} is never in force at the same time", "Let the dates overlap.")
        elif base.point_type != self._rule.point_type:
            problem = f"{of} gives {base.point_type}, and the extra here is in {self._rule.point_type}"
            yield self._found(
                steps, problem, f"Write “point_type: {base.point_type}” if that is not meant.", warning=True
            )

    def conditions(self, field: str) -> Iterator[Finding]:
        condition: Condition | None = self._rule.when if field == "when" else self._rule.lines
        if condition is None:
            return
        sound = True
        for path, part in walk(condition, field):
            if isinstance(part, Comparison):
                for finding in self._comparison(field, _steps(path), part):
                    sound = False
                    yield finding
        if sound:
            yield from self._impossible(condition, field)

    def _comparison(self, field: str, steps: Steps, comparison: Comparison) -> Iterator[Finding]:
        name = comparison.field
        fact = fact_of(name)
        if fact is None:
            known = [*FACTS, *(f"{TIER}{ladder}" for ladder in self._names.ladders)]
            remedy = instead(name, known) + f" What a sender puts into an event is {DATA}<name>."
            yield self._found((*steps, "field"), "there is no such field", remedy)
            return
        if fact.of == "line" and field == "when":
            remedy = "Put the condition under “lines:”, where it chooses the lines that count."
            yield self._found((*steps, "field"), f"{name} is different on every line", remedy)
        elif fact.of == "event" and field == "lines":
            remedy = "Put the condition under “when:”."
            yield self._found((*steps, "field"), f"{name} belongs to the whole event, not to a line", remedy)
        wrong = misfit(fact, comparison)
        if wrong is not None:
            yield self._found((*steps, comparison.operator), *wrong)
        elif name.startswith(TIER):
            yield from self._tier(steps, name[len(TIER) :], comparison)

    def _tier(self, steps: Steps, ladder: str, comparison: Comparison) -> Iterator[Finding]:
        if ladder not in self._names.ladders:
            remedy = instead(ladder, self._names.ladders)
            yield self._found((*steps, "field"), f"there is no ladder {ladder}", remedy)
            return
        tiers = self._names.tiers.get(ladder, set())
        if comparison.operator == "starts_with":
            return
        for position, operand in enumerate(comparison.operands):
            if operand not in tiers:
                several = comparison.operator in ("one_of", "none_of")
                last: Steps = (position,) if several else ()
                problem = f"the ladder {ladder} has no tier {operand}"
                yield self._found((*steps, comparison.operator, *last), problem, instead(str(operand), tiers))

    def _impossible(self, condition: Condition, field: str) -> Iterator[Finding]:
        whole = never_holds(condition, field)
        parts = impossible_parts(condition, field)
        if whole is None:
            for part in parts:
                yield self._found(_steps(part.path), *_contradiction(part), warning=True)
            return
        for part in parts or [whole]:
            problem, remedy = _contradiction(part)
            yield self._never(_steps(part.path), problem, remedy)

    def _never(self, rest: Steps, problem: str, remedy: str) -> Finding:
        return self._found(rest, f"the rule can never fire: {problem}", remedy)

    def _found(self, rest: Steps, problem: str, remedy: str, *, warning: bool = False) -> Finding:
        return _at(self._root, (*self._steps, *rest), problem, remedy, warning=warning)


def _contradiction(part: Impossible) -> tuple[str, str]:
    return f"the conditions on {part.field} contradict each other: {part.why}", "Change one of them."


def _waits(rule: EarnRule) -> bool:
    return strategies_by_name()[str(rule.earn["strategy"])].after_others


def _apart(one: EarnRule, other: EarnRule) -> bool:
    """Whether the two are never in force together."""
    for first, second in ((one, other), (other, one)):
        if first.valid_until is not None and second.valid_from is not None and first.valid_until <= second.valid_from:
            return True
    return False


def _steps(path: str) -> Steps:
    """'when.all.1' -> ('when', 'all', 1)."""
    return tuple(int(part) if part.isdigit() else part for part in path.split("."))
