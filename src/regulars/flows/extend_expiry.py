"""Staff give points a later last day, with a reason. What has expired stays expired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from regulars.domain.audit.commands import record_act
from regulars.domain.ledger.book import Book, Cause
from regulars.domain.ledger.commands import open_book
from regulars.domain.ledger.contracts import CauseKind, OpenLot
from regulars.domain.members.commands import lock_members
from regulars.domain.members.contracts import MemberStatus
from regulars.domain.members.queries import member
from regulars.domain.programmes.queries import shelf
from regulars.flows.adjust_points import chosen_reason
from regulars.flows.open_profile import member_not_found
from regulars.flows.settle_day import settle_day
from regulars.flows.write_settled import write_settled
from regulars.kernel.clock import local_day
from regulars.kernel.errors import Conflict, Refusal
from regulars.kernel.ids import new_id
from regulars.kernel.periods import Period
from regulars.kernel.text import clean

FARTHEST = Period(months=120)


class Extended(NamedTuple):
    """Points that moved from one last day to a later one."""

    from_day: date
    to_day: date
    points: int


@dataclass(frozen=True, slots=True)
class Extension:
    """What staff did for a member. moved: by the last day before, the earliest first."""

    id: UUID
    member_id: UUID
    moved: tuple[Extended, ...]

    @property
    def points(self) -> int:
        return sum(each.points for each in self.moved)


def extend_expiry(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    member_id: UUID,
    to: date | Period,
    reason: str,
    now: datetime,
    by: str,
    last_days: Sequence[date] = (),
    note: str = "",
    point_type: str = "points",
    dry_run: bool = False,
) -> Extension:
    """Moves last days to a day, or each by a period. Raises Refusal; nothing is written then.

    last_days: which ones; empty: all that are before `to`, or with a period all there are. dry_run: the same answer,
    and nothing is written.
    """
    note = clean(note, longest=500, field="note")
    with conn.transaction(force_rollback=dry_run):
        rules = shelf(conn, programme_id=programme_id)
        programme = rules.programme
        chosen = chosen_reason(rules.in_force(now).rulebook.adjustments, reason)
        number = _number(rules.point_types, point_type)
        owner = _lock_open_member(conn, member_id, programme_id=programme_id)
        today = local_day(now, programme.time_zone)
        book = open_book(conn, owners=[owner], with_lots=True)
        settle_day(book, owner, number, today=today, time_zone=programme.time_zone)
        extended = _chosen(book, owner, number, last_days=last_days, to=to, today=today)
        identifier = new_id(owner[15])
        cause = Cause(CauseKind.extension, identifier.bytes, now, chosen.id)
        moved: dict[tuple[date, date], int] = {}
        for lot, before, after in extended:
            book.extend(owner, lot, after, cause=cause)
            moved[before, after] = moved.get((before, after), 0) + lot.remaining
        write_settled(conn, rules, book, now=now)
        done = tuple(Extended(*days, points) for days, points in sorted(moved.items()))
        record_act(
            conn, entry_id=identifier, organisation_id=programme.organisation_id, programme_id=programme_id, now=now,
            by=by, action="expiry.extended", subject=member_id,
            details={
                "point_type": point_type, "reason": chosen.id, "reason_name": chosen.name, "note": note,
                "points": sum(each.points for each in done), "from": done[0].from_day.isoformat(),
                "to": done[-1].to_day.isoformat(),
            },
        )  # fmt: skip
    return Extension(identifier, member_id, done)


def _chosen(
    book: Book, owner: bytes, number: int, *, last_days: Sequence[date], to: date | Period, today: date
) -> list[tuple[OpenLot, date, date]]:
    """(lot, last day, new last day) of what shall be extended. Raises Refusal."""
    if isinstance(to, date) and to > FARTHEST.after(today):
        raise Refusal(
            "extension_too_far",
            "This day is too far away",
            detail=f"{to:%-d %b %Y} is more than {FARTHEST} from today.",
            remedy=f"Choose a day until {FARTHEST.after(today):%-d %b %Y}.",
            field="to",
        )
    dated = [
        (lot, lot.last_day) for lot in book.in_spend_order(owner, number) if lot.remaining and lot.last_day is not None
    ]
    missing = sorted(set(last_days) - {day for _, day in dated})
    chosen = [
        (lot, day, to if isinstance(to, date) else to.after(day))
        for lot, day in dated
        if day in last_days or (not last_days and (isinstance(to, Period) or day < to))
    ]
    if missing or not chosen:
        what = f"on {missing[0]:%-d %b %Y}" if missing else "before that day"
        raise Conflict(
            "nothing_to_extend",
            "No points expire then",
            detail=f"The member has no points that expire {what}; what has expired is gone.",
            remedy="Look at the member's calendar of expiry, and choose a day from it.",
            field="last_days" if missing else "to",
        )
    for _, before, after in chosen:
        if after <= before:
            raise Refusal(
                "extension_not_later",
                "Points can only be given more time",
                detail=f"Their last day is {before:%-d %b %Y}, and {after:%-d %b %Y} is not after that.",
                remedy="Choose a later day.",
                field="to",
            )
    return chosen


def _number(point_types: dict[str, int], code: str) -> int:
    if code not in point_types:
        raise Refusal(
            "unknown_point_type",
            "This point type does not exist",
            detail=f"The programme has no point type {code!r}.",
            remedy=f"Use one of {', '.join(sorted(point_types))}.",
            field="point_type",
        )
    return point_types[code]


def _lock_open_member(conn: psycopg.Connection[Any], member_id: UUID, *, programme_id: int) -> bytes:
    if member(conn, programme_id=programme_id, member_id=member_id) is None:
        raise member_not_found(member_id)
    owner = member_id.bytes
    if lock_members(conn, [owner])[owner].status == MemberStatus.closed:
        raise Conflict(
            "member_not_active",
            "The member is not active",
            detail="The membership is closed, so its points are no longer extended.",
            remedy="Enrol the member anew.",
            field="member",
        )
    return owner
