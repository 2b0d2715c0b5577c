"""Two members become one, and two again."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from regulars.domain.events.contracts import Event, MemberReference, PointsUsed
from regulars.domain.ledger.queries import balances, open_lots
from regulars.domain.members.queries import resolve_claims
from regulars.domain.rewards.commands import save_reward
from regulars.domain.rewards.contracts import RewardDraft
from regulars.flows.adjust_points import adjust_points
from regulars.flows.block_member import block_member
from regulars.flows.live_together import Act, found_household
from regulars.flows.merge_members import Merged, merge_members, preview_merge
from regulars.flows.redeem_reward import redeem_reward
from regulars.flows.undo_merge import Undone, undo_merge
from regulars.kernel.errors import Refusal
from regulars.kernel.ids import new_id
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop

pytestmark = pytest.mark.database

WELCOME = {
    "id": "welcome",
    "name": "Welcome",
    "on": "member.enrolled",
    "earn": {"strategy": "fixed_bonus", "points": 100},
}
FIRST = {"id": "first", "name": "First order", "earn": {"strategy": "first_order_bonus", "points": 50}}


def merging(shop: Shop, kept: UUID, duplicate: UUID, **fields: Any) -> Merged:
    wish: dict[str, Any] = {"note": "same person", "now": shop.now, "by": "ada@example.org"} | fields
    return merge_members(shop.conn, programme_id=shop.programme.id, kept=kept, duplicate=duplicate, **wish)


def undoing(shop: Shop, merged: Merged) -> Undone:
    return undo_merge(
        shop.conn, programme_id=shop.programme.id, member_id=merged.merge.kept, merge_id=merged.merge.id, now=shop.now,
        by="ada@example.org",
    )  # fmt: skip


def test_points_move_with_their_days_and_the_duplicate_has_nothing(shop: Shop) -> None:
    ada, twin = shop.enrol(), shop.enrol()
    shop.buy(ada, "10.00")
    shop.buy(twin, "30.00", at=shop.now - timedelta(days=100))
    days = {lot.last_day for lot in open_lots(shop.conn, owner=twin)}

    merged = merging(shop, ada, twin)

    assert (shop.points(ada), shop.points(twin)) == (40, 0)
    assert days < {lot.last_day for lot in open_lots(shop.conn, owner=ada)}
    assert (merged.after.history.orders, merged.after.history.spent_minor) == (2, 4000)


def test_a_merge_undone_at_once_leaves_both_as_they_were(shop: Shop) -> None:
    ada, twin = shop.enrol(), shop.enrol()
    shop.buy(ada, "210.00")
    shop.buy(twin, "300.00")
    before = [(shop.points(each), open_lots(shop.conn, owner=each)) for each in (ada, twin)]

    merged = merging(shop, ada, twin)
    assert merged.after.tiers == {"status": "gold"}
    undone = undoing(shop, merged)

    assert [(shop.points(each), open_lots(shop.conn, owner=each)) for each in (ada, twin)] == before
    assert undone.returned == {"points": 300}


def test_orders_that_name_the_duplicate_go_to_the_kept_member(shop: Shop) -> None:
    ada, twin = shop.enrol(), shop.enrol("twin", email="twin@example.org")
    merging(shop, ada, twin)

    answer = shop.buy(twin, "10.00")

    assert answer["member"] == str(ada)
    assert shop.points(ada) == 10


def test_an_order_of_the_duplicate_comes_back_in_parts_before_and_after(shop: Shop) -> None:
    ada, twin = shop.enrol(), shop.enrol()
    bought = shop.buy(twin, "100.00")
    shop.give_back(twin, bought, amount="20.00")
    merged = merging(shop, ada, twin)

    answer = shop.give_back(twin, bought, amount="30.00")

    assert (answer["member"], shop.points(ada), shop.points(twin)) == (str(ada), 50, 0)
    undoing(shop, merged)
    assert (shop.points(ada), shop.points(twin)) == (0, 50)
    shop.give_back(twin, bought)
    assert shop.points(twin) == 0


def test_points_that_paid_for_an_order_of_the_duplicate_come_to_the_kept_member(shop: Shop) -> None:
    ada, twin = shop.enrol(), shop.enrol()
    shop.buy(twin, "100.00")
    bought = shop.buy(twin, "50.00", points_used=PointsUsed(40, Decimal("0.40")))
    merged = merging(shop, ada, twin)

    shop.give_back(ada, bought)

    assert (shop.points(ada), shop.points(twin)) == (100, 0)
    undoing(shop, merged)
    assert (shop.points(ada), shop.points(twin)) == (0, 100)


def test_the_newer_welcome_bonus_is_taken_back_and_comes_again(shop: Shop) -> None:
    shop.publish(RULEBOOK | {"earn_rules": [*RULEBOOK["earn_rules"], WELCOME, FIRST]})
    ada = shop.enrol()
    shop.now += timedelta(days=1)
    twin = shop.enrol()
    shop.buy(twin, "10.00")
    shop.buy(ada, "10.00", at=shop.now - timedelta(hours=1))

    merged = merging(shop, ada, twin)

    assert [(each.rule, each.points) for each in merged.taken_back] == [("welcome", 100), ("first", 50)]
    assert shop.points(ada) == 170
    undoing(shop, merged)
    assert (shop.points(ada), shop.points(twin)) == (160, 160)


def test_a_preview_changes_nothing_and_tells_what_the_merge_does(shop: Shop) -> None:
    ada, twin = shop.enrol(), shop.enrol()
    shop.buy(twin, "300.00")

    with nothing_changes(shop):
        told = preview_merge(shop.conn, programme_id=shop.programme.id, kept=ada, duplicate=twin, now=shop.now)

    assert told.after == merging(shop, ada, twin).after


def test_chains_work_and_are_undone_in_reverse(shop: Shop) -> None:
    ada, twin, third = shop.enrol(), shop.enrol(), shop.enrol()
    bought = shop.buy(third, "100.00")
    shop.buy(twin, "10.00")
    first = merging(shop, twin, third)
    second = merging(shop, ada, twin)
    assert shop.points(ada) == 110

    shop.give_back(third, bought, amount="40.00")
    assert shop.points(ada) == 70
    undoing(shop, second)
    assert (shop.points(ada), shop.points(twin), shop.points(third)) == (0, 70, 0)
    undoing(shop, first)
    assert (shop.points(twin), shop.points(third)) == (10, 60)
    assert balances(shop.conn, owners=[ada])[ada, shop.point_type].available == 0


WAITING = RULEBOOK | {
    "point_types": [
        RULEBOOK["point_types"][0]
        | {"pending": {"mode": "on_event", "event": "order_delivered", "cancel_after": "30 days"}}
    ]
}


def test_pending_points_go_on_waiting_for_the_same(shop: Shop) -> None:
    shop.publish(WAITING)
    ada, twin = shop.enrol(), shop.enrol()
    shop.buy(twin, "100.00")
    merged = merging(shop, ada, twin)
    assert waiting(shop, ada, twin) == (100, 0)

    undone = undoing(shop, merged)
    assert (waiting(shop, ada, twin), undone.returned) == ((0, 100), {"points": 100})
    merged = merging(shop, ada, twin)
    shop.send(Event("d-1", "order_delivered", MemberReference(id=twin), shop.now, source="till"))
    assert (waiting(shop, ada, twin), shop.points(ada)) == ((0, 0), 100)
    undoing(shop, merged)
    assert (waiting(shop, ada, twin), shop.points(ada), shop.points(twin)) == ((0, 0), 0, 100)


def waiting(shop: Shop, *members: UUID) -> tuple[int, ...]:
    found = balances(shop.conn, owners=members)
    return tuple(found[each, shop.point_type].pending if (each, shop.point_type) in found else 0 for each in members)


@pytest.mark.parametrize("in_debt", ["kept", "duplicate", "both"])
def test_deficits_move_and_come_back(shop: Shop, in_debt: str) -> None:
    shop.publish(RULEBOOK | {"adjustments": {"may_overdraw": True}})
    ada, twin = shop.enrol(), shop.enrol()
    for member, who, points in ((ada, "kept", -30), (twin, "duplicate", -50)):
        if in_debt in (who, "both"):
            adjust(shop, member, points)
        else:
            shop.buy(member, "100.00")
    before = [(shop.points(each), open_lots(shop.conn, owner=each)) for each in (ada, twin)]

    merged = merging(shop, ada, twin)
    assert shop.points(ada) == sum(points for points, _ in before)
    assert shop.points(twin) == 0
    undoing(shop, merged)

    assert [(shop.points(each), open_lots(shop.conn, owner=each)) for each in (ada, twin)] == before


def test_a_debt_that_new_points_paid_is_given_back_to_them(shop: Shop) -> None:
    shop.publish(RULEBOOK | {"adjustments": {"may_overdraw": True}})
    ada, twin = shop.enrol(), shop.enrol()
    adjust(shop, twin, -50)
    merged = merging(shop, ada, twin)
    shop.buy(ada, "80.00")
    assert shop.points(ada) == 30

    assert undoing(shop, merged).returned == {"points": -50}
    assert (shop.points(ada), shop.points(twin)) == (80, -50)


def adjust(shop: Shop, member: UUID, points: int) -> None:
    adjust_points(
        shop.conn, programme_id=shop.programme.id, member_id=member, points=points, reason="correction", now=shop.now,
        by="ada@example.org",
    )  # fmt: skip


def test_what_was_spent_meanwhile_stays_spent_with_the_kept_member(shop: Shop) -> None:
    ada, twin = shop.enrol(), shop.enrol()
    shop.buy(twin, "100.00")
    merged = merging(shop, ada, twin)
    adjust(shop, ada, -30)

    assert undoing(shop, merged).returned == {"points": 70}
    assert (shop.points(ada), shop.points(twin)) == (0, 70)


def test_a_return_that_waited_for_its_order_is_applied_after_the_merge(shop: Shop) -> None:
    ada, twin = shop.enrol(), shop.enrol()
    order = shop.order(twin, "100.00")
    assert order.order is not None
    shop.send(shop.returned(twin, order.order.number, amount="40.00"))
    merged = merging(shop, ada, twin)

    shop.send(order)

    assert shop.points(ada) == 60
    undoing(shop, merged)
    assert (shop.points(ada), shop.points(twin)) == (60, 0)


def test_identities_lead_to_the_kept_member_and_back(shop: Shop) -> None:
    ada, twin = shop.enrol("a", email="ada@example.org"), shop.enrol("b", email="twin@example.org")
    claims = [("email", "twin@example.org"), ("external_id", "b")]
    merged = merging(shop, ada, twin)
    known = resolve_claims(shop.conn, programme_id=shop.programme.id, claims=claims)
    assert set(known.values()) == {ada.bytes}
    assert merged.identities == 3

    undoing(shop, merged)

    known = resolve_claims(shop.conn, programme_id=shop.programme.id, claims=claims)
    assert set(known.values()) == {twin.bytes}


@pytest.mark.parametrize(
    "code",
    [
        "merge_with_itself", "member_not_found", "member_blocked", "member_merged", "merge_points_held",
        "merge_adjustments_wait", "merge_in_household",
    ],
)  # fmt: skip
def test_refused_merges_change_nothing(shop: Shop, code: str) -> None:
    shop.publish(
        RULEBOOK | {"households": {"allowed": True}, "adjustments": {"approval_above": 10, "may_overdraw": True}}
    )
    ada, twin = shop.enrol(), shop.enrol()
    shop.buy(twin, "100.00")
    place: dict[str, Any] = {"programme_id": shop.programme.id, "now": shop.now, "by": "ada@example.org"}
    if code == "merge_with_itself":
        twin = ada
    elif code == "member_not_found":
        twin = new_id(3)
    elif code == "member_blocked":
        block_member(shop.conn, member_id=ada, reason="lost card", **place)
    elif code == "member_merged":
        merging(shop, shop.enrol(), twin)
    elif code == "merge_points_held":
        draft = RewardDraft("five", "discount_voucher", "5.00 off", 50, parameters={"amount": "5.00"}, stock=100)
        reward = save_reward(shop.conn, draft, programme_id=shop.programme.id, now=shop.now)
        redeem_reward(shop.conn, member_id=twin, reward_id=reward.id, hold_for=timedelta(minutes=10), **place)
    elif code == "merge_adjustments_wait":
        adjust(shop, twin, 50)
    else:
        found_household(shop.conn, Act(shop.programme.id, shop.now, "tests"), member_id=twin)

    with nothing_changes(shop), pytest.raises(Refusal) as refused:
        merging(shop, ada, twin)

    assert refused.value.code == code


@pytest.mark.parametrize("code", ["merge_not_found", "merge_undone", "merge_final", "merge_not_last", "member_blocked"])
def test_refused_undoing_changes_nothing(shop: Shop, code: str) -> None:
    ada, twin = shop.enrol(), shop.enrol()
    shop.buy(twin, "100.00")
    merged = merging(shop, ada, twin)
    wrong = ada
    if code == "merge_not_found":
        wrong = twin
    elif code == "merge_undone":
        undoing(shop, merged)
    elif code == "merge_final":
        # 1 April in Berlin is the 30th day; the next day begins at 22:00 UTC.
        shop.now += timedelta(days=30, hours=9, minutes=59)
        with shop.conn.transaction(force_rollback=True):
            undoing(shop, merged)
        shop.now += timedelta(minutes=1)
    elif code == "merge_not_last":
        merging(shop, ada, shop.enrol())
    else:
        block_member(shop.conn, programme_id=shop.programme.id, member_id=ada, reason="lost card", now=shop.now, by="x")

    with nothing_changes(shop), pytest.raises(Refusal) as refused:
        undo_merge(
            shop.conn, programme_id=shop.programme.id, member_id=wrong, merge_id=merged.merge.id, now=shop.now, by="x"
        )

    assert refused.value.code == code
