"""Tiers and histories of members who become one, and of one who becomes two again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import psycopg

from regulars.domain.events.commands import write_histories
from regulars.domain.events.contracts import History
from regulars.domain.events.queries import counted_histories
from regulars.domain.merges.contracts import Merge
from regulars.domain.programmes.queries import Shelf
from regulars.domain.tiers.commands import record_changes, write_standings
from regulars.domain.tiers.contracts import ChangeCause, NewChange
from regulars.domain.tiers.queries import standings_of
from regulars.domain.tiers.rungs import Rungs
from regulars.domain.tiers.standing import NEVER, Climber, Standing, first_standing
from regulars.flows.desk import faded_scores
from regulars.kernel.clock import EARLIEST, local_day, start_of_day

Standings = dict[str, Standing]
"""By ladder."""

KEPT, DUPLICATE = "kept", "duplicate"


def standings_text(before: dict[bytes, Standings], *, kept: bytes, duplicate: bytes) -> str:
    """The standings of both, as a merge keeps them."""
    both = {KEPT: before.get(kept, {}), DUPLICATE: before.get(duplicate, {})}
    told = {who: {ladder: asdict(each) for ladder, each in mine.items()} for who, mine in both.items()}
    return msgspec.json.encode(told).decode()


def standings_before(merge: Merge) -> dict[str, Standings]:
    """The standings of KEPT and DUPLICATE just before the merge."""
    return msgspec.json.decode(merge.standings, type=dict[str, dict[str, Standing]])


def read_standings(conn: psycopg.Connection[Any], members: Sequence[bytes]) -> dict[bytes, Standings]:
    """Standings by member and ladder. The members must be locked."""
    found: dict[bytes, Standings] = {}
    for (member, ladder), standing in standings_of(conn, members).items():
        found.setdefault(member, {})[ladder] = standing
    return found


def join_standings(
    conn: psycopg.Connection[Any],
    rules: Shelf,
    merge: Merge,
    before: dict[bytes, Standings],
    parts: Sequence[bytes],
    *,
    now: datetime,
) -> Standings:
    """Writes the standings of the one person: the higher tier, or what both pasts together reach; scores anew.

    parts: everybody whose past counts. The review of the next night looks at the tier as on any other day.
    """
    kept, duplicate = merge.kept.bytes, merge.duplicate.bytes
    today = local_day(now, rules.programme.time_zone)
    joined: Standings = {}
    for rungs in rules.in_force(now).rungs:
        both = [mine[rungs.id] for who in (kept, duplicate) if rungs.id in (mine := before.get(who, {}))]
        if not both:
            continue
        best = min(both, key=lambda each: (-rungs.position(each.own), each.since))
        standing = _with_tier_of(before.get(kept, {}).get(rungs.id), best, rungs)
        counted_from = max(each.counted_from for each in both)
        if not rungs.metric.follows_balance:
            score = _score(conn, rules, rungs, parts, counted_from)
            standing = replace(standing, score=score, counted_from=counted_from)
        joined[rungs.id] = _lifted(standing, rungs, today=today, now=now)
    resting = {ladder: replace(each, review_on=NEVER) for ladder, each in before.get(duplicate, {}).items()}
    _write(conn, rules, {kept: joined, duplicate: resting})
    cause = int(ChangeCause.merge), merge.id.bytes
    _record(conn, rules, kept, before.get(kept, {}), joined, cause=cause, now=now)
    return joined


def part_standings(
    conn: psycopg.Connection[Any],
    rules: Shelf,
    merge: Merge,
    parts: dict[bytes, Sequence[bytes]],
    *,
    now: datetime,
) -> None:
    """Writes the standings of both again: as they were, with what counts for each of them alone.

    parts: whose past counts for each of the two. A tier is not lost by it, and one that the own score reaches is given.
    """
    today = local_day(now, rules.programme.time_zone)
    was = standings_before(merge)
    members = {KEPT: merge.kept.bytes, DUPLICATE: merge.duplicate.bytes}
    current = read_standings(conn, list(members.values()))
    written: dict[bytes, Standings] = {}
    for who, member in members.items():
        mine = written[member] = {}
        for rungs in rules.in_force(now).rungs:
            held = was[who].get(rungs.id)
            if held is None and rungs.id not in current.get(member, {}):
                continue
            if held is None:
                held = first_standing(rungs, at=now, day=today, climber=Climber(now, rules.programme.time_zone))
            followed = rungs.metric.follows_balance
            score = held.score if followed else _score(conn, rules, rungs, parts[member], held.counted_from)
            same = score == held.score
            mine[rungs.id] = held if same else _lifted(replace(held, score=score), rungs, today=today, now=now)
        cause = int(ChangeCause.merge_undone), merge.id.bytes
        _record(conn, rules, member, current.get(member, {}), mine, cause=cause, now=now)
    _write(conn, rules, written)


def join_histories(
    conn: psycopg.Connection[Any], rules: Shelf, parts: dict[bytes, Sequence[bytes]]
) -> dict[bytes, History]:
    """Writes the histories of members, counted anew over all who are part of each."""
    everybody = {part for mine in parts.values() for part in mine}
    counted = counted_histories(conn, sorted(everybody))
    histories = {member: _sum([counted[part] for part in mine]) for member, mine in parts.items()}
    place = {"organisation_id": rules.programme.organisation_id, "programme_id": rules.programme.id}
    write_histories(conn, histories, **place)
    return histories


def _sum(histories: Sequence[History]) -> History:
    first = [each.first_order_at for each in histories if each.first_order_at is not None]
    last = [each.last_order_at for each in histories if each.last_order_at is not None]
    return History(
        sum(each.events for each in histories),
        sum(each.orders for each in histories),
        sum(each.spent_minor for each in histories),
        min(first, default=None),
        max(last, default=None),
    )


def _with_tier_of(standing: Standing | None, best: Standing, rungs: Rungs) -> Standing:
    """The kept member's standing with the better tier of the two; what staff gave stays with whom it was given to."""
    if standing is None:
        return replace(best, tier=best.own, earned="", assigned="", assigned_until=NEVER)
    if standing.assigned and rungs.position(standing.tier) > rungs.position(best.own):
        return replace(standing, earned=best.own)
    return replace(standing, tier=best.own, since=best.since, earned="")


def _lifted(standing: Standing, rungs: Rungs, *, today: date, now: datetime) -> Standing:
    """With the tier that the score reaches, if it is higher; looked at by the next night's review."""
    reached = rungs.reached(standing.score)
    if reached > rungs.position(standing.tier):
        standing = replace(standing, tier=rungs.ids[reached], since=now, earned="")
    can_fall = rungs.position(standing.tier) > 0
    return replace(standing, review_on=today + timedelta(days=1) if can_fall else NEVER)


def _score(
    conn: psycopg.Connection[Any], rules: Shelf, rungs: Rungs, parts: Sequence[bytes], counted_from: date
) -> int:
    time_zone = rules.programme.time_zone
    since = start_of_day(max(counted_from, EARLIEST.date()), time_zone)
    spans = [(part, since, start_of_day(date.max, time_zone)) for part in parts]
    return sum(amount for _, _, amount in faded_scores(conn, rules, rungs, spans))


def _write(conn: psycopg.Connection[Any], rules: Shelf, standings: dict[bytes, Standings]) -> None:
    rows = {(member, ladder): each for member, mine in standings.items() for ladder, each in mine.items()}
    place = {"organisation_id": rules.programme.organisation_id, "programme_id": rules.programme.id}
    write_standings(conn, rows, **place)


def _record(
    conn: psycopg.Connection[Any],
    rules: Shelf,
    member: bytes,
    before: Standings,
    after: Standings,
    *,
    cause: tuple[int, bytes],
    now: datetime,
) -> None:
    lowest = {rungs.id: rungs.ids[0] for rungs in rules.in_force(now).rungs}
    changes = []
    for ladder, standing in after.items():
        old = before[ladder].tier if ladder in before else lowest[ladder]
        if old != standing.tier:
            changes.append(NewChange(member, ladder, old, standing.tier, standing.score, now, *cause))
    place = {"organisation_id": rules.programme.organisation_id, "programme_id": rules.programme.id}
    record_changes(conn, changes, **place)
