"""Every check finds what it is there for, and nothing in books that are right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest

from regulars.database.check import Findings
from regulars.database.roles import append_only_tables
from regulars.domain.audiences.contracts import AudienceDraft, Mode
from regulars.domain.audiences.contracts import Kind as AudienceKind
from regulars.domain.events.contracts import MemberReference, Order, PointsUsed
from regulars.domain.rewards.commands import save_reward
from regulars.domain.rewards.contracts import Redemption, Reward, RewardDraft
from regulars.domain.rewards.terms import OfferTerms
from regulars.domain.tiers.contracts import AssignmentKind
from regulars.flows.adjust_points import adjust_points
from regulars.flows.assign_tier import assign_tier
from regulars.flows.block_member import block_member
from regulars.flows.cancel_transfer import cancel_transfer
from regulars.flows.checks.append_only_tables_are_guarded import APPEND_ONLY
from regulars.flows.expire_points import expire_points
from regulars.flows.fill_audience import fill_audience
from regulars.flows.fulfil_redemption import use_voucher
from regulars.flows.gift_cards.issue_cards import issue_batch, issue_card
from regulars.flows.gift_cards.move_card import move_into_account
from regulars.flows.give_back_hold import give_back_hold
from regulars.flows.hold_points import hold_points, release_hold, settle_hold
from regulars.flows.merge_members import merge_members
from regulars.flows.redeem_reward import confirm_redemption, redeem_reward
from regulars.flows.reverse_adjustment import reverse_adjustment
from regulars.flows.reverse_redemption import release_redemption, reverse_redemption
from regulars.flows.review_tiers import review_tiers
from regulars.flows.save_audience import save_audience
from regulars.flows.set_consent import set_consent
from regulars.flows.stored_value.freeze_value import freeze_value
from regulars.flows.stored_value.pay_order import Wish, pay_order
from regulars.flows.stored_value.refund_order import refund_order
from regulars.flows.transfer_points import transfer_points
from regulars.flows.verify_books import all_checks, verify_books
from tests.books import findings
from tests.factories import RULEBOOK, Shop
from tests.factories.home import Home
from tests.flows.damage import CASES
from tests.flows.stored import give_back, load, pay_back, spend, with_value

Owner = psycopg.Connection[Any]
NEWS = [{"id": "email", "name": "News", "text_version": "1"}]


@pytest.fixture
def busy(shop: Shop) -> dict[str, Any]:
    """A shop in which everything happened that the ledger knows; the ids that the cases name."""
    place: dict[str, Any] = {"programme_id": shop.programme.id}
    reward = _reward(shop)
    ann, ben, cem, dee, eve, fay, gil = (shop.enrol() for _ in range(7))
    shop.buy(ann, "300.00")
    kept = redeem_reward(shop.conn, **place, member_id=ann, reward_id=reward.id, now=shop.now, by="tests")
    undone = redeem_reward(shop.conn, **place, member_id=ann, reward_id=reward.id, now=shop.now, by="tests")
    reverse_redemption(shop.conn, **place, redemption_id=undone.id, now=shop.now, by="tests")
    used = redeem_reward(shop.conn, **place, member_id=ann, reward_id=reward.id, now=shop.now, by="tests")
    use_voucher(shop.conn, **place, redemption_id=used.id, now=shop.now, by="tests")
    held = [_hold(shop, ann, reward) for _ in range(3)]
    confirm_redemption(shop.conn, **place, redemption_id=held[0].id, now=shop.now, by="tests")
    release_redemption(shop.conn, **place, redemption_id=held[1].id, now=shop.now, by="tests")
    bought = shop.buy(ben, "80.00")
    given, taken = (
        adjust_points(shop.conn, **place, member_id=ben, points=points, reason="goodwill", now=shop.now, by="tests")
        for points in (25, -5)
    )
    reverse_adjustment(shop.conn, **place, adjustment_id=taken.id, now=shop.now, by="tests")
    shop.buy(cem, "50.00")
    paid = redeem_reward(shop.conn, **place, member_id=cem, reward_id=reward.id, now=shop.now, by="tests")
    shop.buy(eve, "250.00", at=shop.now - timedelta(days=200))
    shop.give_back(fay, shop.buy(fay, "60.00"), amount="20.00")
    _consents(shop, ann)
    gus, hal, sent = _transfers(shop)
    max_, mia = _merged(shop)
    early = shop.send(*(shop.returned(fay, "not-yet-known", amount=amount) for amount in ("1.00", "2.00")))
    block_member(shop.conn, **place, member_id=gil, reason="A stolen card", now=shop.now, by="tests")
    shop.buy(gil, "10.00")
    ida, jon = _household(shop, reward)
    kim = _holds(shop)
    mae, loaded = _stored_value(shop)
    _audience(shop, ann, ben)
    lou = _gold(shop)
    _let_expire(shop, dee)
    assert expire_points(shop.conn, **place, now=shop.now) == 40
    assert review_tiers(shop.conn, **place, now=shop.now + timedelta(days=180)) == 1
    return {
        "ann": ann, "ben": ben, "cem": cem, "dee": dee, "eve": eve, "fay": fay, "gil": gil, "reward": reward.id,
        "granted": kept.id, "reversed": undone.id, "given": given.id, "taken": taken.id,
        "paid": paid.transfer_id, "event": bought["event"], "hold": held[2].hold_id,
        "early": early[0][1]["event"],
        "gus": gus, "hal": hal, "sent": sent, "ida": ida, "jon": jon, "kim": kim, "lou": lou,
        "programme": shop.programme.id, "max": max_, "mia": mia, "mae": mae, "loaded": loaded,
    }  # fmt: skip


def _gold(shop: Shop) -> UUID:
    """A member to whom staff gave a tier."""
    member = shop.enrol()
    assign_tier(
        shop.conn, programme_id=shop.programme.id, member_id=member, ladder="status", tier="gold",
        kind=AssignmentKind.manual, reason="goodwill", now=shop.now, by="tests",
    )  # fmt: skip
    return member


def _merged(shop: Shop) -> tuple[UUID, UUID]:
    """Two members who turn out to be one: the kept one, and the duplicate."""
    kept, duplicate = shop.enrol(), shop.enrol()
    shop.buy(kept, "20.00")
    shop.buy(duplicate, "70.00")
    place: dict[str, Any] = {"programme_id": shop.programme.id, "now": shop.now, "by": "tests"}
    set_consent(shop.conn, **place, member_id=kept, consent="email", given=True, via="tests")
    set_consent(shop.conn, **place, member_id=duplicate, consent="email", given=False, via="tests")
    merge_members(shop.conn, **place, kept=kept, duplicate=duplicate, note="")
    return kept, duplicate


def _stored_value(shop: Shop) -> tuple[UUID, UUID]:
    """Money is loaded with a gift, spent, given back and paid back, and the account is frozen: whose, and the load."""
    bonus = [{"from_amount": 50, "gives": 5}]
    shop.publish(with_value(bonus=bonus))
    mae = shop.enrol()
    loaded = load(shop, mae, "60.00", by="mia@example.org", by_staff=True)
    give_back(shop, spend(shop, mae, "30.00"), "10.00")
    pay_back(shop, loaded, "20.00")
    place: dict[str, Any] = {"programme_id": shop.programme.id, "now": shop.now, "by": "tests"}
    card = issue_card(shop.conn, amount=Decimal(20), reference="P-card", **place)
    move_into_account(shop.conn, card_id=card.id, member_id=mae, **place)
    issue_batch(shop.conn, name="Shop", cards=1, amount=Decimal(25), **place)
    order = Order(number="ORDER-1", currency="EUR", total=Decimal(50))
    pay_order(shop.conn, member_id=mae, order=order, event_id="e-order-1", source="till", wish=Wish(), **place)
    refund_order(shop.conn, order_number="ORDER-1", amount=Decimal(5), reference="B-1", **place)
    freeze_value(shop.conn, member_id=mae, reason="Lost", **place)
    return mae, loaded.id


def _audience(shop: Shop, *members: UUID) -> None:
    """A list with two members, of whom the second leaves again."""
    place: dict[str, Any] = {"now": shop.now, "by": "tests"}
    draft = AudienceDraft("friends", "Friends", AudienceKind.static)
    save_audience(shop.conn, draft, programme_id=shop.programme.id, **place)
    for mode, listed in ((Mode.add, members), (Mode.remove, members[1:])):
        references = [MemberReference(id=each) for each in listed]
        fill_audience(shop.conn, references, programme=shop.programme, code="friends", mode=mode, **place)


def _consents(shop: Shop, member: UUID) -> None:
    """A member says no, and then yes."""
    shop.publish(RULEBOOK | {"consents": NEWS})
    place: dict[str, Any] = {"programme_id": shop.programme.id, "now": shop.now, "by": "tests", "via": "tests"}
    for given in (False, True):
        set_consent(shop.conn, **place, member_id=member, consent="email", given=given)


def _transfers(shop: Shop) -> tuple[UUID, UUID, UUID]:
    """Points are sent twice, with a fee, and once taken back: sender, receiver, the transfer that stays."""
    spent = {"id": "spent", "name": "Spent this month", "count": "amount", "window": "calendar month"}
    terms = {"allowed": True, "fee": 5, "cancel_within": "1 day"}
    base, coffee = RULEBOOK["earn_rules"]
    rules = [base | {"limits": {"budget": {"points": 1_000}}}, coffee]
    shop.publish(RULEBOOK | {"transfers": terms, "measures": [spent], "earn_rules": rules, "consents": NEWS})
    gus, hal = shop.enrol(), shop.enrol()
    shop.buy(gus, "100.00")
    place: dict[str, Any] = {"programme_id": shop.programme.id, "now": shop.now, "by": "tests"}
    sent, undone = (transfer_points(shop.conn, **place, sender=gus, receiver=hal, points=30) for _ in range(2))
    cancel_transfer(shop.conn, **place, transfer_id=undone.id)
    return gus, hal, sent.id


def _household(shop: Shop, reward: Reward) -> tuple[UUID, UUID]:
    """Two who pool their points: one redemption both paid, and one for which both hold."""
    shop.publish(RULEBOOK | {"households": {"allowed": True, "mode": "pool", "debit": "proportional"}})
    home = Home(shop.conn, shop.programme, shop.now)
    ida, jon = shop.enrol(), shop.enrol()
    shop.buy(ida, "50.00")
    shop.buy(jon, "60.00")
    home.found(ida, jon)
    place: dict[str, Any] = {"programme_id": shop.programme.id, "reward_id": reward.id, "now": home.now, "by": "tests"}
    redeem_reward(shop.conn, member_id=jon, **place)
    redeem_reward(shop.conn, member_id=jon, **place, hold_for=timedelta(minutes=15))
    return ida, jon


def _holds(shop: Shop) -> UUID:
    """Somebody for whom points were set aside: settled in part, let go, given back, and paid for an order."""
    kim = shop.enrol()
    shop.buy(kim, "200.00")
    place: dict[str, Any] = {"programme_id": shop.programme.id, "member_id": kim, "now": shop.now, "by": "tests"}
    held = [hold_points(shop.conn, **place, points=40, purpose="") for _ in range(4)]
    settle_hold(shop.conn, **place, hold_id=held[0].id, points=30)
    release_hold(shop.conn, **place, hold_id=held[1].id)
    settle_hold(shop.conn, **place, hold_id=held[2].id)
    give_back_hold(shop.conn, **place, hold_id=held[2].id, reason="By mistake")
    shop.buy(kim, "1.00", points_used=PointsUsed(25, Decimal("0.25"), hold=held[3].id))
    return kim


def _reward(shop: Shop) -> Reward:
    """A voucher; and beside it, credit that somebody took."""
    _credit(shop)
    draft = RewardDraft("five", "discount_voucher", "5.00 off", 50, parameters={"amount": "5.00"}, stock=100)
    return save_reward(shop.conn, draft, programme_id=shop.programme.id, now=shop.now)


def _credit(shop: Shop) -> None:
    """Somebody takes credit twice, and gives it back once."""
    cash = {"id": "cash", "name": "Credit", "unit": "money", "expiry": {"policy": "never"}}
    shop.publish(RULEBOOK | {"point_types": [*RULEBOOK["point_types"], cash]})
    terms = OfferTerms(limit_total=10)
    draft = RewardDraft("credit", "cash_back", "Credit", 20, parameters={"amount": "0.20"}, terms=terms)
    reward = save_reward(shop.conn, draft, programme_id=shop.programme.id, now=shop.now)
    member = shop.enrol()
    shop.buy(member, "50.00")
    place: dict[str, Any] = {"programme_id": shop.programme.id, "now": shop.now, "by": "tests"}
    done = [redeem_reward(shop.conn, member_id=member, reward_id=reward.id, **place) for _ in range(2)]
    reverse_redemption(shop.conn, redemption_id=done[0].id, **place)


def _hold(shop: Shop, member: UUID, reward: Reward) -> Redemption:
    return redeem_reward(
        shop.conn,
        programme_id=shop.programme.id,
        member_id=member,
        reward_id=reward.id,
        now=shop.now,
        by="tests",
        hold_for=timedelta(minutes=15),
    )


def _let_expire(shop: Shop, member: UUID) -> None:
    """An order so long ago that its points are due."""
    shop.buy(member, "40.00", at=shop.now - timedelta(days=400))


@pytest.fixture
def tampering(owner_conn: Owner) -> Iterator[Owner]:
    """The owner of the tables with triggers switched off; whatever it does is undone."""
    with owner_conn.transaction(force_rollback=True):
        owner_conn.execute("set local session_replication_role = replica")
        yield owner_conn


def test_books_that_are_right_give_no_findings(shop: Shop, busy: dict[str, Any]) -> None:
    assert findings(shop.conn, shop.programme.organisation_id) == []


@pytest.mark.parametrize(
    ("name", "damage", "count"), CASES, ids=[f"{case[0]}-{number}" for number, case in enumerate(CASES)]
)
def test_a_check_finds_what_it_is_there_for(
    shop: Shop, busy: dict[str, Any], tampering: Owner, name: str, damage: str, count: int
) -> None:
    check, organisation = all_checks()[name], shop.programme.organisation_id
    assert check.find(tampering, organisation_id=organisation) == Findings()

    done = tampering.execute(damage, busy)

    assert done.rowcount != 0, "the damage hit nothing"
    found = check.find(tampering, organisation_id=organisation)
    assert found.count == count, found.examples
    assert 1 <= len(found.examples) <= min(count, 5)
    assert all(found.examples)
    # The same is found when everybody is asked about.
    assert check.find(tampering, organisation_id=None).count >= count


def test_stock_below_zero_is_found(shop: Shop, busy: dict[str, Any], tampering: Owner) -> None:
    tampering.execute("alter table rewards_reward drop constraint rewards_reward_stock_check")
    tampering.execute("update rewards_reward set stock = -1 where id = %(reward)s", busy)

    found = all_checks()["stock_and_limits_hold"].find(tampering, organisation_id=shop.programme.organisation_id)

    assert (found.count, found.examples) == (1, (f"Reward {busy['reward']} (five): stock -1.",))


def test_a_lot_that_paid_more_than_it_had_is_found(shop: Shop, busy: dict[str, Any], tampering: Owner) -> None:
    tampering.execute("alter table ledger_lot drop constraint ledger_lot_check")
    tampering.execute("update ledger_allocation set amount = 60 where transfer_id = %(paid)s", busy)
    tampering.execute("update ledger_lot set remaining = -10 where owner = %(cem)s", busy)

    found = all_checks()["lots_equal_allocations"].find(tampering, organisation_id=shop.programme.organisation_id)

    assert found.count == 1
    assert "amount 50, paid 60 (at one time 60), left -10" in found.examples[0]


def test_every_check_has_a_case_that_breaks_it() -> None:
    assert {case[0] for case in CASES} == set(all_checks())


def test_every_append_only_table_is_on_the_list(owner_conn: Owner) -> None:
    assert append_only_tables(owner_conn) == sorted(APPEND_ONLY)


def test_no_change_is_possible_to_what_is_append_only(owner_conn: Owner, conn: Owner) -> None:
    """Not to the owner of the tables, whom the triggers stop; and not to the program, which lacks the rights."""
    for table in APPEND_ONLY:
        change = _first_column(conn, table)
        for statement in (f"delete from {table}", f"truncate {table}", f"update {table} set {change}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(statement)
        with pytest.raises(psycopg.errors.RestrictViolation), owner_conn.transaction():
            owner_conn.execute(f"truncate {table}")


def _first_column(conn: Owner, table: str) -> str:
    cursor = conn.execute(f"select * from {table} limit 0")
    assert cursor.description
    return f"{cursor.description[0].name} = {cursor.description[0].name}"


def test_the_report_has_one_result_for_each_check_in_the_order_of_the_invariants(shop: Shop) -> None:
    announced: list[str] = []
    report = verify_books(
        shop.conn,
        organisation_id=shop.programme.organisation_id,
        announce=lambda check: announced.append(check.name),
    )
    numbers = [int(result.invariant[1:]) for result in report.results]

    assert report.findings == 0
    assert [result.name for result in report.results] == announced == list(all_checks())
    assert numbers == sorted(numbers)
    assert {1, 2, 3, 4, 5, 6, 7, 9, 10, 14} <= set(numbers)
    (only,) = verify_books(shop.conn, names=["never_below_zero"]).results
    assert only.name == "never_below_zero"


def test_every_check_says_what_it_promises() -> None:
    for check in all_checks().values():
        assert check.title
        assert not check.title.endswith(".")
        assert check.sentence.endswith(".")
        assert check.invariant in {f"I{number}" for number in range(1, 16)}
