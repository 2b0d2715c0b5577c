"""What the nights do to one member: in the order of nightly_work, on the days on which something is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from regulars.domain.ledger.book import Book
from regulars.domain.ledger.contracts import Account, CauseKind
from regulars.domain.tiers.rungs import Rungs
from regulars.domain.tiers.standing import NEVER, Counted, Standing, Step, review
from regulars.flows.desk import Desk
from regulars.flows.member_file import MemberFile
from regulars.flows.settle_day import activate_in_book, expire_in_book

ONE_DAY = timedelta(days=1)


def work_night(
    desk: Desk, file: MemberFile, day: date, *, turned: Callable[[], list[tuple[str, Step]]] = list
) -> list[tuple[str, Step]]:
    """The night in which the local day begins, at `desk.now`; the moves on ladders. turned: does what versions do."""
    rules, book = desk.rules, desk.book
    time_zone, numbers = rules.programme.time_zone, list(rules.point_types.values())
    for number in numbers:
        activate_in_book(book, file.id, number, today=day, time_zone=time_zone)
    rungs = rules.in_force(desk.now).rungs if rules.starts[0] <= desk.now else []
    moves = turned()
    for each in rungs:
        standing = file.standings.get(each.id)
        if standing is not None and not each.metric.follows_balance and standing.review_on <= day:
            counted = [pair for pair in file.faded.get(each.id, []) if pair[0] >= standing.counted_from]
            moves += _review(desk, file, each, standing, day, counted)
    for number in numbers:
        expire_in_book(book, file.id, number, today=day, time_zone=time_zone)
        lots = book.open_lots(file.id, number)
        lots[:] = [lot for lot in lots if lot.remaining]
    for each in rungs:
        standing = file.standings.get(each.id)
        if standing is None or not each.metric.follows_balance:
            continue
        has = book.balance(file.id, rules.point_types[each.metric.point_types()[0]]).available
        if standing.score != has or standing.review_on <= day:
            standing.score = has
            moves += _review(desk, file, each, standing, day, [])
    return moves


def _review(
    desk: Desk, file: MemberFile, rungs: Rungs, standing: Standing, day: date, counted: Counted
) -> list[tuple[str, Step]]:
    steps = review(standing, rungs, today=day, counted=counted, at=desk.now, climber=file.climber)
    return [(rungs.id, step) for step in steps]


def next_due(desk: Desk, file: MemberFile, *, after: date) -> date:
    """The first day after that one on which something can happen by itself."""
    found = [date.max]
    for number in desk.rules.point_types.values():
        found += [lot.last_day + ONE_DAY for lot in desk.book.open_lots(file.id, number) if lot.last_day]
        for lot in desk.book.pending_of(file.id, number):
            if lot.activates_on is not None:
                found.append(lot.activates_on)
            elif lot.cancels_after is not None:
                found.append(lot.cancels_after + ONE_DAY)
    found += [each.review_on for each in file.standings.values() if each.review_on != NEVER]
    return max(min(found), after + ONE_DAY)


def due_of(book: Book, lot_id: bytes) -> date:
    """The day on which something happens by itself to a lot that is new in the book."""
    pending = book.new_pending.get(lot_id)
    if pending is not None:
        if pending.activates_on is not None:
            return pending.activates_on
        return date.max if pending.cancels_after is None else pending.cancels_after + ONE_DAY
    last_day = book.new_lots[lot_id].last_day
    return date.max if last_day is None else last_day + ONE_DAY


def lost_of(book: Book, lots: set[bytes]) -> dict[bytes, int]:
    """How many points of the lots expired, or were cancelled because something did not come in time."""
    lost = dict.fromkeys(lots, 0)
    gone = {
        each.id for each in book.entries if each.credit == Account.expired or each.cause_kind == CauseKind.cancellation
    }
    for each in book.allocations:
        if each.lot_id in lots and each.transfer_id in gone:
            lost[each.lot_id] += each.amount
    return lost
