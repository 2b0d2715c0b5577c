"""I5: whoever is part of another member has nothing, is known as such, and all that moved arrived."""

from __future__ import annotations

from regulars.database.check import Check


class MergedMembersHoldNothing(Check):
    """Ada became part of Ben, and 30 of her points stayed behind: nobody could spend them.

    Found as well: a member who is called merged and leads nowhere, or to somebody who is merged as well; points that
    left one of the two and did not reach the other; more of a lot coming back than had moved.
    """

    name = "merged_members_hold_nothing"
    title = "Merged members have given everything"
    sentence = "A member who is part of another has no points left, leads to that one, and what moved arrived whole."
    invariant = "I5"
    offenders = """
        select format('Member %%s is part of another, and has %%s points to spend, %%s held and %%s pending.',
                      b.owner, b.available, b.held, b.pending)
        from merges_alias a join ledger_balance b on b.bucket = a.bucket and b.owner = a.member_id
        where (b.available <> 0 or b.held <> 0 or b.pending <> 0)
          and (%(organisation)s::int is null or a.organisation_id = %(organisation)s)
        union all
        select format('Member %%s: status %%s, %%s open merges, leads to %%s.', m.id, m.status, count(g.id),
                      max(a.kept_id::text))
        from members_member m
        left join merges_merge g on g.bucket = m.bucket and g.duplicate_id = m.id and g.undone_at is null
        left join merges_alias a on a.bucket = m.bucket and a.member_id = m.id
        left join members_member k on k.bucket = get_byte(uuid_send(a.kept_id), 15) and k.id = a.kept_id
          and k.status <> 4 and k.has_merged
        where %(organisation)s::int is null or m.organisation_id = %(organisation)s
        group by m.bucket, m.id
        having (m.status = 4) <> (count(g.id) = 1) or (m.status = 4) <> (count(k.id) = 1)
            or (m.status <> 4 and count(a.member_id) > 0)
        union all
        select format('Move %%s of %%s points: %%s left and %%s arrived; %%s came back, and %%s left for it.', v.id,
                      v.points, t.gone, t.come, t.back, t.sent_back)
        from merges_move v left join lateral (
            select sum(amount) filter (where cause_kind = 30 and credit = 16) as gone,
                   sum(amount) filter (where cause_kind = 30 and debit = 16) as come,
                   coalesce(sum(amount) filter (where cause_kind = 31 and debit = 16), 0) as back,
                   coalesce(sum(amount) filter (where cause_kind = 31 and credit = 16), 0) as sent_back
            from ledger_transfer t where t.cause_kind in (30, 31) and t.cause = v.id
        ) t on true
        where (%(organisation)s::int is null or v.organisation_id = %(organisation)s)
          and ((t.gone, t.come) is distinct from (v.points::numeric, v.points::numeric) or t.back <> t.sent_back
               or t.back > v.points)
    """
