"""Damage to the books, and the check that has to find it: (check, statement, how many findings).

The places in the statements are filled with ids of the busy shop in test_verify_books.py.
"""

from __future__ import annotations

from regulars.flows.checks.append_only_tables_are_guarded import APPEND_ONLY

EXTENDED = (
    "insert into ledger_extension (bucket, id, organisation_id, owner, lot_id, to_day, cause_kind, cause, at)"
    " select bucket, gen_random_uuid(), organisation_id, owner, id, '2030-01-01', {kind}, {cause}, now()"
    " from ledger_lot where owner = %(cem)s limit 1"
)
"""A last day that nobody moved."""

TOLD = (
    "insert into messaging_message (bucket, id, organisation_id, programme_id, member_id, kind, occasion, content,"
    " created_at) select bucket, gen_random_uuid(), organisation_id, programme_id, id, '{kind}', '{occasion}', '{{}}',"
    " now() from members_member where id = %(cem)s"
)
"""A message about something that never was."""
_A_VERSION = (
    "(select lpad(to_hex(max(r.id)::bigint * 256), 32, '0')::uuid from programmes_rulebook r"
    " join members_member m on m.programme_id = r.programme_id and m.id = %(cem)s)"
)
CASES = [
    ("audience_members_follow_changes", "delete from audiences_membership where member_id = %(ann)s", 1),
    ("audience_members_follow_changes", "delete from audiences_change where member_id = %(ann)s", 1),
    (
        "audience_members_follow_changes",
        "update audiences_change set joined = true where member_id = %(ben)s and not joined",
        1,
    ),
    (
        "audience_members_follow_changes",
        "update audiences_membership set since = since + interval '1 day' where member_id = %(ann)s",
        1,
    ),
    ("audience_members_are_counted", "update audiences_audience set members = 7 where programme_id = %(programme)s", 1),
    ("audience_members_are_counted", "delete from audiences_audience where programme_id = %(programme)s", 1),
    ("messages_tell_what_happened", TOLD.format(kind="expiry_changed", occasion="points 1"), 1),
    ("messages_tell_what_happened", TOLD.format(kind="points_expire", occasion="points 2031-01-01 7 days"), 1),
    ("messages_tell_what_happened", EXTENDED.format(kind=41, cause=_A_VERSION), 1),
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
    ("holds_end_once", "update ledger_hold set settled = settled + 1 where owner = %(kim)s and state = 2", 2),
    ("holds_end_once", "delete from ledger_transfer where owner = %(kim)s and debit = 2 and credit = 1", 3),
    ("holds_end_once", "update ledger_hold set settlement_id = null where owner = %(kim)s and state in (2, 4)", 3),
    ("holds_end_once", "update ledger_hold set state = 2 where owner = %(kim)s and state = 4", 1),
    ("holds_end_once", "delete from ledger_transfer where owner = %(kim)s and debit = 12", 1),
    ("orders_settle_their_holds", "update ledger_hold set settlement_id = null where owner = %(kim)s", 1),
    (
        "orders_settle_their_holds",
        "update events_event set body = replace(body, 'points_used', 'points_lost') where member_id = %(kim)s",
        1,
    ),
    (
        "orders_settle_their_holds",
        "update ledger_transfer set amount = amount + 1 where owner = %(kim)s and debit = 2 and cause_kind = 1",
        1,
    ),
    ("extensions_have_causes", EXTENDED.format(kind=11, cause="%(hold)s"), 1),
    ("transfers_have_causes", "update ledger_hold set owner = %(ann)s where owner = %(kim)s", 10),
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
    ("budgets_equal_grants", "update campaigns_budget set points = points + 1 where programme_id = %(programme)s", 1),
    ("budgets_equal_grants", "delete from campaigns_budget where programme_id = %(programme)s", 1),
    ("tallies_equal_events", "update tallies_tally set amount = amount + 1 where member_id = %(gus)s", 1),
    ("tallies_equal_events", "delete from tallies_tally where member_id = %(gus)s", 1),
    ("tallies_equal_events", "update tallies_tally set day = day + 1 where member_id = %(gus)s", 2),
    ("repeats_get_the_first_answer", "update events_event set body = body || ' ' where id = %(event)s", 1),
    ("repeats_get_the_first_answer", "update events_event set answer = '{' where id = %(event)s", 1),
    ("events_can_be_read", "update events_event set body = left(body, 20) where id = %(event)s", 1),
    ("events_can_be_read", "update events_event set answer = '[]' where id = %(event)s", 1),
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
    ("vouchers_fit_redemptions", "update vouchers_code set state = 3 where redemption_id = %(granted)s", 1),
    ("vouchers_fit_redemptions", "update vouchers_code set state = 1 where redemption_id = %(reversed)s", 1),
    ("vouchers_fit_redemptions", "delete from vouchers_code where redemption_id = %(granted)s", 1),
    ("voucher_uses_are_counted", "update vouchers_code set uses = 0, state = 1 where redemption_id = %(used)s", 1),
    ("voucher_uses_are_counted", "update vouchers_use set state = 3 where member_id = %(max)s and state = 2", 1),
    ("voucher_uses_are_counted", "delete from vouchers_code where member_id = %(max)s", 3),
    ("voucher_uses_are_counted", "update vouchers_code set most_uses = 2 where redemption_id = %(used)s", 1),
    (
        "voucher_uses_are_counted",
        "update vouchers_code set reserved = 1 where redemption_id = %(granted)s",
        1,
    ),
    ("voucher_pools_count_their_uses", "update vouchers_pool set taken = 5 where programme_id = %(programme)s", 1),
    ("voucher_orders_have_their_uses", "delete from vouchers_use where member_id = %(max)s", 2),
    (
        "voucher_orders_have_their_uses",
        "update vouchers_order set amount_minor = 7 where programme_id = %(programme)s and state = 2",
        1,
    ),
    ("voucher_orders_have_their_uses", "update vouchers_order set state = 4 where member_id = %(max)s", 2),
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
    ("merged_members_hold_nothing", "update ledger_balance set available = 1 where owner = %(mia)s", 1),
    ("merged_members_hold_nothing", "update members_member set status = 1 where id = %(mia)s", 1),
    ("merged_members_hold_nothing", "delete from merges_alias where member_id = %(mia)s", 1),
    ("merged_members_hold_nothing", "update members_member set has_merged = false where id = %(max)s", 1),
    ("merged_members_hold_nothing", "update ledger_transfer set amount = 1 where owner = %(mia)s and credit = 16", 1),
    (
        "merged_members_speak_as_one",
        "insert into audiences_membership (bucket, member_id, audience_id, organisation_id, programme_id, since)"
        " select get_byte(uuid_send(%(mia)s::uuid), 15), %(mia)s, id, organisation_id, programme_id, now()"
        " from audiences_audience where programme_id = %(programme)s",
        1,
    ),
    (
        "merged_members_speak_as_one",
        "update members_consent set given = true, at = at - interval '1 hour' where member_id = %(max)s",
        1,
    ),
    ("transfers_have_causes", "delete from merges_move where bucket = get_byte(uuid_send(%(mia)s::uuid), 15)", 2),
    ("histories_count_events", "update events_history set orders = 1 where member_id = %(max)s", 1),
    ("scores_add_up", "update tiers_standing set score = score - 7000 where member_id = %(max)s", 1),
    ("seats_are_memberships", "delete from households_seat where member_id = %(ida)s", 1),
    ("seats_are_memberships", "update households_membership set left_at = joined_at where member_id = %(ida)s", 2),
    ("seats_are_memberships", "update households_membership set role = 2 where member_id = %(ida)s", 1),
    ("assignments_lift_standings", "update tiers_standing set assigned = 'silver' where member_id = %(lou)s", 1),
    ("assignments_lift_standings", "update tiers_standing set assigned = '' where member_id = %(lou)s", 1),
    ("assignments_lift_standings", "delete from tiers_assignment where member_id = %(lou)s", 1),
    ("assignments_lift_standings", "delete from audit_entry where subject = %(lou)s and action = 'tier.assigned'", 1),
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
