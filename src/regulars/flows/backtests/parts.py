"""A part of the history, some buckets, under the live rulebook and under the draft: what a process works at a time."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import psycopg

from regulars.domain.earning.contracts import BudgetKey
from regulars.domain.programmes.queries import Shelf, rulebook_versions, shelf
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.backtests.figures import Figures, MemberFigures, Spread
from regulars.flows.backtests.playing import Life
from regulars.flows.backtests.reading import Past, Reader, read_bucket
from regulars.flows.backtests.segments import Segment, of_one, segments_of
from regulars.flows.backtests.tables import NeedsTables
from regulars.flows.backtests.turning import Turn, turns_of
from regulars.flows.backtests.wish import Wish
from regulars.flows.budgets import Budgets
from regulars.kernel.clock import EARLIEST


@dataclass(slots=True)
class Side:
    """One rulebook: its figures, how members spread, and what was drawn on budgets."""

    figures: Figures = field(default_factory=Figures)
    spread: Spread = field(default_factory=Spread)
    drawn: dict[BudgetKey, Decimal] = field(default_factory=dict)

    def add(self, other: Side) -> None:
        """The figures of another part."""
        self.figures.add(other.figures)
        self.spread.add(other.spread)
        self.draw(other.drawn)

    def draw(self, drawn: Mapping[BudgetKey, Decimal]) -> None:
        """So much more was taken from budgets."""
        for key, amount in drawn.items():
            self.drawn[key] = self.drawn.get(key, Decimal(0)) + amount


@dataclass(slots=True)
class Part:
    """What some buckets came to. change: what members have under the draft, less what they have under the live version.

    segments: (kind, name) -> who is in it. left_out: why members could not be played -> how many. all_members: drawn or
    not.
    """

    live: Side = field(default_factory=Side)
    draft: Side = field(default_factory=Side)
    change: Spread = field(default_factory=Spread)
    segments: dict[tuple[str, str], Segment] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    all_members: int = 0

    def add(self, other: Part) -> None:
        """Another part."""
        self.live.add(other.live)
        self.draft.add(other.draft)
        self.change.add(other.change)
        for key, segment in other.segments.items():
            self.segments.setdefault(key, Segment()).add(segment)
        for reason, count in other.left_out.items():
            self.left_out[reason] += count
        self.all_members += other.all_members


def shelves(conn: psycopg.Connection[Any], wish: Wish) -> list[Shelf]:
    """The live shelf, and beside it that of the draft, where there is one."""
    live = shelf(conn, programme_id=wish.programme_id)
    if wish.document is None:
        return [live]
    return [live, live.under(Rulebook.model_validate(wish.document), since=wish.since or EARLIEST)]


def play_buckets(conn: psycopg.Connection[Any], wish: Wish, buckets: Sequence[int]) -> Part:
    """Plays members one after the other; budgets as if they never ran out, which `Side.drawn` tells afterwards."""
    part, rules = Part(), shelves(conn, wish)
    reader, all_turns = Reader(rules[0].programme), _turns(conn, rules)
    for past in _pasts(conn, wish, rules, buckets, part):
        played: list[tuple[Figures, MemberFigures, Life]] = []
        try:
            for each, turns in zip(rules, all_turns, strict=True):
                figures, budgets = Figures(), Budgets({})
                life = Life(each, past, reader, figures, budgets=budgets, turns=turns, wish=wish)
                played.append((figures, life.play(until=wish.until), life))
        except NeedsTables as needs:
            part.left_out[str(needs)] += 1
            continue
        for side, (figures, own, life) in zip((part.live, part.draft), played, strict=False):
            side.figures.add(figures)
            side.spread.count(own)
            side.draw(life.drawn)
        _compare(part, played, past, rules[0].programme.time_zone)
    return part


def play_in_order(conn: psycopg.Connection[Any], wish: Wish, buckets: Sequence[int]) -> Part:
    """Plays all members together in the order in which events came: exact where a budget runs out."""
    part, rules = Part(), shelves(conn, wish)
    reader = Reader(rules[0].programme)
    pasts = list(_pasts(conn, wish, rules, buckets, part))
    outcomes: list[list[tuple[Figures, MemberFigures, Life] | str]] = []
    for each, turns in zip(rules, _turns(conn, rules), strict=True):
        budgets = Budgets.from_nothing()
        outcomes.append(_together(each, pasts, reader, budgets, turns, wish))
    for past, *played in zip(pasts, *outcomes, strict=True):
        there = [each for each in played if not isinstance(each, str)]
        if len(there) < len(rules):
            part.left_out[next(each for each in played if isinstance(each, str))] += 1
            continue
        for side, (figures, own, _life) in zip((part.live, part.draft), there, strict=False):
            side.figures.add(figures)
            side.spread.count(own)
        _compare(part, there, past, rules[0].programme.time_zone)
    return part


def _together(
    rules: Shelf, pasts: Sequence[Past], reader: Reader, budgets: Budgets, turns: Sequence[Turn], wish: Wish
) -> list[tuple[Figures, MemberFigures, Life] | str]:
    """What came of each; of those who cannot be played, why."""
    figures = [Figures() for _ in pasts]
    lives: list[Life | str] = []
    for past, each in zip(pasts, figures, strict=True):
        try:
            lives.append(Life(rules, past, reader, each, budgets=budgets, turns=turns, wish=wish))
        except NeedsTables as needs:
            lives.append(str(needs))
    streams = [[(step.id, place, step) for step in past.steps()] for place, past in enumerate(pasts)]
    for _, place, step in heapq.merge(*streams, key=lambda each: each[:2]):
        life = lives[place]
        if not isinstance(life, str):
            try:
                life.step(step)
            except NeedsTables as needs:
                lives[place] = str(needs)
    return [
        life if isinstance(life, str) else (each, life.finish(until=wish.until), life)
        for life, each in zip(lives, figures, strict=True)
    ]


def _pasts(
    conn: psycopg.Connection[Any], wish: Wish, rules: Sequence[Shelf], buckets: Sequence[int], part: Part
) -> Iterator[Past]:
    live = rules[0]
    asks_people = any(book.rules.asks_people for each in rules for book in each.rulebooks)
    for bucket in buckets:
        for past in read_bucket(
            conn, programme=live.programme, bucket=bucket, point_types=list(live.point_types.values()),
            with_persons=asks_people,
        ):  # fmt: skip
            part.all_members += 1
            if wish.asks(past.member.id):
                yield _cut(past, wish)


def _turns(conn: psycopg.Connection[Any], rules: Sequence[Shelf]) -> list[list[Turn]]:
    """What new versions do to members who are there, under each of the sides."""
    versions = rulebook_versions(conn, programme_id=rules[0].programme.id)
    published = {each.id: each.published_at for each in versions}
    return [turns_of(each, published) for each in rules]


def _cut(past: Past, wish: Wish) -> Past:
    past.events = [each for each in past.events if each.came_at <= wish.until]
    replays = wish.redemptions.replays
    past.movements = [each for each in past.movements if each.came_at <= wish.until and (replays or not each.spends)]
    past.acts = [each for each in past.acts if each.came_at <= wish.until]
    return past


def _compare(part: Part, played: Sequence[tuple[Figures, MemberFigures, Life]], past: Past, time_zone: str) -> None:
    if len(played) < 2:
        return
    (_, live, life), (_, draft, _) = played
    one = of_one(live.earned, draft.earned)
    part.change.count(MemberFigures(*(after - before for before, after in zip(live, draft, strict=True))))
    for name in segments_of(past, life, time_zone):
        part.segments.setdefault(name, Segment()).add(one)


def ran_out(side: Side, rules: Shelf) -> bool:
    """Whether more was drawn on some budget than it holds: then who came first matters."""
    most: dict[str, Decimal] = {}
    for rulebook in rules.rulebooks:
        for rule in rulebook.rulebook.earn_rules:
            for budget in rulebook.rules.budgets(rule.id):
                if budget.most is not None:
                    most[budget.key] = min(most.get(budget.key, budget.most), budget.most)
    return any(key.key in most and amount > most[key.key] for key, amount in side.drawn.items())
