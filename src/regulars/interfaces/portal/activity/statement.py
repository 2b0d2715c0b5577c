"""A member's points, thing by thing: a purchase that three rules rewarded is one thing, with its points together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext

from regulars.domain.adjustments.contracts import Adjustment
from regulars.domain.adjustments.queries import adjustments_by_id
from regulars.domain.events.contracts import ENROLLED, OCCASIONS, ORDER, StoredEvent
from regulars.domain.events.queries import events_by_id
from regulars.domain.ledger.contracts import Account, CauseKind, LedgerEntry
from regulars.domain.ledger.queries import entries_of_cause
from regulars.domain.ledger.statement import place_after, statement
from regulars.domain.merges.queries import parts_of
from regulars.domain.programmes.event_types import event_said
from regulars.domain.rewards.contracts import Redemption
from regulars.domain.rewards.queries import redemption
from regulars.domain.transfers.contracts import TAKEN_BACK, Passage
from regulars.domain.transfers.queries import passages
from regulars.insight.entry_reasons import EntryReason, entry_reasons
from regulars.interfaces.portal.activity.changes import came_back, waiting_of, what_came_back, with_payments
from regulars.interfaces.portal.activity.reasons import Reasons, reasons_of
from regulars.interfaces.portal.labels import isolated, other_account
from regulars.interfaces.portal.sending.finding import masked_name
from regulars.interfaces.portal.visit import Visit
from regulars.interfaces.web import words
from regulars.kernel.clock import local_day
from regulars.kernel.money import from_minor


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that moved points. balance: right afterwards.

    waiting: points on their way, signed. url: where points that were sent can be taken back.
    """

    at: datetime
    icon: str
    title: str
    text: str
    points: int
    balance: int
    why: Reasons
    waiting: int = 0
    url: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the statement. older: where the next page begins, None on the last one."""

    happenings: Sequence[Happening]
    older: Sequence[int] | None


class Statement:
    """Words for what happened; what the entries refer to is read once for the whole page."""

    def __init__(self, visit: Visit, point_type: int) -> None:
        self._visit = visit
        self._point_type = point_type
        self._events: dict[UUID, StoredEvent] = {}
        self._adjusted: dict[UUID, Adjustment] = {}
        self._redemptions: dict[UUID, Redemption] = {}
        self._passages: dict[UUID, Passage] = {}
        self._reasons: dict[UUID, EntryReason] = {}

    def page(self, *, before: Sequence[int] | None, limit: int) -> Page:
        """At least `limit` entries, the latest first; what one thing caused is never cut in two."""
        conn, owner = self._visit.conn, self._visit.person.id
        parts = parts_of(conn, member_id=owner)
        read = statement(conn, owners=parts, point_type=self._point_type, before=before, limit=limit + 1)
        shown, more = read[:limit], len(read) > limit
        if more:
            last = shown[-1]
            whole = entries_of_cause(conn, owner=last.owner, cause=last.cause)
            shown += [
                each
                for each in reversed(whole)
                if (_thing(each), each.point_type) == (_thing(last), last.point_type) and each.entry_no < last.entry_no
            ]
        older = place_after(parts, shown, before) if more else ()
        self._read_causes(shown)
        # Held points that become spent for good move no balance: the member saw them leave before.
        moved = [each for each in shown if each.points or Account.pending in (each.debit, each.credit)]
        self._reasons = entry_reasons(conn, self._visit.shelf, owners=parts, entries=moved)
        happenings = [self._happening(list(group)) for _, group in groupby(moved, key=self._shown_thing)]
        return Page(happenings, older if any(number > 1 for number in older) else None)

    def _read_causes(self, shown: Sequence[LedgerEntry]) -> None:
        conn = self._visit.conn
        self._events = events_by_id(conn, event_ids=_causes(shown, CauseKind.event))
        adjusted = _causes(shown, CauseKind.adjustment) + _causes(shown, CauseKind.adjustment_undone)
        self._adjusted = adjustments_by_id(conn, ids=adjusted)
        self._passages = passages(conn, causes=_causes(shown, CauseKind.transfer))
        for each in {*_causes(shown, CauseKind.redemption), *_causes(shown, CauseKind.reversal)}:
            found = redemption(conn, programme_id=self._visit.programme.id, redemption_id=each)
            if found is not None:
                self._redemptions[each] = replace(found, reward_name=self._visit.told(found.reward_name))

    def _happening(self, group: Sequence[LedgerEntry]) -> Happening:
        latest = group[0]
        points = sum(each.points for each in group)
        icon, title, text, why = self._told(group) or self._said(latest, points)
        url = self._take_back_url(latest)
        waiting = sum(waiting_of(each) for each in group)
        if latest.owner != self._visit.person.id:
            text = " · ".join(part for part in (text, other_account()) if part)
        return Happening(latest.occurred_at, icon, title, text, points, latest.balance_after, why, waiting, url)

    def _told(self, group: Sequence[LedgerEntry]) -> tuple[str, str, str, Reasons] | None:
        """Returns, payments with points, and points on their way; None: it is none of these."""
        told = [self._reasons[each.id] for each in reversed(group) if each.id in self._reasons]
        if not told:
            return None
        latest = group[0]
        if latest.cause_kind is CauseKind.event:
            icon, title, text, why = self._of_event(self._events[latest.cause])
            return icon, title, text, with_payments(why, group, self._reasons)
        why = Reasons(" ".join(dict.fromkeys(words.said(each.why) for each in told)))
        title = words.said(told[0].title)
        if latest.cause_kind is CauseKind.order_return:
            return "undo", came_back(told[0].order), what_came_back(group), why
        icon = "clock" if latest.cause_kind in (CauseKind.activation, CauseKind.hold) else "activity"
        return icon, title, words.said(told[0].text), why

    def _said(self, entry: LedgerEntry, points: int) -> tuple[str, str, str, Reasons]:
        event, adjusted, taken = (
            self._events.get(entry.cause),
            self._adjusted.get(entry.cause),
            self._redemptions.get(entry.cause),
        )
        if entry.cause_kind is CauseKind.expiry or entry.credit is Account.expired:
            why = gettext("The points that expire first are spent first. These were left when their last day was over.")
            return "clock", gettext("Points expired"), gettext("Their last day had passed"), Reasons(why)
        if event is not None:
            return self._of_event(event)
        if adjusted is not None and entry.cause_kind is CauseKind.adjustment_undone:
            return self._of_reversal(adjusted, points)
        if adjusted is not None:
            return self._of_adjustment(adjusted, points)
        if taken is not None:
            return _of_redemption(taken, entry)
        if entry.cause in self._passages:
            return self._of_passage(self._passages[entry.cause], entry)
        return "activity", gettext("Points moved"), "", Reasons()

    def _shown_thing(self, entry: LedgerEntry) -> tuple[object, ...]:
        """What is shown as one: of a transfer all lots that arrived, and points with their fee."""
        passage = self._passages.get(entry.cause)
        if passage is None:
            return _thing(entry)
        return (entry.owner, passage.transfer_id, entry.reason == TAKEN_BACK)

    def _of_passage(self, passage: Passage, entry: LedgerEntry) -> tuple[str, str, str, Reasons]:
        values = {"name": masked_name(self._visit, passage.other)}
        if entry.reason == TAKEN_BACK:
            title = gettext("Back from %(name)s") if passage.outgoing else gettext("Taken back by %(name)s")
            why = gettext("Points that are not spent can be taken back for a while by whoever sent them.")
            return "undo", title % values, "", Reasons(why)
        title = gettext("To %(name)s") if passage.outgoing else gettext("From %(name)s")
        parts = [passage.message]
        if passage.outgoing and passage.fee:
            parts.append(gettext("with a fee of %(fee)s") % {"fee": words.points(passage.fee)})
        return "members", title % values, " · ".join(part for part in parts if part), Reasons()

    def _take_back_url(self, entry: LedgerEntry) -> str:
        passage = self._passages.get(entry.cause)
        is_own = entry.owner == self._visit.person.id
        if passage is None or not is_own or not passage.outgoing or entry.reason == TAKEN_BACK:
            return ""
        today = local_day(self._visit.now, self._visit.programme.time_zone)
        is_open = passage.cancel_until is not None and today <= passage.cancel_until
        return reverse("portal:take-back", args=[passage.transfer_id]) if is_open else ""

    def _of_event(self, event: StoredEvent) -> tuple[str, str, str, Reasons]:
        why = reasons_of(event, self._visit.shelf)
        if event.type == ENROLLED:
            return "star", gettext("You joined"), gettext("Welcome to %(programme)s") % self._names(), why
        if event.type != ORDER:
            declared = self._visit.shelf.by_id[event.rulebook_id].event_types
            title = self._visit.told(words.said(event_said(declared, event.type)))
            return "star" if event.type in OCCASIONS else "activity", title, "", why
        currency = self._visit.programme.currency
        amount = words.money(from_minor(event.amount_minor, currency), currency)
        title = gettext("Purchase of %(amount)s") % {"amount": amount}
        return "order", title, gettext("Order %(number)s") % {"number": isolated(str(event.order_number))}, why

    def _of_adjustment(self, found: Adjustment, points: int) -> tuple[str, str, str, Reasons]:
        values = self._names() | {"amount": words.amount(abs(points)), "day": _day(found)}
        if points > 0:
            title = gettext("From %(programme)s to you") % values
            why = gettext("%(programme)s gave you %(amount)s on %(day)s.")
        else:
            title = gettext("Corrected by %(programme)s") % values
            why = gettext("%(programme)s took %(amount)s back on %(day)s.")
        # The note is for colleagues; the message was written for the member.
        return "members", title, found.message, Reasons(why % values)

    def _of_reversal(self, found: Adjustment, points: int) -> tuple[str, str, str, Reasons]:
        values = self._names() | {"amount": words.amount(abs(points)), "day": _day(found)}
        if points > 0:
            title, text = gettext("Back from %(programme)s") % values, gettext("The points are yours again")
            why = gettext(
                "The points that %(programme)s took on %(day)s were given back to you, with their old last day."
            )
        else:
            title, text = gettext("Corrected by %(programme)s") % values, gettext("A gift was taken back")
            why = gettext(
                "What %(programme)s gave you on %(day)s was given by mistake, so %(amount)s of it went back. Ask us if"
                " you wonder why."
            )
        return "undo", title, text, Reasons(why % values)

    def _names(self) -> dict[str, str]:
        return {"programme": isolated(self._visit.programme.name)}


def _day(found: Adjustment) -> str:
    return words.day(found.posted_at or found.created_at)


def _of_redemption(taken: Redemption, entry: LedgerEntry) -> tuple[str, str, str, Reasons]:
    values = {
        "reward": isolated(taken.reward_name),
        "amount": words.amount(taken.price),
        "day": words.day(taken.created_at),
    }
    if entry.cause_kind is CauseKind.reversal:
        why = gettext("You had redeemed it on %(day)s. The points came back with their old last day.") % values
        return "undo", gettext("%(reward)s, undone") % values, gettext("The points are back"), Reasons(why)
    why = gettext("%(reward)s cost %(amount)s. What expires first was spent first.") % values
    return "rewards", taken.reward_name, gettext("Reward"), Reasons(why)


def _thing(entry: LedgerEntry) -> tuple[object, ...]:
    """What belongs together. Every lot that expires, or moves with a merge, has a cause of its own."""
    if entry.cause_kind in (CauseKind.expiry, CauseKind.merge, CauseKind.merge_undone):
        return (entry.owner, entry.cause_kind, entry.occurred_at, Account.reversed in (entry.debit, entry.credit))
    return (entry.owner, entry.cause_kind, entry.cause, entry.reason == TAKEN_BACK)


def _causes(shown: Sequence[LedgerEntry], kind: CauseKind) -> list[UUID]:
    return list({entry.cause for entry in shown if entry.cause_kind is kind})
