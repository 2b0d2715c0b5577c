"""A member's points, entry by entry: what happened, in words, with the way to the explanation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from regulars.domain.audit.contracts import AuditEntry
from regulars.domain.audit.queries import acts_by_id
from regulars.domain.events.contracts import ENROLLED, ORDER, StoredEvent
from regulars.domain.events.queries import events_by_id
from regulars.domain.ledger.contracts import Account, CauseKind, LedgerEntry
from regulars.domain.members.queries import names_of
from regulars.domain.rewards.contracts import Redemption
from regulars.domain.rewards.queries import redemptions_of_member
from regulars.domain.transfers.contracts import TAKEN_BACK, Passage
from regulars.domain.transfers.queries import passages
from regulars.interfaces.console.desk import Desk
from regulars.interfaces.console.labels import Label, adjustment_reason, movement
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

    take_back_url: where points that were sent can be taken back.
    """

    at: datetime
    title: str
    text: str
    kind: Label
    points: int
    balance: int
    why_url: str
    why: str
    take_back_url: str = ""


class Statement:
    """Words for the entries of one member; what they refer to is read once."""

    def __init__(self, desk: Desk, member: UUID, entries: Sequence[LedgerEntry]) -> None:
        self._desk = desk
        self._member = member
        # Held points that become spent for good move no balance: the member saw them leave before.
        self._entries = [entry for entry in entries if entry.points]
        self._events = events_by_id(desk.conn, event_ids=self._causes(CauseKind.event))
        self._acts = acts_by_id(desk.conn, ids=self._causes(CauseKind.adjustment))
        self._passages = passages(desk.conn, causes=self._causes(CauseKind.transfer))
        self._names = names_of(desk.conn, member_ids=list({each.other for each in self._passages.values()}))
        self._redemptions: dict[UUID, Redemption] = {}
        if self._causes(CauseKind.redemption) or self._causes(CauseKind.reversal):
            found = redemptions_of_member(desk.conn, member_id=member, limit=MOST_REDEMPTIONS)
            self._redemptions = {each.id: each for each in found}
        self._rule_names = {rule.id: rule.name for book in desk.shelf.rulebooks for rule in book.rulebook.earn_rules}

    def shown(self) -> list[EntryShown]:
        """The entries as the page lists them: what several rules gave for one event is one line."""
        return [self._shown(list(group)) for _, group in groupby(self._entries, key=self._thing)]

    def _thing(self, entry: LedgerEntry) -> tuple[object, ...]:
        """What is one line: of a transfer all lots that arrived, and points with their fee."""
        passage = self._passages.get(entry.cause)
        return (entry.cause, entry.debit) if passage is None else (passage.transfer_id, entry.reason == TAKEN_BACK)

    def _causes(self, kind: CauseKind) -> list[UUID]:
        return list({entry.cause for entry in self._entries if entry.cause_kind is kind})

    def _shown(self, group: list[LedgerEntry]) -> EntryShown:
        entry = group[0]
        said = self._said(entry, [self._rule_names.get(each.reason, "") for each in reversed(group)])
        asked = entry.cause in self._events
        return EntryShown(
            at=entry.occurred_at,
            title=said.title,
            text=said.text,
            kind=movement(entry),
            points=sum(each.points for each in group),
            balance=entry.balance_after,
            why_url=reverse("console:why", args=[self._member, entry.cause]) if asked else "",
            why=said.why,
            take_back_url=self._take_back_url(entry),
        )

    def _said(self, entry: LedgerEntry, rules: list[str]) -> Said:
        event, act, redeemed = (
            self._events.get(entry.cause),
            self._acts.get(entry.cause),
            self._redemptions.get(entry.cause),
        )
        if event is not None:
            return self._of_event(event, rules)
        if act is not None:
            return _of_adjustment(act, entry)
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
            parts.append(gettext("with a fee of %(fee)s") % {"fee": words.number(passage.fee)})
        return Said(title % values, " · ".join(part for part in parts if part))

    def _take_back_url(self, entry: LedgerEntry) -> str:
        passage = self._passages.get(entry.cause)
        if passage is None or not passage.outgoing or entry.reason == TAKEN_BACK:
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
            return Said(event.type.replace("_", " ").replace(".", " ").capitalize(), rule)
        currency = self._desk.programme.currency
        amount = words.money(from_minor(event.amount_minor, currency), currency)
        title = gettext("Order %(number)s") % {"number": event.order_number}
        return Said(title, f"{amount} · {rule}" if rule else amount)


def _of_adjustment(act: AuditEntry, entry: LedgerEntry) -> Said:
    values = {"who": act.by, "points": words.number(abs(entry.points)), "day": words.moment(act.at)}
    if entry.points > 0:
        why = ngettext(
            "%(who)s gave %(points)s point on %(day)s.", "%(who)s gave %(points)s points on %(day)s.", entry.points
        )
    else:
        why = ngettext(
            "%(who)s took %(points)s point on %(day)s.", "%(who)s took %(points)s points on %(day)s.", -entry.points
        )
    parts = [why % values]
    if act.details.get("message"):
        parts.append(gettext("The member reads: “%(text)s”") % {"text": act.details["message"]})
    if act.details.get("note"):
        parts.append(gettext("Note: %(text)s") % {"text": act.details["note"]})
    return Said(adjustment_reason(act.details.get("reason", "")), gettext("by %(who)s") % values, " ".join(parts))


def _of_redemption(redeemed: Redemption, entry: LedgerEntry) -> Said:
    values = {
        "reward": redeemed.reward_name,
        "points": words.number(redeemed.price),
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
        gettext("Reward for %(points)s points") % values,
        gettext("%(reward)s cost %(points)s points. Points that expire first are spent first.") % values,
    )
