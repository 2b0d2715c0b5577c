"""The ledger does what a list of tokens does, whatever is asked of it and in whatever order.

The same machine drives the book in memory, many times, and through PostgreSQL, fewer times and with every check of the
ledger after each run.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from regulars.database.check import Check
from regulars.database.pool import Connection
from regulars.domain.ledger import checks
from regulars.domain.ledger.book import Book, Cause
from regulars.domain.ledger.commands import EndedHold, end_holds, open_book, record_hold, write_book
from regulars.domain.ledger.contracts import (
    Account,
    Allocation,
    Balance,
    CauseKind,
    Entry,
    HoldState,
    NotEnoughPoints,
    OpenLot,
)
from regulars.domain.ledger.queries import allocations_of, balances, entries, lots_by_id
from regulars.kernel.ids import new_id_bytes
from regulars.kernel.registry import variants_in
from tests.properties.ledger_model import Payment, Purse

OWNERS = [new_id_bytes(7), new_id_bytes(7), new_id_bytes(201)]
POINT_TYPES = [901, 902]
PURSES = [(owner, point_type) for owner in OWNERS for point_type in POINT_TYPES]
FIRST_DAY = date(2026, 1, 1)
NOWHERE = -1
"""An organisation that no test founds."""


class Desk(Protocol):
    """Where a machine keeps its books."""

    def book(self, owner: bytes) -> Book:
        """The book for one change."""

    def conclude(self, book: Book, day: date) -> None:
        """The change is made."""

    def paid(self, transfer: bytes) -> tuple[list[Allocation], dict[bytes, OpenLot]]:
        """Which lots paid for a transfer, in the order of use, and those lots."""

    def placed(self, entry: Entry, day: date) -> None:
        """Points were put on hold."""

    def ended(self, transfer: bytes, state: HoldState, day: date) -> None:
        """The hold ended."""

    def balance(self, owner: bytes, point_type: int) -> Balance:
        """The balance as it stands."""

    def left(self, owner: bytes, point_type: int) -> dict[bytes, int]:
        """What is left in each open lot."""

    def statement(self, owner: bytes, point_type: int) -> list[tuple[int, int]]:
        """(entry number, balance after it), the oldest first."""


class InMemory:
    """One book for the whole run."""

    def __init__(self) -> None:
        self._lots: dict[tuple[bytes, int], list[OpenLot]] = {}
        self._book = Book({}, self._lots)

    def book(self, owner: bytes) -> Book:
        return self._book

    def conclude(self, book: Book, day: date) -> None:
        pass

    def paid(self, transfer: bytes) -> tuple[list[Allocation], dict[bytes, OpenLot]]:
        lots = {lot.id: lot for each in self._lots.values() for lot in each}
        return [each for each in self._book.allocations if each.transfer_id == transfer], lots

    def placed(self, entry: Entry, day: date) -> None:
        pass

    def ended(self, transfer: bytes, state: HoldState, day: date) -> None:
        pass

    def balance(self, owner: bytes, point_type: int) -> Balance:
        return self._book.balance(owner, point_type)

    def left(self, owner: bytes, point_type: int) -> dict[bytes, int]:
        found = {lot.id: lot.remaining for lot in self._lots.get((owner, point_type), []) if lot.remaining}
        # What will be written must say the same as what is worked with.
        mine = [lot for lot in self._book.new_lots.values() if (lot.owner, lot.point_type) == (owner, point_type)]
        assert {lot.id: lot.remaining for lot in mine if lot.remaining} == found
        assert self._book.remaining == {}
        return found

    def statement(self, owner: bytes, point_type: int) -> list[tuple[int, int]]:
        mine = [each for each in self._book.entries if (each.owner, each.point_type) == (owner, point_type)]
        return [(each.entry_no, each.balance_after) for each in mine]


class InDatabase:
    """A book opened and written for every change, in a transaction that is given up in the end."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._holds: dict[bytes, UUID] = {}

    def book(self, owner: bytes) -> Book:
        return open_book(self._conn, owners=[owner], with_lots=True)

    def conclude(self, book: Book, day: date) -> None:
        write_book(self._conn, book, organisation_id=NOWHERE, now=at(day))

    def paid(self, transfer: bytes) -> tuple[list[Allocation], dict[bytes, OpenLot]]:
        paid = allocations_of(self._conn, transfer_id=transfer)
        return paid, lots_by_id(self._conn, ids=[each.lot_id for each in paid])

    def placed(self, entry: Entry, day: date) -> None:
        hold = self._holds[entry.id] = UUID(bytes=new_id_bytes(entry.owner[15]))
        record_hold(
            self._conn,
            hold_id=hold,
            organisation_id=NOWHERE,
            owner=entry.owner,
            point_type=entry.point_type,
            amount=entry.amount,
            transfer_id=entry.id,
            now=at(day),
            lasts=timedelta(minutes=15),
        )

    def ended(self, transfer: bytes, state: HoldState, day: date) -> None:
        hold = self._holds[transfer]
        settled = sum(each.amount for each in self.paid(transfer)[0]) if state is HoldState.settled else 0
        for expected in (True, False):  # the second time it has ended already
            done = end_holds(self._conn, [EndedHold(hold, state, settled)], now=at(day))
            assert bool(done) is expected

    def balance(self, owner: bytes, point_type: int) -> Balance:
        found = balances(self._conn, owners=[UUID(bytes=owner)])
        return found.get((UUID(bytes=owner), point_type), Balance())

    def left(self, owner: bytes, point_type: int) -> dict[bytes, int]:
        rows = self._conn.execute(
            "select uuid_send(id), remaining from ledger_lot where owner = %s and point_type = %s and remaining > 0",
            (UUID(bytes=owner), point_type),
        )
        return dict(rows.fetchall())

    def statement(self, owner: bytes, point_type: int) -> list[tuple[int, int]]:
        found = entries(self._conn, owner=UUID(bytes=owner), point_type=point_type, limit=10_000)
        return [(each.entry_no, each.balance_after) for each in reversed(found)]


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


purses = st.sampled_from(PURSES)
amounts = st.integers(min_value=1, max_value=60)
pick = st.integers(min_value=0, max_value=1_000)


class LedgerMachine(RuleBasedStateMachine):
    """Asks the ledger and the list of tokens the same things."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.day = FIRST_DAY
        self.model = {key: Purse() for key in PURSES}
        self.grants: dict[int, bytes] = {}
        self.payments: list[tuple[tuple[bytes, int], Payment, bytes]] = []

    def cause(self, kind: CauseKind = CauseKind.event) -> Cause:
        # A second for every grant, so that 'earned first' is never a question of ids.
        occurred_at = at(self.day) + timedelta(seconds=len(self.grants))
        return Cause(kind, new_id_bytes(0), occurred_at, "test")

    def open_payments(self, *states: str) -> list[tuple[tuple[bytes, int], Payment, bytes]]:
        return [each for each in self.payments if each[1].state in states]

    @rule(purse=purses, amount=amounts, lasts=st.none() | st.integers(min_value=0, max_value=40))
    def earn(self, purse: tuple[bytes, int], amount: int, lasts: int | None) -> None:
        last_day = None if lasts is None else self.day + timedelta(days=lasts)
        book = self.desk.book(purse[0])
        entry = book.earn(*purse, amount, cause=self.cause(), last_day=last_day)
        self.desk.conclude(book, self.day)
        grant = len(self.grants)
        self.grants[grant] = entry.id
        self.model[purse].earn(grant, amount, last_day)

    @rule(purse=purses, amount=amounts, state=st.sampled_from(["spent", "held"]))
    def pay(self, purse: tuple[bytes, int], amount: int, state: str) -> None:
        expected = self.model[purse].pay(amount, state)
        book = self.desk.book(purse[0])
        target = Account.held if state == "held" else Account.redeemed
        if expected is None:
            with pytest.raises(NotEnoughPoints) as refused:
                book.spend(*purse, amount, cause=self.cause(CauseKind.redemption), target=target)
            assert (refused.value.available, refused.value.asked) == (len(self.model[purse].tokens), amount)
            return
        entry = book.spend(*purse, amount, cause=self.cause(CauseKind.redemption), target=target)
        self.desk.conclude(book, self.day)
        if state == "held":
            self.desk.placed(entry, self.day)
        self.payments.append((purse, expected, entry.id))
        paid, _ = self.desk.paid(entry.id)
        used = [self.grants[token.grant] for token in expected.tokens]
        assert [(each.lot_id, each.amount) for each in paid] == [(lot, used.count(lot)) for lot in dict.fromkeys(used)]

    @rule(purse=purses, amount=amounts)
    def earn_and_pay(self, purse: tuple[bytes, int], amount: int) -> None:
        """What came in can leave within the same book, for an owner without any points before, too."""
        book = self.desk.book(purse[0])
        entry = book.earn(*purse, amount, cause=self.cause(), last_day=None)
        self.grants[len(self.grants)] = entry.id
        self.model[purse].earn(len(self.grants) - 1, amount, None)
        payment = self.model[purse].pay(amount, "spent")
        assert payment is not None
        spent = book.spend(*purse, amount, cause=self.cause(CauseKind.redemption))
        self.payments.append((purse, payment, spent.id))
        self.desk.conclude(book, self.day)

    @precondition(lambda self: self.open_payments("held"))
    @rule(which=pick)
    def settle(self, which: int) -> None:
        found = self.open_payments("held")
        purse, payment, transfer = found[which % len(found)]
        book = self.desk.book(purse[0])
        book.settle(*purse, len(payment.tokens), cause=self.cause(CauseKind.redemption))
        self.desk.conclude(book, self.day)
        self.desk.ended(transfer, HoldState.settled, self.day)
        self.model[purse].settle(payment)

    @precondition(lambda self: self.open_payments("held", "spent", "settled"))
    @rule(which=pick)
    def give_back(self, which: int) -> None:
        found = self.open_payments("held", "spent", "settled")
        purse, payment, transfer = found[which % len(found)]
        source = Account.held if payment.state == "held" else Account.redeemed
        book = self.desk.book(purse[0])
        paid, lots = self.desk.paid(transfer)
        entry = book.give_back(*purse, paid, lots, cause=self.cause(CauseKind.reversal), source=source)
        assert entry.amount == len(payment.tokens)
        self.desk.conclude(book, self.day)
        if source is Account.held:
            self.desk.ended(transfer, HoldState.released, self.day)
        self.model[purse].give_back(payment)

    @precondition(lambda self: self.open_payments("spent"))
    @rule(which=pick, amount=amounts)
    def give_back_and_pay_again(self, which: int, amount: int) -> None:
        """Several changes in one book, as the flows make them: what came back is there to be spent and to expire."""
        found = self.open_payments("spent")
        purse, payment, transfer = found[which % len(found)]
        book = self.desk.book(purse[0])
        paid, lots = self.desk.paid(transfer)
        book.give_back(*purse, paid, lots, cause=self.cause(CauseKind.reversal), source=Account.redeemed)
        self.model[purse].give_back(payment)
        book.expire(*purse, today=self.day, cause_of=lambda lot: self.cause(CauseKind.expiry))
        self.model[purse].expire(self.day)
        again = (
            self.model[purse].pay(min(amount, len(self.model[purse].tokens)), "spent")
            if self.model[purse].tokens
            else None
        )
        if again is not None:
            entry = book.spend(*purse, len(again.tokens), cause=self.cause(CauseKind.redemption))
            self.payments.append((purse, again, entry.id))
        self.desk.conclude(book, self.day)

    @rule(days=st.integers(min_value=0, max_value=25), twice=st.booleans())
    def expire(self, days: int, twice: bool) -> None:
        self.day += timedelta(days=days)
        for purse in PURSES:
            for round_number in range(2 if twice else 1):
                book = self.desk.book(purse[0])
                posted = book.expire(*purse, today=self.day, cause_of=lambda lot: self.cause(CauseKind.expiry))
                self.desk.conclude(book, self.day)
                assert sum(each.amount for each in posted) == self.model[purse].expire(self.day)
                assert round_number == 0 or posted == []

    @invariant()
    def says_what_the_tokens_say(self) -> None:
        for purse, model in self.model.items():
            balance = self.desk.balance(*purse)
            assert (balance.available, balance.held) == (len(model.tokens), model.held())
            assert self.desk.left(*purse) == {self.grants[grant]: count for grant, count in model.left().items()}
            assert self.desk.statement(*purse) == list(enumerate(model.statement, start=1))


QUICK = settings(max_examples=200, stateful_step_count=30, deadline=None, print_blob=True)
THOROUGH = settings(
    max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
)


class DatabaseMachine(LedgerMachine):
    """The machine on tables; what it wrote is checked and given up after each run."""

    def __init__(self, conn: Connection) -> None:
        super().__init__(InDatabase(conn))
        self._conn: psycopg.Connection[Any] = conn
        conn.organisation_id = NOWHERE
        self._given_up = conn.transaction(force_rollback=True)
        self._given_up.__enter__()

    def teardown(self) -> None:
        try:
            found = {
                name: kind().find(self._conn, organisation_id=NOWHERE)
                for name, kind in variants_in(checks, Check).items()
            }
        finally:
            self._given_up.__exit__(None, None, None)
        assert {name: each.examples for name, each in found.items() if each.count} == {}


def test_the_book_in_memory_does_what_a_list_of_tokens_does() -> None:
    class Machine(LedgerMachine):
        def __init__(self) -> None:
            super().__init__(InMemory())

    run_state_machine_as_test(Machine, settings=QUICK)


@pytest.mark.database
def test_the_books_in_postgresql_do_what_a_list_of_tokens_does(conn: Connection) -> None:
    class Machine(DatabaseMachine):
        def __init__(self) -> None:
            super().__init__(conn)

    run_state_machine_as_test(Machine, settings=THOROUGH)
