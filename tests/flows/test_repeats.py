"""An event counts once: repeats get the first answer for ever, and nothing else may use its id or its order number."""

from __future__ import annotations

import copy
from uuid import UUID

from regulars.database.pool import Connection
from regulars.domain.events.contracts import Event, MemberReference
from regulars.flows.process_events import Outcome
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop, open_shop
from tests.flows.sending import codes, send


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
