"""A challenge: one goal or several, within a time; points when all are met."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from regulars.domain.earning.conditions import Condition
from regulars.domain.earning.contracts import Data, Line, Occurrence
from regulars.domain.earning.counting import CompiledCounting
from regulars.domain.earning.example import Bought, Example, Happened, Word
from regulars.domain.earning.measures import NO_MEASURES, Counting
from regulars.domain.earning.needs import Need
from regulars.domain.earning.past import Past
from regulars.domain.earning.progress import Goal, Progress
from regulars.domain.earning.strategy import Asked, EarnStrategy, StrategyParameters, Terms, rule_key
from regulars.domain.earning.win_policy import WinPolicy, win_policies
from regulars.domain.earning.windows import LIFETIME, Window, parse_window
from regulars.domain.earning.winning.with_order import WithOrder
from regulars.kernel.errors import Refusal
from regulars.kernel.money import decimals_of
from regulars.kernel.periods import Period, parse_period
from regulars.kernel.validation import complaint, refused, unknown_name
from regulars.kernel.words import Money, Sentence, listing

_WON = "won"


class ChallengeGoal(Counting):
    """One thing to do. counts: events, lines, pieces or money. head_start: what is given at the beginning."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$", description="Stable short name of the goal")
    name: str = Field(min_length=1, max_length=120, description="What is to be done, as members read it")
    counts: Literal["events", "lines", "pieces", "amount"] = Field(default="events", description="What is counted")
    target: Decimal = Field(gt=0, le=1_000_000_000, decimal_places=4, description="How many, or how much money")
    head_start: Decimal = Field(default=Decimal(0), ge=0, decimal_places=4, description="What everybody begins with")

    @model_validator(mode="after")
    def _can_be_counted(self) -> Self:
        if self.counts != "amount" and (self.target != int(self.target) or self.head_start != int(self.head_start)):
            raise complaint("only money is counted in parts", "Use whole numbers for target and head start.")
        if self.head_start >= self.target:
            raise complaint(
                f"a head start of {self.head_start} meets the target of {self.target} before anything was done",
                "Use a smaller head start.",
            )
        try:
            CompiledCounting(self, places=2, measures=NO_MEASURES)
        except ValueError as error:
            raise complaint(str(error).rstrip("."), "Ask for the event, its lines or the member.") from None
        return self


def _names_of_policies(schema: dict[str, Any]) -> None:
    schema["enum"] = sorted(win_policies())


class ChallengeParameters(StrategyParameters):
    """goals: all of them have to be met. points: none where a badge is all that comes. starts_on, ends_on: local days,
    both count. within: instead of dates, how far back counts, such as 30 days. after_joining: for how long after the
    member has joined. again: whether it can be completed several times; progress beyond it carries over. on_return:
    what a return does to the reward.
    """

    points: int = Field(
        default=0, ge=0, le=1_000_000_000, description="How many points for the whole challenge; none: a badge alone"
    )
    goals: tuple[ChallengeGoal, ...] = Field(min_length=1, max_length=10, description="What is to be done")
    starts_on: date | None = Field(default=None, description="The first day that counts")
    ends_on: date | None = Field(default=None, description="The last day that counts")
    within: str = Field(default="lifetime", description="How far back counts, such as 30 days")
    after_joining: str | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="For how long after joining it counts, such as 30 days",
    )
    again: bool = Field(default=False, description="Whether it can be completed again")
    on_return: str = Field(
        default=WithOrder.name,
        exclude_if=lambda value: value == WithOrder.name,
        description="What a return does to the reward: with_order, keep, or recount",
        json_schema_extra=_names_of_policies,
    )

    @field_validator("within")
    @classmethod
    def _is_window(cls, value: str) -> str:
        try:
            parse_window(value, field="within")
        except Refusal as refusal:
            raise refused(refusal) from None
        return value

    @field_validator("after_joining")
    @classmethod
    def _is_period(cls, value: str | None) -> str | None:
        try:
            if value is not None and parse_period(value, field="after_joining") == Period():
                raise complaint("nothing counts within no time", "Write a longer time, such as 30 days.")
        except Refusal as refusal:
            raise refused(refusal) from None
        return value

    @field_validator("on_return")
    @classmethod
    def _policy_is_known(cls, value: str) -> str:
        if value not in win_policies():
            raise unknown_name("policy", value, win_policies())
        return value

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise complaint(
                f"it ends on {self.ends_on}, before it starts on {self.starts_on}",
                "Let it end later, or start earlier.",
            )
        if self.again and parse_window(self.within) != LIFETIME:
            raise complaint("a challenge within a time is completed once", "Leave out again, or within.")
        if self.again and not win_policies()[self.on_return].goes_with_order:
            raise complaint(
                "what is completed again and again is not won back: stamps that came back are owed instead",
                "Leave out on_return, or again.",
            )
        if len({goal.id for goal in self.goals}) < len(self.goals):
            raise complaint("two goals have the same id", "Give each goal an id of its own.")
        return self


class Challenge(EarnStrategy):
    """Three coffees and one review in May give 100 points: the event that meets the last goal brings them.

    Goals may count events of several types; each adds to its own tally. Money is counted in the currency's smallest
    unit. A head start is shown as what it is. A challenge that was completed counts on and gives nothing more; one
    that is over counts nothing.

    What comes back counts no more. The points go with the order that completed the challenge (with_order), stay
    whatever comes back (keep), or go when less is left than the goals ask for (recount).
    """

    name = "challenge"
    title = "A challenge"
    Parameters = ChallengeParameters
    remembers = True
    need = Need.return_
    example = Example(
        {
            "points": 100,
            "goals": [
                {"id": "coffees", "name": Word("Three coffees"), "counts": "pieces", "target": 3,
                 "lines": {"field": "line.category", "is": Word("coffee")}},
                {"id": "review", "name": Word("One review"), "of": "review.written", "target": 1},
            ],
        },
        (
            Happened((Bought(Word("coffee"), "6.40", 2), Bought(Word("cake"), "3.80"))),
            Happened(type="review.written", what=Word("a review"), day=1),
            Happened((Bought(Word("coffee"), "3.20"),), day=4),
        ),
    )  # fmt: skip
    when_returned = Sentence(
        "What comes back counts no more. Whether the reward of a challenge that was completed goes too, you choose with"
        " on_return: with the order that completed it, never, or when less is left than the goals ask for."
    )

    def __init__(self, parameters: ChallengeParameters) -> None:
        self._parameters = parameters
        self._window = parse_window(parameters.within)
        self._policy = win_policies()[parameters.on_return]
        self._joining = None if parameters.after_joining is None else parse_period(parameters.after_joining)
        self._goals = {goal.id: self._window for goal in parameters.goals}
        self._tallies = self._goals | {_WON: LIFETIME}
        self._compiled: dict[int, list[CompiledCounting]] = {}

    @property
    def win_policy(self) -> WinPolicy:
        return self._policy

    @property
    def gives_no_points(self) -> bool:
        return self._parameters.points == 0

    def is_won(self, asked: Asked) -> bool:
        return self._parameters.points == 0 and self._wins(asked) > 0

    def goals(self) -> dict[str, Window]:
        return self._goals

    @property
    def also_on(self) -> frozenset[str]:
        return frozenset(event for goal in self._parameters.goals for event in goal.of)

    def conditions(self) -> Iterable[Condition]:
        return [each for goal in self._parameters.goals for each in (goal.when, goal.lines) if each is not None]

    def exact(self, asked: Asked) -> Decimal:
        return Decimal(self._wins(asked) * self._parameters.points)

    def tallies(self, occurrence: Occurrence) -> dict[str, Window]:
        return self._tallies

    def counted(self, asked: Asked) -> dict[str, int]:
        return self._added(asked) | {_WON: self._wins(asked)}

    def inputs(self, asked: Asked) -> dict[str, Data]:
        added = self._added(asked)
        return {goal.id: self._before(asked, goal) + added[goal.id] for goal in self._parameters.goals}

    def progress(self, past: Past, rule: str, day: date, joined: date, terms: Terms) -> Progress:
        places = decimals_of(terms.currency)
        times = past.total(rule_key(rule, _WON, LIFETIME), *LIFETIME.span(day))
        goals = []
        for goal in self._parameters.goals:
            need = _units(goal, goal.target, places)
            have = past.total(rule_key(rule, goal.id, self._window), *self._window.span(day))
            start = _units(goal, goal.head_start, places)
            have += start
            if self._parameters.again:
                have = max(have - times * need, 0)
            name = Sentence("{name}", {"name": goal.name})
            given = start if times == 0 else 0
            goals.append(Goal(name, have, need, is_money=goal.counts == "amount", given=given))
        ends = self._last_day(joined)
        is_over = (times > 0 and not self._parameters.again) or (ends is not None and day > ends)
        return Progress(
            rule, "challenge", goals, times=times, starts_on=self._parameters.starts_on, ends_on=ends, is_over=is_over
        )

    def words(self, terms: Terms) -> Sentence:
        goals = listing([_goal_words(goal, terms) for goal in self._parameters.goals])
        if self._parameters.points:
            values = {"points": self._parameters.points, "goals": goals}
            words = Sentence("{points} for doing all of this: {goals}", values)
        else:
            words = Sentence("a badge for doing all of this: {goals}", {"goals": goals})
        if self._window.grain != "ever":
            words = Sentence("{rest}, {window}", {"rest": words, "window": self._window.words()})
        if self._parameters.starts_on is not None:
            words = Sentence("{rest}, from {start}", {"rest": words, "start": self._parameters.starts_on})
        if self._parameters.ends_on is not None:
            words = Sentence("{rest}, until {end}", {"rest": words, "end": self._parameters.ends_on})
        if self._joining is not None:
            values = {"rest": words, "period": str(self._joining)}
            words = Sentence("{rest}, within {period} of joining", values)
        if not self._policy.goes_with_order:
            words = Sentence("{rest}; {policy}", {"rest": words, "policy": self._policy.words()})
        return words

    def explain(self, inputs: dict[str, Data], terms: Terms) -> Sentence:
        return Sentence("all of it is done: {goals}", {"goals": self._state(inputs, terms)})

    def explain_nothing(self, inputs: dict[str, Data], terms: Terms) -> Sentence | None:
        return Sentence("so far: {goals}", {"goals": self._state(inputs, terms)})

    def _state(self, inputs: dict[str, Data], terms: Terms) -> Sentence:
        places = decimals_of(terms.currency)
        said: list[Sentence | str] = []
        for goal in self._parameters.goals:
            have, need = int(str(inputs.get(goal.id, 0))), _units(goal, goal.target, places)
            values = {"name": goal.name, "have": _shown(goal, have, terms), "need": _shown(goal, need, terms)}
            said.append(Sentence("{name}: {have} of {need}", values))
        return listing(said)

    def _wins(self, asked: Asked) -> int:
        """How often the event completes the challenge."""
        if not self._is_on(asked):
            return 0
        added, places, kept = self._added(asked), asked.occurrence.places, asked.kept(_WON, LIFETIME)
        if kept > 0 and not self._parameters.again:
            return 0
        after = min(
            (self._before(asked, goal) + added[goal.id]) // _units(goal, goal.target, places)
            for goal in self._parameters.goals
        )
        # Less what was completed before: what comes back and is bought anew completes nothing a second time.
        return max(after - kept, 0) if self._parameters.again else int(after > 0)

    def _is_on(self, asked: Asked) -> bool:
        start = self._parameters.starts_on
        end = self._parameters.ends_on if self._joining is None else self._last_day(_joined(asked))
        return (start is None or asked.day >= start) and (end is None or asked.day <= end)

    def _last_day(self, joined: date) -> date | None:
        """The last day that counts for a member who joined on that local day."""
        ends = self._parameters.ends_on
        if self._joining is None:
            return ends
        own = self._joining.after(joined)
        return own if ends is None else min(own, ends)

    def _before(self, asked: Asked, goal: ChallengeGoal) -> int:
        return asked.kept(goal.id, self._window) + _units(goal, goal.head_start, asked.occurrence.places)

    def _added(self, asked: Asked) -> dict[str, int]:
        if asked.counted is None:
            asked.counted = self._count(asked)
        return asked.counted

    def _count(self, asked: Asked) -> dict[str, int]:
        places = asked.occurrence.places
        if places not in self._compiled:
            self._compiled[places] = [
                CompiledCounting(goal, places=places, measures=NO_MEASURES) for goal in self._parameters.goals
            ]
        is_on = self._is_on(asked)
        return {
            goal.id: self._counts(goal, counting, asked) if is_on else 0
            for goal, counting in zip(self._parameters.goals, self._compiled[places], strict=True)
        }

    def _counts(self, goal: ChallengeGoal, counting: CompiledCounting, asked: Asked) -> int:
        event = asked.occurrence
        if not counting.holds(asked.member, event):
            return 0
        lines: list[Line] | None = None if asked.lines is None else list(asked.lines)
        chosen = counting.chosen(asked.member, event, event.lines if lines is None else lines)
        lines = lines if chosen is None else chosen
        if lines is not None and not lines:
            return 0
        if goal.counts == "events":
            return 1
        if goal.counts == "amount":
            return event.amount_minor if lines is None else sum(line.amount_minor for line in lines)
        counted = event.lines if lines is None else lines
        return len(counted) if goal.counts == "lines" else int(sum((each.quantity for each in counted), Decimal(0)))


def _joined(asked: Asked) -> date:
    return asked.member.enrolled_at.astimezone(asked.occurrence.local.tzinfo).date()


def _units(goal: ChallengeGoal, value: Decimal, places: int) -> int:
    return int(value.scaleb(places)) if goal.counts == "amount" else int(value)


def _shown(goal: ChallengeGoal, units: int, terms: Terms) -> object:
    if goal.counts != "amount":
        return units
    return Money(Decimal(units).scaleb(-decimals_of(terms.currency)), terms.currency)


def _goal_words(goal: ChallengeGoal, terms: Terms) -> Sentence:
    places = decimals_of(terms.currency)
    values = {"name": goal.name, "need": _shown(goal, _units(goal, goal.target, places), terms)}
    if not goal.head_start:
        return Sentence("{name} ({need})", values)
    given = {"given": _shown(goal, _units(goal, goal.head_start, places), terms)}
    return Sentence("{name} ({need}, of which {given} are given at the start)", values | given)
