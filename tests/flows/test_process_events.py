"""A batch of events becomes points and answers: exactly these, for each event, in exactly this order."""

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
from regulars.domain.earning.contracts import Occurrence
from regulars.domain.earning.strategy import EarnStrategy
from regulars.domain.events.contracts import Event, MemberReference, OrderLine
from regulars.domain.events.queries import event as stored_event
from regulars.domain.events.queries import history
from regulars.domain.ledger.queries import entries
from regulars.domain.programmes.queries import shelf
from regulars.flows import work_event as work_event_module
from regulars.flows.apply_effects import apply_effects
from tests.books import nothing_changes
from tests.factories import NOON, RULEBOOK, Shop, open_shop
from tests.flows.sending import codes, send


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
        "balances": {"points": {"available": 57, "held": 0, "pending": 0}},
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
    assert answer["balances"] == {"points": {"available": 0, "held": 0, "pending": 0}}
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
    sound = apply_effects

    def breaks_at_thirteen(*rest: Any, occurrence: Occurrence, **how: Any) -> Any:
        if occurrence.amount_minor == 1300:
            raise ZeroDivisionError("a defect of ours")
        return sound(*rest, occurrence=occurrence, **how)

    monkeypatch.setattr(work_event_module, "apply_effects", breaks_at_thirteen)
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
    def breaks(*_rest: Any, **_options: Any) -> Any:
        raise RuntimeError("always")

    member = shop.enrol()
    monkeypatch.setattr(work_event_module, "apply_effects", breaks)

    with nothing_changes(shop):
        answers = shop.send(*(shop.order(member, "10.00") for _ in range(5)))

    assert codes(answers) == [(500, "internal_error")] * 5


def test_a_rule_that_breaks_stops_neither_the_order_nor_the_other_rules(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    document = copy.deepcopy(RULEBOOK)
    document["earn_rules"].append({"id": "gift", "name": "Gift", "earn": {"strategy": "fixed_bonus", "points": 5}})
    shop.publish(document)

    def breaks(self: Any, asked: Any) -> Any:
        raise ZeroDivisionError("a defect in a merchant's strategy")

    monkeypatch.setattr(_base_strategy(shop), "exact", breaks)

    answer = shop.buy(shop.enrol(), "10.00")

    assert [(each["rule"], each.get("failed", ""), each.get("points", 0)) for each in answer["rules"]] == [
        ("base", "broken", 0),
        ("gift", "", 5),
        ("coffee", "lines", 0),
    ]
    assert "ZeroDivisionError" not in json.dumps(answer)
    assert "ZeroDivisionError" in caplog.text
    assert "'base'" in caplog.text


def _base_strategy(shop: Shop) -> type[EarnStrategy]:
    rulebook = shelf(shop.conn, programme_id=shop.programme.id).latest
    return type(rulebook.rules.waiting_for("order").rules[0].strategy)


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
