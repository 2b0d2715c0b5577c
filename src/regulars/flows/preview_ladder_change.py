"""What a rulebook with another ladder would mean for the members who are there: who moves up, who down. Reads only."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.members.queries import enrolled_at_of
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.domain.programmes.rulebook import Rulebook
from regulars.domain.tiers.queries import standings_of, standings_on
from regulars.domain.tiers.rungs import Rungs
from regulars.domain.tiers.standing import Climber, Standing
from regulars.flows.review_tiers import balances_on
from regulars.kernel.clock import EARLIEST, local_day, start_of_day
from regulars.kernel.money import decimals_of

_PAGE = 2_000
_SAMPLE = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """One member who would move. from_tier, to_tier: as members call them."""

    member_id: UUID
    from_tier: str
    to_tier: str


@dataclass(frozen=True, slots=True)
class LadderChange:
    """One ladder that differs from the one before. up, down, same: members, by what has counted until now.

    moves: (from, to) as members call the tiers -> members. samples: a few who move. Down is what the score says; when
    it happens, and how far, the ladder's policy decides at the next review.
    """

    ladder: str
    name: str
    up: int
    down: int
    same: int
    moves: dict[tuple[str, str], int]
    samples: tuple[Sample, ...]


def preview_ladder_change(
    conn: psycopg.Connection[Any], rulebook: Rulebook, *, of: Programme, effective_from: datetime, now: datetime
) -> list[LadderChange]:
    """By ladder, beside the version that it would follow; empty where no ladder that is there changes."""
    rules = shelf(conn, programme_id=of.id)
    if not rules.starts or rules.starts[0] > effective_from:
        return []
    before = {each.id: each for each in rules.in_force(effective_from).rungs}
    places = decimals_of(of.currency)
    day = local_day(max(effective_from, now), of.time_zone)
    return [
        _change(conn, rules, before[ladder.id], Rungs(ladder, places=places), day=day)
        for ladder in rulebook.ladders
        if ladder.id in before and before[ladder.id].ladder != ladder
    ]


def _change(conn: psycopg.Connection[Any], rules: Shelf, old: Rungs, new: Rungs, *, day: date) -> LadderChange:
    moves: Counter[tuple[str, str]] = Counter()
    directions: Counter[int] = Counter()
    samples: list[Sample] = []
    after = None
    while True:
        page = standings_on(conn, programme_id=rules.programme.id, ladder=old.id, after=after, limit=_PAGE)
        if not page:
            break
        after = page[-1].member_id
        scores = _scores(conn, rules, new, [each.member_id for each in page], day=day)
        for each in page:
            held = max(old.position(each.tier), 0)
            # A tier that is gone is compared by its place on the ladder.
            now_at = new.position(each.tier) if new.position(each.tier) >= 0 else min(held, len(new.ids) - 1)
            reached = new.reached(scores[each.member_id])
            directions[(reached > now_at) - (reached < now_at)] += 1
            if reached != now_at:
                step = (old.ladder.tiers[held].name, new.ladder.tiers[reached].name)
                moves[step] += 1
                if moves[step] <= _SAMPLE:
                    samples.append(Sample(each.member_id, *step))
    return LadderChange(
        new.id, new.ladder.name, directions[1], directions[-1], directions[0], dict(moves), tuple(samples)
    )


def _scores(
    conn: psycopg.Connection[Any], rules: Shelf, new: Rungs, members: list[UUID], *, day: date
) -> dict[UUID, int]:
    """What would count on that day on the new ladder."""
    if new.metric.follows_balance:
        return balances_on(conn, rules, new, members)
    zone = rules.programme.time_zone
    joined = enrolled_at_of(conn, members=members)
    found = {
        key[0]: each for key, each in standings_of(conn, [each.bytes for each in members]).items() if key[1] == new.id
    }
    since = {each.bytes: _since(new, found[each.bytes], Climber(joined[each], zone), day) for each in members}
    until = start_of_day(date(9998, 1, 1), zone)
    spans = [(each, start_of_day(max(first, EARLIEST.date()), zone), until) for each, first in since.items()]
    scores = dict.fromkeys(members, 0)
    for member, _, amount in new.metric.past(conn, spans, ground=rules.ground):
        scores[UUID(bytes=member)] += amount
    return scores


def _since(new: Rungs, standing: Standing, climber: Climber, day: date) -> date:
    return new.counted_from(day, climber.anchors(standing, new))
