"""What the models cannot see: names that point nowhere, comparisons that make no sense, rules that can never fire."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from regulars.domain.earning.conditions import AllOf, Condition
from regulars.domain.earning.feasibility import Impossible, impossible_parts, never_holds
from regulars.domain.earning.rules import EarnRule, strategies_by_name
from regulars.domain.events.contracts import OCCASIONS, OWN
from regulars.domain.programmes.data_findings import data_findings
from regulars.domain.programmes.document_nodes import Node
from regulars.domain.programmes.event_types import STANDARD
from regulars.domain.programmes.findings import Finding, Steps, path_text
from regulars.domain.programmes.limit_findings import limit_findings
from regulars.domain.programmes.measure_findings import measure_findings
from regulars.domain.programmes.names_used import (
    EVENT_TYPES,
    Names,
    condition_findings,
    finding_at,
    foreign_event,
    items_of,
)
from regulars.domain.programmes.occasions import Occasions
from regulars.domain.programmes.policy_findings import policy_findings
from regulars.domain.programmes.stored_value_findings import stored_value_findings
from regulars.domain.tiers.ladder import Ladder
from regulars.kernel.errors import Refusal
from regulars.kernel.money import decimals_of
from regulars.kernel.validation import instead

_NO_ORDER = OWN
"""Event types that never carry money or lines."""
_WITH_IDS = (
    ("point_types", "point type"),
    ("earn_rules", "earn rule"),
    ("measures", "measure"),
    ("ladders", "ladder"),
    ("stacking", "stacking group"),
    ("campaigns", "campaign"),
    ("badges", "badge"),
    ("member_fields", "field"),
    ("consents", "consent"),
    ("event_types", "event type"),
)


def semantic_findings(root: Node) -> list[Finding]:
    """Everything that is well written and yet wrong."""
    names = Names(root)
    findings = [*_repeated_ids(root), *_ladder_findings(root, names)]
    rules: dict[str, EarnRule] = {}
    places: list[tuple[int, EarnRule]] = []
    for position, item in items_of(root, "earn_rules"):
        findings += _names_in_rule(root, names, position, item)
        try:
            rule = EarnRule.model_validate(item)
        except ValidationError:
            continue  # the structural findings say why
        rules.setdefault(rule.id, rule)
        places.append((position, rule))
    findings += [*policy_findings(root, places), *measure_findings(root, names, places)]
    findings += [*limit_findings(root, names, places), *data_findings(root)]
    findings += stored_value_findings(root, places, _decimals(root))
    for position, rule in places:
        checked = _Rule(root, names, rules, position, rule)
        findings += [*checked.force(), *checked.trigger(), *checked.money(), *checked.multiplier()]
        findings += checked.ladder()
        findings += [*checked.feasibility("when"), *checked.feasibility("lines")]
    return findings


def _names_in_rule(root: Node, names: Names, position: int, item: object) -> Iterator[Finding]:
    """Names that point nowhere. Read from the raw rule, so that another mistake in it hides none of them."""
    if not isinstance(item, dict):
        return
    steps: Steps = ("earn_rules", position)
    given = item.get("point_type", "points")
    if isinstance(given, str) and given not in names.point_types:
        stated = "point_type" in item
        problem = (
            "there is no such point type" if stated else f"the rule gives {given}, and there is no such point type"
        )
        place = (*steps, "point_type") if stated else steps
        yield finding_at(root, place, problem, instead(given, names.point_types))
    badge = item.get("badge")
    if isinstance(badge, str) and badge not in names.badges:
        yield finding_at(root, (*steps, "badge"), "there is no such badge", instead(badge, names.badges))
    for field in ("when", "lines"):
        if field in item:
            yield from condition_findings(root, names, (*steps, field))


def _repeated_ids(root: Node) -> Iterator[Finding]:
    for field, what in _WITH_IDS:
        first: dict[str, int] = {}
        for position, item in items_of(root, field):
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
    for position, item in items_of(root, "ladders"):
        try:
            ladder = Ladder.model_validate(item)
        except ValidationError:
            continue
        for point_type in ladder.measure.point_types():
            if point_type not in names.point_types:
                beside = ladder.point_type is not None
                steps: Steps = ("ladders", position, "point_type" if beside else "metric")
                yield finding_at(root, steps, "there is no such point type", instead(point_type, names.point_types))
        for event in ladder.measure.event_types():
            if event not in EVENT_TYPES:
                yield foreign_event(root, ("ladders", position, "metric"), event)
        finest = None if places is None else ladder.measure.places(places)
        for number, tier in enumerate(ladder.tiers):
            start = tier.from_score
            if finest is not None and start is not None and start.scaleb(finest) % 1 != 0:
                problem = "the threshold is finer than anything that is counted"
                remedy = f"Write it with at most {finest} decimal places." if finest else "Write a whole number."
                yield finding_at(root, ("ladders", position, "tiers", number, "from_score"), problem, remedy)


def _decimals(root: Node) -> int | None:
    currency = root.value.get("currency") if isinstance(root.value, dict) else None
    try:
        return decimals_of(str(currency))
    except Refusal:
        return None


def _multiplies(ladder: dict[str, object]) -> bool:
    try:
        tiers = Ladder.model_validate(ladder).tiers
    except ValidationError:
        return True  # the structural findings say what is wrong with it
    return any(tier.earn_factor > 1 for tier in tiers)


class _Rule:
    """One earn rule and where it stands."""

    def __init__(self, root: Node, names: Names, rules: dict[str, EarnRule], position: int, rule: EarnRule) -> None:
        self._root = root
        self._names = names
        self._rules = rules
        self._rule = rule
        self._steps: Steps = ("earn_rules", position)
        self._strategy = strategies_by_name()[str(rule.earn["strategy"])]

    def force(self) -> Iterator[Finding]:
        start, end = self._rule.valid_from, self._rule.valid_until
        if start is not None and end is not None and end <= start:
            yield self._never(("valid_until",), "it ends before it starts", "Set valid_until after valid_from.")

    def trigger(self) -> Iterator[Finding]:
        on = self._rule.on
        title = self._strategy.name
        if on in OCCASIONS and on not in self._occasions():
            name = on.removeprefix("member.")
            remedy = f"Write “occasions: {{{name}: {'[30 days]' if name == 'inactive' else 'true'}}}”."
            yield self._never(("on",), "the programme does not make this event", remedy)
        if self._strategy.triggers and on not in self._strategy.triggers:
            only = ", ".join(sorted(self._strategy.triggers))
            yield self._never(("on",), f"{title} works on {only} only", f"Write “on: {only}”, or use fixed_bonus.")
        elif on in _NO_ORDER and self._strategy.needs:
            problem = f"{on} carries no {self._strategy.needs}, and {title} counts them"
            yield self._never(("on",), problem, "Use fixed_bonus, or write “on: order”.")
        elif on in _NO_ORDER and self._rule.lines is not None:
            yield self._never(("lines",), f"{on} carries no lines", "Remove lines, or write “on: order”.")
        elif on not in EVENT_TYPES and on not in STANDARD and on not in self._names.event_types:
            yield foreign_event(self._root, (*self._steps, "on"), on)

    def _occasions(self) -> frozenset[str]:
        stated = self._root.value.get("occasions") if isinstance(self._root.value, dict) else None
        try:
            return Occasions.model_validate({} if stated is None else stated).event_types()
        except ValidationError:
            return frozenset(OCCASIONS)  # the structural findings say what is wrong with it

    def money(self) -> Iterator[Finding]:
        if not self._strategy.gives_money or self._rule.point_type not in self._names.point_types:
            return
        if self._rule.point_type not in self._names.money_points:
            problem = f"{self._strategy.name} gives money, and {self._rule.point_type} counts points"
            remedy = "Name a point type that counts money, or give this one “unit: money”."
            yield self._found(
                ("point_type",) if "point_type" in self._root.at(self._steps).parts else (), problem, remedy
            )

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
            remedy = f"Write “point_type: {base.point_type}” if that is not meant."
            yield self._found(steps, problem, remedy, warning=True)
        if base is not None:
            yield from self._against(base)

    def ladder(self) -> Iterator[Finding]:
        """A strategy that goes by the tier names a ladder of which a tier multiplies."""
        named = self._rule.earn.get("ladder")
        if named is None:
            return
        ladders = [each for _, each in items_of(self._root, "ladders") if isinstance(each, dict)]
        ids = {str(each.get("id")) for each in ladders}
        if named not in ids:
            yield self._found(("earn", "ladder"), "there is no such ladder", instead(str(named), ids))
        elif not any(_multiplies(each) for each in ladders if each.get("id") == named):
            yield self._never(
                ("earn", "ladder"),
                "no tier of the ladder has a multiplier",
                "Add {kind: multiplier, factor: 1.25} to the benefits of a tier.",
            )

    def _against(self, base: EarnRule) -> Iterator[Finding]:
        for field in ("when", "lines"):
            both = _together(_of(base, field), _of(self._rule, field))
            found = None if both is None else never_holds(both, field)
            if found is not None:
                problem = f"{base.id} must fire too, and the conditions of the two on {found.field} exclude each other"
                yield self._never(("earn", "of"), problem, "Change the conditions of one of the two.")

    def feasibility(self, field: str) -> Iterator[Finding]:
        """Conditions that never hold, alone or together with what the strategy asks for itself."""
        condition = _of(self._rule, field)
        if condition is None:
            return
        yield from self._impossible(condition, field)
        both = _together(self._strategy.requires, condition)
        found = None if both is None or field != "when" else never_holds(both, field, self._names.measures)
        if found is not None:
            problem = f"{self._strategy.name} has a condition on {found.field} itself, and this one excludes it"
            yield self._never((field,), problem, "Remove the condition, or use fixed_bonus.")

    def _impossible(self, condition: Condition, field: str) -> Iterator[Finding]:
        whole = never_holds(condition, field, self._names.measures)
        parts = impossible_parts(condition, field, self._names.measures)
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
        return finding_at(self._root, (*self._steps, *rest), problem, remedy, warning=warning)


def _contradiction(part: Impossible) -> tuple[str, str]:
    return f"the conditions on {part.field} contradict each other: {part.why}", "Change one of them."


def _of(rule: EarnRule, field: str) -> Condition | None:
    return rule.when if field == "when" else rule.lines


def _together(one: Condition | None, other: Condition | None) -> Condition | None:
    """Both at once; None when one of them asks for nothing or can never hold by itself."""
    if one is None or other is None or never_holds(one, "") or never_holds(other, ""):
        return None
    return AllOf(all=(one, other))


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
