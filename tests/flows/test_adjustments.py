"""Adjustments: what one person may do alone, and what needs two."""

from __future__ import annotations

import importlib
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from regulars.domain.adjustments.contracts import AdjustmentState
from regulars.domain.adjustments.queries import adjustments_of_member, adjustments_waiting, count_waiting
from regulars.domain.audit.queries import acts_about
from regulars.flows.approve_adjustment import approve_adjustment
from regulars.flows.decline_adjustment import decline_adjustment
from regulars.kernel.ids import new_id
from tests.books import nothing_changes
from tests.factories import Shop, open_shop
from tests.flows.adjusting import ADA, BEN, CEM, TODAY, act, adjust, refused, rulebook, spend, used

pytestmark = pytest.mark.capability("E4")


@pytest.fixture
def shop(conn: Any) -> Shop:
    """One operator moves up to 1,000 points a day, and more than 500 at once need a second person."""
    return open_shop(conn, rulebook())


# ---- alone -----------------------------------------------------------------------------------------


def test_a_gift_is_posted_at_once_and_counted(shop: Shop) -> None:
    member = shop.enrol()

    done = adjust(shop, member, 120, note="ticket 7", message="Sorry!", reason="forgotten_card")

    assert (done.state, done.points, done.by, done.posted_by, done.day) == (
        AdjustmentState.posted,
        120,
        ADA,
        ADA,
        TODAY,
    )
    assert (done.reason, done.reason_name) == ("forgotten_card", "Forgot the card")
    assert (done.note, done.message) == ("ticket 7", "Sorry!")
    assert shop.points(member) == 120
    assert used(shop) == 120
    assert adjustments_of_member(shop.conn, member_id=member) == [done]


def test_giving_and_taking_both_use_the_limit_and_999_leaves_one(shop: Shop) -> None:
    member = shop.enrol()
    adjust(shop, member, 500)
    adjust(shop, member, -499)
    assert used(shop) == 999

    found = refused(shop, "daily_limit_reached", lambda: adjust(shop, member, 2))
    assert "999 are used" in found.detail
    assert found.remedy.startswith("Give or take at most 1, or")
    adjust(shop, member, 1)
    assert used(shop) == 1000
    found = refused(shop, "daily_limit_reached", lambda: adjust(shop, member, -1))
    assert found.remedy == "Wait until tomorrow, or let a colleague do it."

    adjust(shop, member, 100, by=BEN)
    assert (used(shop), used(shop, BEN)) == (1000, 100)


def test_the_limit_is_of_the_local_day(shop: Shop) -> None:
    """In Berlin, 22:59 UTC in winter is still the same day; 23:00 UTC is the next one."""
    member = shop.enrol()
    adjust(shop, member, 500)
    adjust(shop, member, 500)
    shop.now = shop.now.replace(hour=22, minute=59)
    refused(shop, "daily_limit_reached", lambda: adjust(shop, member, 1))
    shop.later(minutes=1)

    done = adjust(shop, member, 400)

    assert done.day == date(2026, 3, 3)
    assert (used(shop), used(shop, day=date(2026, 3, 3))) == (1000, 400)


def test_the_limit_is_of_each_point_type(conn: Any) -> None:
    book = rulebook(approval_above=None)
    book["point_types"] = [*book["point_types"], {"id": "stars", "name": "Stars"}]
    shop = open_shop(conn, book)
    member = shop.enrol()

    adjust(shop, member, 1000)
    adjust(shop, member, 1000, point_type="stars")

    refused(shop, "daily_limit_reached", lambda: adjust(shop, member, 1, point_type="stars"))


def test_without_a_policy_there_is_no_limit(conn: Any) -> None:
    shop = open_shop(conn)
    member = shop.enrol()
    for _ in range(3):
        adjust(shop, member, 1_000_000)
    assert shop.points(member) == 3_000_000


def test_reasons_are_those_of_the_rulebook_and_keep_their_name(conn: Any) -> None:
    shop = open_shop(conn, rulebook(reasons=[{"id": "late", "name": "Parcel came late"}]))
    member = shop.enrol()
    done = adjust(shop, member, 5, reason="late")
    found = refused(shop, "not_a_choice", lambda: adjust(shop, member, 5, reason="goodwill"))
    assert (found.field, found.remedy) == ("reason", "Choose one of late.")

    shop.publish(rulebook(reasons=[{"id": "other", "name": "Other"}]), effective_from=shop.now)

    assert adjustments_of_member(shop.conn, member_id=member)[0].reason_name == done.reason_name == "Parcel came late"


def test_what_cannot_be_adjusted_is_refused(shop: Shop) -> None:
    member = shop.enrol()
    refused(shop, "bad_adjustment", lambda: adjust(shop, member, 0))
    refused(shop, "bad_adjustment", lambda: adjust(shop, member, 1_000_001))
    refused(shop, "unknown_point_type", lambda: adjust(shop, member, 1, point_type="stars"))
    refused(shop, "member_not_found", lambda: adjust(shop, UUID(int=7), 1))
    refused(shop, "not_enough_points", lambda: adjust(shop, member, -1))
    refused(shop, "text_too_long", lambda: adjust(shop, member, 1, message="x" * 201))
    shop.conn.execute("update members_member set status = 3 where id = %s", [member])
    refused(shop, "member_not_active", lambda: adjust(shop, member, 1))


def test_the_same_form_twice_gives_once(shop: Shop) -> None:
    member = shop.enrol()
    identifier = new_id(member.int & 0xFF)
    first = adjust(shop, member, 50, identifier=identifier)

    with nothing_changes(shop):
        assert adjust(shop, member, 50, identifier=identifier) == first
    refused(shop, "adjustment_repeated", lambda: adjust(shop, member, 60, identifier=identifier))
    refused(shop, "adjustment_repeated", lambda: adjust(shop, member, 50, identifier=identifier, by=BEN))
    assert shop.points(member) == 50


# ---- two persons -----------------------------------------------------------------------------------


def test_above_the_threshold_points_wait_for_a_second_person(shop: Shop) -> None:
    member = shop.enrol()
    assert adjust(shop, member, 500).state is AdjustmentState.posted

    waiting = adjust(shop, member, 501)

    assert (waiting.state, waiting.transfer_id, waiting.day) == (AdjustmentState.waiting, None, None)
    assert (shop.points(member), used(shop)) == (500, 500)
    assert adjustments_waiting(shop.conn, programme_id=shop.programme.id) == [waiting]
    refused(shop, "own_adjustment", lambda: act(shop, approve_adjustment, waiting))

    shop.later(hours=1)
    done = act(shop, approve_adjustment, waiting, by=BEN)

    assert (done.state, done.by, done.decided_by, done.posted_by) == (AdjustmentState.posted, ADA, BEN, BEN)
    # What two persons decided counts for the day of who asked, and is not stopped by that limit.
    assert (shop.points(member), used(shop), used(shop, BEN)) == (1001, 1001, 0)
    refused(shop, "daily_limit_reached", lambda: adjust(shop, member, 1))
    assert count_waiting(shop.conn, programme_id=shop.programme.id) == 0
    actions = [each.action for each in acts_about(shop.conn, subject=member)]
    assert actions == ["points.approved", "points.proposed", "points.adjusted"]


def test_a_decision_is_made_once(shop: Shop) -> None:
    member = shop.enrol()
    approved, declined = adjust(shop, member, 600), adjust(shop, member, 700)
    act(shop, approve_adjustment, approved, by=BEN)
    done = act(shop, decline_adjustment, declined, by=BEN, why="No receipt")
    assert (done.state, done.decision, done.decided_by) == (AdjustmentState.declined, "No receipt", BEN)

    with nothing_changes(shop):
        assert act(shop, approve_adjustment, approved, by=BEN).state is AdjustmentState.posted
        assert act(shop, decline_adjustment, declined, by=BEN, why="No receipt") == done
    for verb, found in ((approve_adjustment, declined), (decline_adjustment, approved)):
        fields = {"why": "x"} if verb is decline_adjustment else {}
        refused(shop, "adjustment_decided", lambda: act(shop, verb, found, by=CEM, **fields))  # noqa: B023  # called at once
    assert shop.points(member) == 600


def test_whoever_asked_may_withdraw_and_has_to_say_why(shop: Shop) -> None:
    waiting = adjust(shop, shop.enrol(), 600)
    refused(shop, "field_missing", lambda: act(shop, decline_adjustment, waiting, why="  "))
    assert act(shop, decline_adjustment, waiting, why="Wrong member").decided_by == ADA


def test_the_member_is_looked_at_again_when_it_is_approved(shop: Shop) -> None:
    member = shop.enrol()
    shop.buy(member, "700.00")
    taking, giving = adjust(shop, member, -600), adjust(shop, member, 600)
    spend(shop, member, 200)

    refused(shop, "not_enough_points", lambda: act(shop, approve_adjustment, taking, by=BEN))
    shop.conn.execute("update members_member set status = 3 where id = %s", [member])
    refused(shop, "member_not_active", lambda: act(shop, approve_adjustment, giving, by=BEN))
    assert count_waiting(shop.conn, programme_id=shop.programme.id) == 2
    assert act(shop, decline_adjustment, giving, by=BEN, why="closed").state is AdjustmentState.declined


def test_nobody_is_asked_to_approve_what_cannot_be_done(shop: Shop) -> None:
    member = shop.enrol()
    shop.buy(member, "600.00")
    refused(shop, "not_enough_points", lambda: adjust(shop, member, -601))
    assert adjust(shop, member, -600).state is AdjustmentState.waiting


def test_adjustments_of_the_time_before_are_taken_over(shop: Shop, owner_conn: Any) -> None:
    """Then an adjustment was its act and its transfer; the row, and what the day has used, are made from them."""
    member = shop.enrol()
    adjust(shop, member, 300, note="ticket 7", message="Sorry!", reason="forgotten_card")
    shop.now = shop.now.replace(hour=23)
    adjust(shop, member, -100)
    rows = "select to_jsonb(t) from {} t where programme_id = %s order by to_jsonb(t)::text"
    tables = ("adjustments_adjustment", "adjustments_use")
    before = [owner_conn.execute(rows.format(table), [shop.programme.id]).fetchall() for table in tables]
    migration = importlib.import_module("regulars.domain.adjustments.migrations.0001_adjustments")

    with owner_conn.transaction(force_rollback=True):
        owner_conn.execute("set local session_replication_role = replica")
        for table in tables:
            owner_conn.execute(f"delete from {table}")
        owner_conn.execute(
            "update audit_entry a set id = (a.details ->> 'adjustment')::uuid where action = 'points.adjusted'"
        )
        owner_conn.execute(migration.TAKE_OVER)
        after = [owner_conn.execute(rows.format(table), [shop.programme.id]).fetchall() for table in tables]

    assert after == before
    assert len(before[1]) == 2
