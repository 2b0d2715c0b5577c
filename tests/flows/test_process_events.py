"""A batch of events becomes points, tiers and answers: exactly these, exactly once, in exactly this order."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest

from regulars.database.pool import Connection
from regulars.domain.earning.strategy import EarnStrategy
from regulars.domain.events.contracts import Event, MemberReference, OrderLine
from regulars.domain.events.queries import event as stored_event
from regulars.domain.events.queries import history
from regulars.domain.ledger.queries import entries
from regulars.domain.programmes.queries import shelf
from regulars.domain.tiers.queries import standings, tier_changes
from regulars.flows.process_events import Outcome, process_events
from regulars.flows.review_tiers import review_tiers
from tests.books import nothing_changes
from tests.factories import NOON, RULEBOOK, Shop, open_shop


def send(shop: Shop, *events: Event) -> list[Outcome]:
    """The outcomes as bytes."""
    return process_events(shop.conn, events, programme_id=shop.programme.id, now=shop.now)


def codes(answers: list[tuple[int, dict[str, Any]]]) -> list[tuple[int, str]]:
    """Status and code (or 'accepted') of each answer."""
    return [(status, str(answer.get("code", answer.get("status")))) for status, answer in answers]


# ---- what one order gives ---------------------------------------------------------------------------


def test_an_order_gives_points_and_says_why(shop: Shop) -> None:
    member = shop.enrol()
    event = shop.order(
        member,
        "45.90",
        lines=[
            OrderLine(Decimal("12.40"), category="coffee", quantity=Decimal(2)),
            OrderLine(Decimal("33.50"), category="bread"),
        ],
    )

    ((status, answer),) = shop.send(event)

    found = entries(shop.conn, owner=member, point_type=shop.point_type)
    assert status == 201
    assert answer == {
        "event": str(found[0].cause),
        "id": event.id,
        "status": "accepted",
        "member": str(member),
        "rulebook_version": 1,
        "effects": [
            {
                "type": "earn_points", "point_type": "points", "points": 45, "rule": "base", "name": "1 point per euro",
                "transfer": str(found[1].id), "last_day": "2027-03-31",
            },
            {
                "type": "earn_points", "point_type": "points", "points": 12, "rule": "coffee",
                "name": "Double points on coffee", "transfer": str(found[0].id), "last_day": "2027-03-31",
            },
        ],
        "balances": {"points": {"available": 57, "held": 0}},
        "tiers": {"status": "bronze"},
        "rules": answer["rules"],
    }  # fmt: skip
    assert [(rule["rule"], rule["fired"], rule["points"], rule["exact"]) for rule in answer["rules"]] == [
        ("base", True, 45, "45.9"),
        ("coffee", True, 12, "12.4"),
    ]
    assert [(each.points, each.balance_after, each.reason, each.occurred_at) for each in found] == [
        (12, 57, "coffee", NOON),
        (45, 45, "base", NOON),
    ]


def test_an_order_of_nothing_is_accepted_earns_nothing_and_says_why(shop: Shop) -> None:
    member = shop.enrol()

    answer = shop.buy(member, "0.00")

    assert answer["effects"] == []
    assert answer["balances"] == {"points": {"available": 0, "held": 0}}
    assert [(rule["rule"], rule["fired"], rule["failed"]) for rule in answer["rules"]] == [
        ("base", False, "nothing"),
        ("coffee", False, "lines"),
    ]
    assert entries(shop.conn, owner=member, point_type=shop.point_type) == []
    assert history(shop.conn, member_id=member).orders == 1


def test_less_than_one_point_is_nothing(shop: Shop) -> None:
    answer = shop.buy(shop.enrol(), "0.99")

    assert answer["effects"] == []
    assert (answer["rules"][0]["exact"], answer["rules"][0]["failed"]) == ("0.99", "nothing")


def test_an_event_of_ones_own_is_kept_and_counts(shop: Shop) -> None:
    member = shop.enrol()
    event = Event(
        "r-1", "review.written", MemberReference(id=member), NOON, data={"stars": 5, "title": "Good", "new": True}
    )

    ((status, answer),) = shop.send(event)

    kept = stored_event(shop.conn, event_id=UUID(answer["event"]))
    assert (status, answer["effects"], answer["rules"]) == (201, [], [])
    assert kept is not None
    assert json.loads(kept.body)["data"] == {"stars": 5, "title": "Good", "new": True}
    assert history(shop.conn, member_id=member).events == 2  # the enrolment is an event


def test_an_empty_batch_has_no_outcomes(shop: Shop) -> None:
    assert send(shop) == []


# ---- repeats ----------------------------------------------------------------------------------------


def test_a_repeat_gets_the_first_answer_byte_for_byte(shop: Shop) -> None:
    member = shop.enrol()
    event = shop.order(member, "45.90")
    (first,) = send(shop, event)

    with nothing_changes(shop):
        (again,) = send(shop, event)

    assert (first.status, again.status) == (201, 200)
    assert again.body == first.body


def test_a_repeat_gets_the_first_answer_also_when_everything_has_changed(shop: Shop) -> None:
    member = shop.enrol()
    event = shop.order(member, "45.90")
    (first,) = send(shop, event)
    shop.buy(member, "300.00")
    changed = copy.deepcopy(RULEBOOK)
    changed["earn_rules"][0]["earn"]["points"] = 7
    shop.publish(changed)
    shop.later(days=900)

    with nothing_changes(shop):
        (again,) = send(shop, event)

    assert again == Outcome(200, first.body)


def test_the_same_content_in_other_words_is_a_repeat(shop: Shop) -> None:
    """Another offset for the same instant is other content; fields in another order are not, once decoded."""
    member = shop.enrol()
    event = shop.order(member, "45.90")
    (first,) = send(shop, event)
    again = Event(event.id, event.type, event.member, event.occurred_at, order=event.order, source=event.source)

    assert send(shop, again) == [Outcome(200, first.body)]


def test_the_same_id_with_other_content_is_refused(shop: Shop) -> None:
    member = shop.enrol()
    event = shop.order(member, "45.90")
    send(shop, event)
    other = shop.order(member, "45.91")
    other.id = event.id

    with nothing_changes(shop):
        ((status, problem),) = shop.send(other)

    assert (status, problem["code"], problem["field"]) == (422, "event_id_reused", "id")
    assert repr(event.id) in problem["detail"]
    assert problem["remedy"]


def test_the_same_order_number_under_a_new_id_is_refused_and_names_the_first(shop: Shop) -> None:
    member = shop.enrol()
    event = shop.order(member, "45.90")
    send(shop, event)
    other = shop.order(member, "45.90")
    assert other.order is not None
    assert event.order is not None
    other.order.number = event.order.number

    with nothing_changes(shop):
        ((status, problem),) = shop.send(other)

    assert (status, problem["code"], problem["field"]) == (422, "order_number_reused", "order.number")
    assert repr(event.id) in problem["detail"]
    assert repr(event.order.number) in problem["detail"]


def test_ids_and_order_numbers_are_each_sources_own(shop: Shop) -> None:
    member = shop.enrol()
    event = shop.order(member, "10.00")
    elsewhere = copy.deepcopy(event)
    elsewhere.source = "web"

    assert codes(shop.send(event, elsewhere)) == [(201, "accepted"), (201, "accepted")]
    assert shop.points(member) == 20


def test_programmes_of_other_organisations_do_not_know_the_event(shop: Shop, conn: Connection) -> None:
    other = open_shop(conn)
    event = shop.order(shop.enrol("ann"), "10.00")
    theirs = copy.deepcopy(event)
    theirs.member = MemberReference(id=other.enrol("ann"))

    assert codes(shop.send(event)) == codes(other.send(theirs)) == [(201, "accepted")]


def test_twins_in_a_batch_count_once(shop: Shop) -> None:
    member = shop.enrol()
    event = shop.order(member, "45.90")

    first, second, third = send(shop, event, copy.deepcopy(event), copy.deepcopy(event))

    assert [first.status, second.status, third.status] == [201, 200, 200]
    assert first.body == second.body == third.body
    assert shop.points(member) == 45


def test_twins_with_other_content_are_refused(shop: Shop) -> None:
    member = shop.enrol()
    event, other, same_order = (shop.order(member, total) for total in ("10.00", "20.00", "30.00"))
    other.id = event.id
    assert event.order is not None
    assert same_order.order is not None
    same_order.order.number = event.order.number

    answers = shop.send(event, other, same_order)

    assert codes(answers) == [(201, "accepted"), (422, "event_id_reused"), (422, "order_number_reused")]
    assert repr(event.id) in answers[2][1]["detail"]
    assert shop.points(member) == 10


def test_twins_of_a_refused_event_are_refused_alike(shop: Shop) -> None:
    event = shop.order(UUID(int=7), "10.00")

    with nothing_changes(shop):
        first, second = send(shop, event, copy.deepcopy(event))

    assert first.status == 404
    assert first == second


def test_a_refused_event_takes_nothing_from_its_namesakes(shop: Shop) -> None:
    """Who was refused holds neither the id nor the order number: the next one of the batch has them."""
    member = shop.enrol()
    nobody = shop.order(UUID(int=7), "10.00")
    same_id, same_number = copy.deepcopy(nobody), shop.order(member, "5.00")
    same_id.member = MemberReference(id=member)
    assert same_number.order is not None
    assert nobody.order is not None
    other_number = shop.order(UUID(int=7), "10.00")
    assert other_number.order is not None
    same_number.order.number = other_number.order.number

    answers = shop.send(nobody, same_id, other_number, same_number, copy.deepcopy(same_id))

    assert codes(answers) == [
        (404, "member_not_found"),
        (201, "accepted"),
        (404, "member_not_found"),
        (201, "accepted"),
        (200, "accepted"),
    ]
    assert shop.points(member) == 15


# ---- a batch ----------------------------------------------------------------------------------------


def test_outcomes_come_in_the_order_of_the_batch(shop: Shop) -> None:
    members = [shop.enrol() for _ in range(3)]
    known = shop.order(members[0], "1.00")
    shop.send(known)
    batch = [
        shop.order(members[2], "30.00"),
        shop.order(UUID(int=1), "5.00"),
        known,
        shop.order(members[0], "-1.00"),
        shop.order(members[1], "20.00"),
        shop.order(members[2], "31.00"),
    ]

    answers = shop.send(*batch)

    assert codes(answers) == [
        (201, "accepted"),
        (404, "member_not_found"),
        (200, "accepted"),
        (422, "negative_amount"),
        (201, "accepted"),
        (201, "accepted"),
    ]
    assert [answer.get("id") for _, answer in answers] == [
        batch[0].id, None, known.id, None, batch[4].id, batch[5].id,
    ]  # fmt: skip
    assert [answer["balances"]["points"]["available"] for status, answer in answers if status == 201] == [30, 20, 61]
    assert [shop.points(member) for member in members] == [1, 20, 61]


def test_events_of_one_member_see_one_another_in_order(shop: Shop) -> None:
    """The second order of the batch crosses 200.00: its answer says silver, the first one bronze."""
    member = shop.enrol()

    (_, first), (_, second), (_, third) = shop.send(
        shop.order(member, "150.00"), shop.order(member, "50.00"), shop.order(member, "1.00")
    )

    assert [each["tiers"]["status"] for each in (first, second, third)] == ["bronze", "silver", "silver"]
    assert [each["balances"]["points"]["available"] for each in (first, second, third)] == [150, 200, 201]
    assert second["effects"][-1] == {
        "type": "change_tier", "ladder": "status", "from_tier": "bronze", "to_tier": "silver",
    }  # fmt: skip


def test_an_event_that_breaks_harms_no_other(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    strategy = _base_strategy(shop)
    sound = strategy.exact

    def breaks_at_thirteen(self: Any, asked: Any) -> Any:
        if asked.occurrence.amount_minor == 1300:
            raise ZeroDivisionError("a defect in a merchant's strategy")
        return sound(self, asked)

    monkeypatch.setattr(strategy, "exact", breaks_at_thirteen)
    ann, ben = shop.enrol(), shop.enrol()
    poisoned = shop.order(ann, "13.00")

    answers = shop.send(shop.order(ann, "10.00"), poisoned, shop.order(ann, "20.00"), shop.order(ben, "30.00"))

    assert codes(answers) == [(201, "accepted"), (500, "internal_error"), (201, "accepted"), (201, "accepted")]
    assert [answer["balances"]["points"]["available"] for status, answer in answers if status == 201] == [10, 30, 30]
    assert repr(poisoned.id) in answers[1][1]["detail"]
    assert "ZeroDivisionError" not in json.dumps(answers)
    assert "ZeroDivisionError" in caplog.text
    # Nothing of it is remembered: once the defect is mended, the same event is accepted.
    monkeypatch.undo()
    assert codes(shop.send(poisoned)) == [(201, "accepted")]
    assert (shop.points(ann), shop.points(ben)) == (43, 30)


def test_a_batch_in_which_every_event_breaks_writes_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(self: Any, asked: Any) -> Any:
        raise RuntimeError("always")

    monkeypatch.setattr(_base_strategy(shop), "exact", breaks)
    member = shop.enrol()

    with nothing_changes(shop):
        answers = shop.send(*(shop.order(member, "10.00") for _ in range(5)))

    assert codes(answers) == [(500, "internal_error")] * 5


def _base_strategy(shop: Shop) -> type[EarnStrategy]:
    rulebook = shelf(shop.conn, programme_id=shop.programme.id).latest
    return type(rulebook.rules.waiting_for("order")[0].strategy)


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that goes to the database, BEGIN and COMMIT apart."""
    seen: list[str] = []
    execute, copy_rows = psycopg.Cursor.execute, psycopg.Cursor.copy

    def counted_execute(self: Any, query: Any, *rest: Any, **options: Any) -> Any:
        seen.append(str(query))
        return execute(self, query, *rest, **options)

    def counted_copy(self: Any, statement: Any, *rest: Any, **options: Any) -> Any:
        seen.append(str(statement))
        return copy_rows(self, statement, *rest, **options)

    monkeypatch.setattr(psycopg.Cursor, "execute", counted_execute)
    monkeypatch.setattr(psycopg.Cursor, "copy", counted_copy)
    return seen


def test_five_hundred_events_cost_no_more_statements_than_one(shop: Shop, statements: list[str]) -> None:
    members = [shop.enrol() for _ in range(50)]
    one, many = [shop.order(members[0], "9.00")], [shop.order(members[n % 50], "9.00") for n in range(500)]
    statements.clear()
    send(shop, *one)
    for_one = len(statements)
    statements.clear()

    outcomes = send(shop, *many)

    assert {outcome.status for outcome in outcomes} == {201}
    assert len(statements) == for_one <= 25, statements
    statements.clear()
    assert {outcome.status for outcome in send(shop, *many)} == {200}
    assert len(statements) <= 3, statements


# ---- time and versions ------------------------------------------------------------------------------


def test_a_late_event_is_priced_by_the_rulebook_of_its_day(shop: Shop) -> None:
    member = shop.enrol()
    generous = copy.deepcopy(RULEBOOK)
    generous["earn_rules"][0]["earn"]["points"] = 3
    assert shop.publish(generous, effective_from=NOON) == 2

    before = shop.order(member, "10.00", at=NOON - timedelta(microseconds=1))
    on_the_dot = shop.order(member, "10.00", at=NOON)
    answers = shop.send(on_the_dot, before)

    assert [(answer["rulebook_version"], answer["effects"][0]["points"]) for _, answer in answers] == [(2, 30), (1, 10)]
    posted = entries(shop.conn, owner=member, point_type=shop.point_type)
    assert [each.occurred_at for each in posted] == [before.occurred_at, NOON]
    assert {each.posted_at for each in posted} == {shop.now}


def test_points_expire_counted_from_the_local_day_of_the_event(shop: Shop) -> None:
    """23:30 UTC on 31 January is 1 February in Berlin: 12 months later, to the end of the month, is 28 February."""
    late = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)

    answer = shop.buy(shop.enrol(), "10.00", at=late)

    assert answer["effects"][0]["last_day"] == "2027-02-28"


def test_before_the_first_rulebook_nothing_can_be_counted(conn: Connection) -> None:
    shop = open_shop(conn)
    member = shop.enrol()
    event = shop.order(member, "10.00", at=datetime(1999, 12, 31, tzinfo=UTC))

    with nothing_changes(shop):
        ((status, problem),) = shop.send(event)

    assert (status, problem["code"], problem["field"]) == (422, "no_rulebook_in_force", "occurred_at")
    assert "the first is in force from 1 Jan 2000" in problem["detail"]


# ---- tiers ------------------------------------------------------------------------------------------


def test_a_tier_is_reached_exactly_at_its_threshold(shop: Shop) -> None:
    member = shop.enrol()

    assert shop.buy(member, "199.99")["tiers"] == {"status": "bronze"}
    assert shop.buy(member, "0.01")["tiers"] == {"status": "silver"}
    assert shop.buy(member, "300.00")["tiers"] == {"status": "gold"}
    steps = [(step.from_tier, step.to_tier, step.score) for step in tier_changes(shop.conn, member_id=member)]
    assert steps == [("silver", "gold", 50_000), ("bronze", "silver", 20_000)]


def test_one_order_may_climb_two_tiers_at_once(shop: Shop) -> None:
    member = shop.enrol()

    assert shop.buy(member, "500.00")["effects"][-1] == {
        "type": "change_tier", "ladder": "status", "from_tier": "bronze", "to_tier": "gold",
    }  # fmt: skip
    assert len(tier_changes(shop.conn, member_id=member)) == 1


def score_of(shop: Shop, member: UUID) -> tuple[int, str]:
    (standing,) = standings(shop.conn, member_ids=[member])
    return standing.score, standing.tier


def test_what_is_older_than_twelve_months_no_longer_counts(shop: Shop) -> None:
    """150.00 on 2 March 2026 count up to 1 March 2027 and no longer on 2 March 2027."""
    member = shop.enrol()
    shop.buy(member, "150.00")
    shop.later(days=364)
    assert shop.buy(member, "40.00")["tiers"] == {"status": "bronze"}
    assert score_of(shop, member) == (19_000, "bronze")
    shop.later(days=1)

    answer = shop.buy(member, "20.00")

    assert answer["tiers"] == {"status": "bronze"}
    assert score_of(shop, member) == (6_000, "bronze")


def test_a_year_of_orders_in_one_batch_counts_like_a_year_of_batches(shop: Shop, conn: Connection) -> None:
    """An import of history: the first order left the window long before the last one came."""
    spread = [
        (shop.now + timedelta(days=days), total) for days, total in ((0, "150.00"), (200, "30.00"), (370, "40.00"))
    ]
    at_once, one_by_one = shop.enrol(), shop.enrol()
    shop.later(days=400)
    shop.send(*(shop.order(at_once, total, at=at) for at, total in spread))
    for at, total in spread:
        shop.buy(one_by_one, total, at=at)

    assert score_of(shop, at_once) == score_of(shop, one_by_one) == (7_000, "bronze")


def test_a_late_order_counts_within_the_window_and_not_before_it(shop: Shop) -> None:
    member = shop.enrol()
    shop.buy(member, "100.00")

    assert shop.buy(member, "90.00", at=shop.now - timedelta(days=364))["tiers"] == {"status": "bronze"}
    assert score_of(shop, member) == (19_000, "bronze")
    shop.buy(member, "500.00", at=shop.now - timedelta(days=365))
    assert score_of(shop, member) == (19_000, "bronze")
    assert shop.buy(member, "10.00")["tiers"] == {"status": "silver"}


def test_a_tier_that_is_no_longer_earned_is_lost_on_the_day_of_the_review(shop: Shop) -> None:
    member = shop.enrol()
    shop.buy(member, "200.00")
    place = {"programme_id": shop.programme.id}
    assert review_tiers(shop.conn, **place, now=shop.now + timedelta(days=364)) == 0
    assert score_of(shop, member) == (20_000, "silver")

    assert review_tiers(shop.conn, **place, now=shop.now + timedelta(days=365)) == 1
    assert score_of(shop, member) == (0, "bronze")
    assert review_tiers(shop.conn, **place, now=shop.now + timedelta(days=365)) == 0


def test_points_that_leave_the_window_are_reviewed_on_the_day(conn: Connection) -> None:
    """60 for joining and 40 for an order 300 days later make silver, until the 60 are a year old."""
    shop = open_shop(conn, POINTS_LADDER)
    member, joined = shop.enrol(), shop.now
    shop.later(days=300)
    assert shop.buy(member, "40.00")["tiers"] == {"status": "silver"}
    reviewed = [
        review_tiers(conn, programme_id=shop.programme.id, now=joined + timedelta(days=day)) for day in (301, 364, 365)
    ]

    assert reviewed == [0, 0, 1]
    assert score_of(shop, member) == (40, "bronze")


POINTS_LADDER = copy.deepcopy(RULEBOOK)
POINTS_LADDER["earn_rules"] += [
    {"id": "welcome", "name": "Welcome", "on": "member.enrolled", "earn": {"strategy": "fixed_bonus", "points": 60}}
]
POINTS_LADDER["ladders"][0] |= {
    "metric": "points",
    "point_type": "points",
    "tiers": [
        {"id": "bronze", "name": "Bronze", "from_score": 0},
        {"id": "silver", "name": "Silver", "from_score": 100},
    ],
}


def test_a_ladder_of_points_counts_what_was_earned_by_any_event(conn: Connection) -> None:
    shop = open_shop(conn, POINTS_LADDER)
    member = shop.enrol()
    assert score_of(shop, member) == (60, "bronze")

    assert shop.buy(member, "40.00")["tiers"] == {"status": "silver"}
    assert score_of(shop, member) == (100, "silver")


def test_points_earned_without_an_order_leave_the_window_too(conn: Connection) -> None:
    shop = open_shop(conn, POINTS_LADDER)
    member = shop.enrol()
    shop.later(days=300)
    shop.buy(member, "10.00")
    shop.later(days=100)

    assert shop.buy(member, "20.00")["tiers"] == {"status": "bronze"}
    assert score_of(shop, member) == (30, "bronze")


def test_a_new_ladder_counts_what_is_in_its_window(shop: Shop) -> None:
    """A ladder that comes with version 2 starts with the orders that members have made, not with nothing."""
    member = shop.enrol()
    shop.buy(member, "180.00")
    second = copy.deepcopy(RULEBOOK)
    second["ladders"].append(copy.deepcopy(second["ladders"][0]) | {"id": "club", "name": "Club"})
    shop.later(days=1)
    shop.publish(second, effective_from=shop.now)

    answer = shop.buy(member, "20.00")

    assert answer["tiers"] == {"status": "silver", "club": "silver"}
    assert {(each.ladder, each.score) for each in standings(shop.conn, member_ids=[member])} == {
        ("status", 20_000),
        ("club", 20_000),
    }
