"""Gift cards: sold, handed over, checked, spent, moved into accounts, replaced, ended; and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from regulars.domain.gift_cards.contracts import CardState, Delivery, GiftCard, Recipient
from regulars.domain.gift_cards.numbers import is_number
from regulars.domain.gift_cards.queries import cards_of_batch, deliveries_due, gift_cards
from regulars.domain.stored_value.contracts import ActKind
from regulars.flows.gift_cards.check_card import check_card
from regulars.flows.gift_cards.hand_over import HandedOver, draw_pin, export_batch
from regulars.flows.gift_cards.issue_cards import activate_card, issue_batch, issue_card
from regulars.flows.gift_cards.move_card import move_into_account, replace_card, void_card
from regulars.flows.gift_cards.use_card import freeze_card, refund_card, spend_card
from regulars.kernel.errors import Refusal
from tests.books import nothing_changes
from tests.factories import Shop
from tests.flows.stored import cents, load, place, with_value

pytestmark = pytest.mark.database


@pytest.fixture(autouse=True)
def _rulebook(shop: Shop) -> None:
    shop.publish(with_value(most_load=200, most_balance=150))


def sell(shop: Shop, amount: str = "50.00", reference: str = "P-1", **fields: Any) -> GiftCard:
    return issue_card(shop.conn, amount=Decimal(amount), reference=reference, **place(shop) | fields)


def spend(shop: Shop, card: GiftCard, amount: str, reference: str = "R-1", **fields: Any) -> Any:
    return spend_card(
        shop.conn, card_id=card.id, amount=Decimal(amount), reference=reference, **place(shop) | fields
    )  # fmt: skip


def check(shop: Shop, number: str, pin: str) -> GiftCard:
    return check_card(shop.conn, programme_id=shop.programme.id, number=number, pin=pin, now=shop.now)


def refused(shop: Shop, code: str, act: Callable[[], object]) -> Refusal:
    with nothing_changes(shop), pytest.raises(Refusal) as caught:
        act()
    assert caught.value.code == code
    return caught.value


def other(pin: str) -> str:
    return f"{(int(pin) + 1) % 10**6:06d}"


def test_a_payment_buys_one_card(shop: Shop) -> None:
    card = sell(shop)
    assert (card.state, card.amount, cents(shop, card.id), card.has_pin) == (CardState.active, 5000, 5000, False)
    assert is_number(card.number)
    with nothing_changes(shop):
        assert sell(shop) == card
    refused(shop, "reference_used", lambda: sell(shop, "51.00"))
    load(shop, shop.enrol(), "9.00", reference="P-9")
    refused(shop, "reference_used", lambda: sell(shop, "9.00", "P-9"))
    refused(shop, "load_too_large", lambda: sell(shop, "200.01", "P-2"))
    refused(shop, "stored_value_currency", lambda: sell(shop, "20.00", "P-2", currency="USD"))


def test_numbers_notice_a_slip() -> None:
    assert is_number("4539578763621486")
    # One digit is another, two are swapped, one is missing, one is none.
    for slip in ("4539578763621487", "4539578763612486", "453957876362148", "453957876362148x"):
        assert not is_number(slip)


def test_number_and_pin_open_the_card(shop: Shop) -> None:
    card = sell(shop)
    with pytest.raises(Refusal, match="Number and PIN do not fit"):
        check(shop, card.number, "")
    number, pin = draw_pin(shop.conn, card_id=card.id, **place(shop))
    assert check(shop, f"{number[:4]} {number[4:]}", f" {pin} ").id == card.id
    again = draw_pin(shop.conn, card_id=card.id, **place(shop)).pin
    if again != pin:
        with pytest.raises(Refusal, match="Number and PIN do not fit"):
            check(shop, number, pin)
    row = shop.conn.execute("select pin_hash from gift_cards_card where id = %s", [card.id]).fetchone()
    assert row is not None
    assert again not in row[0]
    assert len(row[0]) == 64


def test_wrong_pins_are_counted_and_sound_the_same(shop: Shop) -> None:
    card = sell(shop)
    number, pin = draw_pin(shop.conn, card_id=card.id, **place(shop))
    said = set()
    for _ in range(5):
        with pytest.raises(Refusal) as caught:
            check(shop, number, other(pin))
        said.add(str(caught.value))
    # It rests now, for the right PIN as well, and says nothing else than for a number that does not exist.
    said.add(str(refused(shop, "gift_card_not_recognised", lambda: check(shop, number, pin))))
    said.add(str(refused(shop, "gift_card_not_recognised", lambda: check(shop, "6300000000000000", pin))))
    assert len(said) == 1
    shop.later(minutes=61)
    assert check(shop, number, pin).id == card.id


def test_spent_in_parts_and_given_back(shop: Shop) -> None:
    card = sell(shop)
    first = spend(shop, card, "12.40")
    with nothing_changes(shop):
        assert spend(shop, card, "12.40") == first
    refused(shop, "not_enough_value", lambda: spend(shop, card, "37.61", "R-2"))
    assert spend(shop, card, "40.00", "R-2", partly=True).amount == 3760
    back: dict[str, Any] = {"card_id": card.id, "act_id": first.id, "to_source": False, **place(shop)}
    refund_card(shop.conn, reference="B-1", amount=Decimal("2.40"), **back)
    refused(shop, "refund_too_large", lambda: refund_card(shop.conn, reference="B-2", amount=Decimal("10.01"), **back))
    assert cents(shop, card.id) == 240


def test_what_is_left_moves_into_an_account_once(shop: Shop) -> None:
    ada, ben = shop.enrol(), shop.enrol()
    card = sell(shop)
    spend(shop, card, "10.00")
    moved = move_into_account(shop.conn, card_id=card.id, member_id=ada, **place(shop))
    assert (moved.kind, moved.amount, cents(shop, ada), cents(shop, card.id)) == (ActKind.moved_in, 4000, 4000, 0)
    with nothing_changes(shop):
        assert move_into_account(shop.conn, card_id=card.id, member_id=ada, **place(shop)) == moved
    refused(
        shop, "gift_card_ended", lambda: move_into_account(shop.conn, card_id=card.id, member_id=ben, **place(shop))
    )
    refused(shop, "gift_card_ended", lambda: spend(shop, card, "1.00", "R-9"))
    large = sell(shop, "120.00", "P-2")
    refused(shop, "account_full", lambda: move_into_account(shop.conn, card_id=large.id, member_id=ada, **place(shop)))


def test_a_lost_card_is_replaced(shop: Shop) -> None:
    card = sell(shop)
    number, pin = draw_pin(shop.conn, card_id=card.id, **place(shop))
    spend(shop, card, "10.00")
    freeze_card(shop.conn, card_id=card.id, frozen=True, reason="Lost", **place(shop))
    refused(shop, "account_frozen", lambda: spend(shop, card, "1.00", "R-2"))
    ada = shop.enrol()
    refused(shop, "account_frozen", lambda: move_into_account(shop.conn, card_id=card.id, member_id=ada, **place(shop)))
    new = replace_card(shop.conn, card_id=card.id, **place(shop))
    with nothing_changes(shop):
        assert replace_card(shop.conn, card_id=card.id, **place(shop)) == new
    assert (new.number != number, new.amount, cents(shop, new.id), cents(shop, card.id)) == (True, 4000, 4000, 0)
    assert check(shop, number, pin).state is CardState.ended
    spend(shop, new, "40.00", "R-3")
    refused(shop, "gift_card_empty", lambda: replace_card(shop.conn, card_id=new.id, **place(shop)))


def test_a_card_ends_and_its_payment_goes_back(shop: Shop) -> None:
    card = sell(shop)
    spend(shop, card, "10.00")
    back = void_card(shop.conn, card_id=card.id, reference="S-1", **place(shop))
    assert back is not None
    assert back.paid_out == 4000
    replaced = replace_card(shop.conn, card_id=sell(shop, "20.00", "P-2").id, **place(shop))
    refused(
        shop, "gift_card_not_empty",
        lambda: void_card(shop.conn, card_id=replaced.id, reference="S-2", **place(shop)),
    )  # fmt: skip


def test_a_batch_is_sold_card_by_card_and_handed_out_once(shop: Shop) -> None:
    made = issue_batch(shop.conn, name="Christmas", cards=3, amount=Decimal("25.00"), **place(shop))
    cards = cards_of_batch(shop.conn, batch_id=made.id)
    assert [(each.state, cents(shop, each.id)) for each in cards] == [(CardState.made, 0)] * 3
    handed = export_batch(shop.conn, batch_id=made.id, **place(shop))
    assert [each.number for each in handed] == [each.number for each in cards]
    refused(shop, "batch_exported", lambda: export_batch(shop.conn, batch_id=made.id, **place(shop)))
    first: HandedOver = handed[0]
    # Nothing is on it, and nobody learns that it exists.
    with pytest.raises(Refusal, match="Number and PIN do not fit"):
        check(shop, first.number, first.pin)
    refused(shop, "gift_card_not_sold", lambda: spend(shop, cards[0], "1.00"))
    sold = activate_card(shop.conn, card_id=cards[0].id, reference="P-7", **place(shop))
    with nothing_changes(shop):
        assert activate_card(shop.conn, card_id=cards[0].id, reference="P-7", **place(shop)) == sold
    refused(shop, "gift_card_sold", lambda: activate_card(shop.conn, card_id=sold.id, reference="P-8", **place(shop)))
    refused(
        shop, "reference_used", lambda: activate_card(shop.conn, card_id=cards[1].id, reference="P-7", **place(shop))
    )
    assert check(shop, first.number, first.pin).id == sold.id
    assert cents(shop, sold.id) == 2500
    refused(shop, "bad_batch", lambda: issue_batch(shop.conn, name="", cards=1001, amount=Decimal(5), **place(shop)))


def test_a_card_waits_for_the_day_on_which_it_is_mailed(shop: Shop) -> None:
    today = shop.now.date()
    wanted = Recipient("Ben@Example.com", "Ben", "Ada", "Enjoy!", today + timedelta(days=2))
    card = sell(shop, recipient=wanted)
    assert (card.delivery, card.recipient.email) == (Delivery.waiting, "ben@example.com")
    due: dict[str, Any] = {"programme_id": shop.programme.id, "limit": 10}
    assert deliveries_due(shop.conn, today=today + timedelta(days=1), **due) == []
    assert [each.id for each in deliveries_due(shop.conn, today=today + timedelta(days=2), **due)] == [card.id]
    draw_pin(shop.conn, card_id=card.id, **place(shop))
    assert deliveries_due(shop.conn, today=today + timedelta(days=2), **due) == []
    for bad in (Recipient("ben@example.com", day=date(2020, 1, 1)), Recipient(day=today)):
        refused(shop, "bad_delivery", partial(sell, shop, "9.00", "P-3", recipient=bad))


def test_found_by_the_end_of_the_number_or_the_address(shop: Shop) -> None:
    card = sell(shop, recipient=Recipient("ben@example.com"))
    sell(shop, "20.00", "P-2")
    found: dict[str, Any] = {"programme_id": shop.programme.id}
    assert [each.id for each in gift_cards(shop.conn, sought=card.number[-6:], **found)] == [card.id]
    assert [each.id for each in gift_cards(shop.conn, sought="Ben@example.com", **found)] == [card.id]
    assert len(gift_cards(shop.conn, **found)) == 2


def test_without_cards(shop: Shop) -> None:
    shop.publish(with_value(cards=False))
    refused(shop, "no_gift_cards", lambda: sell(shop))
