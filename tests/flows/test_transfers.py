"""Points that members send to one another: what arrives, until when, what is refused, and how it is taken back."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from regulars.database.pool import Connection
from regulars.domain.ledger.queries import balances, open_lots
from regulars.domain.transfers.contracts import Transfer, TransferState
from regulars.domain.transfers.queries import passages, transfers_of_member
from regulars.flows.adjust_points import adjust_points
from regulars.flows.cancel_transfer import cancel_transfer
from regulars.flows.transfer_points import quote_transfer, transfer_points
from regulars.kernel.errors import Refusal
from tests.books import findings, nothing_changes
from tests.factories import RULEBOOK, Shop, open_shop

pytestmark = pytest.mark.database


def with_terms(**terms: Any) -> dict[str, Any]:
    document = copy.deepcopy(RULEBOOK)
    document["transfers"] = {"allowed": True, **terms}
    return document


def send(shop: Shop, sender: UUID, receiver: UUID, points: int, **fields: Any) -> Transfer:
    return transfer_points(
        shop.conn, programme_id=shop.programme.id, sender=sender, receiver=receiver, points=points, now=shop.now,
        by="tests", **fields,
    )  # fmt: skip


def take_back(shop: Shop, sent: Transfer) -> Transfer:
    return cancel_transfer(
        shop.conn, programme_id=shop.programme.id, transfer_id=sent.id, now=shop.now, by="tests"
    )  # fmt: skip


def lots(shop: Shop, member: UUID) -> list[tuple[int, date | None]]:
    return [(lot.remaining, lot.last_day) for lot in open_lots(shop.conn, owner=member)]


def refused(shop: Shop, code: str, act: Callable[[], object]) -> Refusal:
    """It is refused with this code, and nothing is written."""
    with nothing_changes(shop), pytest.raises(Refusal) as caught:
        act()
    assert caught.value.code == code
    return caught.value


@pytest.fixture
def pair(conn: Connection) -> Callable[..., tuple[Shop, UUID, UUID]]:
    """A shop by these terms, Ada with 60 points until March 2027 and 40 until April 2027, and Ben with none."""

    def opened(**terms: Any) -> tuple[Shop, UUID, UUID]:
        shop = open_shop(conn, with_terms(**terms))
        ada, ben = shop.enrol(name="Ada Lovelace"), shop.enrol(name="Ben Kaya")
        shop.buy(ada, "60.00")
        shop.now = datetime(2026, 4, 2, 12, 0, tzinfo=UTC)
        shop.buy(ada, "40.00")
        return shop, ada, ben

    return opened


Pair = Callable[..., tuple[Shop, UUID, UUID]]


def test_kept_points_arrive_as_old_as_they_are(pair: Pair) -> None:
    shop, ada, ben = pair()
    sent = send(shop, ada, ben, 70, message="For lunch")
    assert lots(shop, ada) == [(30, date(2027, 4, 30))]
    assert lots(shop, ben) == [(60, date(2027, 3, 31)), (10, date(2027, 4, 30))]
    arrived = open_lots(shop.conn, owner=ben)
    assert [lot.earned_at.date() for lot in arrived] == [date(2026, 3, 2), date(2026, 4, 2)]
    assert transfers_of_member(shop.conn, member_id=ben) == transfers_of_member(shop.conn, member_id=ada) == [sent]
    assert findings(shop.conn, shop.programme.organisation_id) == []


def test_reset_points_arrive_as_one_lot_of_today(pair: Pair) -> None:
    shop, ada, ben = pair(expiry="reset")
    shop.now = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)
    send(shop, ada, ben, 70)
    assert lots(shop, ben) == [(70, date(2027, 6, 30))]
    assert findings(shop.conn, shop.programme.organisation_id) == []


def test_a_quote_says_what_arrives_and_writes_nothing(pair: Pair) -> None:
    shop, ada, ben = pair(fee={"points": 2, "percent": 5}, cancel_within="1 day")
    with nothing_changes(shop):
        quote = quote_transfer(
            shop.conn, programme_id=shop.programme.id, sender=ada, receiver=ben, points=70, now=shop.now
        )
    assert (quote.fee, quote.available) == (6, 24)
    assert quote.arrives == ((60, date(2027, 3, 31)), (10, date(2027, 4, 30)))
    assert quote.cancel_until == date(2026, 4, 3)


def test_the_fee_is_paid_on_top_and_comes_back(pair: Pair) -> None:
    shop, ada, ben = pair(fee={"points": 2, "percent": 5}, cancel_within="1 day")
    before = lots(shop, ada)
    sent = send(shop, ada, ben, 61)
    assert (sent.fee, shop.points(ada), shop.points(ben)) == (6, 33, 61)
    assert findings(shop.conn, shop.programme.organisation_id) == []
    shop.later(days=1)
    assert take_back(shop, sent).state is TransferState.taken_back
    assert (lots(shop, ada), lots(shop, ben)) == (before, [])
    assert findings(shop.conn, shop.programme.organisation_id) == []
    with nothing_changes(shop):
        assert take_back(shop, sent).state is TransferState.taken_back


def test_taken_back_too_late_or_never(pair: Pair) -> None:
    shop, ada, ben = pair(cancel_within="1 day")
    sent = send(shop, ada, ben, 10)
    shop.now = datetime(2026, 4, 3, 22, 0, tzinfo=UTC)  # midnight in Berlin
    refused(shop, "transfer_cancel_late", lambda: take_back(shop, sent))
    shop.now -= timedelta(seconds=1)
    assert take_back(shop, sent).state is TransferState.taken_back
    shop, ada, ben = pair()
    final = send(shop, ada, ben, 10)
    refused(shop, "transfer_final", lambda: take_back(shop, final))


def test_what_the_receiver_spent_stays_sent(pair: Pair) -> None:
    shop, ada, ben = pair(cancel_within="30 days")
    shop.buy(ben, "500.00")
    sent = send(shop, ada, ben, 70)
    # Points that expire first are spent first: one of those that arrived is gone, though 500 others are there.
    adjust_points(
        shop.conn, programme_id=shop.programme.id, member_id=ben, points=-1, reason="correction",
        now=shop.now, by="tests",
    )  # fmt: skip
    assert "used or lost 1." in refused(shop, "transfer_spent", lambda: take_back(shop, sent)).detail


def test_points_that_expired_meanwhile_come_back_and_are_gone(conn: Connection) -> None:
    document = with_terms(expiry="reset", cancel_within="30 days")
    document["point_types"][0]["expiry"] = {"policy": "after", "period": "10 days"}
    shop = open_shop(conn, document)
    ada, ben = shop.enrol(), shop.enrol()
    shop.buy(ada, "50.00")
    shop.later(days=8)
    sent = send(shop, ada, ben, 50)
    shop.later(days=5)
    take_back(shop, sent)
    assert (shop.points(ada), shop.points(ben)) == (0, 0)
    assert findings(shop.conn, shop.programme.organisation_id) == []


def test_a_return_takes_what_is_left_and_counts_the_rest_as_spent(pair: Pair) -> None:
    shop, ada, ben = pair()
    bought = shop.buy(ada, "50.00")
    send(shop, ada, ben, 120)
    shop.give_back(ada, bought)
    assert (shop.points(ada), shop.points(ben)) == (0, 120)
    assert findings(shop.conn, shop.programme.organisation_id) == []


def test_a_deficit_of_the_receiver_is_paid_off_and_cannot_be_taken_back(conn: Connection) -> None:
    document = with_terms(cancel_within="1 day")
    document["returns"] = {"clawback": "allow_negative"}
    shop = open_shop(conn, document)
    ada, ben = shop.enrol(), shop.enrol()
    shop.buy(ada, "100.00")
    bought = shop.buy(ben, "30.00")
    send(shop, ben, ada, 30)
    shop.give_back(ben, bought)
    assert shop.points(ben) == -30
    sent = send(shop, ada, ben, 50)
    assert shop.points(ben) == 20
    refused(shop, "transfer_spent", lambda: take_back(shop, sent))
    assert findings(shop.conn, shop.programme.organisation_id) == []


def test_limits_of_one_transfer_and_of_a_day(pair: Pair) -> None:
    shop, ada, ben = pair(least=10, most=50, per_day=60, cancel_within="1 day")
    refused(shop, "transfer_too_small", lambda: send(shop, ada, ben, 9))
    refused(shop, "transfer_too_large", lambda: send(shop, ada, ben, 51))
    sent = send(shop, ada, ben, 50)
    limit = refused(shop, "transfer_limit_reached", lambda: send(shop, ada, ben, 11))
    assert limit.remedy == "Send at most 10 points today."
    take_back(shop, sent)
    send(shop, ada, ben, 50)
    send(shop, ada, ben, 10)
    shop.now = datetime(2026, 4, 2, 22, 0, tzinfo=UTC)  # the next day begins in Berlin
    send(shop, ada, ben, 40)


@pytest.mark.parametrize("points", [0, -5, 1_000_000_001])
def test_numbers_that_no_transfer_has(pair: Pair, points: int) -> None:
    shop, ada, ben = pair()
    assert refused(shop, "bad_transfer", lambda: send(shop, ada, ben, points)).field == "points"


def test_who_cannot_send_or_receive(pair: Pair, conn: Connection) -> None:
    shop, ada, ben = pair()
    refused(shop, "transfer_to_oneself", lambda: send(shop, ada, ada, 10))
    nobody = uuid4()
    assert refused(shop, "member_not_found", lambda: send(shop, ada, nobody, 10)).field == "receiver"
    elsewhere = open_shop(conn, with_terms()).enrol()
    assert refused(shop, "member_not_found", lambda: send(shop, ada, elsewhere, 10)).field == "receiver"
    assert refused(shop, "member_not_found", lambda: send(shop, elsewhere, ada, 10)).field == "sender"
    for status, word in ((2, "blocked"), (3, "closed")):
        conn.execute("update members_member set status = %s where id = %s", (status, ben))
        said = refused(shop, "member_not_active", lambda: send(shop, ada, ben, 10))
        assert (said.field, word in said.detail) == ("receiver", True)
        assert refused(shop, "member_not_active", lambda: send(shop, ben, ada, 10)).field == "sender"


def test_points_that_cannot_be_sent(conn: Connection) -> None:
    document = copy.deepcopy(RULEBOOK)
    document["point_types"].append({"id": "stars", "name": "Stars"})
    shop = open_shop(conn, document)
    ada, ben = shop.enrol(), shop.enrol()
    shop.buy(ada, "50.00")
    refused(shop, "transfers_not_allowed", lambda: send(shop, ada, ben, 10))
    shop.publish(document | {"transfers": {"allowed": ["stars"]}})
    refused(shop, "transfers_not_allowed", lambda: send(shop, ada, ben, 10))
    refused(shop, "not_enough_points", lambda: send(shop, ada, ben, 10, point_type="stars"))
    refused(shop, "unknown_point_type", lambda: send(shop, ada, ben, 10, point_type="miles"))
    shop.publish(document | {"transfers": {"allowed": ["points"]}})
    send(shop, ada, ben, 10)


def test_too_few_points_with_fee_and_pending_ones(conn: Connection) -> None:
    document = with_terms(fee=5)
    document["point_types"][0]["pending"] = {"mode": "after", "period": "14 days"}
    shop = open_shop(conn, document)
    ada, ben = shop.enrol(), shop.enrol()
    shop.buy(ada, "100.00")
    shop.later(days=20)
    shop.buy(ada, "30.00")
    said = refused(shop, "not_enough_points", lambda: send(shop, ada, ben, 96))
    assert said.detail == (
        "96 points and a fee of 5 are needed, and 100 can be spent. 30 more are pending and cannot be sent yet."
    )
    send(shop, ada, ben, 95)
    assert shop.points(ada) == 0


def test_points_that_would_arrive_expired(conn: Connection) -> None:
    document = with_terms(expiry="reset")
    shop = open_shop(conn, document)
    ada, ben = shop.enrol(), shop.enrol()
    shop.buy(ada, "50.00")
    document["point_types"][0]["expiry"] = {"policy": "fixed_date", "date": "2026-01-31"}
    shop.publish(document)
    refused(shop, "transfer_arrives_expired", lambda: send(shop, ada, ben, 10))


def test_due_points_are_not_sent(pair: Pair) -> None:
    shop, ada, ben = pair()
    shop.now = datetime(2027, 4, 2, 12, 0, tzinfo=UTC)
    refused(shop, "not_enough_points", lambda: send(shop, ada, ben, 41))
    send(shop, ada, ben, 40)
    assert lots(shop, ben) == [(40, date(2027, 4, 30))]


def test_entries_of_both_know_the_other(pair: Pair) -> None:
    shop, ada, ben = pair()
    sent = send(shop, ada, ben, 70, message="For lunch")
    causes = [row[0] for row in shop.conn.execute("select distinct cause from ledger_transfer where cause_kind = 9")]
    found = [each for each in passages(shop.conn, causes=causes).values() if each.transfer_id == sent.id]
    seen = {(each.other, each.outgoing, each.message) for each in found}
    assert seen == {(ben, True, "For lunch"), (ada, False, "For lunch")}
    assert balances(shop.conn, owners=[ben])[ben, shop.point_type].available == 70
