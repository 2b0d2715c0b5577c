"""Which lot pays, what expires, what a hold takes: worked examples with exact numbers, on the book alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

import pytest

from regulars.domain.ledger.book import Book, Cause
from regulars.domain.ledger.contracts import Account, Balance, CauseKind, Entry, NotEnoughPoints, OpenLot
from regulars.domain.ledger.expiry.after import After
from regulars.kernel.ids import new_id_bytes

OWNER, TYPE = new_id_bytes(42), 1
Grant = tuple[str, int, str | None, str]
"""(name, amount, last day or None, day earned)"""


class Purse:
    """One owner's book whose lots have names."""

    def __init__(self, *grants: Grant, balance: Balance | None = None) -> None:
        self._lots: dict[tuple[bytes, int], list[OpenLot]] = {}
        self.book = Book({(OWNER, TYPE): balance or Balance()}, self._lots)
        self.names: dict[bytes, str] = {}
        for grant in grants:
            self.earn(*grant)

    def earn(self, name: str, amount: int, last_day: str | None, earned: str = "2026-01-01") -> Entry:
        day = None if last_day is None else date.fromisoformat(last_day)
        entry = self.book.earn(OWNER, TYPE, amount, cause=cause(CauseKind.event, earned), last_day=day)
        self.names[entry.id] = name
        return entry

    def spend(self, amount: int, *, target: Account = Account.redeemed) -> list[tuple[str, int]]:
        """Which lots paid, in the order of use."""
        entry = self.book.spend(OWNER, TYPE, amount, cause=cause(CauseKind.redemption), target=target)
        return self.paid([entry])

    def expire(self, today: str) -> list[tuple[str, int]]:
        posted = self.book.expire(
            OWNER, TYPE, today=date.fromisoformat(today), cause_of=lambda lot: cause(CauseKind.expiry, today)
        )
        return self.paid(posted)

    def paid(self, posted: Iterable[Entry]) -> list[tuple[str, int]]:
        ids = [entry.id for entry in posted]
        return [(self.names[each.lot_id], each.amount) for each in self.book.allocations if each.transfer_id in ids]

    @property
    def lots(self) -> dict[str, int]:
        return {self.names[lot.id]: lot.remaining for lot in self.book.new_lots.values()}

    @property
    def available(self) -> int:
        return self.book.balance(OWNER, TYPE).available


def cause(kind: CauseKind, day: str = "2026-03-01") -> Cause:
    return Cause(kind, new_id_bytes(42), datetime.fromisoformat(day).replace(tzinfo=UTC), "test")


def test_a_spend_leaves_the_rest_of_the_lot() -> None:
    purse = Purse(("A", 100, None, "2026-01-01"))

    assert purse.spend(30) == [("A", 30)]
    assert (purse.available, purse.lots) == (70, {"A": 70})


def test_the_lot_that_expires_first_pays_first_though_it_was_earned_later() -> None:
    purse = Purse(("A", 100, "2027-06-01", "2026-01-01"), ("B", 100, "2027-01-01", "2026-01-02"))

    assert purse.spend(100) == [("B", 100)]
    assert (purse.available, purse.lots) == (100, {"A": 100, "B": 0})


def test_points_that_never_expire_pay_last() -> None:
    purse = Purse(("A", 100, None, "2026-01-01"), ("B", 100, "2027-01-01", "2026-01-01"))

    assert purse.spend(100) == [("B", 100)]
    assert purse.lots == {"A": 100, "B": 0}


def test_a_spend_spans_lots() -> None:
    purse = Purse(("A", 50, "2027-01-01", "2026-01-01"), ("B", 50, "2027-02-01", "2026-01-01"))

    assert purse.spend(70) == [("A", 50), ("B", 20)]
    assert (purse.available, purse.lots) == (30, {"A": 0, "B": 30})


def test_the_worked_example_of_three_lots() -> None:
    """Earn 100 (31 Dec), 50 (30 Jun), 80 (never); spend 120: 110 are left."""
    purse = Purse(
        ("A", 100, "2026-12-31", "2026-01-01"), ("B", 50, "2026-06-30", "2026-01-01"), ("C", 80, None, "2026-01-01")
    )

    assert purse.spend(120) == [("B", 50), ("A", 70)]
    assert (purse.available, purse.lots) == (110, {"A": 30, "B": 0, "C": 80})


def test_among_equal_last_days_the_one_earned_first_pays_first() -> None:
    purse = Purse(("later", 10, "2027-01-01", "2026-02-01"), ("earlier", 10, "2027-01-01", "2026-01-01"))

    assert purse.spend(15) == [("earlier", 10), ("later", 5)]


def test_exactly_the_lots_whose_last_day_is_over_expire() -> None:
    purse = Purse(("A", 100, "2027-01-01", "2026-01-01"), ("B", 40, None, "2026-01-01"))

    assert purse.expire("2027-01-01") == []  # the last day can still be used
    assert purse.expire("2027-01-02") == [("A", 100)]
    assert purse.expire("2027-01-02") == []
    assert (purse.available, purse.lots) == (40, {"A": 0, "B": 40})


def test_what_was_spent_does_not_expire() -> None:
    purse = Purse(("A", 100, "2027-01-01", "2026-01-01"))
    purse.spend(30)

    assert purse.expire("2027-01-02") == [("A", 70)]
    assert purse.available == 0


def test_a_deficit_absorbs_the_next_credit() -> None:
    """50 earned, 80 taken by force: -30. The next 100 leave 70, also in their lot."""
    purse = Purse(balance=Balance(available=-30, entry_no=2, may_overdraw=True))

    entry = purse.earn("B", 100, None)

    assert (entry.balance_after, entry.entry_no) == (70, 3)
    assert (purse.available, purse.lots) == (70, {"B": 70})
    assert purse.spend(70) == [("B", 70)]


def test_a_credit_smaller_than_the_deficit_leaves_nothing() -> None:
    purse = Purse(balance=Balance(available=-30, may_overdraw=True))
    purse.earn("B", 10, None)

    assert (purse.available, purse.lots) == (-20, {"B": 0})
    with pytest.raises(NotEnoughPoints):
        purse.spend(1)


def test_holds_count_against_what_can_be_spent() -> None:
    """A balance of 5,000: five holds of 1,000 succeed, the sixth is refused and changes nothing."""
    purse = Purse(("A", 5_000, None, "2026-01-01"))
    for _ in range(5):
        purse.spend(1_000, target=Account.held)
    before = len(purse.book.entries)

    with pytest.raises(NotEnoughPoints) as refused:
        purse.spend(1_000, target=Account.held)

    assert (refused.value.available, refused.value.asked) == (0, 1_000)
    assert refused.value.detail == "1,000 points are needed and 0 can be spent."
    balance = purse.book.balance(OWNER, TYPE)
    assert (balance.available, balance.held, len(purse.book.entries)) == (0, 5_000, before)


def test_points_return_to_the_lots_that_paid_with_their_own_last_day() -> None:
    purse = Purse(("A", 50, "2027-01-01", "2026-01-01"), ("B", 50, "2027-02-01", "2026-01-01"))
    purse.spend(70)
    spent = purse.book.entries[-1]
    paid = [each for each in purse.book.allocations if each.transfer_id == spent.id]

    entry = purse.book.give_back(OWNER, TYPE, paid, {}, cause=cause(CauseKind.reversal), source=Account.redeemed)

    assert (entry.amount, entry.balance_after) == (70, 100)
    assert purse.paid([entry]) == [("B", -20), ("A", -50)]
    assert purse.lots == {"A": 50, "B": 50}
    assert purse.expire("2027-01-02") == [("A", 50)]


def test_a_book_without_lots_takes_points_in_and_gives_none_out() -> None:
    book = Book({}, None)
    book.earn(OWNER, TYPE, 10, cause=cause(CauseKind.event), last_day=None)

    with pytest.raises(RuntimeError, match="lots hold 5 points less"):
        book.spend(OWNER, TYPE, 5, cause=cause(CauseKind.redemption))


@pytest.mark.parametrize(
    ("earned", "period", "round_up", "last_day"),
    [
        ("2026-01-25", "1 month", None, "2026-02-25"),
        ("2026-01-01", "0 months", None, "2026-01-01"),
        ("2026-01-31", "1 month", None, "2026-02-28"),
        ("2028-01-31", "1 month", None, "2028-02-29"),
        ("2026-01-10", "1 month", "month", "2026-02-28"),
        ("2026-01-10", "1 month", "quarter", "2026-03-31"),
        ("2026-01-10", "1 month", "half", "2026-06-30"),
        ("2026-01-10", "12 months", "year", "2027-12-31"),
    ],
)
def test_the_last_day(earned: str, period: str, round_up: str | None, last_day: str) -> None:
    policy = After.model_validate({"period": period, "round_up": round_up})

    assert policy.last_day(date.fromisoformat(earned)) == date.fromisoformat(last_day)
