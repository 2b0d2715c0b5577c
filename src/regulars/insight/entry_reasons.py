"""Why points moved where no earn rule was asked: returns, payments with points, waiting, and its end. Read only.

What earn rules say is in the event's answer (earning/explain.py); here is everything around it, as sentences that a
door puts into the reader's language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import psycopg

from regulars.domain.events.contracts import Event, PendingOut, ReturnedOut, StoredEvent
from regulars.domain.events.queries import events_by_id
from regulars.domain.ledger.contracts import Account, CauseKind, Hold, HoldState, LedgerEntry, Revocation
from regulars.domain.ledger.holds import holds_by_id
from regulars.domain.ledger.queries import entries_by_id, revocations
from regulars.domain.programmes.queries import Shelf
from regulars.domain.rewards.queries import redemption
from regulars.insight.stored_reasons import stored_reasons
from regulars.kernel.clock import local_day
from regulars.kernel.words import Money, Sentence


@dataclass(frozen=True, slots=True)
class EntryReason:
    """title: what happened. text: the entry in one line. why: the whole reason. order: its number, where there is one.

    event: the event that moved the points; None: the day did.
    """

    title: Sentence
    text: Sentence
    why: Sentence
    order: str = ""
    event: StoredEvent | None = None


class _Effect(msgspec.Struct):
    type: str
    transfer: str = ""
    pending: PendingOut | None = None


class _Answer(msgspec.Struct):
    effects: list[_Effect]
    returned: ReturnedOut | None = None


_OF_REWARDS = (CauseKind.reward, CauseKind.reward_undone)
_MERGING = (CauseKind.merge, CauseKind.merge_undone)
_read_event = msgspec.json.Decoder(Event).decode
_read_answer = msgspec.json.Decoder(_Answer).decode


def entry_reasons(
    conn: psycopg.Connection[Any], rules: Shelf, *, owners: Sequence[UUID], entries: Sequence[LedgerEntry]
) -> dict[UUID, EntryReason]:
    """The reasons of those entries that returns, payments, waiting and acts on stored value made, by entry.

    owners: the member, and all who are part of it: a return may be about what any of them had bought.
    """
    asked = [each for each in entries if _is_told_here(each)]
    told = _Reasons(conn, rules, owners, asked).all() if asked else {}
    return told | {entry: EntryReason(*reason) for entry, reason in stored_reasons(conn, entries).items()}


def _is_told_here(entry: LedgerEntry) -> bool:
    if entry.cause_kind is CauseKind.event:
        return entry.credit in (Account.redeemed, Account.pending)
    return entry.cause_kind in (
        CauseKind.order_return, CauseKind.activation, CauseKind.cancellation, CauseKind.hold, *_MERGING,
        *_OF_REWARDS,
    )  # fmt: skip


class _Reasons:
    """What the entries refer to is read once."""

    def __init__(
        self, conn: psycopg.Connection[Any], rules: Shelf, owners: Sequence[UUID], entries: Sequence[LedgerEntry]
    ) -> None:
        self._conn = conn
        self._rules = rules
        self._entries = entries
        waited = (CauseKind.activation, CauseKind.cancellation)
        self._granted = entries_by_id(conn, ids=[each.cause for each in entries if each.cause_kind in waited])
        returns = {each.cause for each in entries if each.cause_kind is CauseKind.order_return}
        self._revoked: dict[tuple[UUID, int, str], Revocation] = {}
        if returns:
            for each in revocations(conn, owners=owners):
                self._revoked[UUID(bytes=each.cause), each.point_type, each.reason] = each
        held = (CauseKind.hold,)
        self._holds = holds_by_id(conn, ids=list({each.cause for each in entries if each.cause_kind in held}))
        causes = {each.cause for each in entries if each.cause_kind not in (*waited, *held, *_OF_REWARDS)}
        causes |= {each.cause for each in self._granted.values()}
        causes |= {UUID(bytes=each.grant_cause) for each in self._revoked.values()}
        self._events = events_by_id(conn, event_ids=list(causes))

    def all(self) -> dict[UUID, EntryReason]:
        return {each.id: self._reason(each) for each in self._entries}

    def _reason(self, entry: LedgerEntry) -> EntryReason:
        if entry.cause_kind is CauseKind.activation:
            return self._activated(entry)
        if entry.cause_kind is CauseKind.cancellation:
            return self._cancelled(entry)
        if entry.cause_kind is CauseKind.hold:
            return self._held(entry, self._holds[entry.cause])
        if entry.cause_kind in _MERGING:
            return _merged(entry)
        if entry.cause_kind in _OF_REWARDS:
            return self._of_reward(entry)
        event = self._events[entry.cause]
        if entry.cause_kind is CauseKind.order_return:
            return self._back(entry, event) if entry.debit is Account.redeemed else self._taken(entry, event)
        return self._paid(entry, event) if entry.credit is Account.redeemed else self._pending(entry, event)

    def _taken(self, entry: LedgerEntry, event: StoredEvent) -> EntryReason:
        values = self._of_return(event)
        revoked = self._revoked.get((entry.cause, entry.point_type, entry.reason))
        priced = self._events.get(UUID(bytes=revoked.grant_cause)) if revoked else None
        if revoked is None or priced is None:
            why = Sentence("Order {number} came back on {day}, and its points with it.", values)
        else:
            values |= {
                "rule": self._rule(priced, entry.reason), "version": self._rules.by_id[priced.rulebook_id].version,
                "due": revoked.points, "taken": revoked.taken, "bought": self._day(priced),
            }  # fmt: skip
            why = Sentence(_why_taken(revoked, of_order=priced.order_number == values["number"]), values)
            why = self._with_rest(why, event)
        return EntryReason(
            Sentence("Order {number} came back", values),
            Sentence("Points taken back: “{rule}”", values | {"rule": values.get("rule", entry.reason)}),
            why, str(values["number"]), event,
        )  # fmt: skip

    def _back(self, entry: LedgerEntry, event: StoredEvent) -> EntryReason:
        values = self._of_return(event) | {"points": entry.amount}
        why = Sentence(
            "Points had paid for part of order {number}. It came back on {day}, so {points} points came back as well,"
            " those used last first, each with the last day it had.",
            values,
        )
        return EntryReason(
            Sentence("Order {number} came back", values), Sentence("Points that paid for it are there again"),
            why, str(values["number"]), event,
        )  # fmt: skip

    def _paid(self, entry: LedgerEntry, event: StoredEvent) -> EntryReason:
        number = event.order_number or ""
        order = _read_event(event.body.encode()).order
        values: dict[str, object] = {"number": number, "points": entry.amount}
        why = Sentence("{points} points paid for part of order {number}.", values)
        if order is not None and order.points_used is not None:
            values["amount"] = Money(order.points_used.amount, order.currency)
            values["total"] = Money(order.total, order.currency)
            why = Sentence(
                "{points} points paid for {amount} of the {total} of order {number}. Points that expire first are spent"
                " first.",
                values,
            )
        return EntryReason(Sentence("Order {number}", values), Sentence("Paid with points"), why, number, event)

    def _pending(self, entry: LedgerEntry, event: StoredEvent) -> EntryReason:
        term = next(
            (each.pending for each in _read_answer(event.answer).effects if each.transfer == str(entry.id)), None
        )
        values: dict[str, object] = {"number": event.order_number or "", "points": entry.amount}
        if term is None:
            text = Sentence("On their way")
        elif term.activates_on is not None:
            text = Sentence("On their way: can be spent from {day}", {"day": date.fromisoformat(term.activates_on)})
        elif term.cancels_after is not None:
            until = {"event": _plain(term.waits_for), "day": date.fromisoformat(term.cancels_after)}
            text = Sentence("On their way: wait for “{event}”, until {day} at the latest", until)
        else:
            text = Sentence("On their way: wait for “{event}”", {"event": _plain(term.waits_for)})
        title = Sentence("Order {number}", values) if event.order_number else Sentence("Points on their way")
        return EntryReason(title, text, text, event.order_number or "", event)

    def _activated(self, entry: LedgerEntry) -> EntryReason:
        values, order = self._of_grant(entry)
        if entry.reason == "activated":
            why = Sentence("They were earned on {earned} by “{rule}” and could be spent from {day} on.", values)
        else:
            values["event"] = _plain(entry.reason)
            why = Sentence(
                "They were earned on {earned} by “{rule}” and waited for “{event}”, which came on {day}.", values
            )
        return EntryReason(Sentence("Points can be spent now"), _from(order), why, order)

    def _cancelled(self, entry: LedgerEntry) -> EntryReason:
        values, order = self._of_grant(entry)
        why = Sentence(
            "They were earned on {earned} by “{rule}” and waited for something that had to come before {day}. It did"
            " not come.",
            values,
        )
        return EntryReason(Sentence("Points on their way were cancelled"), _from(order), why, order)

    def _held(self, entry: LedgerEntry, found: Hold) -> EntryReason:
        zone = self._rules.programme.time_zone
        values: dict[str, object] = {
            "points": entry.amount, "all": found.amount, "spent": found.settled, "purpose": found.purpose,
            "day": local_day(found.created_at, zone), "ended": local_day(found.closed_at or found.expires_at, zone),
        }  # fmt: skip
        text = Sentence("For “{purpose}”", values) if found.purpose else Sentence("At the till")
        if entry.debit is Account.redeemed:
            why = Sentence(
                "They were set aside on {day} and spent on {ended} without being owed, so they came back.", values
            )
            return EntryReason(Sentence("Given back"), text, why)
        if entry.credit is Account.available:
            why = Sentence(
                "{all} points were set aside on {day}, and {points} of them were not needed. They came back, each with"
                " the last day it had.",
                values,
            )
            return EntryReason(Sentence("Set aside, and not needed"), text, why)
        if found.state is HoldState.open:
            why = Sentence(
                "They are set aside until {ended} at the latest. What is not used by then comes back.", values
            )
        elif found.order_event is not None:
            why = Sentence("They were set aside, and {spent} of them paid for an order on {ended}.", values)
        elif found.settled:
            why = Sentence("They were set aside, and {spent} of them were spent on {ended}.", values)
        else:
            why = Sentence("They were set aside, and came back on {ended} without being spent.", values)
        title = Sentence("Set aside" if entry.credit is Account.held else "Spent of what was set aside")
        return EntryReason(title, text, why)

    def _of_reward(self, entry: LedgerEntry) -> EntryReason:
        found = redemption(self._conn, programme_id=self._rules.programme.id, redemption_id=entry.cause)
        values: dict[str, object] = {
            "reward": found.reward_name if found else "",
            "day": local_day(entry.occurred_at, self._rules.programme.time_zone),
        }  # fmt: skip
        text = Sentence("{reward}", values)
        if entry.cause_kind is CauseKind.reward:
            why = Sentence("“{reward}” was redeemed on {day}, and gave this credit.", values)
            return EntryReason(Sentence("Credit from a reward"), text, why)
        why = Sentence("“{reward}” was undone on {day}, and the credit that it had given went back.", values)
        return EntryReason(Sentence("Credit taken back"), text, why)

    def _of_return(self, event: StoredEvent) -> dict[str, object]:
        returned = _read_event(event.body.encode()).return_
        return {"number": returned.order_number if returned else "", "day": self._day(event)}

    def _of_grant(self, entry: LedgerEntry) -> tuple[dict[str, object], str]:
        granted = self._granted[entry.cause]
        event = self._events.get(granted.cause)
        values: dict[str, object] = {
            "earned": local_day(granted.occurred_at, self._rules.programme.time_zone),
            "day": local_day(entry.occurred_at, self._rules.programme.time_zone),
            "rule": self._rule(event, granted.reason) if event else granted.reason,
        }
        return values, (event.order_number or "") if event else ""

    def _with_rest(self, why: Sentence, event: StoredEvent) -> Sentence:
        returned = _read_answer(event.answer).returned
        if returned is None:
            return why
        if returned.whole:
            return Sentence("{why} Nothing is left of the order.", {"why": why})
        left = Money(Decimal(returned.left), self._rules.programme.currency)
        return Sentence("{why} {left} are left of the order.", {"why": why, "left": left})

    def _rule(self, event: StoredEvent, rule: str) -> str:
        return self._rules.by_id[event.rulebook_id].rule_names.get(rule, rule)

    def _day(self, event: StoredEvent) -> date:
        return local_day(event.occurred_at, self._rules.programme.time_zone)


def _why_taken(revoked: Revocation, *, of_order: bool) -> str:
    """of_order: whether the order that came back had given the points itself."""
    if not of_order:
        return (
            "Order {number} came back on {day}, and less is left than “{rule}” asks for, which was completed on"
            " {bought}: {taken} points were taken back."
        )
    if revoked.taken < revoked.points:
        return (
            "Order {number} of {bought} came back on {day}. “{rule}”, in version {version} of the rulebook, counts"
            " {due} points less now; {taken} of them were there to take back, and the rest is not asked for."
        )
    return (
        "Order {number} of {bought} came back on {day}. “{rule}”, in version {version} of the rulebook, counts {due}"
        " points less now, and they were taken back."
    )


def _from(order: str) -> Sentence:
    return Sentence("From order {number}", {"number": order}) if order else Sentence("They were on their way until now")


def _plain(event_type: str) -> str:
    """'order_delivered' as people read it."""
    return event_type.replace("_", " ").replace(".", " ")


def _merged(entry: LedgerEntry) -> EntryReason:
    """Two members turned out to be one person, or did not after all."""
    if Account.reversed in (entry.debit, entry.credit):
        title = Sentence("A bonus for once in a life")
        if entry.cause_kind is CauseKind.merge:
            why = Sentence("Two memberships were one person, and both had this bonus. The newer one was taken back.")
            return EntryReason(title, Sentence("It had been given twice"), why)
        return EntryReason(title, Sentence("It is there again"), Sentence("Two memberships were taken apart again."))
    if entry.cause_kind is CauseKind.merge:
        why = Sentence("Two memberships were one person, and all points came together, each with its own last day.")
        return EntryReason(Sentence("Two memberships became one"), Sentence("Points came together"), why)
    why = Sentence(
        "Two memberships were taken apart again. What was left of the points went back to where it came from."
    )
    return EntryReason(Sentence("Two memberships again"), Sentence("Points went back"), why)
