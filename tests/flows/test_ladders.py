"""Ladders of every kind: order of arrival, tiers from staff, notices before a tier is lost."""

from __future__ import annotations

import copy
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.database.pool import Connection
from regulars.domain.audit.queries import acts_about
from regulars.domain.messaging.kinds.tier_at_risk import TierAtRisk
from regulars.domain.messaging.queries import messages_of
from regulars.domain.programmes.commands import set_clock
from regulars.domain.programmes.queries import shelf
from regulars.domain.programmes.rulebook import Rulebook
from regulars.domain.tiers.contracts import AssignmentKind
from regulars.domain.tiers.queries import assignments_in_force, standings
from regulars.flows.assign_tier import assign_tier, end_assignment
from regulars.flows.nightly_work import nightly_work
from regulars.flows.preview_ladder_change import Move, preview_ladder_change
from regulars.insight.standing_view import ladder_views
from regulars.kernel.errors import Refusal
from tests.books import findings, nothing_changes
from tests.factories import RULEBOOK, Shop, open_shop

LADDERS: list[dict[str, Any]] = [
    {"window": None},
    {"window": "12 months"},
    {"window": None, "metric": "visits"},
    {"window": "12 months", "metric": {"by": "formula", "parts": {"spend": 1, "visits": 30}}},
    {"window": {"by": "calendar", "unit": "year"}, "down": "at_period_end"},
    {"window": {"by": "calendar", "unit": "year"}, "down": "one_step", "metric": "orders"},
    {"window": {"by": "anniversary", "of": "joining"}, "down": "at_period_end"},
]


def with_ladder(**fields: Any) -> dict[str, Any]:
    document = copy.deepcopy(RULEBOOK)
    document["ladders"][0] |= fields
    if fields.get("metric") in ("visits", "orders"):
        for tier, start in zip(document["ladders"][0]["tiers"], (0, 3, 6), strict=True):
            tier["from_score"] = start
    return document


def place(shop: Shop, member: UUID) -> tuple[str, int]:
    (standing,) = standings(shop.conn, member_ids=[member])
    return standing.tier, standing.score


@pytest.mark.parametrize("ladder", range(len(LADDERS)))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.lists(st.integers(0, 600), min_size=1, max_size=8), seed=st.integers(0, 1_000))
def test_whoever_comes_late_stands_where_in_time_would_have_led(
    conn: Connection, ladder: int, days: list[int], seed: int
) -> None:
    """Orders of the year that is over and of this one, in any order of arrival."""
    start = datetime(2025, 3, 2, 12, 0, tzinfo=UTC)
    shop = open_shop(conn, with_ladder(**LADDERS[ladder]), now=start)
    in_time, mixed = shop.enrol(), shop.enrol()
    orders = [(start + timedelta(days=day), str(90 + day % 50)) for day in sorted(days)]
    shuffled = list(orders)
    random.Random(seed).shuffle(shuffled)
    shop.now = start + timedelta(days=601)
    for at, total in orders:
        shop.buy(in_time, total, at=at)
    for at, total in shuffled:
        shop.buy(mixed, total, at=at)
    nightly_work(shop.conn, programme_id=shop.programme.id, now=shop.now)
    # What left the window is taken off when something happens; until then it changes no tier.
    for who in (in_time, mixed):
        shop.buy(who, "1.00")
    assert place(shop, mixed) == place(shop, in_time)


def give(shop: Shop, who: UUID, **fields: Any) -> None:
    wish: dict[str, Any] = {"ladder": "status", "tier": "gold", "kind": AssignmentKind.manual, "reason": "goodwill"}
    assign_tier(shop.conn, programme_id=shop.programme.id, member_id=who, now=shop.now, by="tests", **(wish | fields))


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"tier": "golden"}, "unknown_tier"),
        ({"ladder": "club"}, "unknown_tier"),
        ({"reason": " "}, "field_missing"),
        ({"kind": AssignmentKind.matched, "until": date(2027, 1, 1)}, "field_missing"),
        ({"kind": AssignmentKind.matched, "proof": "a card"}, "field_missing"),
        ({"kind": AssignmentKind.invited}, "tier_by_invitation"),
        ({"until": date(2026, 3, 1)}, "day_is_over"),
        ({"tier": "bronze"}, "tier_already_reached"),
    ],
)
def test_what_staff_cannot_give(shop: Shop, wish: dict[str, Any], code: str) -> None:
    ada = shop.enrol()
    with nothing_changes(shop), pytest.raises(Refusal) as refused:
        give(shop, ada, **wish)
    assert refused.value.code == code


def test_a_tier_from_staff_has_its_operator_and_reason(shop: Shop) -> None:
    ada = shop.enrol()
    give(shop, ada, until=date(2026, 4, 30))
    (given_tier,) = assignments_in_force(shop.conn, member_id=ada)
    assert (given_tier.given_by, given_tier.reason, given_tier.until) == ("tests", "goodwill", date(2026, 4, 30))
    (view,) = ladder_views(shop.conn, shelf(shop.conn, programme_id=shop.programme.id), member_id=ada, now=shop.now)
    assert (view.tier.id, view.kept_until, view.moves_to) == ("gold", date(2026, 5, 1), 0)
    assert view.keep is not None
    assert (view.keep.amount, view.keep.until) == (50_000, date(2026, 4, 30))
    # A second one takes the place of the first.
    give(shop, ada, reason="longer")
    assert [each.reason for each in assignments_in_force(shop.conn, member_id=ada)] == ["longer"]
    ended: dict[str, Any] = {
        "programme_id": shop.programme.id,
        "member_id": ada,
        "ladder": "status",
        "now": shop.now,
        "by": "tests",
    }
    with nothing_changes(shop), pytest.raises(Refusal, match="no reason"):
        end_assignment(shop.conn, **ended)
    end_assignment(shop.conn, **ended, reason="a mistake")
    assert place(shop, ada) == ("bronze", 0)
    with nothing_changes(shop), pytest.raises(Refusal, match="holds no tier"):
        end_assignment(shop.conn, **ended, reason="a mistake")
    acts = [act.action for act in acts_about(shop.conn, subject=ada)]
    assert sorted(acts) == ["tier.assigned", "tier.assigned", "tier.withdrawn"]


def test_one_step_down_is_one_step_also_when_staff_act_on_that_day(conn: Connection) -> None:
    shop = open_shop(conn, with_ladder(window="1 month", down="one_step"))
    ada = shop.enrol()
    shop.buy(ada, "500.00")
    shop.later(days=31)
    nightly_work(shop.conn, programme_id=shop.programme.id, now=shop.now)
    assert place(shop, ada) == ("silver", 0)
    give(shop, ada)
    end_assignment(
        shop.conn,
        programme_id=shop.programme.id,
        member_id=ada,
        ladder="status",
        now=shop.now,
        by="tests",
        declined=True,
    )
    assert place(shop, ada) == ("silver", 0)


def test_a_notice_is_given_once_however_often_the_night_runs(conn: Connection) -> None:
    shop = open_shop(conn, with_ladder(window="1 month", notice=["7 days"]))
    ada = shop.enrol()
    shop.buy(ada, "200.00")
    for days in (23, 1, 0, 1):
        shop.later(days=days)
        nightly_work(shop.conn, programme_id=shop.programme.id, now=shop.now)
    (message,) = messages_of(shop.conn, member_id=ada)
    assert message.kind == TierAtRisk.name == "tier_at_risk"
    assert message.values["last_day"] == "2026-04-01"


def test_the_airline_sees_until_when_and_what_keeps_it(conn: Connection) -> None:
    shop = open_shop(conn, with_ladder(window={"by": "calendar", "unit": "year"}, down="at_period_end"))
    ada = shop.enrol()
    shop.buy(ada, "600.00")
    (view,) = ladder_views(shop.conn, shelf(shop.conn, programme_id=shop.programme.id), member_id=ada, now=shop.now)
    assert (view.tier.id, view.kept_until, view.moves_to) == ("gold", date(2028, 1, 1), 0)
    assert view.keep is not None
    assert (view.keep.amount, view.keep.since, view.keep.until) == (50_000, date(2027, 1, 1), date(2027, 12, 31))
    assert view.next_by == date(2026, 12, 31)


def test_the_preview_of_another_ladder_counts_who_moves(conn: Connection) -> None:
    shop = open_shop(conn, with_ladder())
    silver, gold, bronze = shop.enrol(), shop.enrol(), shop.enrol()
    for member, total in ((silver, "250.00"), (gold, "500.00"), (bronze, "150.00")):
        shop.buy(member, total)
    other = with_ladder(window={"by": "calendar", "unit": "year"})
    for tier, start in zip(other["ladders"][0]["tiers"], ("0", "100.00", "600.00"), strict=True):
        tier["from_score"] = start
    at: dict[str, Any] = {"of": shop.programme, "effective_from": shop.now, "now": shop.now}
    with nothing_changes(shop):
        (found,) = preview_ladder_change(shop.conn, Rulebook.model_validate(other), **at)
        assert preview_ladder_change(shop.conn, Rulebook.model_validate(with_ladder()), **at) == []
    assert (found.up, found.down, found.kept, found.same) == (1, 0, 1, 1)
    assert found.moves == {Move("up", "Bronze", "Silver"): 1, Move("kept", "Gold", "Gold"): 1}
    assert {(each.member_id, each.until) for each in found.samples} == {(bronze, None), (gold, date(2027, 3, 1))}
    other["ladders"][0]["on_change"] = "apply"
    (found,) = preview_ladder_change(shop.conn, Rulebook.model_validate(other), **at)
    assert (found.up, found.down, found.kept, found.same) == (1, 1, 0, 1)
    assert found.moves == {Move("up", "Bronze", "Silver"): 1, Move("down", "Gold", "Silver"): 1}


def test_a_tier_from_staff_is_over_by_the_clock_of_the_programme(conn: Connection) -> None:
    """In a sandbox that is ahead the standing has ended it; the night, which ends the assignment, has not come yet."""
    yearly: dict[str, Any] = {"window": {"by": "calendar", "unit": "month"}, "down": "at_period_end"}
    shop = open_shop(conn, with_ladder(**yearly), now=datetime.now(UTC).replace(microsecond=0), sandbox=True)
    ada = shop.enrol()
    give(shop, ada, until=shop.now.date() + timedelta(days=5))
    here = shop.now
    shop.later(days=40)
    set_clock(shop.conn, programme_id=shop.programme.id, reads=shop.now, at=here)
    shop.buy(ada, "10.00")
    assert place(shop, ada) == ("bronze", 1_000)
    assert len(assignments_in_force(shop.conn, member_id=ada)) == 1
    assert findings(shop.conn, shop.programme.organisation_id) == []
