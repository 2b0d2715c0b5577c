"""An account of stored value, open for one act: its terms, its amounts, its book, and what remembers the act."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.audit.commands import record_act
from regulars.domain.ledger.book import Book, Cause
from regulars.domain.ledger.commands import open_book
from regulars.domain.ledger.contracts import CauseKind, Entry
from regulars.domain.members.commands import lock_members
from regulars.domain.members.contracts import MemberStatus
from regulars.domain.members.queries import existing
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.domain.programmes.rulebook import CompiledRulebook
from regulars.domain.programmes.stored_value import StoredValue
from regulars.domain.stored_value.commands import claim_reference, record_stored_act
from regulars.domain.stored_value.contracts import Act, ActKind, ActNotFound
from regulars.domain.stored_value.queries import act_of_reference, stored_act
from regulars.flows.blocked import blocked_refusal
from regulars.flows.merge_refusals import merged_refusal
from regulars.flows.open_profile import member_not_found
from regulars.flows.settle_day import settle_day
from regulars.flows.stored_value.refusals import (
    no_stored_value,
    not_above_zero,
    other_currency,
    reference_missing,
    reference_used,
)
from regulars.flows.write_settled import write_settled
from regulars.kernel.clock import local_day
from regulars.kernel.errors import Conflict
from regulars.kernel.ids import new_id
from regulars.kernel.money import from_minor, to_minor
from regulars.kernel.text import clean
from regulars.kernel.words import Money

LONGEST_REFERENCE = 120
LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True)
class Purse:
    """What the rulebook in force says, and the point type that holds the money. number: as the ledger knows it."""

    rules: Shelf
    rulebook: CompiledRulebook
    terms: StoredValue
    number: int
    now: datetime

    @property
    def currency(self) -> str:
        """Of every amount."""
        return self.rules.programme.currency

    @property
    def today(self) -> date:
        """The local day."""
        return local_day(self.now, self.rules.programme.time_zone)

    def money(self, minor: int) -> Money:
        """Minor units, for a sentence."""
        return Money(from_minor(minor, self.currency), self.currency)

    def minor(self, amount: Decimal, *, currency: str | None = None, field: str = "amount") -> int:
        """An amount that moves, in minor units. Raises Refusal for another currency, and unless it is above zero."""
        if currency is not None and currency != self.currency:
            raise other_currency(currency, self.currency)
        found = to_minor(amount, self.currency, field=field)
        if found <= 0:
            raise not_above_zero(amount, field=field)
        return found

    def open(self, conn: psycopg.Connection[Any], owner: UUID, *, to_write: bool = True) -> Book:
        """The owner's book, in which everything has happened that is due. To write, hold the owner first."""
        book = open_book(conn, owners=[owner.bytes], with_lots=True, to_write=to_write)
        settle_day(book, owner.bytes, self.number, today=self.today, time_zone=self.rules.programme.time_zone)
        return book

    def cause(self, act_id: UUID, reason: str) -> Cause:
        """Why money moves."""
        return Cause(CauseKind.stored_value, act_id.bytes, self.now, reason)


@dataclass(frozen=True, slots=True)
class Deed:
    """What is to be remembered of an act. key: its reference's, see reference_key."""

    id: UUID
    owner: UUID
    kind: ActKind
    amount: int
    reference: str
    key: UUID | None
    by: str
    note: str = ""
    of: UUID | None = None


def purse_of(conn: psycopg.Connection[Any], *, programme_id: int, now: datetime) -> Purse:
    """What holds now. Raises NotAllowed where the programme has no stored value."""
    rules = shelf(conn, programme_id=programme_id)
    rulebook = rules.in_force(now)
    terms = rulebook.rulebook.stored_value
    number = rules.point_types.get(terms.point_type) if terms.point_type else None
    if number is None:
        raise no_stored_value()
    return Purse(rules, rulebook, terms, number, now)


def hold_owner(conn: psycopg.Connection[Any], purse: Purse, member_id: UUID, *, to_spend: bool) -> None:
    """Holds the member until the transaction ends. Raises Refusal unless money may move. to_spend: it goes out."""
    if not existing(conn, programme_id=purse.rules.programme.id, ids=[member_id.bytes]):
        raise member_not_found(member_id)
    status = MemberStatus(lock_members(conn, [member_id.bytes])[member_id.bytes].status)
    if status is MemberStatus.merged:
        raise merged_refusal(field="member")
    if status is MemberStatus.blocked and to_spend:
        raise blocked_refusal(field="member")
    if status not in (MemberStatus.active, MemberStatus.blocked):
        raise Conflict(
            "member_not_active",
            "The member is not active",
            detail="The membership is closed, so its money no longer moves.",
            remedy="Enrol the member anew.",
            field="member",
        )


def clean_reference(reference: str) -> str:
    """The reference as it is kept. Raises Refusal for none."""
    found = clean(reference, longest=LONGEST_REFERENCE, field="reference")
    if not found:
        raise reference_missing()
    return found


def reference_key(programme_id: int, kind: ActKind, reference: str) -> UUID:
    """Which act the reference means: one payment loads once in a programme, one receipt is paid once."""
    text = f"{programme_id}\0{kind.name}\0{reference}"
    return UUID(bytes=hashlib.blake2b(text.encode(), digest_size=16).digest())


def order_key(programme_id: int, number: str) -> UUID:
    """Which order a payment is of."""
    return UUID(bytes=hashlib.blake2b(f"{programme_id}\0order\0{number}".encode(), digest_size=16).digest())


def earlier_act(
    conn: psycopg.Connection[Any], purse: Purse, key: UUID, *, owner: UUID, amount: int | None, of: UUID | None = None
) -> Act | None:
    """The act of the same reference; None: there is none yet. amount: None for whatever it was.

    Raises Conflict where it was of another account or amount.
    """
    found = act_of_reference(conn, programme_id=purse.rules.programme.id, key=key)
    if found is None:
        return None
    if (found.owner, found.of) != (owner, of) or amount not in (None, found.amount):
        raise reference_used(found.reference)
    return found


def found_act(conn: psycopg.Connection[Any], purse: Purse, act_id: UUID, *, owner: UUID) -> Act:
    """An act on the account. Raises ActNotFound."""
    found = stored_act(conn, programme_id=purse.rules.programme.id, act_id=act_id)
    if found is None or found.owner != owner:
        raise ActNotFound(act_id)
    return found


def conclude(
    conn: psycopg.Connection[Any],
    purse: Purse,
    book: Book,
    deed: Deed,
    *,
    entry: Entry | None,
    bonus: Entry | None = None,
    paid_out: int = 0,
    bonus_amount: int = 0,
) -> Act:
    """Writes the book, the act and the audit trail. Raises Conflict where the reference is another act's by now."""
    organisation_id = purse.rules.programme.organisation_id
    if deed.key is not None and not claim_reference(
        conn, key=deed.key, act_id=deed.id, organisation_id=organisation_id
    ):
        raise reference_used(deed.reference)
    write_settled(conn, purse.rules, book, now=purse.now)
    return record_deed(conn, purse, deed, entry=entry, bonus=bonus, paid_out=paid_out, bonus_amount=bonus_amount)


def record_deed(
    conn: psycopg.Connection[Any],
    purse: Purse,
    deed: Deed,
    *,
    entry: Entry | None,
    bonus: Entry | None = None,
    paid_out: int = 0,
    bonus_amount: int = 0,
) -> Act:
    """Writes the act and the audit trail of what is in the books."""
    programme = purse.rules.programme
    place = {"organisation_id": programme.organisation_id}
    act = Act(
        deed.id, programme.id, deed.owner, purse.number, deed.kind, deed.amount, bonus_amount, paid_out,
        deed.reference, deed.of, deed.note, purse.today, None if entry is None else UUID(bytes=entry.id),
        None if bonus is None else UUID(bytes=bonus.id), purse.now, deed.by,
    )  # fmt: skip
    record_stored_act(conn, act, **place)
    record_act(
        conn,
        entry_id=new_id(deed.owner.int & 0xFF),
        programme_id=programme.id,
        now=purse.now,
        by=deed.by,
        action=f"stored_value.{deed.kind.name}",
        subject=deed.owner,
        details={
            "act": str(deed.id), "amount": deed.amount, "bonus": bonus_amount, "paid_out": paid_out,
            "reference": deed.reference, "note": deed.note,
        },
        **place,
    )  # fmt: skip
    return act
