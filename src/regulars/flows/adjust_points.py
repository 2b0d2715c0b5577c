"""Staff give or take points, with a reason, a note for colleagues and a message for the member."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

import psycopg

from regulars.domain.audit.commands import record_act
from regulars.domain.ledger.book import Cause
from regulars.domain.ledger.commands import open_book, write_book
from regulars.domain.ledger.contracts import Account, CauseKind, Entry
from regulars.domain.members.commands import lock_members
from regulars.domain.members.contracts import MemberStatus
from regulars.domain.members.queries import member
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.flows.open_profile import member_not_found
from regulars.flows.settle_day import settle_day
from regulars.kernel.clock import local_day
from regulars.kernel.errors import Conflict, Refusal
from regulars.kernel.ids import new_id
from regulars.kernel.text import clean

MOST_POINTS = 1_000_000

Found = TypeVar("Found")


class AdjustmentReason(StrEnum):
    """Why staff change a balance."""

    goodwill = "goodwill"
    correction = "correction"
    forgotten_card = "forgotten_card"
    promotion = "promotion"
    other = "other"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A change of balance by staff. points: signed; available: what the member can spend afterwards."""

    id: UUID
    member_id: UUID
    transfer_id: UUID
    points: int
    available: int


def adjust_points(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    member_id: UUID,
    points: int,
    reason: AdjustmentReason,
    now: datetime,
    by: str,
    note: str = "",
    message: str = "",
    point_type: str = "points",
) -> Adjustment:
    """Gives (points > 0) or takes (points < 0). Raises Refusal; nothing is written then.

    note: for colleagues; message: shown to the member beside the entry. Taking never goes below zero.
    """
    note, message = clean(note, longest=500, field="note"), clean(message, longest=200, field="message")
    _check_amount(points)
    with conn.transaction():
        rules = shelf(conn, programme_id=programme_id)
        number = _of_point_type(rules.point_types, point_type)
        owner = _lock_open_member(conn, member_id, programme_id=programme_id)
        identifier = new_id(owner[15])
        cause = Cause(CauseKind.adjustment, identifier.bytes, now, reason.value)
        entry = _post(conn, rules, owner, number, points, point_type=point_type, cause=cause, now=now)
        record_act(
            conn,
            entry_id=identifier,
            organisation_id=rules.programme.organisation_id,
            programme_id=programme_id,
            now=now,
            by=by,
            action="points.adjusted",
            subject=member_id,
            details={
                "points": points, "point_type": point_type, "reason": reason.value, "note": note, "message": message,
            },
        )  # fmt: skip
    return Adjustment(identifier, member_id, UUID(bytes=entry.id), points, entry.balance_after)


def _lock_open_member(conn: psycopg.Connection[Any], member_id: UUID, *, programme_id: int) -> bytes:
    if member(conn, programme_id=programme_id, member_id=member_id) is None:
        raise member_not_found(member_id)
    owner = member_id.bytes
    if lock_members(conn, [owner])[owner].status == MemberStatus.closed:
        raise _closed()
    return owner


def _post(
    conn: psycopg.Connection[Any],
    rules: Shelf,
    owner: bytes,
    number: int,
    points: int,
    *,
    point_type: str,
    cause: Cause,
    now: datetime,
) -> Entry:
    """Moves the points, after expiring what is due: such points can be neither taken nor given on top of."""
    programme = rules.programme
    book = open_book(conn, owners=[owner], with_lots=True)
    today = local_day(now, programme.time_zone)
    settle_day(book, owner, number, today=today, time_zone=programme.time_zone)
    if points > 0:
        last_day = _of_point_type(rules.in_force(now).expiry, point_type).last_day(today)
        entry = book.earn(owner, number, points, cause=cause, last_day=last_day, source=Account.adjusted)
    else:
        entry = book.spend(owner, number, -points, cause=cause, target=Account.adjusted)
    write_book(conn, book, organisation_id=programme.organisation_id, now=now)
    return entry


def _check_amount(points: int) -> None:
    if points == 0 or abs(points) > MOST_POINTS:
        raise Refusal(
            "bad_adjustment",
            "The number of points is out of range",
            detail=f"{points:,} points were asked for; one adjustment moves from 1 to {MOST_POINTS:,}.",
            remedy="Enter a number of points above zero to give, below zero to take.",
            field="points",
        )


def _of_point_type(known: dict[str, Found], code: str) -> Found:
    if code not in known:
        raise Refusal(
            "unknown_point_type",
            "This point type does not exist",
            detail=f"The programme has no point type {code!r}.",
            remedy=f"Use one of {', '.join(sorted(known))}.",
            field="point_type",
        )
    return known[code]


def _closed() -> Conflict:
    return Conflict(
        "member_not_active",
        "The member is not active",
        detail="The membership is closed, so its balance no longer moves.",
        remedy="Enrol the member anew.",
        field="member",
    )
