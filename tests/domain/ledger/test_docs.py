"""What docs/ledger shows is what the code does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from regulars.domain.ledger.contracts import Account, LedgerEntry
from regulars.domain.ledger.postings import MEANINGS, POSTINGS
from regulars.domain.ledger.queries import entries
from regulars.domain.rewards.commands import save_reward
from regulars.domain.rewards.contracts import RewardDraft
from regulars.flows.expire_points import expire_points
from regulars.flows.redeem_reward import confirm_redemption, redeem_reward
from regulars.flows.reverse_redemption import reverse_redemption
from tests.books import findings
from tests.domain.ledger.tables_of_docs import TABLES, parts
from tests.factories import Shop


@pytest.mark.parametrize("name", sorted(TABLES))
def test_the_tables_are_those_of_the_code(name: str) -> None:
    _, inside, after = parts(name)

    assert inside == TABLES[name](), "Write them anew: python -m tests.domain.ledger.tables_of_docs"
    assert after.strip()


def test_every_account_has_its_meaning_and_is_used() -> None:
    assert set(MEANINGS) == set(Account)
    assert {account for posting in POSTINGS for account in posting[1:3]} == set(Account)


def test_postings_move_points_of_a_member() -> None:
    for posting in POSTINGS:
        assert posting.debit is not posting.credit
        assert min(posting.debit, posting.credit) < 10
    assert len({(posting.debit, posting.credit) for posting in POSTINGS}) == len({each.name for each in POSTINGS})


def test_the_example_of_the_postings_is_what_happens(shop: Shop) -> None:
    """The table of docs/ledger/postings.md, played through the flows."""
    ann = shop.enrol()
    place: dict[str, Any] = {"programme_id": shop.programme.id, "by": "tests"}
    draft = RewardDraft("ten", "discount_voucher", "10.00 off", 100, parameters={"amount": "10.00"})
    reward = save_reward(shop.conn, draft, programme_id=shop.programme.id, now=shop.now)
    shop.buy(ann, "120.00")
    held = redeem_reward(
        shop.conn, **place, member_id=ann, reward_id=reward.id, now=shop.now, hold_for=timedelta(minutes=15)
    )
    confirm_redemption(shop.conn, **place, redemption_id=held.id, now=shop.now)
    reverse_redemption(shop.conn, **place, redemption_id=held.id, now=shop.now)
    shop.later(days=500)
    expire_points(shop.conn, programme_id=shop.programme.id, now=shop.now)

    played = [
        [str(each.entry_no), _posting(each), f"`{each.debit.name}`", f"`{each.credit.name}`", str(each.balance_after)]
        for each in reversed(entries(shop.conn, owner=ann, point_type=shop.point_type))
    ]

    rows = [line.strip("| ").split(" | ") for line in parts("postings.md")[2].splitlines() if line.startswith("| ")]
    assert played == [[*row[:4], row[5]] for row in rows[1:]]
    assert findings(shop.conn, shop.programme.organisation_id) == []


def _posting(entry: LedgerEntry) -> str:
    (name,) = (each.name for each in POSTINGS if (each.debit, each.credit) == (entry.debit, entry.credit))
    return name
