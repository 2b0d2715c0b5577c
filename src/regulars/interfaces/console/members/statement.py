"""A member's points, entry by entry: what happened, in words, with the way to the explanation."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from regulars.domain.events.contracts import ENROLLED, StoredEvent
from regulars.domain.events.queries import events_by_id
from regulars.domain.ledger.contracts import Account, CauseKind, LedgerEntry
from regulars.interfaces.console.desk import Desk
from regulars.interfaces.console.labels import Label, movement
from regulars.interfaces.web import words
from regulars.kernel.money import from_minor


@dataclass(frozen=True, slots=True)
class EntryShown:
    """A line of the statement. why_url: every rule that was asked; why: the reason where no rule was."""

    at: datetime
    title: str
    text: str
    kind: Label
    points: int
    balance: int
    why_url: str
    why: str


def shown(desk: Desk, member: UUID, entries: Sequence[LedgerEntry], reasons: Reasons) -> list[EntryShown]:
    """Entries as people read them; what moved nothing (held points becoming spent) is left out."""
    causes = events_by_id(desk.conn, event_ids=[each.cause for each in entries if each.cause_kind is CauseKind.event])
    rule_names = {rule.id: rule.name for book in desk.shelf.rulebooks for rule in book.rulebook.earn_rules}
    lines = []
    for entry in entries:
        if entry.points == 0:
            continue
        event = causes.get(entry.cause)
        if event is not None:
            title, text, why = _title(event), _event_text(desk, event, rule_names.get(entry.reason, "")), ""
        else:
            title, text, why = reasons.of(entry)
        lines.append(
            EntryShown(
                at=entry.occurred_at,
                title=title,
                text=text,
                kind=movement(entry),
                points=entry.points,
                balance=entry.balance_after,
                why_url=reverse("console:why", args=[member, entry.cause]) if event else "",
                why=why,
            )
        )
    return lines
