"""Standings that can fall are reviewed: what left the window is taken off, and the ladder's policy decides."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import psycopg

from regulars.domain.members.commands import lock_members
from regulars.domain.merges.contracts import Merge
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.domain.tiers.commands import record_changes, write_standings
from regulars.domain.tiers.contracts import ChangeCause, NewChange
from regulars.domain.tiers.ladder import Rungs
from regulars.domain.tiers.queries import due_for_review, standings_of
from regulars.domain.tiers.standing import Standing, review
from regulars.flows.desk import faded_scores
from regulars.flows.follow_merges import parts_within
from regulars.kernel.clock import local_day, start_of_day
from regulars.kernel.ids import new_id

_BATCH = 500


def review_tiers(conn: psycopg.Connection[Any], *, programme_id: int, now: datetime) -> int:
    """Reviews the standings that are due today, in batches of one transaction each; how many members moved.

    Running it again on the same day changes nothing.
    """
    rules = shelf(conn, programme_id=programme_id)
    today = local_day(now, rules.programme.time_zone)
    moved = 0
    after = None
    while True:
        due = due_for_review(conn, programme_id=programme_id, today=today, after=after, limit=_BATCH)
        if not due:
            return moved
        after = due[-1]
        with conn.transaction():
            moved += _review(conn, rules, [member.bytes for member in due], today=today, now=now)


def _review(conn: psycopg.Connection[Any], rules: Shelf, members: list[bytes], *, today: date, now: datetime) -> int:
    merges = parts_within(conn, lock_members(conn, members))
    standings = standings_of(conn, members)
    programme = rules.programme
    run = new_id(0).bytes
    changes: list[NewChange] = []
    reviewed: dict[tuple[bytes, str], Standing] = {}
    for rungs in rules.in_force(now).rungs:
        mine = {key: each for key, each in standings.items() if key[1] == rungs.id and each.review_on <= today}
        scores = _scores(conn, rules, rungs, mine, merges, today=today)
        for key, standing in mine.items():
            step = review(standing, rungs, today=today, counted=scores.get(key[0], []), at=now)
            reviewed[key] = standing
            if step is not None:
                changes.append(NewChange(key[0], rungs.id, *step, standing.score, now, int(ChangeCause.review), run))
    write_standings(conn, reviewed, organisation_id=programme.organisation_id, programme_id=programme.id)
    record_changes(conn, changes, organisation_id=programme.organisation_id, programme_id=programme.id)
    return len(changes)


def _scores(
    conn: psycopg.Connection[Any],
    rules: Shelf,
    rungs: Rungs,
    standings: dict[tuple[bytes, str], Standing],
    merges: dict[bytes, list[Merge]],
    *,
    today: date,
) -> dict[bytes, list[tuple[date, int]]]:
    """Everything since the standings were last counted, by local day; of those who are part of a member as well."""
    time_zone = rules.programme.time_zone
    until = start_of_day(date.fromordinal(today.toordinal() + 1), time_zone)
    whose = {
        part: member
        for member, _ in standings
        for part in (member, *(each.duplicate.bytes for each in merges.get(member, ())))
    }
    spans = [
        (part, start_of_day(max(standings[member, rungs.id].counted_from, date(1995, 1, 1)), time_zone), until)
        for part, member in whose.items()
    ]
    scores: dict[bytes, list[tuple[date, int]]] = {}
    if spans:
        for part, at, amount in faded_scores(conn, rules, rungs, spans):
            scores.setdefault(whose[part], []).append((local_day(at, time_zone), amount))
    return scores
