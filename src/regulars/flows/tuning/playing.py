"""The lives of a part of the members, each under every candidate: what a process works at a time.

How a life is lived is the back-test's (`flows/backtests/playing.py`); here one reading of it is played many times.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, NamedTuple

import psycopg

from regulars.domain.earning.contracts import BudgetKey, Occurrence
from regulars.domain.events.contracts import ENROLLED, Event
from regulars.domain.ledger.contracts import Account
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.backtests.figures import Figures, sum_of
from regulars.flows.backtests.parts import Side
from regulars.flows.backtests.parts import ran_out as more_than_there_is
from regulars.flows.backtests.playing import Life
from regulars.flows.backtests.reading import Past, Reader, read_bucket
from regulars.flows.backtests.tables import NeedsTables
from regulars.flows.backtests.turning import Turn as VersionTurn
from regulars.flows.backtests.turning import turns_of
from regulars.flows.backtests.wish import Wish
from regulars.flows.budgets import Budgets
from regulars.flows.tuning.candidates import Candidate, Turn, require_something
from regulars.flows.tuning.lever import Ground
from regulars.flows.tuning.outcome import Lives, Member, Outcome
from regulars.flows.tuning.prices import at_prices
from regulars.kernel.clock import EARLIEST, local_day
from regulars.kernel.money import from_minor


class Plan(NamedTuple):
    """What is played, small enough to be sent to other processes. wish: until when, and which members."""

    wish: Wish
    ground: Ground
    turns: tuple[Turn, ...]


@dataclass(slots=True)
class Part:
    """What some buckets came to. left_out: why members could not be played -> how many; all_members: drawn or not.

    drawn: by candidate, what was taken from budgets, as if they never ran out.
    """

    lives: list[Lives] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    all_members: int = 0
    events: int = 0
    drawn: list[dict[BudgetKey, Decimal]] = field(default_factory=list)

    def add(self, other: Part) -> None:
        """Another part."""
        self.lives += other.lives
        self.left_out.update(other.left_out)
        self.all_members += other.all_members
        self.events += other.events
        for at, drawn in enumerate(other.drawn):
            self.draw(at, drawn)

    def draw(self, candidate: int, drawn: dict[BudgetKey, Decimal]) -> None:
        """So much more was taken from budgets under a candidate."""
        while len(self.drawn) <= candidate:
            self.drawn.append({})
        mine = self.drawn[candidate]
        for key, amount in drawn.items():
            mine[key] = mine.get(key, Decimal(0)) + amount


class _KeepingReader(Reader):
    """Reads every event of a member once, for all candidates. What a life writes into is read anew every time."""

    def __init__(self, programme: Programme) -> None:
        super().__init__(programme)
        self.kept: dict[str, tuple[Event, Occurrence]] = {}

    def read(self, body: str) -> tuple[Event, Occurrence]:
        """The event and what the rules see of it."""
        found = self.kept.get(body)
        if found is None:
            found = super().read(body)
            if '"points_used":' not in body:
                self.kept[body] = found
        return found


class _Side(NamedTuple):
    """A candidate ready to be played. wish: the plan's, with the cheapest reward under the candidate.

    bought_with: the ledger's point type that this reward costs; None: there is no reward. turns: what the rules do to
    members who are there when they come. worths: by the ledger's point type, of those that are worth something.
    welcoming: rules that greet who joins.
    """

    candidate: Candidate
    rules: Shelf
    wish: Wish
    bought_with: int | None
    turns: list[VersionTurn]
    worths: dict[int, Decimal]
    welcoming: frozenset[str]


class Bench:
    """Every candidate compiled once, for as many buckets as one likes."""

    def __init__(self, conn: psycopg.Connection[Any], plan: Plan) -> None:
        live = shelf(conn, programme_id=plan.wish.programme_id)
        self._plan = plan
        self._programme = live.programme
        self._sides = [_side(live, each, plan.wish) for each in require_something(plan.ground, plan.turns)]
        self._reader = _KeepingReader(live.programme)
        self._asks_people = any(book.rules.asks_people for each in self._sides for book in each.rules.rulebooks)

    def play(self, conn: psycopg.Connection[Any], buckets: Sequence[int]) -> Part:
        """The members of these buckets that are drawn."""
        part = Part()
        for past in self._pasts(conn, buckets, part):
            self._reader.kept.clear()
            try:
                outcomes, drawn = [], []
                for side in self._sides:
                    outcome, taken = self._lived(side, past)
                    outcomes.append(outcome)
                    drawn.append(taken)
            except NeedsTables as needs:
                part.left_out[str(needs)] += 1
                continue
            part.lives.append(Lives(self._member(past), tuple(outcomes)))
            part.events += len(past.events)
            for at, each in enumerate(drawn):
                part.draw(at, each)
        return part

    def ran_out(self, part: Part) -> list[int]:
        """Candidates under which all members together would have taken more than some budget holds."""
        scale = Decimal(part.all_members) / max(len(part.lives), 1)
        found = []
        for at, drawn in enumerate(part.drawn):
            scaled = {key: amount * scale for key, amount in drawn.items()}
            if more_than_there_is(Side(drawn=scaled), self._sides[at].rules):
                found.append(at)
        return found

    @property
    def asks_people(self) -> bool:
        """Whether rules ask about people, who are seen as they are now."""
        return self._asks_people

    def _pasts(self, conn: psycopg.Connection[Any], buckets: Sequence[int], part: Part) -> Iterator[Past]:
        wish, live = self._plan.wish, self._sides[0].rules
        for bucket in buckets:
            for past in read_bucket(
                conn, programme=self._programme, bucket=bucket, point_types=list(live.point_types.values()),
                with_persons=self._asks_people,
            ):  # fmt: skip
                part.all_members += 1
                if wish.asks(past.member.id):
                    past.events = [each for each in past.events if each.came_at <= wish.until]
                    past.movements = [each for each in past.movements if each.came_at <= wish.until]
                    past.acts = [each for each in past.acts if each.came_at <= wish.until]
                    yield past

    def _lived(self, side: _Side, past: Past) -> tuple[Outcome, dict[BudgetKey, Decimal]]:
        movements = past.movements
        if side.candidate.ground.rewards != self._plan.ground.rewards:
            movements = at_prices(movements, before=self._plan.ground.rewards, after=side.candidate.ground.rewards)
        one = replace(past, movements=movements)
        figures, budgets = Figures(), Budgets({})
        life = Life(side.rules, one, self._reader, figures, budgets=budgets, turns=side.turns, wish=side.wish)
        life.play(until=self._plan.wish.until)
        return _outcome(side, figures, life), life.drawn

    def _member(self, past: Past) -> Member:
        zone, currency = self._programme.time_zone, self._programme.currency
        last = local_day(self._plan.wish.until, zone)
        bought = [
            occurrence
            for event, occurrence in (self._reader.read(each.body) for each in past.events)
            if event.order is not None
        ]
        first = min((each.local.date() for each in bought), default=last)
        return Member(
            orders=len(bought),
            sales=from_minor(sum(each.amount_minor for each in bought), currency),
            days=(last - local_day(past.member.enrolled_at, zone)).days,
            active_days=max((last - first).days, 1),
        )


def _side(live: Shelf, candidate: Candidate, wish: Wish) -> _Side:
    rulebook = Rulebook.model_validate(candidate.ground.document)
    rules = live.under(rulebook, since=EARLIEST)
    cheapest = next((each for each in candidate.ground.rewards if each.point_type in rules.point_types), None)
    return _Side(
        candidate,
        rules,
        replace(wish, reward=None if cheapest is None else (cheapest.point_type, cheapest.price)),
        None if cheapest is None else rules.point_types[cheapest.point_type],
        turns_of(rules, {}),
        {
            rules.point_types[each.id]: worth
            for each in rulebook.point_types
            if (worth := rulebook.worth_of(each)) is not None
        },
        frozenset(each.id for each in rulebook.earn_rules if each.on == ENROLLED),
    )


def _outcome(side: _Side, figures: Figures, life: Life) -> Outcome:
    moved, owner = figures.moved, life.file.id
    earned = expired = left = Decimal(0)
    for number, worth in side.worths.items():
        balance = life.book.balance(owner, number)
        earned += worth * sum_of(moved, number, debit=Account.issued)
        expired += worth * sum_of(moved, number, credit=Account.expired)
        left += worth * (balance.available + balance.held + balance.pending)
    by_rule = {rule: points for (kind, rule), points in figures.rules.items() if kind == side.bought_with}
    return Outcome(
        earned=earned,
        expired=expired,
        left=left,
        reward_day=next(iter(figures.days), None),
        points=sum(by_rule.values()),
        welcome=sum(points for rule, points in by_rule.items() if rule in side.welcoming),
        tiers=tuple((ladder, standing.tier) for ladder, standing in life.file.standings.items()),
    )
