"""Points of a programme are what they were after any merge; undone at once, nobody can tell that there was one.

Two members live: they buy, return, get and lose points, wait for points, are below zero, collect stamps and badges,
allow and refuse, are put on a list. Then one becomes part of the other and is taken out again, and everything that one
can see of the two is compared. While they are one, what was counted is the sum, and what both have is there once.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.database.pool import Connection, owning
from regulars.domain.audiences.contracts import AudienceDraft, Kind, Mode
from regulars.domain.audiences.queries import audiences_of
from regulars.domain.challenges.queries import badges
from regulars.domain.events.contracts import MemberReference
from regulars.domain.events.queries import history
from regulars.domain.ledger.queries import balances, open_lots, pending_lots
from regulars.domain.members.queries import consents_of
from regulars.domain.merges.queries import parts_of
from regulars.domain.programmes.queries import shelf
from regulars.domain.tallies.queries import tallies
from regulars.domain.tiers.queries import standings_of
from regulars.flows.activate_points import activate_points
from regulars.flows.adjust_points import adjust_points
from regulars.flows.fill_audience import fill_audience
from regulars.flows.merge_members import Merged, merge_members
from regulars.flows.save_audience import save_audience
from regulars.flows.set_consent import set_consent
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
        {"id": "card", "name": "Card", "earn": {"strategy": "nth_event", "every": 3, "points": 9}, "badge": "full",
         "limits": {"per_member": [{"points": 18, "each": "month"}]}},
        {"id": "big", "name": "Big", "earn": {"strategy": "fixed_bonus", "points": 1}, "badge": "big",
         "when": {"field": "order.amount", "at_least": 150}},
    ],
    "measures": [{"id": "spent", "name": "Spent", "count": "amount", "window": "30 days"}],
    "badges": [{"id": "full", "name": "Full card"}, {"id": "big", "name": "Big basket", "on_return": "keep"}],
    "consents": [{"id": each, "name": each.title(), "text_version": "1"} for each in ("email", "sms")],
}  # fmt: skip
STEP = st.tuples(
    st.integers(0, 1),
    st.sampled_from(["buy", "return", "give", "take", "wait", "allow", "refuse", "list"]),
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
        elif what in ("allow", "refuse"):
            set_consent(
                shop.conn, programme_id=shop.programme.id, member_id=members[who], consent=("email", "sms")[amount % 2],
                given=what == "allow", now=shop.now, by="x", via="tests",
            )  # fmt: skip
        elif what == "list":
            fill_audience(
                shop.conn, [MemberReference(id=members[who])], programme=shop.programme, code="friends",
                mode=Mode.add if amount % 2 else Mode.remove, now=shop.now, by="x",
            )  # fmt: skip


def seen(shop: Shop, member: UUID) -> tuple[Any, ...]:
    """All that one can see of a member; entries are counted in the balance's number and left out."""
    found = balances(shop.conn, owners=[member])
    held = {
        number: (each.available, each.pending) for (_, number), each in found.items() if each.available or each.pending
    }
    types = shelf(shop.conn, programme_id=shop.programme.id).point_types.values()
    waiting = [pending_lots(shop.conn, owner=member, point_type=number) for number in types]
    standings = standings_of(shop.conn, [member.bytes])
    chosen = consents_of(shop.conn, member_id=member), audiences_of(shop.conn, member_id=member)
    collected = tallies(shop.conn, member_ids=[member]), badges(shop.conn, member_ids=[member])
    past = history(shop.conn, member_id=member)
    return held, open_lots(shop.conn, owner=member), waiting, standings, past, chosen, collected


def as_one(shop: Shop, kept: UUID, duplicate: UUID) -> None:
    """What both are together, while they are one."""
    parts = parts_of(shop.conn, member_id=kept)
    assert set(parts) == {kept, duplicate}
    each, both = (
        [tallies(shop.conn, member_ids=who) for who in whose] for whose in ([[one] for one in parts], [parts])
    )
    assert {key for mine in each for key in mine} == set(both[0])
    for key, rows in both[0].items():
        assert sum(rows.values()) == sum(sum(mine.get(key, {}).values()) for mine in each)
    held = [{badge.badge for badge in badges(shop.conn, member_ids=who)} for who in ([kept], [duplicate], parts)]
    assert held[0] | held[1] == held[2]
    said, theirs = (consents_of(shop.conn, member_id=who) for who in (kept, duplicate))
    assert all(not said[consent].given for consent, mine in theirs.items() if not mine.given)
    assert set(theirs) <= set(said)
    lists = audiences_of(shop.conn, member_id=duplicate)
    assert lists == []


@pytest.fixture
def lively(conn: Connection) -> Shop:
    """One shop for all examples; each has members of its own."""
    shop = open_shop(conn, LIVELY)
    draft = AudienceDraft("friends", "Friends", Kind.static)
    save_audience(conn, draft, programme_id=shop.programme.id, now=shop.now, by="x")
    return shop


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
    as_one(shop, kept, duplicate)
    undo_merge(shop.conn, member_id=kept, merge_id=merged.merge.id, **place)
    assert [seen(shop, member) for member in members] == before
    with owning() as owner:
        assert findings(owner, shop.programme.organisation_id) == []


def merging(shop: Shop, kept: UUID, duplicate: UUID, place: dict[str, Any]) -> Merged:
    return merge_members(shop.conn, kept=kept, duplicate=duplicate, note="", **place)
