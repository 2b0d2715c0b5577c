"""What can be read from the books: what expires when, a statement page by page, who paid for a transfer."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from regulars.domain.ledger.book import Cause
from regulars.domain.ledger.commands import open_book, write_book
from regulars.domain.ledger.contracts import Account, CauseKind, Expiring
from regulars.domain.ledger.queries import allocations_of, balances, entries, entries_of_cause, entry, expiring
from regulars.kernel.ids import new_id_bytes
from tests.factories import Shop

pytestmark = pytest.mark.database


def test_what_expires_when(shop: Shop) -> None:
    """100 until 1 Feb, 200 until 1 Jun, 50 for ever: 100 go before March, 300 before July."""
    member = shop.enrol()
    _grant(shop, member, (100, "2026-02-01"), (200, "2026-06-01"), (50, None))

    found = expiring(shop.conn, owner=member, point_type=shop.point_type)

    assert found == [Expiring(date(2026, 2, 1), 100), Expiring(date(2026, 6, 1), 200)]
    assert sum(each.points for each in found if each.last_day < date(2026, 3, 1)) == 100
    assert sum(each.points for each in found if each.last_day < date(2026, 7, 1)) == 300


def test_a_statement_page_by_page(shop: Shop) -> None:
    member = shop.enrol()
    answers = [shop.buy(member, f"{euros}.00") for euros in (10, 20, 30)]
    first = entries(shop.conn, owner=member, point_type=shop.point_type, limit=2)
    second = entries(shop.conn, owner=member, point_type=shop.point_type, before=first[-1].entry_no, limit=2)

    assert [(each.entry_no, each.points, each.balance_after) for each in first] == [(3, 30, 60), (2, 20, 30)]
    assert [(each.entry_no, each.points, each.balance_after) for each in second] == [(1, 10, 10)]
    assert {(each.debit, each.credit, each.cause_kind, each.reason) for each in (*first, *second)} == {
        (Account.issued, Account.available, CauseKind.event, "base")
    }
    assert [str(each.cause) for each in reversed([*first, *second])] == [answer["event"] for answer in answers]
    assert entry(shop.conn, transfer_id=first[0].id) == (member, first[0])
    assert entries_of_cause(shop.conn, owner=member, cause=first[0].cause) == [first[0]]
    assert entry(shop.conn, transfer_id=UUID(int=member.int ^ 1 << 80)) is None


def test_allocations_are_read_in_the_order_of_use(shop: Shop) -> None:
    member = shop.enrol()
    granted = _grant(shop, member, (50, None), (50, "2027-02-01"), (50, "2027-01-01"))
    with shop.conn.transaction(force_rollback=True):
        book = open_book(shop.conn, owners=[member.bytes], with_lots=True)
        spent = book.spend(member.bytes, shop.point_type, 120, cause=_cause(shop))
        write_book(shop.conn, book, organisation_id=shop.programme.organisation_id, now=shop.now)
        paid = allocations_of(shop.conn, transfer_id=spent.id)
        found = balances(shop.conn, owners=[member])[member, shop.point_type]

    assert [(granted.index(each.lot_id), each.amount) for each in paid] == [(2, 50), (1, 50), (0, 20)]
    assert (found.available, found.held, found.entry_no) == (30, 0, 4)


def _grant(shop: Shop, member: UUID, *grants: tuple[int, str | None]) -> list[bytes]:
    """Lots as they are, one transfer each; their ids."""
    with shop.conn.transaction():
        book = open_book(shop.conn, owners=[member.bytes], with_lots=False)
        granted = [
            book.earn(
                member.bytes,
                shop.point_type,
                amount,
                cause=_cause(shop, number),
                last_day=None if last_day is None else date.fromisoformat(last_day),
            ).id
            for number, (amount, last_day) in enumerate(grants)
        ]
        write_book(shop.conn, book, organisation_id=shop.programme.organisation_id, now=shop.now)
    return granted


def _cause(shop: Shop, number: int = 0) -> Cause:
    return Cause(CauseKind.adjustment, new_id_bytes(0), shop.now + timedelta(seconds=number), "test")
