"""Bad input gets its clear answer, names the field, and nothing is written. A good event beside it is accepted."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from time import perf_counter
from typing import Any
from uuid import UUID

import msgspec
import pytest

from regulars.domain.events.contracts import Event, MemberReference, OrderLine, PointsUsed, ReturnedLine, ReturnedOrder
from regulars.domain.events.queries import event as stored_event
from regulars.domain.members.queries import profile
from tests.books import nothing_changes
from tests.factories import NOON, RULEBOOK, Shop, open_shop

Change = Callable[[Event], None]


def total(text: str) -> Change:
    def change(event: Event) -> None:
        assert event.order is not None
        event.order.total = Decimal(text)

    return change


def line(**fields: Any) -> Change:
    """A second line with these fields; the first one is fine."""

    def change(event: Event) -> None:
        assert event.order is not None
        event.order.lines = [OrderLine(Decimal("1.00")), OrderLine(**{"amount": Decimal("1.00"), **fields})]

    return change


def lines(count: int) -> Change:
    def change(event: Event) -> None:
        assert event.order is not None
        event.order.lines = [OrderLine(Decimal("0.01")) for _ in range(count)]

    return change


def order(**fields: Any) -> Change:
    def change(event: Event) -> None:
        assert event.order is not None
        for name, value in fields.items():
            setattr(event.order, name, value)

    return change


def event(**fields: Any) -> Change:
    def change(event: Event) -> None:
        for name, value in fields.items():
            setattr(event, name, value)

    return change


def member(**fields: Any) -> Change:
    return event(member=MemberReference(**fields))


def sent_back(number: str, lines: list[ReturnedLine] | None = None, amount: str | None = None) -> Change:
    returned = ReturnedOrder(number, lines=lines or [], amount=None if amount is None else Decimal(amount))
    return event(type="return", order=None, return_=returned)


def back_pieces(quantity: str) -> Change:
    return sent_back("7", [ReturnedLine(1, quantity=Decimal(quantity))])


def paid(amount: str, *, points: int = 100, kind: str = "points") -> Change:
    return order(points_used=PointsUsed(points, Decimal(amount), kind))


BAD = [
    # who
    ("unknown id", member(id=UUID(int=9)), 404, "member_not_found", "member.id", "No member of this programme"),
    ("unknown external id", member(external_id="nobody"), 404, "member_not_found", "member.external_id", "'nobody'"),
    ("unknown e-mail", member(email="no@body.org"), 404, "member_not_found", "member.email", "'no@body.org'"),
    ("unknown phone", member(phone="+905321234567"), 404, "member_not_found", "member.phone", "'+905321234567'"),
    ("unknown card", member(card="1234 5678"), 404, "member_not_found", "member.card", "'12345678'"),
    ("no address", member(email="nobody"), 422, "bad_email", "member.email", "'nobody'"),
    ("no phone", member(phone="hello"), 422, "bad_phone", "member.phone", "'hello'"),
    ("nobody named", member(), 422, "member_not_named", "member", "0 of id"),
    ("two named", member(external_id="a", card="1"), 422, "member_not_named", "member", "2 of id"),
    ("NUL in a reference", member(external_id="a\0b"), 422, "bad_text", "member.external_id", "NUL"),
    # how much
    ("negative", total("-0.01"), 422, "negative_amount", "order.total", "-0.01"),
    ("not a number", total("NaN"), 422, "bad_amount", "order.total", "'NaN'"),
    ("signalling", total("sNaN"), 422, "bad_amount", "order.total", "'sNaN'"),
    ("infinite", total("Infinity"), 422, "bad_amount", "order.total", "'Infinity'"),
    ("minus infinite", total("-Infinity"), 422, "bad_amount", "order.total", "'-Infinity'"),
    ("too many decimals", total("10.005"), 422, "too_many_decimals", "order.total", "10.005"),
    ("too large", total("10000000000000.00"), 422, "bad_amount", "order.total", "larger than any order"),
    ("huge exponent", total("1E+900000"), 422, "bad_amount", "order.total", "larger than any order"),
    ("tiny exponent", total("1E-900000"), 422, "too_many_decimals", "order.total", "decimal places"),
    ("negative line", line(amount=Decimal("-1.00")), 422, "negative_amount", "order.lines[1].amount", "-1.00"),
    ("line not a number", line(amount=Decimal("NaN")), 422, "bad_amount", "order.lines[1].amount", "'NaN'"),
    ("line decimals", line(amount=Decimal("1.001")), 422, "too_many_decimals", "order.lines[1].amount", "1.001"),
    ("negative quantity", line(quantity=Decimal(-1)), 422, "negative_amount", "order.lines[1].quantity", "-1"),
    ("quantity not a number", line(quantity=Decimal("NaN")), 422, "bad_quantity", "order.lines[1].quantity", "'NaN'"),
    ("infinite quantity", line(quantity=Decimal("Infinity")), 422, "bad_quantity", "order.lines[1].quantity", "'Inf"),
    # in what
    ("unknown currency", order(currency="EUX"), 422, "unknown_currency", "currency", "'EUX'"),
    ("small letters", order(currency="eur"), 422, "unknown_currency", "currency", "'eur'"),
    ("another currency", order(currency="USD"), 422, "currency_mismatch", "order.currency", "USD"),
    # how many
    ("2,001 lines", lines(2_001), 422, "too_many_lines", "order.lines", "2,001"),
    ("10,000 lines", lines(10_000), 422, "too_many_lines", "order.lines", "10,000"),
    # when
    ("far future", event(occurred_at=datetime(2999, 1, 1, tzinfo=UTC)), 422, "time_in_future", "occurred_at", "2999"),
    ("in 25 hours", event(occurred_at=NOON + timedelta(hours=25)), 422, "time_in_future", "occurred_at", "2026-03-03"),
    ("1970", event(occurred_at=datetime(1970, 1, 1, tzinfo=UTC)), 422, "time_too_early", "occurred_at", "1970-01-01"),
    ("year 1", event(occurred_at=datetime(1, 1, 1, tzinfo=UTC)), 422, "time_too_early", "occurred_at", "0001-01-01"),
    ("naive", event(occurred_at=NOON.replace(tzinfo=None)), 422, "naive_time", "occurred_at", "2026-03-02T12:00:00"),
    # what
    ("no order", event(order=None), 422, "field_missing", "order", "what was bought"),
    ("no id", event(id=""), 422, "field_missing", "id", "no id"),
    ("no order number", order(number=""), 422, "field_missing", "order.number", "no number"),
    ("an order that is a review", event(type="review"), 422, "field_out_of_place", "order", "review"),
    ("a return of nothing", event(type="return", order=None), 422, "field_missing", "return", "which order"),
    ("a stray return", event(return_=ReturnedOrder("7")), 422, "field_out_of_place", "return", "type order"),
    ("a return and an order", event(type="return", return_=ReturnedOrder("7")), 422, "field_out_of_place", "order", ""),
    ("a nameless return", sent_back(""), 422, "field_missing", "return.order_number", "no order"),
    ("a line without name", sent_back("7", [ReturnedLine()]), 422, "field_missing", "return.lines[0]", "not at all"),
    ("a line named twice", sent_back("7", [ReturnedLine(1, "x")]), 422, "field_missing", "return.lines[0]", "twice"),
    ("less than a piece", back_pieces("-1"), 422, "negative_amount", "return.lines[0].quantity", "-1"),
    ("no number of pieces", back_pieces("NaN"), 422, "bad_quantity", "return.lines[0].quantity", "'NaN'"),
    ("nothing back", sent_back("7", amount="0"), 422, "bad_return_amount", "return.amount", "0 was sent"),
    ("less than nothing back", sent_back("7", amount="-5.00"), 422, "bad_return_amount", "return.amount", "-5.00"),
    # paid with points
    ("no points", paid("0", points=0), 422, "bad_points_used", "order.points_used.points", "0 points"),
    ("points below zero", paid("1.00", points=-5), 422, "bad_points_used", "order.points_used.points", "-5 points"),
    ("more than it costs", paid("10.01"), 422, "points_pay_too_much", "order.points_used.amount", "10.01"),
    ("points of minus one", paid("-1.00"), 422, "negative_amount", "order.points_used.amount", "-1.00"),
    ("missing points", paid("1.00", points=90_000), 422, "not_enough_points", "order.points_used.points", "0 can be"),
    ("points of no kind", paid("1", kind="gold"), 422, "unknown_point_type", "order.points_used.point_type", "'gold'"),
    ("our own type", event(type="member.enrolled", order=None), 422, "reserved_event_type", "type", "member.enrolled"),
    ("capital type", event(type="Order"), 422, "bad_event_type", "type", "'Order'"),
    ("a line after the type", event(type="order\n"), 422, "bad_event_type", "type", "'order\\n'"),
    ("SQL as a type", event(type="order'; drop table x"), 422, "bad_event_type", "type", "drop table"),
    # texts
    ("long id", event(id="x" * 201), 422, "text_too_long", "id", "201"),
    ("long source", event(source="x" * 61), 422, "text_too_long", "source", "61"),
    ("NUL in the id", event(id="a\0b"), 422, "bad_text", "id", "NUL"),
    ("NUL in the number", order(number="a\0b"), 422, "bad_text", "order.number", "NUL"),
    ("NUL in a line", line(name="a\0b"), 422, "bad_text", "order.lines[1].name", "NUL"),
    ("NUL in the data", event(data={"note": "a\0b"}), 422, "bad_text", "data.note", "NUL"),
    ("NUL in a name of the data", event(data={"a\0b": 1}), 422, "bad_text", "data", "NUL"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "status", "code", "field", "said"), [case[1:] for case in BAD], ids=[case[0] for case in BAD]
)
def test_bad_input_is_answered_clearly_and_writes_nothing(
    shop: Shop, change: Change, status: int, code: str, field: str, said: str
) -> None:
    bad = shop.order(shop.enrol(), "10.00")
    change(bad)

    with nothing_changes(shop):
        ((got, problem),) = shop.send(bad)

    assert (got, problem["code"], problem["field"]) == (status, code, field)
    assert problem["status"] == got
    assert said in problem["detail"]
    assert problem["title"]
    assert problem["remedy"].endswith(".")
    assert len(problem["detail"]) < 400


def test_fifty_bad_events_harm_no_good_one(shop: Shop) -> None:
    ann = shop.enrol()
    batch = []
    for _, change, *_ in BAD:
        bad = shop.order(ann, "10.00")
        change(bad)
        batch += [bad, shop.order(ann, "3.00")]

    answers = shop.send(*batch)

    assert [(status, answer["code"]) for status, answer in answers[::2]] == [(case[2], case[3]) for case in BAD]
    assert {status for status, _ in answers[1::2]} == {201}
    assert shop.points(ann) == 3 * len(BAD)


def test_a_member_who_has_left_earns_nothing(shop: Shop) -> None:
    ann, ben = shop.enrol(), shop.enrol()
    shop.conn.execute("update members_member set status = 3 where id = %s", [ann])

    with nothing_changes(shop):
        ((got, problem),) = shop.send(shop.order(ann, "10.00"))

    assert (got, problem["code"], problem["field"]) == (422, "member_not_active", "member")
    assert "closed" in problem["detail"]
    assert [status for status, _ in shop.send(shop.order(ann, "10.00"), shop.order(ben, "10.00"))] == [422, 201]


def test_the_largest_order_is_accepted_in_time(shop: Shop) -> None:
    large = shop.order(shop.enrol(), "20.00")
    lines(2_000)(large)
    began = perf_counter()

    ((status, answer),) = shop.send(large)

    assert (status, answer["balances"]["points"]["available"]) == (201, 20)
    assert perf_counter() - began < 5


def test_an_event_may_be_a_day_ahead_and_of_1995(shop: Shop) -> None:
    ann = shop.enrol()
    ahead = shop.order(ann, "1.00", at=NOON + timedelta(hours=24))
    old = shop.order(ann, "1.00", at=datetime(2000, 1, 1, tzinfo=UTC))

    assert [status for status, _ in shop.send(ahead, old)] == [201, 201]


NASTY = "Robert'); drop table members_member;-- <script>alert(1)</script> \u202e \U0001f600 %s {x} \\"


def test_sql_and_html_in_texts_are_texts(shop: Shop) -> None:
    ann = shop.enrol(NASTY[:60], name=NASTY)
    event = shop.order(
        ann, "10.00", lines=[OrderLine(Decimal("10.00"), sku=NASTY, name=NASTY, category=NASTY, brand=NASTY)]
    )
    event.member = MemberReference(external_id=NASTY[:60])
    event.id = event.source = event.channel = event.store = NASTY[:40]
    event.data = {NASTY: NASTY, "not a NUL": "\\u0000"}
    assert event.order is not None
    event.order.number = NASTY

    ((status, answer),) = shop.send(event)

    assert (status, answer["id"]) == (201, NASTY[:40])
    kept = stored_event(shop.conn, event_id=UUID(answer["event"]))
    known = profile(shop.conn, programme_id=shop.programme.id, member_id=ann)
    assert kept is not None
    assert known is not None
    assert (kept.external_id, kept.order_number, known.name) == (NASTY[:40], NASTY, NASTY)
    assert msgspec.json.decode(kept.body, type=Event) == event
    assert shop.send(copy.deepcopy(event))[0][1] == answer


def test_points_beyond_all_measure_are_not_given(shop: Shop) -> None:
    document = copy.deepcopy(RULEBOOK)
    document["earn_rules"][0]["earn"]["points"] = 1_000_000
    shop.publish(document)

    answer = shop.buy(shop.enrol(), "9999999999999.99")

    assert answer["rules"][0] == {"rule": "base", "fired": False, "failed": "broken", "actual": "9999999999999990000"}
    assert [each for each in answer["effects"] if each["type"] == "earn_points"] == []


def test_an_order_of_another_programmes_member_is_refused(shop: Shop) -> None:
    """The member exists, elsewhere: the answer is the same as for one who does not exist."""
    other = open_shop(shop.conn)
    theirs = other.enrol("ann", email="ann@example.com")

    with nothing_changes(shop), nothing_changes(other):
        answers = shop.send(
            *(
                _named(shop, MemberReference(**who))
                for who in ({"id": theirs}, {"external_id": "ann"}, {"email": "ann@example.com"})
            )
        )

    assert [(status, answer["code"]) for status, answer in answers] == [(404, "member_not_found")] * 3


def _named(shop: Shop, who: MemberReference) -> Event:
    event = shop.order(UUID(int=1), "10.00")
    event.member = who
    return event


def test_a_member_is_found_by_each_of_the_references(shop: Shop) -> None:
    ann = shop.enrol("ann-1", email="Ann@Example.com", phone="+90 532 123 45 67")
    known = profile(shop.conn, programme_id=shop.programme.id, member_id=ann)
    assert known is not None
    references: list[dict[str, Any]] = [
        {"id": ann}, {"external_id": "ann-1"}, {"email": " ANN@example.com"}, {"phone": "+905321234567"},
        {"card": known.card_number},
    ]  # fmt: skip

    answers = shop.send(*(_named(shop, MemberReference(**who)) for who in references))

    assert [(status, answer.get("member")) for status, answer in answers] == [(201, str(ann))] * 5
