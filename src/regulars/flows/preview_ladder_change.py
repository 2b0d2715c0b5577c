"""What a rulebook with another ladder would do to the members who are there: the change itself, tried. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2b
from math import ceil, floor, sqrt
from typing import Any, Literal
from uuid import UUID

import psycopg

from regulars.domain.members.contracts import MemberStatus
from regulars.domain.members.queries import enrolled_at_of, names_of, statuses_of
from regulars.domain.merges.queries import parts_by_member
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.domain.programmes.rulebook import Rulebook
from regulars.domain.tiers.changeover import Brought, Way, place_of
from regulars.domain.tiers.queries import count_placed, placed_on, standings_of
from regulars.domain.tiers.rungs import Rungs
from regulars.domain.tiers.standing import NEVER, Climber
from regulars.flows.change_ladders import brought_over
from regulars.flows.look_up import Tables
from regulars.kernel.money import decimals_of

OnChange = Literal["no_downgrade", "apply", "restore"]
_PAGE = 2_000
_SAMPLE = 5
BUCKETS = 256
_Z = 1.96
"""Of the normal distribution, for 95 %."""


@dataclass(frozen=True, slots=True)
class Move:
    """From one tier of their own to another, or kept on it. from_tier, to_tier: as members call them."""

    way: Way
    from_tier: str
    to_tier: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One member who would move, or be kept. until: the last day on which a kept tier is safe, None: for good."""

    member_id: UUID
    name: str
    move: Move
    until: date | None


@dataclass(slots=True)
class LadderChange:
    """One ladder that differs from the one before, as if it were in force now. on_change: what it does.

    up, down, kept, same: members, by the tier of their own; kept: who no longer reaches theirs and has it for now.
    moves: how many of each. samples: a few of each. kept_from, kept_until: the first and the last of the days on which
    kept tiers are safe; None: for good. of: how many are on the ladder, where only a sample of them was looked at.
    """

    ladder: str
    name: str
    on_change: OnChange
    up: int = 0
    down: int = 0
    kept: int = 0
    same: int = 0
    moves: Counter[Move] = field(default_factory=Counter)
    samples: list[Sample] = field(default_factory=list)
    kept_from: date | None = None
    kept_until: date | None = None
    of: int | None = None

    def range_of(self, count: int) -> tuple[int, int]:
        """Between how many of all members so many of the sample are, in 95 of 100 samples (Wilson's interval)."""
        looked = self.members
        if self.of is None or not looked:
            return count, count
        share, spread = count / looked, _Z**2 / looked
        middle = (share + spread / 2) / (1 + spread)
        half = _Z * sqrt(share * (1 - share) / looked + spread / (4 * looked)) / (1 + spread)
        # Those who were looked at are certain.
        least, most = max(floor((middle - half) * self.of), count), ceil((middle + half) * self.of)
        return least, min(most, self.of - looked + count)

    @property
    def members(self) -> int:
        """Everybody who was looked at."""
        return self.up + self.down + self.kept + self.same


def preview_ladder_change(
    conn: psycopg.Connection[Any],
    rulebook: Rulebook,
    *,
    of: Programme,
    effective_from: datetime,
    now: datetime,
    most: int | None = None,
) -> list[LadderChange]:
    """By ladder, beside the version that it would follow; empty where no ladder that is there changes anybody's tier.

    The change is tried as of now, on everybody who is there, also where it is to come later. most: of more members
    than these about so many are looked at, always the same ones, so that a page does not keep its reader waiting.
    """
    rules = shelf(conn, programme_id=of.id)
    return [
        _tried(conn, rules, new, most=most)
        for new in ladders_to_come(rules, rulebook, effective_from=effective_from, now=now)
    ]


def ladders_to_come(rules: Shelf, rulebook: Rulebook, *, effective_from: datetime, now: datetime) -> list[Rungs]:
    """The ladders of the rulebook that would take another's place."""
    if not rules.starts or rules.starts[0] > effective_from:
        return []
    before = {each.id: each for each in rules.in_force(effective_from).rungs}
    version = 1 + max(each.version for each in rules.rulebooks)
    found = []
    for ladder in rulebook.ladders:
        new = Rungs(ladder, places=decimals_of(rulebook.currency))
        new.follow(before.get(ladder.id), version=version, at=now)
        if new.form == version and new.before is not None:
            found.append(new)
    return found


def _tried(conn: psycopg.Connection[Any], rules: Shelf, new: Rungs, *, most: int | None) -> LadderChange:
    change = LadderChange(new.id, new.ladder.name, new.ladder.on_change)
    there = 0 if most is None else count_placed(conn, programme_id=rules.programme.id, ladder=new.id)
    buckets: list[int] | None = None
    if most is not None and there > most:
        change.of, buckets = there, sampled_buckets(new.id, most / there)
    for found in _pages(conn, rules, new, buckets):
        seen: list[tuple[bytes, Move, date | None]] = []
        for member, steps in found.items():
            last = steps[-1]
            setattr(change, last.way, getattr(change, last.way) + 1)
            if last.way == "same":
                continue
            move, until = _move(last, new), last.standing.kept_until
            change.moves[move] += 1
            if last.way == "kept":
                change.kept_from = min(change.kept_from or NEVER, until)
                change.kept_until = max(change.kept_until or date.min, until)
            if change.moves[move] <= _SAMPLE:
                seen.append((member, move, until if last.way == "kept" and until != NEVER else None))
        names = names_of(conn, member_ids=[UUID(bytes=member) for member, _, _ in seen]) if seen else {}
        change.samples += [
            Sample(who, names.get(who, ""), move, until)
            for member, move, until in seen
            for who in (UUID(bytes=member),)
        ]
    change.kept_from = None if change.kept_from == NEVER else change.kept_from
    change.kept_until = None if change.kept_until == NEVER else change.kept_until
    return change


def sampled_buckets(ladder: str, share: float) -> list[int]:
    """So many of the 256 buckets as make the share, at least one: always the same ones for a ladder.

    Members are in a bucket by chance, so that a bucket is a sample.
    """
    by_chance = sorted(range(BUCKETS), key=lambda each: blake2b(f"{ladder}:{each}".encode(), digest_size=8).digest())
    return sorted(by_chance[: max(int(BUCKETS * share), 1)])


def _pages(
    conn: psycopg.Connection[Any], rules: Shelf, new: Rungs, buckets: list[int] | None
) -> Iterator[dict[bytes, list[Brought]]]:
    """What the change would do to everybody, or to those in the buckets, page by page.

    Who is part of another member is left out.
    """
    for members in _placed(conn, rules, new, buckets):
        ids = [UUID(bytes=each) for each in members]
        statuses, joined = statuses_of(conn, member_ids=ids), enrolled_at_of(conn, members=ids)
        there = [each.bytes for each in ids if statuses[each] != MemberStatus.merged]
        climbers = {each: Climber(joined[UUID(bytes=each)], rules.programme.time_zone) for each in there}
        held = {who: each for (who, ladder), each in standings_of(conn, there).items() if ladder == new.id}
        yield brought_over(Tables(conn), rules, new, held, climbers, parts_by_member(conn, members=there))


def _placed(
    conn: psycopg.Connection[Any], rules: Shelf, new: Rungs, buckets: list[int] | None
) -> Iterator[list[bytes]]:
    place: dict[str, Any] = {"programme_id": rules.programme.id, "ladder": new.id, "limit": _PAGE}
    for bucket in [None] if buckets is None else buckets:
        # They are in the order of buckets: right before the first of this one.
        after = None if bucket is None else bytes(15) + bytes([bucket])
        while True:
            found = placed_on(conn, after=after, **place)
            page = [each for each in found if bucket is None or each[15] == bucket]
            if page:
                yield page
                after = page[-1]
            if len(page) < _PAGE:
                break


def _move(last: Brought, new: Rungs) -> Move:
    old = new.before
    assert old is not None, "what was tried took another's place"
    names = {each.id: each.name for each in old.ladder.tiers}
    from_tier = names.get(last.before.own, new.ladder.tiers[place_of(last.before.own, old, new)].name)
    to_tier = new.ladder.tiers[new.position(last.standing.own)].name
    return Move(last.way, from_tier, to_tier)
