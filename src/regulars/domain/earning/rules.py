"""Earn rules as a rulebook states them, and their compiled form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from regulars.domain.earning import strategies
from regulars.domain.earning.campaigns import Campaign
from regulars.domain.earning.compiled import Check, Test, compile_check, compile_test
from regulars.domain.earning.conditions import Condition
from regulars.domain.earning.contracts import Line, MemberState, Occurrence
from regulars.domain.earning.counting import CompiledMeasure
from regulars.domain.earning.limiting import CompiledBudget, RuleLimits, budgets_of
from regulars.domain.earning.limits import Limits
from regulars.domain.earning.measures import NO_MEASURES, Measure, Measures, by_id, measures_in
from regulars.domain.earning.past import Count, Recall, recall_of
from regulars.domain.earning.personal import personal_facts
from regulars.domain.earning.plain import plain
from regulars.domain.earning.rounding import Rounding
from regulars.domain.earning.rule_index import LONG, RuleIndex, needed_by
from regulars.domain.earning.stacking import StackingGroup
from regulars.domain.earning.strategy import Asked, EarnStrategy, StrategyParameters, rule_key
from regulars.kernel.registry import variants_in
from regulars.kernel.validation import complaint, unknown_name

_NOTHING: frozenset[str] = frozenset()
PAUSED = "paused"
"""What a verdict says of a rule that rests in its version."""


class EarnRule(BaseModel):
    """One way to earn: on which event, when, for which lines, how much, of which point type.

    id: stable, never used for another rule. on: event type. when: conditions over the event and the member.
    lines: conditions over lines; the strategy then applies to the matching lines only.
    valid_from, valid_until: half-open, by occurred_at. priority: lower is asked first; ties by id.
    at_once: its points can be spent at once, whatever the point type says. group: the stacking group in which it
    competes. campaign: whose dates, conditions and budget hold for it too.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{0,59}$", description="Stable short name; never used again for another")
    name: str = Field(min_length=1, max_length=120, description="How members and operators call the rule")
    on: str = Field(
        default="order", pattern=r"^[a-z][a-z0-9_.]{0,59}$", description="The event that it waits for, such as order"
    )
    point_type: str = Field(default="points", description="The id of the point type that it gives")
    earn: dict[str, Any] = Field(description="The strategy and its parameters")
    rounding: Rounding = Field(default=Rounding.down, description="How exact points become whole ones")
    when: Condition | None = Field(default=None, description="Conditions over the event and the member")
    lines: Condition | None = Field(default=None, description="Conditions over lines; only matching lines count")
    valid_from: AwareDatetime | None = Field(
        default=None, description="The first instant at which the rule is in force"
    )
    valid_until: AwareDatetime | None = Field(default=None, description="The instant from which it no longer is")
    priority: int = Field(default=100, ge=0, le=10_000, description="Lower is asked first; ties by id")
    at_once: bool = Field(
        default=False,
        strict=True,
        exclude_if=lambda value: value is False,
        description="Its points can be spent at once, whatever the point type says",
    )

    group: str | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="The id of the stacking group in which it competes with other rules",
    )
    campaign: str | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="The id of the campaign whose dates, conditions and budget hold for it too",
    )
    badge: str | None = Field(
        default=None, exclude_if=lambda value: value is None, description="The id of the badge that comes with it"
    )
    limits: Limits = Field(
        default_factory=Limits,
        exclude_if=lambda value: value == Limits(),
        description="What bounds the rule: for one event, for one member, for all",
    )

    @field_validator("earn", mode="before")
    @classmethod
    def _earn_in_its_form(cls, value: object) -> dict[str, object]:
        strategy, parameters = _read_earn(value)
        return {"strategy": strategy.name, **{key: plain(each) for key, each in parameters.model_dump().items()}}

    @model_validator(mode="after")
    def _gives_something(self) -> Self:
        if self.badge is None and strategy_of(self).gives_no_points:
            raise complaint("it gives neither points nor a badge", "Say how many points, or name a badge.")
        return self


def _read_earn(earn: object) -> tuple[type[EarnStrategy], StrategyParameters]:
    if not isinstance(earn, dict) or "strategy" not in earn:
        raise PydanticCustomError("no_strategy", "it does not say with which strategy to earn")
    name = earn["strategy"]
    chosen = strategies_by_name().get(name) if isinstance(name, str) else None
    if chosen is None:
        raise unknown_name("strategy", name, strategies_by_name())
    return chosen, chosen.Parameters.model_validate({key: each for key, each in earn.items() if key != "strategy"})


def strategy_of(rule: EarnRule) -> EarnStrategy:
    """The rule's strategy with its parameters."""
    chosen, parameters = _read_earn(rule.earn)
    return chosen(parameters)


@cache
def strategies_by_name() -> dict[str, type[EarnStrategy]]:
    """Every strategy in the folder, by name."""
    return variants_in(strategies, EarnStrategy)


class CompiledRule:
    """A rule ready to be asked. checks: the conditions of its campaign and its own. limits: None where it has none.

    valid_from, valid_until: of the rule; its campaign's dates are the first of the checks.
    """

    __slots__ = (
        "campaign_dates", "checks", "goal_keys", "group", "id", "limits", "line_test", "needed", "point_type",
        "rounding", "rule", "strategy", "valid_from", "valid_until",
    )  # fmt: skip

    def __init__(
        self,
        rule: EarnRule,
        *,
        places: int,
        campaign: Campaign | None = None,
        worth: Decimal,
        measures: Measures = NO_MEASURES,
        rests: bool = False,
    ) -> None:
        self.rule = rule
        self.id = rule.id
        self.point_type = rule.point_type
        self.rounding = rule.rounding
        self.strategy = strategy_of(rule)
        self.checks: list[Check] = [] if campaign is None else _of_campaign(campaign, places=places, measures=measures)
        if rests:
            self.checks.insert(0, _resting)
        if rule.when is not None:
            self.checks.append(compile_check(rule.when, places=places, path="when", measures=measures))
        self.line_test: Test | None = (
            None if rule.lines is None else compile_test(rule.lines, places=places, measures=measures)
        )
        self.valid_from: datetime | None = rule.valid_from
        self.valid_until: datetime | None = rule.valid_until
        self.campaign_dates = (None, None) if campaign is None else (campaign.valid_from, campaign.valid_until)
        self.group = rule.group
        budgets = budgets_of(rule.id, rule.limits.budget, campaign, worth=worth)
        self.limits = RuleLimits(rule.id, rule.limits, budgets) if budgets or rule.limits != Limits() else None
        self.needed = needed_by([rule.when, rule.lines, None if campaign is None else campaign.when])
        self.goal_keys = {rule_key(rule.id, what, window) for what, window in self.strategy.goals().items()}

    @property
    def remembers(self) -> bool:
        """Whether it keeps tallies of members, by its strategy or by its limits."""
        return self.strategy.remembers or (self.limits is not None and self.limits.member is not None)

    def is_in_force(self, at: datetime) -> bool:
        """Whether the instant lies within the dates of the rule and of its campaign."""
        return all(
            (start is None or at >= start) and (end is None or at < end)
            for start, end in ((self.valid_from, self.valid_until), self.campaign_dates)
        )

    def counts(self, asked: Asked) -> Iterator[Count]:
        """What the event adds to the tallies of the rule."""
        windows = self.strategy.tallies(asked.occurrence)
        for what, amount in self.strategy.counted(asked).items():
            if amount:
                yield Count(rule_key(self.id, what, windows[what]), windows[what].row(asked.day), amount)
        for what, rows in self.strategy.counted_apart(asked).items():
            for day, amount in rows.items():
                yield Count(rule_key(self.id, what, windows[what]), day, amount)

    def recalls(self, occurrence: Occurrence) -> Iterator[Recall]:
        """The tallies of the rule that an event reads."""
        if self.limits is not None and self.limits.member is not None:
            yield from self.limits.member.recalls(occurrence)
        day = occurrence.local.date()
        for what, window in self.strategy.tallies(occurrence).items():
            yield recall_of(rule_key(self.id, what, window), window, day)


def _resting(_event: Occurrence, _member: MemberState, _line: Line | None) -> tuple[str, str]:
    return PAUSED, ""


def _lasts(strategy: EarnStrategy) -> bool:
    return strategy.win_policy is not None and not strategy.win_policy.goes_with_order


def _of_campaign(campaign: Campaign, *, places: int, measures: Measures) -> list[Check]:
    checks: list[Check] = []
    start, end = campaign.valid_from, campaign.valid_until
    if start is not None or end is not None:

        def in_force(event: Occurrence, _member: MemberState, _line: Line | None) -> tuple[str, str] | None:
            at = event.occurred_at
            return ("campaign.valid", "") if (start and at < start) or (end and at >= end) else None

        checks.append(in_force)
    if campaign.when is not None:
        checks.append(compile_check(campaign.when, places=places, path="campaign.when", measures=measures))
    return checks


class Waiting:
    """The rules of one event type, in the order in which they are asked.

    is_long: there are so many that an event is asked only about those that its values lead to. grouped: stacking
    groups choose among them. builds: some build on what others give. budgeted: those that draw on what can be used up.
    remembering: those that keep tallies.
    """

    __slots__ = ("_index", "budgeted", "builds", "grouped", "is_long", "remembering", "rules")

    def __init__(self, rules: list[CompiledRule], *, long: int) -> None:
        self.rules = rules
        self.is_long = len(rules) >= long
        self.grouped = any(rule.group is not None for rule in rules)
        self.builds = any(rule.strategy.after_others for rule in rules)
        self.budgeted = [rule for rule in rules if rule.limits is not None and rule.limits.can_run_out]
        self.remembering = [rule for rule in rules if rule.remembers]
        self._index = RuleIndex([rule.needed for rule in rules]) if self.is_long else None

    def candidates(self, occurrence: Occurrence, member: MemberState) -> list[CompiledRule]:
        """Those that the event may fulfil; the others would fail."""
        if self._index is None:
            return self.rules
        return [self.rules[place] for place in self._index.places(occurrence, member)]


_NOBODY = Waiting([], long=1)


def _by_trigger(rules: Sequence[CompiledRule]) -> dict[str, list[CompiledRule]]:
    found: dict[str, list[CompiledRule]] = {}
    for each in rules:
        for trigger in {each.rule.on, *each.strategy.also_on}:
            found.setdefault(trigger, []).append(each)
    return found


def _tell(rules: Sequence[CompiledRule], factors: Mapping[str, Mapping[str, Decimal]]) -> None:
    for each in rules:
        each.strategy.learn_factors(factors)


def _with_badges(by_trigger: Mapping[str, Sequence[CompiledRule]]) -> frozenset[str]:
    return frozenset(trigger for trigger, found in by_trigger.items() if any(each.rule.badge for each in found))


class CompiledRules:
    """The earn rules of one rulebook version, sorted by the event type that they wait for, and its measures.

    factors: how many times the tiers of the version earn, ladder -> tier -> factor. resting: ids of paused rules.
    worths: what one point of each type is worth, in the programme's currency. long: from so many rules of an event type
    on an index chooses which of them are asked. splits: the ladders whose tiers may change in the middle of an order.
    Raises ValueError for a condition that cannot be compiled: an unknown field, a comparison that does not fit.
    """

    def __init__(
        self,
        rules: Sequence[EarnRule],
        *,
        places: int,
        groups: Sequence[StackingGroup] = (),
        campaigns: Sequence[Campaign] = (),
        worths: Mapping[str, Decimal] | None = None,
        measures: Sequence[Measure] = (),
        long: int = LONG,
        factors: Mapping[str, Mapping[str, Decimal]] | None = None,
        resting: frozenset[str] = _NOTHING,
    ) -> None:
        self.groups = {each.id: each for each in groups}
        self._campaigns = {each.id: each for each in campaigns}
        known = by_id(measures)
        compiled = [
            CompiledRule(
                rule,
                places=places,
                campaign=None if rule.campaign is None else self._campaigns[rule.campaign],
                worth=(worths or {}).get(rule.point_type, Decimal(0)),
                measures=known,
                rests=rule.id in resting,
            )
            for rule in rules
        ]
        _tell(compiled, factors or {})
        compiled.sort(key=lambda each: (each.strategy.after_others, each.rule.priority, each.id))
        by_trigger = _by_trigger(compiled)
        self._by_trigger = {trigger: Waiting(found, long=long) for trigger, found in by_trigger.items()}
        self._by_id = {each.id: each for each in compiled}
        self.badged = _with_badges(by_trigger)
        """The event types of which a rule gives a badge."""
        self.draws = any(each.limits is not None and each.limits.budgets for each in compiled)
        """Whether any rule draws on a budget or a campaign."""
        self._counting: dict[str, list[CompiledMeasure]] = {}
        for measure in measures:
            counting = CompiledMeasure(measure, places=places, measures=known)
            for event_type in measure.of:
                self._counting.setdefault(event_type, []).append(counting)
        self._read = {name: list(self._measures_read(name, known)) for name in {*self._by_trigger, *self._counting}}
        self.remembers = bool(measures) or any(each.remembers for each in compiled)
        """Whether anything is kept of members beside their history. Where not, nothing is read and nothing written."""
        self.lasting = {each.id: each for each in compiled if _lasts(each.strategy)}
        """The rules of which a win does not go with the order that brought it."""
        self.splits = frozenset(each.strategy.splits for each in compiled if each.strategy.splits)
        self.collects = any(type(each.strategy).progress is not EarnStrategy.progress for each in compiled)
        """Whether members can see how far they are with something."""
        self._personal = {name: personal_facts(*self._conditions(name, known)) for name in self._read}

    @property
    def asks_people(self) -> bool:
        """Whether any rule asks about the person."""
        return any(self._personal.values())

    def budgets(self, rule_id: str) -> tuple[CompiledBudget, ...]:
        """What the points of a rule of this version are taken from."""
        limits = self._by_id[rule_id].limits
        return () if limits is None else limits.budgets

    def waiting_for(self, event_type: str) -> Waiting:
        """The rules of this event type."""
        return self._by_trigger.get(event_type, _NOBODY)

    def counting(self, event_type: str) -> list[CompiledMeasure]:
        """The measures that count events of this type."""
        return self._counting.get(event_type, [])

    def recalls(self, occurrence: Occurrence) -> list[Recall]:
        """The tallies that the rules and measures of this event read, each once."""
        if not self.remembers:
            return []
        day = occurrence.local.date()
        found = [recall_of(each.key, each.looks_back, day) for each in self._read.get(occurrence.type, [])]
        for rule in self.waiting_for(occurrence.type).remembering:
            found += rule.recalls(occurrence)
        return found

    def personal(self, event_type: str) -> frozenset[str]:
        """What the rules of this event type ask about the person; mostly nothing."""
        return self._personal.get(event_type, _NOTHING)

    def _measures_read(self, event_type: str, known: Measures) -> Iterable[Measure]:
        """The measures that conditions of this event type ask for."""
        return (known[each] for each in dict.fromkeys(measures_in(self._conditions(event_type, known))))

    def _conditions(self, event_type: str, known: Measures) -> list[Condition | None]:
        """Everything that rules, their campaigns and measures ask of events of this type."""
        conditions: list[Condition | None] = []
        for rule in self.waiting_for(event_type).rules:
            conditions += [rule.rule.when, rule.rule.lines, *rule.strategy.conditions()]
            if rule.rule.campaign is not None:
                conditions.append(self._campaigns[rule.rule.campaign].when)
        for measure in known.values():
            if event_type in measure.of:
                conditions += [measure.when, measure.lines]
        return conditions
