"""What is wrong with groups, campaigns and limits that are well written: names, circles, bounds that leave nothing."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pydantic import ValidationError

from regulars.domain.earning.campaigns import Campaign
from regulars.domain.earning.conditions import AllOf
from regulars.domain.earning.feasibility import never_holds
from regulars.domain.earning.limits import Budget
from regulars.domain.earning.rules import EarnRule, strategies_by_name
from regulars.domain.earning.stacking import StackingGroup, around
from regulars.domain.programmes.document_nodes import Node
from regulars.domain.programmes.findings import Finding, Steps
from regulars.domain.programmes.names_used import Names, condition_findings, finding_at, items_of
from regulars.kernel.validation import instead

Rules = list[tuple[int, EarnRule]]


def limit_findings(root: Node, names: Names, rules: Rules) -> Iterator[Finding]:
    """rules: the earn rules that can be read, with their positions."""
    groups: dict[str, tuple[int, StackingGroup]] = {}
    for position, item in items_of(root, "stacking"):
        try:
            group = StackingGroup.model_validate(item)
        except ValidationError:
            continue  # the structural findings say why
        groups.setdefault(group.id, (position, group))
    campaigns: dict[str, tuple[int, Campaign]] = {}
    for position, item in items_of(root, "campaigns"):
        if isinstance(item, dict) and "when" in item:
            yield from condition_findings(root, names, ("campaigns", position, "when"))
        try:
            campaign = Campaign.model_validate(item)
        except ValidationError:
            continue
        campaigns.setdefault(campaign.id, (position, campaign))
    for field, known, what in (("group", names.groups, "stacking group"), ("campaign", names.campaigns, "campaign")):
        for position, rule in rules:
            given = getattr(rule, field)
            if given is not None and given not in known:
                problem = f"there is no such {what}"
                yield finding_at(root, ("earn_rules", position, field), problem, instead(given, known))
    yield from _Groups(root, groups, rules).findings()
    yield from _Campaigns(root, campaigns, rules).findings()
    for position, rule in rules:
        yield from _bounds(root, position, rule)


class _Groups:
    """The stacking groups, and which rules compete in them."""

    def __init__(self, root: Node, groups: dict[str, tuple[int, StackingGroup]], rules: Rules) -> None:
        self._root = root
        self._groups = groups
        self._rules = rules
        self._inside = {name: group.inside for name, (_, group) in groups.items()}

    def findings(self) -> Iterator[Finding]:
        whole = True
        for name, (position, group) in self._groups.items():
            steps: Steps = ("stacking", position)
            if group.inside is not None and group.inside not in self._groups:
                whole = False
                problem = "there is no such stacking group"
                yield finding_at(self._root, (*steps, "inside"), problem, instead(group.inside, self._groups))
            elif around(self._inside, name) is None:
                whole = False
                problem = f"{name} lies within itself"
                yield finding_at(self._root, (*steps, "inside"), problem, "Let one of the groups lie in none.")
        if whole:
            for name, (position, group) in self._groups.items():
                yield from self._members(name, position, group)
            yield from self._own_bases()

    def _members(self, name: str, position: int, group: StackingGroup) -> Iterator[Finding]:
        inside = [rule for _, rule in self._rules if name in self._path(rule)]
        steps: Steps = ("stacking", position)
        if not inside:
            problem = f"no rule is in {name}"
            remedy = f"Write “group: {name}” at the rules that it is for, or remove it."
            yield finding_at(self._root, steps, problem, remedy, warning=True)
        kinds = sorted({rule.point_type for rule in inside})
        if group.choose in ("highest", "lowest") and len(kinds) > 1:
            problem = f"its rules give {' and '.join(kinds)}, and those cannot be compared"
            remedy = "Write “choose: first”, or make a group for each kind of points."
            yield finding_at(self._root, (*steps, "choose"), problem, remedy)

    def _path(self, rule: EarnRule) -> list[str]:
        return [] if rule.group is None else around(self._inside, rule.group) or []

    def _own_bases(self) -> Iterator[Finding]:
        """A rule that builds on another must not compete with it."""
        by_id = {rule.id: rule for _, rule in self._rules}
        for position, rule in self._rules:
            base = by_id.get(str(rule.earn.get("of")))
            if base is None:
                continue
            theirs = self._path(base)
            common = next((each for each in self._path(rule) if each in theirs), None)
            if common is not None and self._groups[common][1].choose != "stack":
                problem = f"in {common} only one of {base.id} and this rule counts, and this one builds on the other"
                remedy = "Put both into a group of their own inside it, with “choose: stack”."
                yield finding_at(self._root, ("earn_rules", position, "group"), problem, remedy)


class _Campaigns:
    """The campaigns and their rules."""

    def __init__(self, root: Node, campaigns: dict[str, tuple[int, Campaign]], rules: Rules) -> None:
        self._root = root
        self._campaigns = campaigns
        self._rules = rules
        self._worths = _worths(root)

    def findings(self) -> Iterator[Finding]:
        for position, campaign in self._campaigns.values():
            yield from self._by_itself(position, campaign)
            rules = [(place, rule) for place, rule in self._rules if rule.campaign == campaign.id]
            if not rules:
                problem = f"no rule is in {campaign.id}"
                remedy = f"Write “campaign: {campaign.id}” at the rules that it is for, or remove it."
                yield finding_at(self._root, ("campaigns", position), problem, remedy, warning=True)
            for place, rule in rules:
                yield from self._with(campaign, place, rule)
            if campaign.budget is not None:
                kinds = {rule.point_type for _, rule in rules}
                yield from self._measure(("campaigns", position, "budget"), campaign.budget, kinds)
        for place, rule in self._rules:
            if rule.limits.budget is not None:
                steps: Steps = ("earn_rules", place, "limits", "budget")
                yield from self._measure(steps, rule.limits.budget, {rule.point_type})

    def _by_itself(self, position: int, campaign: Campaign) -> Iterator[Finding]:
        steps: Steps = ("campaigns", position)
        start, end = campaign.valid_from, campaign.valid_until
        if start is not None and end is not None and end <= start:
            problem = "the campaign is never in force: it ends before it starts"
            yield finding_at(self._root, (*steps, "valid_until"), problem, "Set valid_until after valid_from.")
        never = None if campaign.when is None else never_holds(campaign.when, "when")
        if never is not None:
            problem = f"its rules can never fire: the conditions on {never.field} contradict each other: {never.why}"
            yield finding_at(self._root, (*steps, "when"), problem, "Change one of them.")

    def _with(self, campaign: Campaign, place: int, rule: EarnRule) -> Iterator[Finding]:
        steps: Steps = ("earn_rules", place, "campaign")
        for first, second in ((rule, campaign), (campaign, rule)):
            end, start = first.valid_until, second.valid_from
            if end is not None and start is not None and end <= start:
                problem = f"the rule can never fire: {campaign.id} is never in force at the same time"
                yield finding_at(self._root, steps, problem, "Let the dates overlap.")
        if campaign.when is None or rule.when is None:
            return
        if never_holds(campaign.when, "") is None and never_holds(rule.when, "") is None:
            both = never_holds(AllOf(all=(campaign.when, rule.when)), "when")
            if both is not None:
                problem = f"the rule can never fire: its conditions and those of {campaign.id} on {both.field} exclude"
                yield finding_at(self._root, steps, f"{problem} each other", "Change the conditions of one of the two.")

    def _measure(self, steps: Steps, budget: Budget, kinds: set[str]) -> Iterator[Finding]:
        """Whether what is counted can be counted."""
        if budget.money is not None:
            for kind in sorted(kinds):
                if not self._worths.get(kind):
                    problem = f"the budget is money, and it is not said what {kind} are worth"
                    remedy = f"Add worth to the point type {kind}, or write a budget of points."
                    yield finding_at(self._root, (*steps, "money"), problem, remedy)
        elif len(kinds) > 1:
            problem = f"the budget counts {' and '.join(sorted(kinds))} as if they were the same"
            remedy = "Write a budget of money, or a campaign for each kind of points."
            yield finding_at(self._root, (*steps, "points"), problem, remedy, warning=True)


def _worths(root: Node) -> dict[str, Decimal]:
    """What a point of each type is worth, where a document says it."""
    found = {}
    for _, item in items_of(root, "point_types"):
        if isinstance(item, dict) and isinstance(item.get("worth"), int | float | str | Decimal):
            try:
                found[str(item.get("id"))] = Decimal(str(item["worth"]))
            except ArithmeticError:
                continue
    return found


def _bounds(root: Node, position: int, rule: EarnRule) -> Iterator[Finding]:
    """Bounds below what the rule gives each time, where that is always the same."""
    strategy = strategies_by_name()[str(rule.earn["strategy"])]
    points = strategy.Parameters.model_fields.get("points")
    if points is None or points.annotation is not int:
        return
    gives, limits = int(rule.earn["points"]), rule.limits
    steps: Steps = ("earn_rules", position, "limits")
    bounds: list[tuple[Steps, int | None]] = [(("per_event",), limits.per_event)]
    bounds += [(("per_member", number, "points"), each.points) for number, each in enumerate(limits.per_member)]
    if limits.budget is not None:
        bounds.append((("budget", "points"), limits.budget.points))
    for rest, most in bounds:
        if most is None or gives <= most:
            continue
        remedy = f"Write at least {gives:,}, or give less."
        if limits.partial == "off" and rest != ("per_event",):
            problem = f"the rule can never fire: it gives {gives:,} at once, and here are {most:,}"
            yield finding_at(root, (*steps, *rest), problem, remedy)
        else:
            problem = f"the rule gives {gives:,}, and never more than {most:,} of them"
            yield finding_at(root, (*steps, *rest), problem, remedy, warning=True)
