"""Points of a programme are what they were after any merge; undone at once, nobody can tell that there was one.

Two members live: they buy, return, get and lose points, wait for points, are below zero. Then one becomes part of the
other and is taken out again, and points, lots, what waits, tiers and histories are compared.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.database.pool import Connection, owning
from regulars.domain.events.queries import history
from regulars.domain.ledger.queries import balances, open_lots, pending_lots
from regulars.domain.programmes.queries import shelf
from regulars.domain.tiers.queries import standings_of
from regulars.flows.activate_points import activate_points
from regulars.flows.adjust_points import adjust_points
from regulars.flows.merge_members import Merged, merge_members
from regulars.flows.undo_merge import undo_merge
from tests.books import findings
from tests.factories import RULEBOOK, Shop, open_shop

pytestmark = [pytest.mark.capability("E3"), pytest.mark.database]

LIVELY: dict[str, Any] = RULEBOOK | {
    "adjustments": {"may_overdraw": True},
    "point_types": [
        *RULEBOOK["point_types"],
        {"id": "stars", "name": "Stars", "pending": {"mode": "after", "period": "3 days"}},
    ],
    "earn_rules": [
        *RULEBOOK["earn_rules"],
        {"id": "hello", "name": "Hello", "on": "member.enrolled", "earn": {"strategy": "fixed_bonus", "points": 40}},
        {"id": "first", "name": "First", "earn": {"strategy": "first_order_bonus", "points": 25}},
        {"id": "star", "name": "Star", "point_type": "stars", "earn": {"strategy": "fixed_bonus", "points": 3}},
    ],
}
STEP = st.tuples(
    st.integers(0, 1),
    st.sampled_from(["buy", "return", "give", "take", "wait"]),
    st.integers(min_value=1, max_value=300),
)


def live(shop: Shop, members: list[UUID], steps: list[tuple[int, str, int]]) -> None:
    bought: list[list[dict[str, Any]]] = [[], []]
    for who, what, amount in steps:
        if what == "buy":
            bought[who].append(shop.buy(members[who], f"{amount}.00"))
        elif what == "return" and bought[who]:
            shop.give_back(members[who], bought[who].pop())
        elif what in ("give", "take"):
            adjust_points(
                shop.conn, programme_id=shop.programme.id, member_id=members[who],
                points=amount if what == "give" else -amount, reason="correction", now=shop.now, by="x",
            )  # fmt: skip
        elif what == "wait":
            shop.later(days=amount // 100 + 1)


def seen(shop: Shop, member: UUID) -> tuple[Any, ...]:
    """All that one can see of a member; entries are counted in the balance's number and left out."""
    found = balances(shop.conn, owners=[member])
    held = {
        number: (each.available, each.pending) for (_, number), each in found.items() if each.available or each.pending
    }
    types = shelf(shop.conn, programme_id=shop.programme.id).point_types.values()
    waiting = [pending_lots(shop.conn, owner=member, point_type=number) for number in types]
    standings = standings_of(shop.conn, [member.bytes])
    return held, open_lots(shop.conn, owner=member), waiting, standings, history(shop.conn, member_id=member)


@pytest.fixture
def lively(conn: Connection) -> Shop:
    """One shop for all examples; each has members of its own."""
    return open_shop(conn, LIVELY)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=12), swapped=st.booleans())
def test_a_merge_keeps_all_points_and_an_undo_restores_both(
    lively: Shop, steps: list[tuple[int, str, int]], swapped: bool
) -> None:
    shop = lively
    ada = shop.enrol()
    shop.later(hours=1)
    members = [ada, shop.enrol()]
    live(shop, members, steps)
    place: dict[str, Any] = {"programme_id": shop.programme.id, "now": shop.now, "by": "x"}
    kept, duplicate = reversed(members) if swapped else members
    # What is due is done by any merge; so it is done before the members are looked at.
    activate_points(shop.conn, programme_id=shop.programme.id, now=shop.now)
    before = [seen(shop, member) for member in members]

    merged = merging(shop, kept, duplicate, place)

    numbers = shelf(shop.conn, programme_id=shop.programme.id).point_types
    for code, after in merged.after.points.items():
        taken = sum(each.points for each in merged.taken_back if each.point_type == numbers[code])
        both = [side.points[code] for side in (merged.kept, merged.duplicate)]
        assert after.available + after.pending == sum(each.available + each.pending for each in both) - taken
    undo_merge(shop.conn, member_id=kept, merge_id=merged.merge.id, **place)
    assert [seen(shop, member) for member in members] == before
    with owning() as owner:
        assert findings(owner, shop.programme.organisation_id) == []


def merging(shop: Shop, kept: UUID, duplicate: UUID, place: dict[str, Any]) -> Merged:
    return merge_members(shop.conn, kept=kept, duplicate=duplicate, note="", **place)
