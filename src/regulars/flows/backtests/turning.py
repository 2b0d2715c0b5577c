"""What a new version does to a life in which it comes: a ladder that changed, terms of older points that begin anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from regulars.domain.programmes.queries import Shelf
from regulars.domain.tiers.standing import Step
from regulars.flows.backtests.remembered import Remembered
from regulars.flows.change_ladders import brought_over, changed_ladders
from regulars.flows.desk import Desk
from regulars.flows.member_file import MemberFile
from regulars.flows.restart_expiry import Restart, restart_in_book, stated_restarts
from regulars.kernel.clock import EARLIEST, start_of_day


@dataclass(frozen=True, slots=True)
class Turn:
    """at: when it happens to members. restart: of a term; None: ladders changed."""

    at: datetime
    restart: Restart | None = None


def turns_of(rules: Shelf, published: Mapping[int, datetime]) -> list[Turn]:
    """What the versions do to members who are there already, in order.

    published: by the version's id; a draft has none. Ladders change at once. Terms begin anew in the night after the
    change, for all points that were earned before it.
    """
    instants = {
        each.changed_at
        for book in rules.rulebooks
        for each in book.rungs
        if each.before is not None and each.changed_at is not None
    }
    turns = [Turn(at) for at in instants if at > EARLIEST]
    zone = rules.programme.time_zone
    for restart in stated_restarts(rules, published):
        if restart.since > EARLIEST:
            midnight = start_of_day(restart.day, zone)
            night = midnight if midnight == restart.since else start_of_day(restart.day + timedelta(days=1), zone)
            turns.append(Turn(night, restart))
    return sorted(turns, key=lambda each: (each.at, each.restart is None))


def turn(desk: Desk, file: MemberFile, memory: Remembered, due: Sequence[Turn]) -> list[tuple[str, Step]]:
    """Does what is due by now; the moves on ladders."""
    moves: list[tuple[str, Step]] = []
    for each in due:
        if each.restart is None:
            moves += _bring_over(desk, file, memory)
        else:
            _restart(desk, file, each.restart)
    return moves


def _restart(desk: Desk, file: MemberFile, restart: Restart) -> None:
    restart_in_book(desk.book, (file.id, restart.number), restart)
    renews = restart.point_type.policy().renews
    for lot in desk.book.open_lots(file.id, restart.number):
        is_gone = lot.last_day is not None and lot.last_day < restart.day
        if lot.remaining and lot.earned_at < restart.since and not is_gone:
            lot.renewable = renews


def _bring_over(desk: Desk, file: MemberFile, memory: Remembered) -> list[tuple[str, Step]]:
    moves: list[tuple[str, Step]] = []
    for rungs in changed_ladders(desk.rules, now=desk.now):
        standing = file.standings.get(rungs.id)
        if standing is None:
            continue
        found = brought_over(memory, desk.rules, rungs, {file.id: standing}, {file.id: file.climber}, {})
        steps = found.get(file.id, [])
        if not steps:
            continue
        memory.before[rungs.id, rungs.form] = steps[-1].before
        file.standings[rungs.id] = steps[-1].standing
        if not rungs.metric.follows_balance:
            file.faded[rungs.id] = memory.counts_of(rungs)
        if rungs.visit_events:
            file.visited[rungs.id] = memory.visited(rungs.visit_events)
        for each in steps:
            moves += [(rungs.id, step) for step in each.due]
            if each.move is not None:
                moves.append((rungs.id, each.move))
    return moves
