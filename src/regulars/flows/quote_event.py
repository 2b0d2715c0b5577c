"""What an order, or anything else a member does, would give: the very work of a real event, and no trace of it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg import errors

from regulars.domain.events.contracts import ENROLLED, RETURN, Event, MemberReference, NewEvent, StoredEvent
from regulars.domain.events.intake import Checked
from regulars.domain.events.queries import claimed
from regulars.domain.members.commands import Enrolment, insert_members
from regulars.domain.programmes.commands import check_belongs
from regulars.domain.programmes.queries import DRAFT, Shelf, shelf
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.bring_to_day import bring_to_day
from regulars.flows.desk import Desk, open_desk
from regulars.flows.enrol_member import new_card_number
from regulars.flows.find_members import find_named
from regulars.flows.follow_merges import MergedMeanwhile
from regulars.flows.process_events import check_for, evaluate_and_apply
from regulars.kernel.clock import as_instant, local_day
from regulars.kernel.errors import Conflict, Refusal
from regulars.kernel.ids import new_id_bytes

_ATTEMPTS = 5
_RETRIED = (errors.UniqueViolation, errors.SerializationFailure, errors.DeadlockDetected, MergedMeanwhile)


@dataclass(frozen=True, slots=True)
class Quote:
    """What an event would give. event: as it would be stored, with the answer; its ids lead nowhere.

    rules: the shelf that was asked, with the draft where there was one. joined: of a member who would be new, the event
    of joining before it. enrolled_at: of the member.
    """

    rules: Shelf
    event: StoredEvent
    enrolled_at: datetime
    joined: StoredEvent | None = None

    @property
    def of_draft(self) -> bool:
        """Whether a rulebook was asked that is not published."""
        return self.event.rulebook_id == DRAFT


def quote_event(
    conn: psycopg.Connection[Any],
    event: Event,
    *,
    programme_id: int,
    now: datetime,
    draft: Rulebook | None = None,
    joins: bool = False,
) -> Quote:
    """The answer that sending the event would get, now or on the later day on which it happens; nothing is written.

    An event of an earlier day is priced as a late one that arrives now. Of one of a later day, the member is seen as
    the nights until then will leave them, birthdays and other occasions with what they give included, if nothing else
    happens. draft: a rulebook to ask as if it were in force from
    the event on.
    joins: a member who does not exist joins at the moment of the event; the event's own reference is not looked at.
    Raises Refusal, as the real event would be refused.
    """
    if event.type == RETURN:
        raise _is_return()
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with conn.transaction(force_rollback=True):
                rules = shelf(conn, programme_id=programme_id)
                if draft is not None:
                    check_belongs(draft, of=rules.programme)
                    rules = rules.under(draft, since=min(as_instant(event.occurred_at), now))
                return _quote(conn, rules, event, now=now, joins=joins)
        except _RETRIED:
            if attempt == _ATTEMPTS:
                raise
    raise AssertionError("unreachable: the last attempt returns or raises")


def _quote(conn: psycopg.Connection[Any], rules: Shelf, event: Event, *, now: datetime, joins: bool) -> Quote:
    at = as_instant(event.occurred_at)
    time_zone = rules.programme.time_zone
    today = local_day(now, time_zone)
    is_later_day = local_day(at, time_zone) > today
    now = max(now, at)
    checked = check_for(rules, event, now=now)
    _check_unknown(conn, rules, checked)
    if joins:
        member = _join(conn, rules, at=checked.occurrence.occurred_at)
        work = [check_for(rules, _joined(member, checked), now=now, trusted=True), checked]
    else:
        (found,) = find_named(conn, [event.member], programme_id=rules.programme.id)
        if isinstance(found, Refusal):
            raise found
        member, work = found, [checked]
        if is_later_day:
            bring_to_day(conn, rules, member, today=today, now=now)
    desk = open_desk(conn, rules, [member] * len(work), work, now=now)
    for each in work:
        evaluate_and_apply(conn, desk, each, member, set())
    *before, last = desk.events
    return Quote(
        rules,
        _as_stored(last, now=now),
        _enrolled_at(desk, member),
        _as_stored(before[0], now=now) if before else None,
    )


def _check_unknown(conn: psycopg.Connection[Any], rules: Shelf, checked: Checked) -> None:
    """What was counted gives nothing a second time."""
    keys = [key for key in (checked.event_key, checked.order_key) if key is not None]
    if claimed(conn, organisation_id=rules.programme.organisation_id, keys=keys):
        order = checked.event.order
        what = f"the event {checked.event.id!r}" if order is None else f"order {order.number!r}"
        raise Conflict(
            "counted_before",
            "This was counted before",
            detail=f"{checked.event.source!r} sent {what} already, and nothing counts twice.",
            remedy="Look the order up, or leave number and id out to ask about a new one.",
            field="order.number" if order is not None else "id",
        )


def _join(conn: psycopg.Connection[Any], rules: Shelf, *, at: datetime) -> bytes:
    """A member as enrolling makes one, gone when the transaction is."""
    member, card = new_id_bytes(secrets.randbelow(256)), new_card_number()
    joining = Enrolment(member, card, "", "", "", None, "en", {}, at, (("card", card),))
    place = {"organisation_id": rules.programme.organisation_id, "programme_id": rules.programme.id}
    insert_members(conn, [joining], via="quote", **place)
    return member


def _joined(member: bytes, checked: Checked) -> Event:
    return Event(
        id=str(UUID(bytes=member)),
        type=ENROLLED,
        member=MemberReference(id=UUID(bytes=member)),
        occurred_at=checked.occurrence.occurred_at,
        source="regulars",
    )


def _enrolled_at(desk: Desk, member: bytes) -> datetime:
    return desk.files[member].enrolled_at


def _as_stored(each: NewEvent, *, now: datetime) -> StoredEvent:
    return StoredEvent(
        UUID(bytes=each.id),
        UUID(bytes=each.member_id),
        each.rulebook_id,
        each.type.decode(),
        each.source.decode(),
        each.external_id.decode(),
        None if each.order_number is None else each.order_number.decode(),
        each.amount_minor,
        each.occurred_at,
        now,
        each.body.decode(),
        each.answer.decode(),
        None if each.state is None else each.state.decode(),
    )


def _is_return() -> Refusal:
    return Refusal(
        "quote_of_return",
        "A return is no quote",
        detail="Quotes say what something new would give, and a return takes back.",
        remedy="Ask what it would take back: POST /api/v1/orders/return-preview.",
        field="type",
    )
