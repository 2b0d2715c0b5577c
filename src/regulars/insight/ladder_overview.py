"""The ladders of a programme with everybody on them: how many on each tier, who is about to lose one, who to reach one.

Read only. Members who are part of another are not counted: they stand where that one does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.members.queries import enrolled_at_of, names_of
from regulars.domain.programmes.queries import Shelf
from regulars.domain.tiers.contracts import Changeover
from regulars.domain.tiers.projection import project
from regulars.domain.tiers.queries import changeovers, close_to, losing_by, placed_by_tier, standings_of
from regulars.domain.tiers.rungs import Rungs
from regulars.domain.tiers.standing import Climber
from regulars.insight.standing_view import counted_until
from regulars.kernel.clock import local_day

SOON = timedelta(days=30)
SHOWN = 10
_ASKED = 200
_CLOSE_PERCENT = 80


@dataclass(frozen=True, slots=True)
class Losing:
    """A member who is about to lose a tier. on: the first day without it. tier, lower: positions on the ladder."""

    member_id: UUID
    name: str
    tier: int
    lower: int
    on: date


@dataclass(frozen=True, slots=True)
class Reaching:
    """A member who has most of what the next tier needs. missing: minor units or points. next: its position."""

    member_id: UUID
    name: str
    next: int
    missing: int


@dataclass(frozen=True, slots=True)
class LadderOverview:
    """One ladder. members: on each tier, from the lowest. losing: within 30 days, some; reaching: the closest.

    change: how far its last change has come, None where it never changed.
    """

    rungs: Rungs
    members: tuple[int, ...]
    losing: tuple[Losing, ...]
    reaching: tuple[Reaching, ...]
    change: Changeover | None

    @property
    def can_go_back(self) -> bool:
        """Whether there is a change to take back."""
        return self.rungs.before is not None


def ladder_overviews(conn: psycopg.Connection[Any], rules: Shelf, *, now: datetime) -> list[LadderOverview]:
    """One for each ladder of the version in force; of the first version before that is in force."""
    if not rules.rulebooks:
        return []
    changes = changeovers(conn, programme_id=rules.programme.id)
    return [
        LadderOverview(
            rungs,
            _members(conn, rules, rungs),
            _losing(conn, rules, rungs, now=now),
            _reaching(conn, rules, rungs),
            next((each for each in changes if each.ladder == rungs.id), None),
        )
        for rungs in rules.in_force(max(now, rules.starts[0])).rungs
    ]


def _members(conn: psycopg.Connection[Any], rules: Shelf, rungs: Rungs) -> tuple[int, ...]:
    found = placed_by_tier(conn, programme_id=rules.programme.id, ladder=rungs.id)
    return tuple(found.get(tier, 0) for tier in rungs.ids)


def _losing(conn: psycopg.Connection[Any], rules: Shelf, rungs: Rungs, *, now: datetime) -> tuple[Losing, ...]:
    zone = rules.programme.time_zone
    today = local_day(now, zone)
    members = losing_by(
        conn, programme_id=rules.programme.id, ladder=rungs.id, lowest=rungs.ids[0], day=today + SOON, limit=_ASKED
    )
    joined, names = enrolled_at_of(conn, members=members), names_of(conn, member_ids=members)
    held = {key[0]: each for key, each in standings_of(conn, [each.bytes for each in members]).items()}
    found = []
    for member in members:
        standing, climber = held[member.bytes], Climber(joined[member], zone)
        counted = counted_until(conn, rules, rungs, member, standing, now=now)
        coming = project(standing, rungs, today=today, counted=counted, at=now, climber=climber)
        tier, lower = rungs.position(coming.now.tier), rungs.position(coming.moves_to)
        if coming.moves_on is not None and lower < tier and coming.moves_on <= today + SOON:
            found.append(Losing(member, names.get(member, ""), tier, lower, coming.moves_on))
        if len(found) == SHOWN:
            break
    return tuple(sorted(found, key=lambda each: each.on))


def _reaching(conn: psycopg.Connection[Any], rules: Shelf, rungs: Rungs) -> tuple[Reaching, ...]:
    found: list[Reaching] = []
    for position, tier in enumerate(rungs.ids):
        above = rungs.above(position)
        if above is None:
            continue
        goal = rungs.thresholds[above]
        close = close_to(
            conn, programme_id=rules.programme.id, ladder=rungs.id, tier=tier, since=goal * _CLOSE_PERCENT // 100,
            below=goal, limit=SHOWN,
        )  # fmt: skip
        names = names_of(conn, member_ids=[member for member, _ in close])
        found += [Reaching(member, names.get(member, ""), above, goal - score) for member, score in close]
    return tuple(found)
