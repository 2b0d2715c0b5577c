"""Why stored value moved, as sentences: loads, spendings, refunds, gift cards. Read only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from regulars.domain.ledger.contracts import CauseKind, LedgerEntry
from regulars.domain.stored_value.contracts import Act, ActKind
from regulars.domain.stored_value.queries import acts_by_id
from regulars.kernel.words import Sentence


class StoredReason(NamedTuple):
    """title, text, why: as in EntryReason."""

    title: Sentence
    text: Sentence
    why: Sentence


def stored_reasons(conn: psycopg.Connection[Any], entries: Sequence[LedgerEntry]) -> dict[UUID, StoredReason]:
    """The reasons of those entries that acts on stored value made, by entry."""
    mine = [each for each in entries if each.cause_kind is CauseKind.stored_value]
    acts = acts_by_id(conn, ids=list({each.cause for each in mine}))
    undone = acts_by_id(conn, ids=[act.of for act in acts.values() if act.of is not None])
    return {each.id: _reason(each, acts[each.cause], undone) for each in mine}


def _reason(entry: LedgerEntry, act: Act, undone: dict[UUID, Act]) -> StoredReason:
    first = undone[act.of].reference if act.of in undone else ""
    values = {"reference": act.reference, "first": first}
    if entry.reason == "bonus":
        return _gift(act, values)
    title, text, why = _SAID[act.kind]
    return StoredReason(title, Sentence(text.template, values), Sentence(why.template, values))


def _gift(act: Act, values: dict[str, str]) -> StoredReason:
    if act.kind is ActKind.load:
        return StoredReason(
            Sentence("Given on top of a payment"),
            Sentence("A gift with payment {reference}", values),
            Sentence("For payment {reference} the programme gives something on top, which nobody paid.", values),
        )
    return StoredReason(
        Sentence("The gift goes with its payment"),
        Sentence("With payment {first} goes what was given on top", values),
        Sentence("Payment {first} went back, and with it what had been given on top of it.", values),
    )


_SAID = {
    ActKind.load: (
        Sentence("Money paid in"),
        Sentence("Payment {reference}"),
        Sentence("Payment {reference} brought the money into the account."),
    ),
    ActKind.award: (
        Sentence("Money received as a reward"),
        Sentence("A reward in money"),
        Sentence("This money was given as a reward, and can be spent like money that was paid in."),
    ),
    ActKind.spend: (
        Sentence("Paid with stored value"),
        Sentence("Receipt {reference}"),
        Sentence("Receipt {reference} was paid with money from the account, that which expires first."),
    ),
    ActKind.give_back: (
        Sentence("Money came back to the account"),
        Sentence("Refund of receipt {first}"),
        Sentence(
            "What had paid for receipt {first} came back to where it had been, the money that was used last first."
        ),
    ),
    ActKind.pay_back: (
        Sentence("Money paid back to its source"),
        Sentence("Payment {first} went back"),
        Sentence("What was left of payment {first} left the account, to be paid back to where it had come from."),
    ),
    ActKind.take_back: (
        Sentence("Money of a reward taken back"),
        Sentence("A reward was undone"),
        Sentence("The reward that had given this money was undone, so the money left the account."),
    ),
    ActKind.moved_out: (
        Sentence("Moved from a gift card"),
        Sentence("The rest of the gift card moved on"),
        Sentence("What was left of the gift card moved to an account, or to a new card."),
    ),
    ActKind.moved_in: (
        Sentence("Moved in from a gift card"),
        Sentence("The rest of a gift card"),
        Sentence("What was left of a gift card moved into this account."),
    ),
}
