"""Who reads the past of a member reads that of all who are part of it, each line once, and not after an undo."""

from __future__ import annotations

from uuid import UUID

import pytest

from regulars.domain.ledger.contracts import CauseKind, LedgerEntry
from regulars.domain.ledger.queries import entries, lots_on_file
from regulars.domain.ledger.statement import place_after, statement
from regulars.domain.merges.queries import parts_of
from regulars.domain.programmes.queries import shelf
from regulars.domain.tiers.queries import tier_changes
from regulars.insight.entry_reasons import entry_reasons
from regulars.insight.merged_lots import as_granted
from tests.factories import Shop
from tests.flows.test_merge_members import merging, undoing

pytestmark = [pytest.mark.database, pytest.mark.capability("E3")]


def paged(shop: Shop, member: UUID, size: int) -> list[LedgerEntry]:
    """The whole statement, page by page as a door reads it."""
    parts = parts_of(shop.conn, member_id=member)
    found: list[LedgerEntry] = []
    place = None
    while True:
        page = statement(shop.conn, owners=parts, point_type=shop.point_type, before=place, limit=size)
        if not page:
            return found
        found += page
        place = place_after(parts, page, place)


@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_pages_of_both_hold_every_entry_once_in_the_order_of_booking(shop: Shop, size: int) -> None:
    ada, twin, third = shop.enrol(), shop.enrol(), shop.enrol()
    for member in (ada, twin, twin, third, ada, third, ada):
        shop.buy(member, "10.00")
        shop.later(minutes=1)
    merging(shop, twin, third)
    shop.later(minutes=1)
    merged = merging(shop, ada, twin)
    shop.later(minutes=1)
    shop.buy(twin, "5.00")

    found = paged(shop, ada, size)

    alone = [
        each for owner in (ada, twin, third) for each in entries(shop.conn, owner=owner, point_type=shop.point_type)
    ]
    assert sorted(each.id for each in found) == sorted(each.id for each in alone)
    assert [each.posted_at for each in found] == sorted((each.posted_at for each in found), reverse=True)
    for owner in (ada, twin, third):
        numbers = [each.entry_no for each in found if each.owner == owner]
        assert numbers == sorted(numbers, reverse=True)
    undoing(shop, merged)
    assert {each.owner for each in paged(shop, ada, size)} == {ada}


def test_a_return_of_what_the_duplicate_had_bought_says_by_which_rule(shop: Shop) -> None:
    ada, twin = shop.enrol(), shop.enrol()
    bought = shop.buy(twin, "100.00")
    merging(shop, ada, twin)
    shop.give_back(ada, bought)
    parts = parts_of(shop.conn, member_id=ada)
    taken = statement(shop.conn, owners=parts, point_type=shop.point_type, limit=1)

    rules = shelf(shop.conn, programme_id=shop.programme.id)
    (reason,) = entry_reasons(shop.conn, rules, owners=parts, entries=taken).values()

    assert "“1 point per euro”, in version 1 of the rulebook, counts 100 points less now" in str(reason.why)


def test_lots_that_a_merge_brought_know_who_had_earned_them(shop: Shop) -> None:
    ada, twin, third = shop.enrol(), shop.enrol(), shop.enrol()
    shop.buy(ada, "10.00")
    shop.buy(third, "30.00")
    merging(shop, twin, third)
    merging(shop, ada, twin)

    lots = lots_on_file(shop.conn, owner=ada, point_type=shop.point_type)
    granted = as_granted(shop.conn, lots)

    assert {(granted[each.id].owner, granted[each.id].cause_kind, each.remaining) for each in lots} == {
        (ada, CauseKind.event, 10), (third, CauseKind.event, 30),
    }  # fmt: skip


def test_steps_between_tiers_of_both_are_told(shop: Shop) -> None:
    ada, twin = shop.enrol(), shop.enrol()
    shop.buy(twin, "250.00")
    merging(shop, ada, twin)

    steps = tier_changes(shop.conn, member_ids=parts_of(shop.conn, member_id=ada))

    assert [(each.member_id, each.to_tier) for each in steps] == [(ada, "silver"), (twin, "silver")]
