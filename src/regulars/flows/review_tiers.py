"""Standings that can change by themselves are reviewed: what left the window is taken off, and the ladder decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.ledger.contracts import Balance
from regulars.domain.ledger.queries import balances
from regulars.domain.members.commands import lock_members
from regulars.domain.members.contracts import MemberStatus
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.domain.tiers.commands import end_past_assignments, record_changes, write_standings
from regulars.domain.tiers.contracts import ChangeCause, NewChange
from regulars.domain.tiers.queries import due_for_review, standings_of, standings_on
from regulars.domain.tiers.rungs import Rungs
from regulars.domain.tiers.standing import Climber, Standing, review
from regulars.flows.change_ladders import bring_up_to_date
from regulars.flows.desk import faded_scores
from regulars.flows.follow_merges import parts_within
from regulars.kernel.batches import in_batches
from regulars.kernel.clock import EARLIEST, local_day, start_of_day
from regulars.kernel.ids import new_id

_BATCH = 500
_PAGE = 10_000


def review_tiers(conn: psycopg.Connection[Any], *, programme_id: int, now: datetime) -> int:
    """Reviews the standings that are due today, in batches of one transaction each; how many members moved.

    Ladders by balance are left to review_balances. Running it again on the same day changes nothing.
    """
    rules = shelf(conn, programme_id=programme_id)
    today = local_day(now, rules.programme.time_zone)
    moved = 0
    after = None
    while True:
        due = due_for_review(conn, programme_id=programme_id, today=today, after=after, limit=_BATCH)
        if not due:
            end_past_assignments(conn, programme_id=programme_id, today=today, now=now)
            return moved
        after = due[-1]
        with conn.transaction():
            moved += review_members(conn, rules, [member.bytes for member in due], today=today, now=now)


def review_balances(conn: psycopg.Connection[Any], *, programme_id: int, now: datetime) -> int:
    """Reviews the ladders by balance, after what is due has expired; how many members moved.

    Only standings are touched whose balance is another one than they know, or that are due.
    """
    rules = shelf(conn, programme_id=programme_id)
    if not rules.starts or rules.starts[0] > now:
        return 0
    today = local_day(now, rules.programme.time_zone)
    moved = 0
    for rungs in rules.in_force(now).rungs:
        after = None
        while rungs.metric.follows_balance:
            page = standings_on(conn, programme_id=programme_id, ladder=rungs.id, after=after, limit=_PAGE)
            if not page:
                break
            after = page[-1].member_id
            has = balances_on(conn, rules, rungs, [each.member_id for each in page])
            due = [each.member_id for each in page if each.score != has[each.member_id] or each.review_on <= today]
            for batch in in_batches(due, _BATCH):
                members = [member.bytes for member in batch]
                with conn.transaction():
                    moved += review_members(conn, rules, members, today=today, now=now, by_balance=True)
    return moved


def review_members(
    conn: psycopg.Connection[Any],
    rules: Shelf,
    members: list[bytes],
    *,
    today: date,
    now: datetime,
    by_balance: bool = False,
) -> int:
    """Reviews what is due of these members in the caller's transaction; how many moved."""
    locked = lock_members(conn, members)
    parts = {who: [each.duplicate.bytes for each in mine] for who, mine in parts_within(conn, locked).items()}
    members = [each for each in members if locked[each].status != MemberStatus.merged]
    standings = standings_of(conn, members)
    programme = rules.programme
    climbers = {each: Climber(locked[each].enrolled_at, programme.time_zone) for each in members}
    bring_up_to_date(conn, rules, standings, climbers, parts, now=now)
    run = new_id(0).bytes
    changes: list[NewChange] = []
    reviewed: dict[tuple[bytes, str], Standing] = {}
    for rungs in rules.in_force(now).rungs:
        if rungs.metric.follows_balance is not by_balance:
            continue
        mine = {
            key: each
            for key, each in standings.items()
            if key[1] == rungs.id and (by_balance or each.review_on <= today)
        }
        scores = counted_since(conn, rules, rungs, mine, parts, today=today)
        for key, standing in mine.items():
            climber, counted = climbers[key[0]], scores.get(key[0], [])
            steps = review(standing, rungs, today=today, counted=counted, at=now, climber=climber)
            reviewed[key] = standing
            changes += [NewChange(key[0], rungs.id, *step, int(ChangeCause.review), run) for step in steps]
    write_standings(conn, reviewed, organisation_id=programme.organisation_id, programme_id=programme.id)
    record_changes(conn, changes, organisation_id=programme.organisation_id, programme_id=programme.id)
    return len({change.member_id for change in changes})


def balances_on(conn: psycopg.Connection[Any], rules: Shelf, rungs: Rungs, members: Sequence[UUID]) -> dict[UUID, int]:
    """What members have of the points that a ladder by balance counts."""
    number = rules.point_types[rungs.metric.point_types()[0]]
    found = balances(conn, owners=members) if members else {}
    return {member: found.get((member, number), Balance()).available for member in members}


def counted_since(
    conn: psycopg.Connection[Any],
    rules: Shelf,
    rungs: Rungs,
    standings: dict[tuple[bytes, str], Standing],
    parts: Mapping[bytes, Sequence[bytes]],
    *,
    today: date,
) -> dict[bytes, list[tuple[date, int]]]:
    """Everything since the standings were last counted, by local day; of those who are part of a member as well.

    A score by balance is set to what is there. parts: of members, those who are part of them.
    """
    if rungs.metric.follows_balance:
        has = balances_on(conn, rules, rungs, [UUID(bytes=member) for member, _ in standings])
        for (member, _), standing in standings.items():
            standing.score = has[UUID(bytes=member)]
        return {}
    time_zone = rules.programme.time_zone
    until = start_of_day(date.fromordinal(today.toordinal() + 2), time_zone)
    whose = {part: member for member, _ in standings for part in (member, *parts.get(member, ()))}
    spans = [
        (part, start_of_day(max(standings[member, rungs.id].counted_from, EARLIEST.date()), time_zone), until)
        for part, member in whose.items()
    ]
    scores: dict[bytes, list[tuple[date, int]]] = {}
    if spans:
        for part, at, amount in faded_scores(conn, rules, rungs, spans):
            scores.setdefault(whose[part], []).append((local_day(at, time_zone), amount))
    return scores
