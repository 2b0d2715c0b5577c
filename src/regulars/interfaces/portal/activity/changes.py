"""Changes that no earn rule made alone: returned orders, payments with points, points on their way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from django.utils.translation import gettext

from regulars.domain.ledger.contracts import Account, LedgerEntry
from regulars.insight.entry_reasons import EntryReason
from regulars.interfaces.portal.activity.reasons import Reasons, RuleSaid
from regulars.interfaces.portal.labels import isolated
from regulars.interfaces.web import words
from regulars.kernel.words import Sentence


def came_back(order: str) -> str:
    """What a return is called."""
    return gettext("Order %(number)s came back") % {"number": isolated(order)}


def what_came_back(group: Sequence[LedgerEntry]) -> str:
    """20 points taken back, 5 points returned to you."""
    taken = sum(each.amount for each in group if each.credit is Account.reversed)
    given = sum(each.amount for each in group if each.debit is Account.redeemed)
    parts = []
    if taken:
        parts.append(gettext("%(amount)s taken back") % {"amount": words.amount(taken)})
    if given:
        parts.append(gettext("%(amount)s returned to you") % {"amount": words.amount(given)})
    if len(parts) < 2:
        return "".join(parts)
    return words.said(Sentence("{first}, {next}", {"first": parts[0], "next": parts[1]}))


def waiting_of(entry: LedgerEntry) -> int:
    """Points of an entry that moved and could not be spent, signed; 0 where the balance saw it."""
    if entry.points or Account.pending not in (entry.debit, entry.credit):
        return 0
    return entry.amount if entry.credit is Account.pending else -entry.amount


def with_payments(why: Reasons, group: Sequence[LedgerEntry], reasons: Mapping[UUID, EntryReason]) -> Reasons:
    """What the rules said of a purchase, with the points that paid for it, and those that are on their way."""
    paid = [
        RuleSaid(gettext("Paid with points"), each.points, words.said(reasons[each.id].why))
        for each in group
        if each.credit is Account.redeemed and each.id in reasons
    ]
    waits = dict.fromkeys(
        words.said(reasons[each.id].text) for each in group if each.credit is Account.pending and each.id in reasons
    )
    return replace(why, fired=[*paid, *why.fired], notes=list(waits))
