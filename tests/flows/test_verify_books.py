"""Every check finds what it is there for, and nothing in books that are right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from regulars.database.check import Findings
from regulars.database.roles import append_only_tables
from regulars.domain.rewards.commands import save_reward
from regulars.domain.rewards.contracts import Redemption, Reward, RewardDraft
from regulars.flows.adjust_points import adjust_points
from regulars.flows.block_member import block_member
from regulars.flows.cancel_transfer import cancel_transfer
from regulars.flows.checks.append_only_tables_are_guarded import APPEND_ONLY
from regulars.flows.expire_points import expire_points
from regulars.flows.redeem_reward import confirm_redemption, redeem_reward
from regulars.flows.reverse_adjustment import reverse_adjustment
from regulars.flows.reverse_redemption import release_redemption, reverse_redemption, use_voucher
from regulars.flows.review_tiers import review_tiers
from regulars.flows.set_consent import set_consent
from regulars.flows.transfer_points import transfer_points
from regulars.flows.verify_books import all_checks, verify_books
from tests.books import findings
from tests.factories import RULEBOOK, Shop
from tests.factories.home import Home

Owner = psycopg.Connection[Any]

EXTENDED = (
    "insert into ledger_extension (bucket, id, organisation_id, owner, lot_id, to_day, cause_kind, cause, at)"
    " select bucket, gen_random_uuid(), organisation_id, owner, id, '2030-01-01', {kind}, {cause}, now()"
    " from ledger_lot where owner = %(cem)s limit 1"
)
"""A last day that nobody moved."""
CASES = [
    ("points_sum_to_zero", "update ledger_balance set available = available + 1 where owner = %(ann)s", 1),
    ("points_sum_to_zero", "update ledger_transfer set amount = amount + 5 where owner = %(ann)s and entry_no = 1", 1),
    ("postings_are_known", "update ledger_transfer set debit = 13 where owner = %(ann)s and entry_no = 1", 1),
    ("postings_are_known", "update ledger_transfer set cause_kind = 99 where owner = %(ann)s and entry_no = 1", 1),
    ("balances_equal_entries", "update ledger_balance set available = available - 1 where owner = %(ann)s", 1),
    ("balances_equal_entries", "update ledger_balance set held = held + 1 where owner = %(ann)s", 1),
    ("balances_equal_entries", "delete from ledger_balance where owner = %(ann)s", 1),
    ("entries_are_gapless", "update ledger_balance set entry_no = entry_no + 1 where owner = %(ann)s", 1),
    ("entries_are_gapless", "delete from ledger_transfer where owner = %(ann)s and entry_no = 2", 1),
    (
        "running_balances_add_up",
        "update ledger_transfer set balance_after = balance_after + 3 where owner = %(ann)s and entry_no = 2",
        1,
    ),
    # Spent before it was earned: every sum is right, and for one entry the balance was below zero.
    ("never_below_zero", "update ledger_transfer set entry_no = 9 where owner = %(cem)s and entry_no = 1", 1),
    ("lots_equal_balances", "update ledger_lot set remaining = remaining - 1 where owner = %(ben)s", 1),
    ("lots_equal_allocations", "update ledger_lot set remaining = remaining - 1 where owner = %(ben)s", 2),
    ("lots_equal_allocations", "update ledger_lot set amount = amount + 1 where owner = %(ben)s", 2),
    ("lots_equal_allocations", "delete from ledger_lot where owner = %(cem)s", 1),
    ("transfers_equal_allocations", "delete from ledger_allocation where transfer_id = %(paid)s", 1),
    (
        "transfers_equal_allocations",
        "update ledger_lot set owner = %(ben)s where owner = %(cem)s",
        1,
    ),
    ("holds_equal_held", "update ledger_hold set amount = amount + 1 where state = 1 and owner = %(ann)s", 2),
    ("holds_equal_held", "update ledger_hold set state = 3, closed_at = created_at where id = %(hold)s", 1),
    ("expiry_spares_spent", "update ledger_lot set last_day = '2028-01-01' where owner = %(dee)s", 1),
    ("expiry_spares_spent", "update ledger_lot set last_day = null where owner = %(dee)s", 1),
    ("expiry_spares_spent", "update ledger_lot set amount = amount + 7 where owner = %(dee)s", 1),
    (
        "revocations_stay_within_grants",
        "update ledger_revocation set points = points + 41, taken = taken + 41 where owner = %(fay)s",
        2,
    ),
    ("revocations_stay_within_grants", "delete from ledger_revocation where owner = %(fay)s", 1),
    ("histories_count_events", "update events_return set amount_minor = 1 where member_id = %(fay)s", 1),
    ("answers_tell_the_truth", "delete from ledger_transfer where owner = %(fay)s and cause_kind = 7", 1),
    (
        "events_replay",
        "update events_event set answer = replace(answer, '\"exact\":\"80\"', '\"exact\":\"8\"')"
        " where id = %(event)s",
        1,
    ),
    (
        "events_replay",
        "update events_event set answer = replace(answer, '\"points\":80', '\"points\":90')"
        " where id = %(event)s",
        1,
    ),
    ("events_replay", "update events_event set rulebook_id = -1 where id = %(event)s", 1),
    ("tallies_equal_events", "update tallies_tally set amount = amount + 1 where member_id = %(gus)s", 1),
    ("tallies_equal_events", "delete from tallies_tally where member_id = %(gus)s", 1),
    ("tallies_equal_events", "update tallies_tally set day = day + 1 where member_id = %(gus)s", 2),
    ("repeats_get_the_first_answer", "update events_event set body = body || ' ' where id = %(event)s", 1),
    ("repeats_get_the_first_answer", "update events_event set external_id = 'x' where id = %(event)s", 1),
    ("events_are_claimed", "delete from events_claim where event_id = %(event)s", 1),
    ("events_are_claimed", "update events_event set order_number = 'another' where id = %(event)s", 1),
    # Two returns wait for one order, and one of them has the claim of both.
    ("events_are_claimed", "delete from events_claim where event_id = %(early)s", 2),
    ("events_are_claimed", "delete from events_awaiting where return_id = %(early)s", 2),
    ("claims_have_events", "delete from events_event where id = %(event)s", 2),
    ("histories_count_events", "update events_history set spent_minor = spent_minor + 1 where member_id = %(ben)s", 1),
    ("histories_count_events", "delete from events_history where member_id = %(ben)s", 1),
    ("stock_and_limits_hold", "update rewards_reward set limit_per_member = 1 where id = %(reward)s", 2),
    ("vouchers_fit_redemptions", "update rewards_voucher set state = 3 where redemption_id = %(granted)s", 1),
    ("vouchers_fit_redemptions", "update rewards_voucher set state = 1 where redemption_id = %(reversed)s", 1),
    ("vouchers_fit_redemptions", "delete from rewards_voucher where redemption_id = %(granted)s", 1),
    ("codes_are_claimed", "update rewards_voucher set code = 'AAAA' where redemption_id = %(granted)s", 2),
    ("steps_tell_the_state", "update rewards_redemption set state = 3 where id = %(granted)s", 1),
    ("steps_tell_the_state", "update rewards_step set state = 1 where redemption_id = %(granted)s", 1),
    ("standings_follow_changes", "update tiers_standing set tier = 'gold' where member_id = %(ann)s", 1),
    ("standings_follow_changes", "delete from tiers_standing where member_id = %(ann)s", 1),
    ("consents_follow_changes", "update members_consent set given = false where member_id = %(ann)s", 1),
    ("consents_follow_changes", "delete from members_consent_change where member_id = %(ann)s", 1),
    ("transfers_have_causes", "delete from events_event where id = %(event)s", 1),
    ("transfers_have_causes", "delete from adjustments_adjustment where member_id = %(ben)s", 3),
    ("transfers_have_causes", "update rewards_redemption set member_id = %(ben)s where id = %(granted)s", 1),
    ("extensions_have_causes", EXTENDED.format(kind=40, cause="id"), 1),
    ("extensions_have_causes", EXTENDED.format(kind=41, cause="'00000000-0000-0000-0000-0000ffffff00'::uuid"), 1),
    ("extensions_have_causes", EXTENDED.format(kind=7, cause="id").replace(", owner, id,", ", id, id,"), 1),
    ("answers_tell_the_truth", "update ledger_transfer set amount = 9 where owner = %(dee)s and entry_no = 1", 1),
    ("answers_tell_the_truth", "delete from ledger_transfer where owner = %(dee)s and entry_no = 1", 1),
    ("answers_tell_the_truth", "delete from tiers_change where member_id = %(ann)s", 1),
    ("redemptions_are_paid", "update rewards_redemption set price = price - 1 where id = %(granted)s", 1),
    ("redemptions_are_paid", "update ledger_transfer set amount = 9 where cause = %(reversed)s and credit = 1", 1),
    ("redemptions_are_paid", "update ledger_hold set state = 2 where state = 1 and owner = %(ann)s", 1),
    ("adjustments_are_booked", "update adjustments_adjustment set points = 26 where id = %(given)s", 1),
    ("adjustments_are_booked", "update ledger_transfer set amount = 9 where cause = %(given)s", 1),
    ("adjustments_are_booked", "delete from ledger_transfer where cause = %(given)s", 1),
    ("adjustments_are_booked", "update ledger_transfer set amount = 6 where cause = %(taken)s and cause_kind = 20", 1),
    ("adjustments_are_booked", "update ledger_transfer set cause = %(taken)s where cause = %(given)s", 2),
    (
        "adjustments_are_booked",
        "update adjustments_adjustment set state = 1, transfer_id = null where id = %(given)s",
        1,
    ),
    ("use_equals_adjustments", "update adjustments_use set points = points - 1 where by_whom = 'tests'", 1),
    ("use_equals_adjustments", "update adjustments_adjustment set points = points + 1 where id = %(given)s", 1),
    ("use_equals_adjustments", "delete from adjustments_use where by_whom = 'tests'", 1),
    ("transfers_have_causes", "delete from transfers_arrival where receiver = %(hal)s", 3),
    ("transfers_have_causes", "update transfers_transfer set sender = %(ann)s where sender = %(gus)s", 6),
    ("transfers_arrive_whole", "update transfers_transfer set points = points - 1 where sender = %(gus)s", 2),
    ("transfers_arrive_whole", "update transfers_transfer set fee = fee + 1 where id = %(sent)s", 1),
    ("transfers_arrive_whole", "update transfers_arrival set points = points + 1 where receiver = %(hal)s", 2),
    ("transfers_arrive_whole", "update ledger_lot set owner = %(ann)s where owner = %(hal)s", 2),
    ("transfers_arrive_whole", "delete from transfers_arrival where receiver = %(hal)s", 2),
    ("transfers_arrive_whole", "delete from transfers_transfer where sender = %(gus)s", 2),
    ("transfers_arrive_whole", "update ledger_transfer set amount = 9 where owner = %(hal)s and debit = 16", 3),
    (
        "transfers_arrive_whole",
        "update transfers_transfer set state = 2, ended_at = created_at, ended_by = by_whom where id = %(sent)s",
        1,
    ),
    ("blocked_members_wait", "update members_member set status = 1 where id = %(gil)s", 2),
    ("blocked_members_wait", "delete from members_block where member_id = %(gil)s", 1),
    ("blocked_members_wait", "update ledger_pending set frozen = false where owner = %(gil)s", 1),
    ("payments_make_the_price", "update rewards_payment set points = points - 1 where member_id = %(ida)s", 4),
    ("payments_make_the_price", "update ledger_transfer set amount = 9 where owner = %(ida)s and debit = 1", 2),
    ("payments_make_the_price", "update ledger_hold set state = 2 where owner = %(jon)s", 1),
    ("redemptions_are_paid", "update ledger_transfer set amount = 9 where owner = %(ida)s and credit = 12", 1),
    ("transfers_have_causes", "delete from rewards_payment where member_id = %(ida)s", 2),
    ("seats_are_memberships", "delete from households_seat where member_id = %(ida)s", 1),
    ("seats_are_memberships", "update households_membership set left_at = joined_at where member_id = %(ida)s", 2),
    ("seats_are_memberships", "update households_membership set role = 2 where member_id = %(ida)s", 1),
    ("scores_add_up", "update tiers_standing set score = score + 1 where member_id = %(ann)s", 1),
    ("scores_add_up", "update events_event set amount_minor = amount_minor - 1 where id = %(event)s", 1),
    ("append_only_tables_are_guarded", "drop trigger append_only on ledger_transfer", 1),
    ("append_only_tables_are_guarded", "alter table ledger_transfer disable trigger all", 2),
    ("append_only_tables_are_guarded", "drop trigger append_only_truncate on events_event", 1),
    ("append_only_tables_are_guarded", "grant update, delete on ledger_transfer to regulars_app", 2),
    (
        "append_only_tables_are_guarded",
        "create or replace function public.regulars_refuse_change() returns trigger language plpgsql as"
        " $$ begin return new; end $$",
        2 * len(APPEND_ONLY),
    ),
    ("organisations_are_kept_apart", "alter table ledger_lot disable row level security", 1),
    ("organisations_are_kept_apart", "alter table ledger_lot no force row level security", 1),
    ("organisations_are_kept_apart", "drop policy regulars_organisation on programmes_organisation", 1),
    ("organisations_are_kept_apart", "alter policy regulars_organisation on ledger_lot using (true)", 1),
    ("organisations_are_kept_apart", "alter policy regulars_organisation on ledger_lot with check (true)", 1),
    ("organisations_are_kept_apart", "alter policy regulars_organisation on ledger_lot to regulars_app", 1),
    ("organisations_are_kept_apart", "alter policy regulars_owner on ledger_lot to public", 1),
    ("organisations_are_kept_apart", "create policy all_of_it on ledger_lot to regulars_insight using (true)", 1),
    ("references_stay_within", "update members_member set organisation_id = -1 where id = %(dee)s", 11),
    ("references_stay_within", "update events_event set programme_id = programme_id - 1 where id = %(event)s", 1),
]  # fmt: skip


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
    early = shop.send(*(shop.returned(fay, "not-yet-known", amount=amount) for amount in ("1.00", "2.00")))
    block_member(shop.conn, **place, member_id=gil, reason="A stolen card", now=shop.now, by="tests")
    shop.buy(gil, "10.00")
    ida, jon = _household(shop, reward)
    _let_expire(shop, dee)
    assert expire_points(shop.conn, **place, now=shop.now) == 40
    assert review_tiers(shop.conn, **place, now=shop.now + timedelta(days=180)) == 1
    return {
        "ann": ann, "ben": ben, "cem": cem, "dee": dee, "eve": eve, "fay": fay, "gil": gil, "reward": reward.id,
        "granted": kept.id, "reversed": undone.id, "given": given.id, "taken": taken.id,
        "paid": paid.transfer_id, "event": bought["event"], "hold": held[2].hold_id,
        "early": early[0][1]["event"],
        "gus": gus, "hal": hal, "sent": sent, "ida": ida, "jon": jon,
    }  # fmt: skip


def _consents(shop: Shop, member: UUID) -> None:
    """A member says no, and then yes."""
    shop.publish(RULEBOOK | {"consents": [{"id": "email", "name": "News", "text_version": "1"}]})
    place: dict[str, Any] = {"programme_id": shop.programme.id, "now": shop.now, "by": "tests", "via": "tests"}
    for given in (False, True):
        set_consent(shop.conn, **place, member_id=member, consent="email", given=given)


def _transfers(shop: Shop) -> tuple[UUID, UUID, UUID]:
    """Points are sent twice, with a fee, and once taken back: sender, receiver, the transfer that stays."""
    spent = {"id": "spent", "name": "Spent this month", "count": "amount", "window": "calendar month"}
    terms = {"allowed": True, "fee": 5, "cancel_within": "1 day"}
    shop.publish(RULEBOOK | {"transfers": terms, "measures": [spent]})
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


def _reward(shop: Shop) -> Reward:
    draft = RewardDraft("five", "discount_voucher", "5.00 off", 50, parameters={"amount": "5.00"}, stock=100)
    return save_reward(shop.conn, draft, programme_id=shop.programme.id, now=shop.now)


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
