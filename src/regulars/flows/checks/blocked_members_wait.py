"""I5: the points of blocked members wait, those of nobody else are held back, and every block says why."""

from __future__ import annotations

from regulars.database.check import Check


class BlockedMembersWait(Check):
    """A blocked member with 50 pending points that are not frozen: they would become active at midnight.

    Found as well: frozen points of a member who is not blocked, which would never become active.
    """

    name = "blocked_members_wait"
    title = "Blocks hold back what they should, and nothing else"
    sentence = "Each blocked member has a reason and only waiting points that are held back; nobody else has any."
    invariant = "I5"
    offenders = """
        select format('Member %%s: %%s points wait, %%s, and the member is %%s.', m.id, p.waiting,
                      case when p.frozen then 'held back' else 'free' end,
                      case when m.status = 2 then 'blocked' else 'not blocked' end)
        from ledger_pending p join members_member m on m.bucket = p.bucket and m.id = p.owner
        where p.waiting > 0 and p.frozen <> (m.status = 2)
          and (%(organisation)s::int is null or p.organisation_id = %(organisation)s)
        union all
        select format('Member %%s: the status is %%s, and there is %%s.', m.id, m.status,
                      case when b.member_id is null then 'no block' else 'a block' end)
        from members_member m left join members_block b on b.bucket = m.bucket and b.member_id = m.id
        where (m.status = 2) <> (b.member_id is not null)
          and (%(organisation)s::int is null or m.organisation_id = %(organisation)s)
    """
