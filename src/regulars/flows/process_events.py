"""READ THIS FIRST. A batch of events becomes points, tiers and answers, in one transaction.

    check        each event by itself: amounts, times, texts                      events/intake.py
    recognise    repeats get their first answer; members are found                events, members
    open         members are locked; their books, history and standings are read  flows/desk.py
    evaluate     in order of arrival, by the rulebook in force when it happened   earning/evaluate.py (pure)
    apply        effects move points and tiers, in memory                         flows/apply_effects.py
    conclude     everything is written and committed together                     flows/desk.py

A batch is the only path: one event is a batch of one. An event that is refused harms no other.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import psycopg
from psycopg import errors

from regulars.domain.events.contracts import OWN, RETURN, Event
from regulars.domain.events.intake import Checked, check_event
from regulars.domain.events.queries import answers, claimed
from regulars.domain.events.queries import event as stored_event
from regulars.domain.events.returned import net_of
from regulars.domain.members.contracts import MemberStatus
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.flows.accept_return import accept_return, apply_waiting_returns
from regulars.flows.apply_effects import answer_of, put_on_file
from regulars.flows.desk import Desk, open_desk
from regulars.flows.find_members import find_referenced
from regulars.flows.follow_merges import MergedMeanwhile
from regulars.flows.pay_with_points import check_payment, holds_named
from regulars.flows.work_event import work_event
from regulars.kernel.errors import Refusal

_ATTEMPTS = 5
_RETRIED = (errors.UniqueViolation, errors.SerializationFailure, errors.DeadlockDetected, MergedMeanwhile)
_log = logging.getLogger(__name__)


class Outcome(NamedTuple):
    """What became of one event. status: 201 accepted, 200 a repeat, otherwise refused. body: JSON bytes."""

    status: int
    body: bytes


def process_events(
    conn: psycopg.Connection[Any],
    events: Sequence[Event | Refusal],
    *,
    programme_id: int,
    now: datetime,
    dry_run: bool = False,
    trusted: bool = False,
) -> list[Outcome]:
    """Processes a batch for one programme; an outcome for each event, in order. Returns after the commit.

    events: as decoded by a door; a Refusal in place of an event that could not be read is passed through.
    dry_run: the same, and nothing is written. trusted: as for `process_within`.
    Conflicts with parallel batches are resolved here, by running the batch again.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with conn.transaction(force_rollback=dry_run):
                return process_within(conn, events, programme_id=programme_id, now=now, trusted=trusted)
        except _RETRIED:
            if attempt == _ATTEMPTS:
                raise
    raise AssertionError("unreachable: the last attempt returns or raises")


def process_within(
    conn: psycopg.Connection[Any],
    events: Sequence[Event | Refusal],
    *,
    programme_id: int,
    now: datetime,
    trusted: bool = False,
) -> list[Outcome]:
    """The same inside the caller's transaction. trusted: our own flows may send event types that senders may not."""
    rules = shelf(conn, programme_id=programme_id)
    outcomes: list[Outcome | None] = [None] * len(events)
    checked = _check_all(events, rules, outcomes, now=now, trusted=trusted)
    while checked:
        waiting, doubles, awaited = _recognise(conn, checked, rules, outcomes)
        if not waiting:
            break
        members = find_referenced(conn, [each for _, each in waiting], programme_id=programme_id)
        accepted: list[_Accepted] = []
        for (index, event), member in zip(waiting, members, strict=True):
            if isinstance(member, Refusal):
                outcomes[index] = refused(member)
            else:
                accepted.append(_Accepted(index, event, member))
        for step in _in_rounds(accepted):
            _work(conn, rules, step, outcomes, now=now, awaited=awaited)
        arrived = [each.event.order_key for each in accepted if each.event.awaited_key in awaited]
        if arrived:
            apply_waiting_returns(conn, rules, order_keys=[key for key in arrived if key], now=now)
        checked = _answer_doubles(doubles, outcomes)
    return _complete(outcomes)


def refused(refusal: Refusal) -> Outcome:
    """A refusal as an outcome."""
    return Outcome(refusal.status, msgspec.json.encode(refusal.as_problem()))


def _check_all(
    events: Sequence[Event | Refusal],
    rules: Shelf,
    outcomes: list[Outcome | None],
    *,
    now: datetime,
    trusted: bool,
) -> list[tuple[int, Checked]]:
    checked: list[tuple[int, Checked]] = []
    for index, event in enumerate(events):
        if isinstance(event, Refusal):
            outcomes[index] = refused(event)
            continue
        try:
            each = check_for(rules, event, now=now, trusted=trusted)
        except Refusal as refusal:
            outcomes[index] = refused(refusal)
            continue
        except Exception:
            _log.exception("An event could not be checked; the others of its batch go on.")
            outcomes[index] = refused(_defect(event.id))
            continue
        checked.append((index, each))
    return checked


def check_for(rules: Shelf, event: Event, *, now: datetime, trusted: bool = False) -> Checked:
    """The event with everything checked that programme and rulebook say about its form. Raises Refusal."""
    if not trusted and event.type in OWN:
        raise _reserved(event.type)
    programme = rules.programme
    checked = check_event(event, currency=programme.currency, time_zone=programme.time_zone, now=now)
    declared = rules.in_force(checked.occurrence.occurred_at).event_types.get(event.type)
    if declared is not None:
        declared.check(event.data)
    return checked


class _Double(NamedTuple):
    """An event that has its id or its order number from an earlier one of the batch, which is at `first_position`."""

    position: int
    event: Checked
    first_position: int
    first: Checked


def _recognise(
    conn: psycopg.Connection[Any], checked: list[tuple[int, Checked]], rules: Shelf, outcomes: list[Outcome | None]
) -> tuple[list[tuple[int, Checked]], list[_Double], set[bytes]]:
    """Answers repeats and clashes from what is claimed; what is left is new, or doubles something new.

    Also gives the claims of orders for which returns wait.
    """
    keys = {key for _, each in checked for key in (each.event_key, each.order_key, each.awaited_key) if key}
    taken = claimed(conn, organisation_id=rules.programme.organisation_id, keys=list(keys))
    awaited = {each.awaited_key for _, each in checked if each.awaited_key in taken and each.awaited_key}
    repeats: list[tuple[int, bytes]] = []
    waiting: list[tuple[int, Checked]] = []
    doubles: list[_Double] = []
    batch: dict[bytes, tuple[int, Checked]] = {}
    for index, each in checked:
        first = taken.get(each.event_key)
        if first is not None and first[1] == each.digest:
            repeats.append((index, first[0]))
        elif first is not None:
            outcomes[index] = refused(_other_content(each.event.id))
        elif each.order_key in taken:
            outcomes[index] = refused(_order_known(conn, each, taken[each.order_key][0]))
        elif (other := batch.get(each.event_key) or batch.get(each.order_key or b"")) is not None:
            doubles.append(_Double(index, each, *other))
        else:
            batch[each.event_key] = (index, each)
            if each.order_key is not None:
                batch[each.order_key] = (index, each)
            waiting.append((index, each))
    if repeats:
        first_answers = answers(conn, event_ids=list({event_id for _, event_id in repeats}))
        for index, event_id in repeats:
            outcomes[index] = Outcome(200, first_answers[event_id])
    return waiting, doubles, awaited


def _answer_doubles(doubles: list[_Double], outcomes: list[Outcome | None]) -> list[tuple[int, Checked]]:
    """Answers doubles once the first of each has been; gives those to work whose first one was refused."""
    again = []
    for index, each, first_index, first in doubles:
        original = outcomes[first_index]
        if original is None:
            raise RuntimeError(f"event {first_index} of the batch was left without an outcome")
        repeated = first.digest == each.digest and first.event_key == each.event_key
        if original.status != 201:
            # Who was refused holds nothing; a true repeat would be refused for the same reason.
            if repeated:
                outcomes[index] = original
            else:
                again.append((index, each))
        elif repeated:
            outcomes[index] = Outcome(200, original.body)
        elif first.event_key == each.event_key:
            outcomes[index] = refused(_other_content(each.event.id))
        else:
            outcomes[index] = refused(_order_twice(each, first.event.id))
    return again


class _Accepted(NamedTuple):
    position: int
    event: Checked
    member: bytes


def _in_rounds(accepted: list[_Accepted]) -> list[list[_Accepted]]:
    """A return reads what was written before it, so it waits for its member's earlier events, and later ones for it.

    Batches without returns are one round.
    """
    rounds: list[list[_Accepted]] = []
    first_free: dict[bytes, int] = {}
    in_use: dict[bytes, int] = {}
    for each in accepted:
        place = first_free.get(each.member, 0)
        if each.event.event.type == RETURN:
            place += in_use.get(each.member, -1) == place
            first_free[each.member] = place + 1
        in_use[each.member] = place
        if place == len(rounds):
            rounds.append([])
        rounds[place].append(each)
    return rounds


def _work(
    conn: psycopg.Connection[Any],
    rules: Shelf,
    accepted: list[_Accepted],
    outcomes: list[Outcome | None],
    *,
    now: datetime,
    awaited: set[bytes],
) -> None:
    """Works the events in memory and writes them down.

    An event whose evaluation breaks (a defect, of ours or of a merchant's strategy) may leave the desk half-changed:
    the desk is then opened anew and worked without it.
    """
    while accepted:
        desk = open_desk(conn, rules, [each.member for each in accepted], [each.event for each in accepted], now=now)
        desk.holds = holds_named(conn, [each.event for each in accepted])
        for each in accepted:
            try:
                outcomes[each.position] = evaluate_and_apply(conn, desk, each.event, each.member, awaited)
            except Refusal as refusal:
                outcomes[each.position] = refused(refusal)
            except Exception:
                _log.exception("An event failed; the others of its batch go on.")
                outcomes[each.position] = refused(_defect(each.event.event.id))
                accepted = [other for other in accepted if other is not each]
                break
        else:
            desk.conclude(conn, now=now)
            return


def evaluate_and_apply(
    conn: psycopg.Connection[Any], desk: Desk, event: Checked, member: bytes, awaited: set[bytes]
) -> Outcome:
    """One event at the open desk: what the rules say of it, and what that moves. Quotes and back-tests call it as well.

    Raises Refusal before it changes anything there.
    """
    file = desk.files[member]
    if file.status not in (MemberStatus.active, MemberStatus.blocked):
        raise _not_active(MemberStatus(file.status))
    rulebook = desk.rules.in_force(event.occurrence.occurred_at)
    source, occurrence = event.event, event.occurrence
    used = source.order.points_used if source.order is not None else None
    if used is not None and source.order is not None:
        check_payment(desk, file, used, rulebook)
        if rulebook.earn_on == "net":
            occurrence = net_of(occurrence, source.order)
    desk.enter(file, rulebook, occurrence)
    if source.return_ is not None:
        return Outcome(201, accept_return(conn, desk, file, event, rulebook, awaited=awaited))
    applied, evaluation, kept = work_event(conn, desk, file, event, rulebook, occurrence)
    answer = answer_of(event, file, applied.event_id, rulebook, applied.shown, evaluation.verdicts)
    body = put_on_file(
        desk, file, event, answer, rulebook, event_id=applied.event_id, amount_minor=occurrence.amount_minor,
        claims=(event.event_key, event.order_key), state=kept,
    )  # fmt: skip
    return Outcome(201, body)


def _complete(outcomes: Sequence[Outcome | None]) -> list[Outcome]:
    missing = [index for index, outcome in enumerate(outcomes) if outcome is None]
    if missing:
        raise RuntimeError(f"events {missing} of the batch were left without an outcome")
    return [outcome for outcome in outcomes if outcome is not None]


def _reserved(event_type: str) -> Refusal:
    return Refusal(
        "reserved_event_type",
        "This event type is reserved",
        detail=f"{event_type} is sent by Regulars itself.",
        remedy="Make the call that causes it, or choose another event type.",
        field="type",
    )


def _other_content(identifier: str) -> Refusal:
    return Refusal(
        "event_id_reused",
        "This event id was used for something else",
        detail=f"An event {identifier!r} with other content was accepted before.",
        remedy="Give the new event its own id; to repeat the first one, send it unchanged.",
        field="id",
    )


def _order_known(conn: psycopg.Connection[Any], each: Checked, event_id: bytes) -> Refusal:
    first = stored_event(conn, event_id=UUID(bytes=event_id))
    return _order_twice(each, first.external_id if first else "")


def _order_twice(each: Checked, first: str) -> Refusal:
    number = each.event.order.number if each.event.order else ""
    return Refusal(
        "order_number_reused",
        "This order was counted before",
        detail=f"Order {number!r} of {each.event.source!r} came with the event {first!r}.",
        remedy="Send an order once; to repeat the event, send it unchanged under its first id.",
        field="order.number",
    )


def _not_active(status: MemberStatus) -> Refusal:
    return Refusal(
        "member_not_active",
        "The member is not active",
        detail=f"The member is {status.name}, and earns nothing.",
        remedy="Make the member active again first.",
        field="member",
    )


def _defect(identifier: str) -> Refusal:
    return Refusal(
        "internal_error",
        "Something went wrong on our side",
        detail=f"The event {identifier!r} could not be processed; nothing was written for it.",
        remedy="Send it again later, unchanged; tell us if it happens again.",
        status=500,
    )
