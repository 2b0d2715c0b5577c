"""Members are brought over to a ladder that took another's place: all of them in batches, or whoever is met before.

The rulebook says what happens to them (tiers/changeover.py). Each is brought over as of the day of the change, so it is
the same whether the night, an order or an operator meets the member first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.members.commands import lock_members
from regulars.domain.members.contracts import MemberStatus
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.domain.tiers.changeover import Brought, Past, bring_over, first_asked
from regulars.domain.tiers.commands import (
    begin_changeover,
    keep_before,
    record_changeover,
    record_changes,
    write_standings,
)
from regulars.domain.tiers.contracts import ChangeCause, NewChange
from regulars.domain.tiers.queries import changeovers, placed_on, standings_of
from regulars.domain.tiers.rungs import Rungs
from regulars.domain.tiers.standing import Climber, Happened, Standing
from regulars.flows.follow_merges import parts_within
from regulars.flows.look_up import LookUp, Tables
from regulars.kernel.clock import EARLIEST, start_of_day

_BATCH = 2_000
_FAR = date(9998, 1, 1)
Key = tuple[bytes, str]


def begin_to_change(conn: psycopg.Connection[Any], *, programme_id: int, now: datetime) -> None:
    """Does the first batch at once: small programmes are done by it, and of others the worker does the rest."""
    change_ladders(conn, programme_id=programme_id, now=now, most_batches=1)


def change_ladders(
    conn: psycopg.Connection[Any], *, programme_id: int, now: datetime, most_batches: int | None = None
) -> int:
    """Brings everybody over to the ladders in force, in batches of one transaction each; how many members moved.

    A batch and how far it came are committed together, so a run that was stopped goes on, and a second worker waits
    for the first. A programme whose ladders never changed costs nothing.
    """
    rules = shelf(conn, programme_id=programme_id)
    changed = changed_ladders(rules, now=now)
    if not changed:
        return 0
    done = {
        (each.ladder, each.version) for each in changeovers(conn, programme_id=programme_id) if each.finished_at
    }  # fmt: skip
    place = {"organisation_id": rules.programme.organisation_id, "programme_id": programme_id}
    moved = 0
    for rungs in changed:
        batches = 0
        while (rungs.id, rungs.form) not in done and batches != most_batches:
            batches += 1
            with conn.transaction():
                after, finished = begin_changeover(conn, ladder=rungs.id, version=rungs.form, now=now, **place)
                if finished:
                    break
                moved += _batch(conn, rules, rungs, after, now=now)
    return moved


def changed_ladders(rules: Shelf, *, now: datetime) -> list[Rungs]:
    """The ladders in force that took another's place."""
    if not rules.starts or rules.starts[0] > now:
        return []
    return [each for each in rules.in_force(now).rungs if each.before is not None]


def bring_up_to_date(
    conn: psycopg.Connection[Any],
    rules: Shelf,
    standings: dict[Key, Standing],
    climbers: Mapping[bytes, Climber],
    parts: Mapping[bytes, Sequence[bytes]],
    *,
    now: datetime,
) -> set[bytes]:
    """Brings those over, and writes, whom a change has not reached yet; they are on `standings` then. Who moved.

    The members must be locked. parts: of members, those who are part of them. Mostly nobody is behind.
    """
    moved: set[bytes] = set()
    for rungs in changed_ladders(rules, now=now):
        behind = {member: each for (member, ladder), each in standings.items() if ladder == rungs.id}
        found = brought_over(Tables(conn), rules, rungs, behind, climbers, parts)
        _write(conn, rules, rungs, found)
        standings.update({(member, rungs.id): steps[-1].standing for member, steps in found.items()})
        moved |= {member for member, steps in found.items() if any(each.move or each.due for each in steps)}
    return moved


def brought_over(
    look_up: LookUp,
    rules: Shelf,
    rungs: Rungs,
    standings: Mapping[bytes, Standing],
    climbers: Mapping[bytes, Climber],
    parts: Mapping[bytes, Sequence[bytes]],
) -> dict[bytes, list[Brought]]:
    """What each change does that they have not gone through yet, in order; reads only.

    Who is on the ladder is left out. Where several changes wait for a member, each is applied as if it were in time.
    """
    groups: dict[int, list[bytes]] = {}
    for member, standing in standings.items():
        if standing.form != rungs.form:
            groups.setdefault(standing.form, []).append(member)
    found: dict[bytes, list[Brought]] = {}
    for form, members in groups.items():
        held = {member: standings[member] for member in members}
        last: dict[bytes, Standing] = {}
        for link in rungs.since(form):
            restored = _restored(look_up, link, members, last)
            pasts = _pasts(look_up, rules, link, held, climbers, parts)
            for member, standing in held.items():
                done = bring_over(
                    standing, link, pasts[member], climber=climbers[member], restored=restored.get(member)
                )
                found.setdefault(member, []).append(done)
                held[member], last[member] = done.standing, done.before
    return found


def _restored(
    look_up: LookUp, link: Rungs, members: Sequence[bytes], last: dict[bytes, Standing]
) -> Mapping[bytes, Standing]:
    """How members stood before the change that is taken back."""
    if not link.restores or link.before is None:
        return {}
    return last or look_up.standings_before(members, ladder=link.id, version=link.before.form)


def _pasts(
    look_up: LookUp,
    rules: Shelf,
    link: Rungs,
    standings: Mapping[bytes, Standing],
    climbers: Mapping[bytes, Climber],
    parts: Mapping[bytes, Sequence[bytes]],
) -> dict[bytes, Past]:
    """What has counted by both ladders; read once where they count the same."""
    old = link.before
    assert old is not None, "only a ladder that took another's place is a link"
    new_from = {
        member: date.min if link.restores else first_asked(each, link, climber=climbers[member])
        for member, each in standings.items()
    }
    old_from = {member: each.counted_from for member, each in standings.items()}
    if old.metric == link.metric and not old.metric.follows_balance:
        both = {member: min(new_from[member], old_from[member]) for member in standings}
        found = _happened(look_up, rules, link, both, parts)
        return {member: Past(mine, mine) for member in standings for mine in (found.get(member, ()),)}
    was, will = _happened(look_up, rules, old, old_from, parts), _happened(look_up, rules, link, new_from, parts)
    had, has = _balances(look_up, rules, old, standings), _balances(look_up, rules, link, standings)
    return {
        member: Past(was.get(member, ()), will.get(member, ()), had.get(member, 0), has.get(member, 0))
        for member in standings
    }


def _happened(
    look_up: LookUp,
    rules: Shelf,
    rungs: Rungs,
    since: Mapping[bytes, date],
    parts: Mapping[bytes, Sequence[bytes]],
) -> dict[bytes, Happened]:
    if rungs.metric.follows_balance:
        return {}
    zone = rules.programme.time_zone
    whose = {part: member for member in since for part in (member, *parts.get(member, ()))}
    until = start_of_day(_FAR, zone)
    starts = {day: start_of_day(max(day, EARLIEST.date()), zone) for day in set(since.values())}
    spans = [(part, starts[since[member]], until) for part, member in whose.items()]
    found: dict[bytes, list[tuple[datetime, int]]] = {}
    for part, at, amount in look_up.counted(rungs.metric, spans, ground=rules.ground):
        found.setdefault(whose[part], []).append((at, amount))
    return {member: sorted(each) for member, each in found.items()}


def _balances(look_up: LookUp, rules: Shelf, rungs: Rungs, members: Collection[bytes]) -> dict[bytes, int]:
    if not rungs.metric.follows_balance:
        return {}
    number = rules.point_types[rungs.metric.point_types()[0]]
    return look_up.available(members, number)


def _batch(conn: psycopg.Connection[Any], rules: Shelf, rungs: Rungs, after: bytes | None, *, now: datetime) -> int:
    programme = rules.programme
    members = placed_on(conn, programme_id=programme.id, ladder=rungs.id, after=after, limit=_BATCH)
    ways: Counter[str] = Counter()
    moved = 0
    if members:
        # Batches of orders lock by id: in another order the two could wait for each other for ever.
        locked = lock_members(conn, members)
        there = [each for each in locked if locked[each].status != MemberStatus.merged]
        parts = {who: [each.duplicate.bytes for each in mine] for who, mine in parts_within(conn, locked).items()}
        climbers = {each: Climber(locked[each].enrolled_at, programme.time_zone) for each in there}
        held = {member: each for (member, ladder), each in standings_of(conn, there).items() if ladder == rungs.id}
        found = brought_over(Tables(conn), rules, rungs, held, climbers, parts)
        _write(conn, rules, rungs, found)
        ways.update(steps[-1].way for steps in found.values())
        moved = sum(any(each.move or each.due for each in steps) for steps in found.values())
    record_changeover(
        conn, programme_id=programme.id, ladder=rungs.id, version=rungs.form, after=members[-1] if members else None,
        done=len(members), ways=ways, finished_at=None if len(members) == _BATCH else now,
    )  # fmt: skip
    return moved


def _write(conn: psycopg.Connection[Any], rules: Shelf, rungs: Rungs, found: Mapping[bytes, Sequence[Brought]]) -> None:
    if not found:
        return
    place = {"organisation_id": rules.programme.organisation_id, "programme_id": rules.programme.id}
    before = {member: steps[-1].before for member, steps in found.items()}
    keep_before(conn, before, ladder=rungs.id, version=rungs.form, **place)
    write_standings(conn, {(member, rungs.id): steps[-1].standing for member, steps in found.items()}, **place)
    record_changes(conn, list(_changes(rules, rungs, found)), **place)


def _changes(rules: Shelf, rungs: Rungs, found: Mapping[bytes, Sequence[Brought]]) -> Iterator[NewChange]:
    for member, steps in found.items():
        for link, done in zip(rungs.since(steps[0].before.form), steps, strict=True):
            cause = UUID(int=link.form << 8).bytes
            for due in done.due:
                yield NewChange(member, rungs.id, *due, int(ChangeCause.review), cause)
            if done.move is not None:
                kind = ChangeCause.ladder_undone if link.restores else ChangeCause.ladder
                yield NewChange(member, rungs.id, *done.move, int(kind), cause)
