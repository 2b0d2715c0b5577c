"""Stamp cards, visits, firsts, streaks and challenges: what they give, what comes back, and many tills at once."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from regulars.database.pool import Connection
from regulars.domain.earning.past import Past
from regulars.domain.earning.progress import Progress
from regulars.domain.earning.rules import strategy_of
from regulars.domain.events.contracts import Event, MemberReference, OrderLine
from regulars.domain.programmes.queries import shelf
from regulars.domain.tallies.queries import tallies
from regulars.flows.process_events import process_events
from regulars.kernel.clock import local_day
from tests.factories import RULEBOOK, Shop
from tests.flows.test_parallel import AtOnce, Task, at_once, connections

__all__ = ["at_once", "connections"]
pytestmark = [pytest.mark.database, pytest.mark.capability("B5")]


def only_rule(shop: Shop, earn: dict[str, Any], **fields: Any) -> None:
    """The shop's rulebook from the beginning has this rule and no other."""
    document = copy.deepcopy(RULEBOOK)
    document["earn_rules"] = [{"id": "it", "name": "It", "earn": earn} | fields]
    shop.publish(document)


def given(answer: dict[str, Any]) -> int:
    return sum(each["points"] for each in answer["effects"] if each["type"] == "earn_points")


def line(amount: str, category: str = "coffee", quantity: int = 1) -> OrderLine:
    return OrderLine(Decimal(amount), category=category, quantity=Decimal(quantity))


def bought(shop: Shop, member: UUID, *lines: OrderLine, at: datetime | None = None) -> dict[str, Any]:
    """An order of these lines."""
    total = sum((each.amount for each in lines), Decimal(0))
    return shop.buy(member, str(total), lines=list(lines), at=at)


def progress(shop: Shop, member: UUID) -> Progress:
    """How far the member is with the only rule."""
    rulebook = shelf(shop.conn, programme_id=shop.programme.id).latest.rulebook
    past = Past(tallies(shop.conn, member_ids=[member]))
    day = local_day(shop.now, rulebook.time_zone)
    found = strategy_of(rulebook.earn_rules[0]).progress(past, "it", day, day, rulebook.terms())
    assert found is not None
    return found


def test_a_card_of_ten_pieces_carries_over_and_starts_with_two(shop: Shop) -> None:
    only_rule(shop, {"strategy": "nth_event", "every": 10, "points": 50, "counts": "pieces", "head_start": 2})
    ada = shop.enrol()

    answers = [bought(shop, ada, line("9.00", quantity=pieces)) for pieces in (3, 3, 3, 22)]

    assert [given(each) for each in answers] == [0, 0, 50, 100]
    assert answers[0]["rules"][0]["inputs"] == {"before": 2, "added": 3, "every": 10}
    found = progress(shop, ada)
    assert ([(goal.have, goal.need) for goal in found.goals], found.times) == ([(3, 10)], 3)


def test_a_returned_order_takes_its_stamps_and_what_they_gave(shop: Shop) -> None:
    only_rule(shop, {"strategy": "nth_event", "every": 5, "points": 50, "counts": "pieces"})
    ada = shop.enrol()
    bought(shop, ada, line("9.00", quantity=3))
    second = bought(shop, ada, line("9.00", quantity=4))
    assert given(second) == 50

    shop.give_back(ada, second)

    assert shop.points(ada) == 0
    assert progress(shop, ada).goals[0].have == 3


@pytest.mark.slow
@pytest.mark.parametrize(
    "earn",
    [
        {"strategy": "nth_event", "every": 3, "points": 50},
        {"strategy": "challenge", "points": 50, "again": True,
         "goals": [{"id": "orders", "name": "Orders", "target": 3}]},
    ],
)  # fmt: skip
def test_sending_back_and_buying_anew_gives_nothing_twice(shop: Shop, earn: dict[str, Any]) -> None:
    only_rule(shop, earn)
    ada = shop.enrol()
    orders = [bought(shop, ada, line("9.00")) for _ in range(3)]
    assert [given(each) for each in orders] == [0, 0, 50]
    shop.give_back(ada, orders[0])
    shop.give_back(ada, orders[1])
    assert shop.points(ada) == 50

    # The two that came back are owed; only then the next three begin.
    assert [given(bought(shop, ada, line("9.00"))) for _ in range(5)] == [0, 0, 0, 0, 50]


def test_64_orders_at_once_fill_exactly_six_cards(shop: Shop, at_once: AtOnce) -> None:
    only_rule(shop, {"strategy": "nth_event", "every": 10, "points": 50})
    ada = shop.enrol()

    def buying() -> Task:
        order = shop.order(ada, "3.00")
        return lambda conn: _send(conn, shop, order)

    at_once([buying() for _ in range(64)])

    assert shop.points(ada) == 300
    assert progress(shop, ada).goals[0].have == 4


def _send(conn: Connection, shop: Shop, event: Event) -> int:
    (outcome,) = process_events(conn, [event], programme_id=shop.programme.id, now=shop.now)
    assert outcome.status == 201
    return outcome.status


def test_a_visit_is_a_local_day_of_which_so_many_count(shop: Shop) -> None:
    only_rule(shop, {"strategy": "visit", "points": 10, "a_day": 2})
    ada = shop.enrol()
    midnight = datetime.fromisoformat("2026-03-02T23:59:00+01:00")
    shop.later(days=1)

    answers = [shop.buy(ada, "3.00", at=midnight + timedelta(minutes=n)) for n in (-2, -1, 0, 1)]

    assert [given(each) for each in answers] == [10, 10, 0, 10]


def test_the_first_of_each_category_counts_once_and_again_after_a_return(shop: Shop) -> None:
    only_rule(shop, {"strategy": "first_in_category", "points": 30})
    ada = shop.enrol()

    first = bought(shop, ada, line("3.00"), line("4.00", "tea"), line("2.00", ""))
    second = bought(shop, ada, line("3.00"), line("5.00", "cake"))

    assert (given(first), given(second)) == (60, 30)
    assert first["rules"][0]["inputs"] == {"new": "coffee, tea", "count": 2}
    shop.give_back(ada, first)
    assert given(bought(shop, ada, line("3.00"), line("4.00", "tea"))) == 30, (
        "coffee came with the second order as well"
    )


def test_a_category_is_new_again_after_its_time(shop: Shop) -> None:
    only_rule(shop, {"strategy": "first_in_category", "points": 30, "within": "30 days"})
    ada = shop.enrol()
    assert given(bought(shop, ada, line("3.00"))) == 30
    shop.later(days=29)
    assert given(bought(shop, ada, line("3.00"))) == 0
    shop.later(days=30)
    assert given(bought(shop, ada, line("3.00"))) == 30


def weeks(shop: Shop, member: UUID, *numbers: int) -> list[int]:
    """Orders on Mondays, so many weeks from the first one; what each gave."""
    start = datetime.fromisoformat("2026-01-05T12:00:00+01:00")
    return [given(shop.buy(member, "3.00", at=start + timedelta(weeks=number))) for number in numbers]


def test_three_weeks_in_a_row_and_three_more(shop: Shop) -> None:
    only_rule(shop, {"strategy": "streak", "points": 40, "each": "week", "length": 3})
    ada, ben = shop.enrol(), shop.enrol()

    assert weeks(shop, ada, 0, 1, 1, 2, 3, 4, 5, 6) == [0, 0, 0, 40, 0, 0, 40, 0]
    assert weeks(shop, ben, 0, 1, 3, 4) == [0, 0, 0, 0]
    # What comes late closes the gap: weeks 0 to 4 are five in a row, and three of them are a streak.
    assert weeks(shop, ben, 2) == [40]


def test_a_run_gives_once_where_it_says_so_and_a_freeze_bridges_a_week(shop: Shop) -> None:
    only_rule(shop, {"strategy": "streak", "points": 40, "each": "week", "length": 3, "again": False, "freezes": 1})
    ada = shop.enrol()

    assert weeks(shop, ada, 0, 1, 3, 4, 5, 6, 7, 8) == [0, 0, 40, 0, 0, 0, 0, 0]


def test_a_streak_shows_what_keeps_it(shop: Shop) -> None:
    only_rule(shop, {"strategy": "streak", "points": 40, "each": "day", "length": 5})
    ada = shop.enrol()
    for _ in range(2):
        shop.buy(ada, "3.00")
        shop.later(days=1)

    found = progress(shop, ada)

    assert [(goal.have, goal.need) for goal in found.goals] == [(2, 5)]
    assert found.ends_on == local_day(shop.now, "Europe/Berlin")


CHALLENGE: dict[str, Any] = {
    "strategy": "challenge",
    "points": 100,
    "starts_on": "2026-03-01",
    "ends_on": "2026-03-31",
    "goals": [
        {
            "id": "coffees", "name": "Three coffees", "counts": "pieces", "target": 3, "head_start": 1,
            "lines": {"field": "line.category", "is": "coffee"},
        },
        {"id": "money", "name": "Spend 20.00", "counts": "amount", "target": 20},
        {"id": "review", "name": "Write a review", "of": "review.written", "target": 1},
    ],
}  # fmt: skip


def reviewed(shop: Shop, member: UUID) -> dict[str, Any]:
    event = Event(f"rev-{shop.now}-{member}", "review.written", MemberReference(id=member), shop.now)
    ((status, answer),) = shop.send(event)
    assert status == 201
    return answer


def test_the_event_that_meets_the_last_goal_brings_the_points_once(shop: Shop) -> None:
    only_rule(shop, CHALLENGE)
    ada = shop.enrol()
    assert given(bought(shop, ada, line("9.00", quantity=1))) == 0
    assert given(reviewed(shop, ada)) == 0
    assert [(goal.have, goal.need) for goal in progress(shop, ada).goals] == [(2, 3), (900, 2000), (1, 1)]

    last = bought(shop, ada, line("9.00", quantity=1), line("2.00", "tea"))

    assert given(last) == 100
    assert given(bought(shop, ada, line("90.00", quantity=9))) == 0
    assert progress(shop, ada).is_over
    shop.give_back(ada, last)
    assert shop.points(ada) == 0
    assert not progress(shop, ada).is_over


def test_nothing_counts_before_it_starts_or_after_it_ended(shop: Shop) -> None:
    only_rule(shop, CHALLENGE | {"goals": [CHALLENGE["goals"][2]]})
    ada, ben = shop.enrol(), shop.enrol()
    shop.now = datetime.fromisoformat("2026-03-31T23:59:00+02:00")
    assert given(reviewed(shop, ada)) == 100
    shop.later(minutes=1)
    assert given(reviewed(shop, ben)) == 0
    assert progress(shop, ben).is_over


def test_again_and_again(shop: Shop) -> None:
    goal = {"id": "coffees", "name": "Coffees", "counts": "pieces", "target": 3}
    only_rule(shop, {"strategy": "challenge", "points": 10, "again": True, "goals": [goal]})
    ada = shop.enrol()

    assert [given(bought(shop, ada, line("9.00", quantity=n))) for n in (2, 5, 2)] == [0, 20, 10]
    found = progress(shop, ada)
    assert ([(one.have, one.need) for one in found.goals], found.times) == ([(0, 3)], 3)
