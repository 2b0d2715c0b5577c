"""I5: every transfer has exactly one cause, which exists and belongs to the same member."""

from __future__ import annotations

from regulars.database.check import Check


class TransfersHaveCauses(Check):
    """100 points for an event that does not exist, or two transfers of one rule for one event: points from nowhere.

    An event, a redemption, a hold, an adjustment (done or undone), an act on stored value or a transfer must be there;
    of a transfer, on the receiver's side, what arrived. The cause of an expiry is its own, and that of an activation or
    cancellation the lot itself. Of a redemption, everybody who paid for it has a part. Of a merge, what moved is known
    to both members; and a return that came while two were one may be filed with one of them, and have moved points of
    the other.
    """

    name = "transfers_have_causes"
    title = "Every transfer has one cause"
    sentence = "Each transfer was caused, only once, by an event, a redemption, an operator, a member or a day."
    invariant = "I5"
    offenders = """
        with related as (
            select kept_id from merges_merge union select duplicate_id from merges_merge
        )
        select format('Transfer %%s of owner %%s: its cause %%s of kind %%s does not exist, or is not the owner''s.',
                      t.id, t.owner, t.cause, t.cause_kind)
        from ledger_transfer t
        left join events_event e on t.cause_kind in (1, 7) and e.bucket = get_byte(uuid_send(t.cause), 15)
          and e.id = t.cause
        left join rewards_redemption r on t.cause_kind in (2, 5, 12, 13) and r.bucket = t.bucket and r.id = t.cause
        left join adjustments_adjustment a on t.cause_kind in (3, 20) and a.bucket = t.bucket and a.id = t.cause
        left join rewards_payment p on t.cause_kind in (2, 5) and p.bucket = get_byte(uuid_send(t.cause), 15)
          and p.redemption_id = t.cause and p.member_id = t.owner
        left join ledger_lot l on t.cause_kind in (6, 8) and l.bucket = t.bucket and l.id = t.cause
        left join transfers_transfer s on t.cause_kind = 9 and s.bucket = t.bucket and s.id = t.cause
        left join transfers_arrival c on t.cause_kind = 9 and c.bucket = t.bucket and c.id = t.cause
        left join merges_move v on t.cause_kind in (30, 31) and v.bucket = get_byte(uuid_send(t.cause), 15)
          and v.id = t.cause
        left join merges_taken b on t.cause_kind in (30, 31) and b.bucket = get_byte(uuid_send(t.cause), 15)
          and b.id = t.cause
        left join merges_merge g on t.cause_kind in (30, 31) and g.bucket = get_byte(uuid_send(t.cause), 15)
          and g.id = coalesce(v.merge_id, b.merge_id)
        left join stored_value_act k on t.cause_kind = 14 and k.bucket = t.bucket and k.id = t.cause
        left join ledger_hold h on t.cause_kind = 11 and h.bucket = t.bucket and h.id = t.cause
        where (%(organisation)s::int is null or t.organisation_id = %(organisation)s) and t.cause_kind <> 4
          and coalesce(case when e.type = 'return' and e.member_id in (select * from related)
                         and t.owner in (select * from related) then t.owner else e.member_id end,
                       p.member_id, r.member_id, a.member_id, l.owner, s.sender, c.receiver, h.owner, k.owner,
                       case when v.id is not null and t.owner = g.duplicate_id then t.owner else g.kept_id end)
            is distinct from t.owner
        union all
        select format('Owner %%s: %%s transfers %%s for %%s have the one cause %%s.',
                      owner, count(*), array_agg(id), reason, cause)
        from ledger_transfer
        where %(organisation)s::int is null or organisation_id = %(organisation)s
        group by bucket, owner, cause, cause_kind, reason, point_type, debit, credit having count(*) > 1
    """
