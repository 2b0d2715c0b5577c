"""A member's points, entry by entry: what happened, in words, with the way to the explanation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from regulars.domain.adjustments.contracts import Adjustment, AdjustmentState
from regulars.domain.adjustments.queries import adjustments_by_id
from regulars.domain.events.contracts import ENROLLED, ORDER, StoredEvent
from regulars.domain.events.queries import events_by_id
from regulars.domain.ledger.contracts import Account, CauseKind, LedgerEntry
from regulars.domain.members.queries import names_of
from regulars.domain.programmes.event_types import event_name
from regulars.domain.rewards.contracts import Redemption
from regulars.domain.rewards.queries import redemptions_of_member
from regulars.domain.transfers.contracts import TAKEN_BACK, Passage
from regulars.domain.transfers.queries import passages
from regulars.insight.entry_reasons import entry_reasons
from regulars.interfaces.console.desk import Desk
from regulars.interfaces.console.labels import Label, adjustment_reason, movement, who
from regulars.interfaces.console.members.reading import merged_from
from regulars.interfaces.web import words
from regulars.kernel.clock import local_day
from regulars.kernel.money import from_minor

MOST_REDEMPTIONS = 1_000


@dataclass(frozen=True, slots=True)
class Said:
    """An entry in words. text: one line; why: the whole reason, where no rule was asked."""

    title: str
    text: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class EntryShown:
    """A line of the statement. why_url: every rule that was asked; why: the reason where no rule was.

    reverse_url: where it is an adjustment that can be taken back; reverse_text: what that means.
    take_back_url: where points that were sent can be taken back.
    waiting: points that moved and could not be spent, signed. lots_url: which lots the entries took from or gave to.
    merged_from: whose it was before the two became one person; empty for the member's own.
    """

    at: datetime
    title: str
    text: str
    kind: Label
    points: int
    balance: int
    why_url: str
    why: str
    reverse_url: str
    reverse_text: str
    waiting: int
    lots_url: str
    take_back_url: str = ""
    merged_from: str = ""


class Statement:
    """Words for the entries of one member; what they refer to is read once.

    parts: the member, and all who are part of it.
    """

    def __init__(self, desk: Desk, parts: Sequence[UUID], entries: Sequence[LedgerEntry]) -> None:
        self._desk = desk
        self._member = parts[0]
        # Held points that become spent for good move no balance: the member saw them leave before.
        self._entries = [entry for entry in entries if entry.points or Account.pending in (entry.debit, entry.credit)]
        self._reasons = entry_reasons(desk.conn, desk.shelf, owners=parts, entries=self._entries)
        self._events = events_by_id(desk.conn, event_ids=self._causes(CauseKind.event))
        adjusted = self._causes(CauseKind.adjustment) + self._causes(CauseKind.adjustment_undone)
        self._adjusted = adjustments_by_id(desk.conn, ids=adjusted)
        self._passages = passages(desk.conn, causes=self._causes(CauseKind.transfer))
        self._names = names_of(desk.conn, member_ids=list({each.other for each in self._passages.values()}))
        self._redemptions: dict[UUID, Redemption] = {}
        if self._causes(CauseKind.redemption) or self._causes(CauseKind.reversal):
            found = redemptions_of_member(desk.conn, member_ids=parts, limit=MOST_REDEMPTIONS)
            self._redemptions = {each.id: each for each in found}
        self._merged_from = merged_from(desk, self._member, (each.owner for each in self._entries))
        self._rule_names = {rule.id: rule.name for book in desk.shelf.rulebooks for rule in book.rulebook.earn_rules}

    def shown(self) -> list[EntryShown]:
        """The entries as the page lists them: what several rules gave for one event is one line."""
        return [self._shown(list(group)) for _, group in groupby(self._entries, key=self._thing)]

    def _thing(self, entry: LedgerEntry) -> tuple[object, ...]:
        """What is one line: all lots that a merge moved; of a transfer all that arrived, and points with their fee."""
        if entry.cause_kind in (CauseKind.merge, CauseKind.merge_undone):
            return (entry.owner, entry.cause_kind, entry.occurred_at, entry.debit, entry.credit)
        passage = self._passages.get(entry.cause)
        return (
            (entry.owner, entry.cause, entry.debit, entry.credit)
            if passage is None
            else (entry.owner, passage.transfer_id, entry.reason == TAKEN_BACK)
        )

    def _causes(self, kind: CauseKind) -> list[UUID]:
        return list({entry.cause for entry in self._entries if entry.cause_kind is kind})

    def _shown(self, group: list[LedgerEntry]) -> EntryShown:
        entry = group[0]
        said = self._said(entry, [self._rule_names.get(each.reason, "") for each in reversed(group)])
        told = self._reasons.get(entry.id)
        asked = entry.cause in self._events and entry.credit is not Account.redeemed
        return EntryShown(
            at=entry.occurred_at,
            title=said.title,
            text=said.text,
            kind=movement(entry),
            points=sum(each.points for each in group),
            balance=entry.balance_after,
            why_url=reverse("console:why", args=[self._member, entry.cause]) if asked else "",
            why=" ".join(dict.fromkeys(words.said(self._reasons[each.id].why) for each in group)) if told else said.why,
            waiting=sum(_waiting(each) for each in group),
            lots_url=self._lots_url(group),
            reverse_url=self._reverse_url(entry),
            reverse_text=_reverse_text(entry),
            take_back_url=self._take_back_url(entry),
            merged_from=self._merged_from.get(entry.owner, ""),
        )

    def _lots_url(self, group: list[LedgerEntry]) -> str:
        """Grants are lots themselves; what takes from lots, or gives back to them, says which."""
        entry, grants = group[0], (Account.issued, Account.adjusted)
        if len(group) > 1 or entry.debit in grants or entry.cause_kind is CauseKind.activation:
            return ""
        return reverse("console:entry-lots", args=[self._member, entry.id])

    def _reverse_url(self, entry: LedgerEntry) -> str:
        found = self._adjusted.get(entry.cause)
        if found is None or found.state is not AdjustmentState.posted or entry.owner != self._member:
            return ""
        return reverse("console:reverse-adjustment", args=[self._member, found.id])

    def _said(self, entry: LedgerEntry, rules: list[str]) -> Said:
        event, adjusted, redeemed = (
            self._events.get(entry.cause),
            self._adjusted.get(entry.cause),
            self._redemptions.get(entry.cause),
        )
        told = self._reasons.get(entry.id)
        if told is not None:
            return Said(words.said(told.title), words.said(told.text))
        if event is not None:
            return self._of_event(event, rules)
        if adjusted is not None:
            return _of_adjustment(adjusted, entry)
        if entry.cause_kind is CauseKind.expiry or entry.credit is Account.expired:
            return Said(
                gettext("Points expired"),
                gettext("Their last day had passed"),
                gettext("Points are spent oldest first. These were left when their last day was over."),
            )
        if redeemed is not None:
            return _of_redemption(redeemed, entry)
        if entry.cause in self._passages:
            return self._of_passage(self._passages[entry.cause], entry)
        return Said(gettext("Points moved"), "")

    def _of_passage(self, passage: Passage, entry: LedgerEntry) -> Said:
        values = {"name": self._names.get(passage.other) or gettext("Member")}
        if entry.reason == TAKEN_BACK:
            title = gettext("Back from %(name)s") if passage.outgoing else gettext("Taken back by %(name)s")
            why = gettext("What is not spent can be taken back for a while by whoever sent it.")
            return Said(title % values, "", why)
        title = gettext("To %(name)s") if passage.outgoing else gettext("From %(name)s")
        parts = [passage.message]
        if passage.outgoing and passage.fee:
            parts.append(gettext("with a fee of %(fee)s") % {"fee": words.points(passage.fee)})
        return Said(title % values, " · ".join(part for part in parts if part))

    def _take_back_url(self, entry: LedgerEntry) -> str:
        passage = self._passages.get(entry.cause)
        is_own = entry.owner == self._member
        if passage is None or not is_own or not passage.outgoing or entry.reason == TAKEN_BACK:
            return ""
        today = local_day(self._desk.now, self._desk.programme.time_zone)
        is_open = passage.cancel_until is not None and today <= passage.cancel_until
        return reverse("console:take-back", args=[self._member, passage.transfer_id]) if is_open else ""

    def _of_event(self, event: StoredEvent, rules: list[str]) -> Said:
        rule = rules[0]
        if len(rules) > 1:
            rule = ngettext("%(count)s rule", "%(count)s rules", len(rules)) % {"count": words.number(len(rules))}
        if event.type == ENROLLED:
            return Said(gettext("Joined the programme"), rule)
        if event.type != ORDER:
            return Said(words.said(event_name(self._desk.shelf.by_id[event.rulebook_id].event_types, event.type)), rule)
        currency = self._desk.programme.currency
        amount = words.money(from_minor(event.amount_minor, currency), currency)
        title = gettext("Order %(number)s") % {"number": words.isolated(str(event.order_number))}
        return Said(title, f"{amount} · {words.named(rule)}" if rule else amount)


def _waiting(entry: LedgerEntry) -> int:
    if entry.points or Account.pending not in (entry.debit, entry.credit):
        return 0
    return entry.amount if entry.credit is Account.pending else -entry.amount


def _of_adjustment(found: Adjustment, entry: LedgerEntry) -> Said:
    reason = adjustment_reason(found.reason, found.reason_name)
    if entry.cause_kind is CauseKind.adjustment_undone:
        return _of_reversal(found, reason)
    values = {
        "who": who(found.by),
        "amount": words.amount(abs(entry.points)),
        "day": words.moment(found.posted_at or found.created_at),
    }
    if entry.points > 0:
        why = gettext("%(who)s gave %(amount)s on %(day)s.")
    else:
        why = gettext("%(who)s took %(amount)s on %(day)s.")
    parts, text = [why % values], gettext("by %(who)s") % values
    if found.decided_by:
        approved = {"who": values["who"], "second": who(found.decided_by)}
        text = gettext("by %(who)s, approved by %(second)s") % approved
        parts.append(gettext("Approved by %(second)s.") % approved)
    if found.message:
        parts.append(gettext("The member reads: “%(text)s”") % {"text": found.message})
    if found.note:
        parts.append(gettext("Note: %(text)s") % {"text": found.note})
    if found.is_over:
        text = f"{text} · {_over(found)}"
    return Said(reason, text, " ".join(parts))


def _of_reversal(found: Adjustment, reason: str) -> Said:
    values = {
        "who": who(found.reversed_by or ""),
        "amount": words.amount(found.reversed_points),
        "all": words.amount(abs(found.points)),
        "day": words.moment(found.posted_at or found.created_at),
    }
    if found.points < 0:
        why = gettext("What was taken on %(day)s, %(amount)s, came back with its old expiry.") % values
    elif found.reversed_points < found.points:
        why = gettext("Of %(all)s given on %(day)s, %(amount)s could be taken back.") % values
    else:
        why = gettext("What was given on %(day)s, %(amount)s, was taken back.") % values
    return Said(f"{reason}, {_over(found)}", gettext("by %(who)s") % values, why)


def _over(found: Adjustment) -> str:
    return gettext("undone") if found.state is AdjustmentState.undone else gettext("reversed")


def _reverse_text(entry: LedgerEntry) -> str:
    values = {"amount": words.amount(abs(entry.points))}
    if entry.points > 0:
        return gettext("Takes back up to %(amount)s: what the member still has.") % values
    return gettext("Gives %(amount)s back to the member, with the old expiry.") % values


def _of_redemption(redeemed: Redemption, entry: LedgerEntry) -> Said:
    values = {
        "reward": redeemed.reward_name,
        "amount": words.amount(redeemed.price),
        "day": words.day(redeemed.created_at),
    }
    if entry.cause_kind is CauseKind.reversal:
        return Said(
            gettext("%(reward)s, given back") % values,
            gettext("Redeemed on %(day)s") % values,
            gettext("The redemption of %(day)s was reversed. The points came back with their old expiry.") % values,
        )
    return Said(
        redeemed.reward_name,
        gettext("Reward for %(amount)s") % values,
        gettext("%(reward)s cost %(amount)s. What expires first is spent first.") % values,
    )
