"""The base class of every way to earn. One strategy is one file in `strategies/`, found by its name.

A merchant's own strategy is one more file: see docs/guides/add-an-earn-strategy.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from regulars.domain.earning.campaigns import Campaign
from regulars.domain.earning.conditions import Condition
from regulars.domain.earning.contracts import Data, Line, MemberState, Occurrence
from regulars.domain.earning.example import Example
from regulars.domain.earning.measures import Measure
from regulars.domain.earning.needs import Need
from regulars.domain.earning.past import Past, tally_key
from regulars.domain.earning.progress import Progress
from regulars.domain.earning.rounding import Exact
from regulars.domain.earning.stacking import StackingGroup
from regulars.domain.earning.win_policy import WinPolicy
from regulars.domain.earning.windows import Window
from regulars.kernel.words import Sentence, counted


class FieldTerms(BaseModel):
    """How people call a field of members, and its options. is_date: its values are days."""

    model_config = ConfigDict(frozen=True)

    name: str
    option_names: dict[str, str] = {}
    is_date: bool = False


class Terms(BaseModel):
    """What a rulebook says around the parameters, for the words: names instead of codes.

    point_names, rule_names, measures, fields, consent_names, event_names, campaigns, groups: by id.
    tier_names: ladder -> tier id -> name. audience_names: by code.
    money_points: ids of the point types that count money. counts_money: whether the points at hand are of such a type.
    """

    model_config = ConfigDict(frozen=True)

    currency: str
    point_names: dict[str, str]
    rule_names: dict[str, str]
    tier_names: dict[str, dict[str, str]] = {}
    measures: dict[str, Measure] = {}
    fields: dict[str, FieldTerms] = {}
    consent_names: dict[str, str] = {}
    event_names: dict[str, str] = {}
    campaigns: dict[str, Campaign] = {}
    groups: dict[str, StackingGroup] = {}
    audience_names: dict[str, str] = {}
    money_points: frozenset[str] = frozenset()
    counts_money: bool = False

    def of(self, point_type: str) -> Terms:
        """The same, for sentences about points of this type."""
        return self.model_copy(update={"counts_money": True}) if point_type in self.money_points else self

    def points(self, count: int | Decimal) -> object:
        """Points as a sentence shows them: a number, or an amount where they count money."""
        return counted(count, self.currency if self.counts_money else "")


class StrategyParameters(BaseModel):
    """Base of every parameter model: no field is accepted that the model does not declare, and true is no number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _true_is_no_number(cls, value: object, info: ValidationInfo) -> object:
        if isinstance(value, bool) and cls.model_fields[str(info.field_name)].annotation in (int, float, Decimal):
            raise PydanticCustomError("decimal_type", "a number is needed here")
        return value


class Asked:
    """One question to a strategy: this event, this member, and the lines that the rule's line conditions left.

    lines is None when the rule has no line conditions: the strategy then works on the order as a whole.
    others: exact points that a rule which already fired gives for some lines (None: for the whole event); for
    strategies that build on other rules. rule: id of the rule that asks, whose tallies are its own.
    counted: what the event adds, noted by a strategy that is asked for it several times and would count lines anew.
    """

    __slots__ = ("counted", "lines", "member", "occurrence", "others", "rule")

    def __init__(
        self,
        occurrence: Occurrence,
        member: MemberState,
        lines: Sequence[Line] | None,
        others: dict[str, Callable[[Sequence[Line] | None], Exact]],
        rule: str = "",
    ) -> None:
        self.occurrence = occurrence
        self.member = member
        self.lines = lines
        self.others = others
        self.rule = rule
        self.counted: dict[str, int] | None = None

    @property
    def matching(self) -> Sequence[Line]:
        """The lines that count: those that the rule's line conditions left, or all."""
        return self.occurrence.lines if self.lines is None else self.lines

    @property
    def amount_minor(self) -> int:
        """The money that counts, in minor units: of the matching lines, or of the whole order."""
        if self.lines is None:
            return self.occurrence.amount_minor
        return sum([line.amount_minor for line in self.lines])

    @property
    def amount(self) -> Decimal:
        """The same in units of the currency, with all its places: 12.40."""
        return Decimal(self.amount_minor).scaleb(-self.occurrence.places)

    @property
    def day(self) -> date:
        """The local day of the event."""
        return self.occurrence.local.date()

    def kept(self, what: str, window: Window) -> int:
        """What the rule kept of the member before this event, in the window."""
        return self.member.past.total(rule_key(self.rule, what, window), *window.span(self.day))

    def kept_apart(self, what: str, window: Window) -> dict[date, int]:
        """The same, by the first day of each period; for windows that look around."""
        return self.member.past.between(rule_key(self.rule, what, window), *window.span(self.day))


def rule_key(rule: str, what: str, window: Window) -> str:
    """The key of a tally of a rule. what: as its strategy calls it."""
    return tally_key(f"rule:{rule}", what, window)


class EarnStrategy:
    """One way to earn.

    name: how rulebooks call it. title: how people call it. Parameters: its parameter model; the form, the JSON Schema
    and the documentation page come from it. after_others: True when it needs the verdicts of other rules.
    triggers: event types it can work on; empty: any. needs: what the event must carry, "amount" or "lines".
    requires: a condition without which it gives nothing; a rule that excludes it is refused before it is published.
    gives_money: True when what it gives is money, so that the point type has to count money.
    once_in_a_life: nobody should have its points twice, also not somebody who had joined twice.
    remembers: True when it keeps tallies of members. need: what it is good for. example: a rule of it, worked out on
    its page. when_returned: what a return does, where that is special. splits: the ladder whose tiers it lets change in
    the middle of an order; empty: it earns by the tier held before.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    Parameters: ClassVar[type[StrategyParameters]]
    after_others: ClassVar[bool] = False
    triggers: ClassVar[frozenset[str]] = frozenset()
    needs: ClassVar[str] = ""
    requires: ClassVar[Condition | None] = None
    gives_money: ClassVar[bool] = False
    once_in_a_life: ClassVar[bool] = False
    remembers: ClassVar[bool] = False
    need: ClassVar[Need] = Need.own
    example: ClassVar[Example | None] = None
    splits: str = ""
    when_returned: ClassVar[Sentence] = Sentence(
        "An order that comes back takes its points along. Of one that comes back in part, the rest keeps what it would"
        " have earned by itself, by the rulebook of the day on which it was bought."
    )

    def __init__(self, parameters: StrategyParameters) -> None:
        raise NotImplementedError

    def learn_factors(self, factors: Mapping[str, Mapping[str, Decimal]]) -> None:
        """How many times the tiers of the same rulebook version earn: ladder -> tier -> factor. Told once, at first."""

    def exact(self, asked: Asked) -> Exact:
        """The points before rounding; zero when there is nothing to give. Must not depend on anything but `asked`."""
        raise NotImplementedError

    def inputs(self, asked: Asked) -> dict[str, Data]:
        """The numbers that `exact` used, kept with the verdict so that it can be explained for ever."""
        raise NotImplementedError

    def tallies(self, occurrence: Occurrence) -> Mapping[str, Window]:
        """What the strategy keeps of a member: names of its own, and the window in which each is looked at."""
        return {}

    def counted(self, asked: Asked) -> Mapping[str, int]:
        """What the event adds to its tallies. Asked when the rule's conditions hold, whether or not it gives points."""
        return {}

    def counted_apart(self, asked: Asked) -> Mapping[str, Mapping[date, int]]:
        """The same for several periods at once, by the first day of each: those that a streak uses up."""
        return {}

    @property
    def also_on(self) -> frozenset[str]:
        """Event types beside the rule's own that it looks at."""
        return frozenset()

    def progress(self, past: Past, rule: str, day: date, joined: date, terms: Terms) -> Progress | None:
        """How far a member who joined on a local day is on another. past: all tallies of the member.

        None: there is nothing to reach.
        """
        return None

    def is_won(self, asked: Asked) -> bool:
        """Whether the event completes something, though it gives no points: a badge comes for that alone."""
        return False

    @property
    def gives_no_points(self) -> bool:
        """Whether there never are points, so that a badge has to come with the rule."""
        return False

    @property
    def win_policy(self) -> WinPolicy | None:
        """What a return does to what was won here; None: what an order gives goes with it."""
        return None

    def goals(self) -> Mapping[str, Window]:
        """The tallies of what is to be done; the others say how often it was won. Where there is a policy of wins."""
        return {}

    def conditions(self) -> Iterable[Condition]:
        """Conditions among its parameters, which may ask for measures."""
        return ()

    def words(self, terms: Terms) -> Sentence:
        """What the strategy gives, for the rulebook page: '1 point for every 1.00 EUR'."""
        raise NotImplementedError

    def explain(self, inputs: dict[str, Data], terms: Terms) -> Sentence:
        """How the points of one entry came about, from the inputs kept with it: '45.20 EUR at 1 point per 1.00 EUR'."""
        raise NotImplementedError

    def explain_nothing(self, inputs: dict[str, Data], terms: Terms) -> Sentence | None:
        """Why the strategy gave exactly zero; None: `explain` already says it."""
        return None
