"""I8: whoever was told that a last day moved has points of which it did, and the other way round."""

from __future__ import annotations

from regulars.database.check import Check


class MessagesTellWhatHappened(Check):
    """A member reads “your points have another last day”, and no version moved any: or it did, and nobody said so.

    A message about a new last day names its point type and version; one about points that go, point type and last day.
    Of the latter only this side is asked: that such points were there when it was written. Points that activity keeps
    have another last day by now, and leave no trace of the one before; members who have left are told nothing. Days are
    compared as texts: the planner may look at messages of other kinds and organisations first, which name none.
    """

    name = "messages_tell_what_happened"
    title = "Messages tell what happened"
    sentence = "Each message about last days is about points of the member, and each version that moved days was told."
    invariant = "I8"
    offenders = """
        with moved as (
            select distinct x.owner, r.programme_id, t.code || ' ' || r.version as occasion
            from ledger_extension x
            join ledger_lot l on l.bucket = x.bucket and l.id = x.lot_id
            join programmes_point_type t on t.id = l.point_type
            join programmes_rulebook r on lpad(to_hex(r.id::bigint * 256), 32, '0')::uuid = x.cause
            where x.cause_kind = 41 and (%(organisation)s::int is null or x.organisation_id = %(organisation)s)
        ), told as (
            select member_id as owner, programme_id, occasion from messaging_message
            where kind = 'expiry_changed' and (%(organisation)s::int is null or organisation_id = %(organisation)s)
        )
        select format('Member %%s, %%s: %%s.', owner, occasion,
                      case when told.owner is null then 'days moved, and nobody said so' else 'no day moved' end)
        from moved full join told using (owner, programme_id, occasion)
        left join members_member m on m.bucket = get_byte(uuid_send(owner), 15) and m.id = owner
        where told.owner is null and m.status <> 3 or moved.owner is null
        union all
        select format('Member %%s was told that points go on %%s, and had none that did.',
                      g.member_id, split_part(g.occasion, ' ', 2))
        from messaging_message g
        join programmes_point_type t on t.programme_id = g.programme_id and t.code = split_part(g.occasion, ' ', 1)
        where g.kind = 'points_expire' and (%(organisation)s::int is null or g.organisation_id = %(organisation)s)
          and not exists (
              select from ledger_lot l
              left join ledger_extension x on x.bucket = l.bucket and x.lot_id = l.id
              where l.bucket = g.bucket and l.owner = g.member_id and l.point_type = t.id
                and (l.renewable or split_part(g.occasion, ' ', 2) in (
                    to_char(l.last_day, 'YYYY-MM-DD'), to_char(x.from_day, 'YYYY-MM-DD'))))
    """
