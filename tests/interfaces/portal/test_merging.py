"""A member who had joined twice reads of both accounts in one."""

from __future__ import annotations

from regulars.flows.merge_members import merge_members
from tests.interfaces.portal.club import Club


def test_the_activity_of_both_is_one(club: Club) -> None:
    shop = club.shop
    member, twin = shop.enrol(), shop.enrol()
    shop.buy(member, "12.00")
    shop.buy(twin, "250.00")
    merge_members(
        shop.conn, programme_id=shop.programme.id, kept=member, duplicate=twin, note="", now=shop.now, by="tests"
    )  # fmt: skip

    visitor = club.enter(member)

    page = visitor.see("/me/activity/")
    assert "Purchase of €12.00" in page
    assert "Purchase of €250.00" in page
    assert page.count("from your other account") == 3
    assert "from your other account" in visitor.see("/me/tier/")
