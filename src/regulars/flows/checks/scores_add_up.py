"""I5: the score of each standing is the sum of what counts within its window."""

from __future__ import annotations

from regulars.database.check import Check


class ScoresAddUp(Check):
    """Orders of 120.00 and 90.00 since the first day that counts, and a score of 19000: 20.00 were lost on the way.

    A ladder counts money of orders, or points of one type that events gave. Days are those of the programme's zone.
    The standings of a member who is part of another rest; what it did counts there.
    """

    name = "scores_add_up"
    title = "Tier scores are the sums of their window"
    sentence = (
        "What counts towards each tier is the sum of the member's orders, or points, less returns, within the window."
    )
    invariant = "I5"
    offenders = """
        with latest as (
            select distinct on (programme_id) programme_id, document from programmes_rulebook
            order by programme_id, effective_from desc, version desc
        ), ladders as (
            select p.id as programme_id, p.time_zone, ladder ->> 'id' as ladder,
                   coalesce(ladder ->> 'metric', 'spend') as metric, t.id as point_type
            from latest join programmes_programme p on p.id = latest.programme_id
            cross join lateral jsonb_array_elements(document -> 'ladders') of_document (ladder)
            left join programmes_point_type t on t.programme_id = p.id and t.code = ladder ->> 'point_type'
            where %(organisation)s::int is null or p.organisation_id = %(organisation)s
        ), parts (bucket, member_id, part) as (  -- whose past counts for a standing
            select bucket, id, id from members_member where status <> 4
              and (%(organisation)s::int is null or organisation_id = %(organisation)s)
            union all
            select get_byte(uuid_send(kept_id), 15)::smallint, kept_id, member_id from merges_alias
            where %(organisation)s::int is null or organisation_id = %(organisation)s
        ), scored as (
            select s.bucket, s.member_id, s.ladder, s.score, s.counted_from,
                   case l.metric when 'spend' then (
                       select coalesce(sum(e.amount_minor), 0) from parts p join events_event e
                         on e.bucket = get_byte(uuid_send(p.part), 15) and e.member_id = p.part and e.type = 'order'
                       where p.bucket = s.bucket and p.member_id = s.member_id
                         and (e.occurred_at at time zone l.time_zone)::date >= s.counted_from
                   ) - (
                       select coalesce(sum(r.amount_minor), 0) from parts p join events_return r
                         on r.bucket = get_byte(uuid_send(p.part), 15) and r.member_id = p.part
                       where p.bucket = s.bucket and p.member_id = s.member_id
                         and (r.ordered_at at time zone l.time_zone)::date >= s.counted_from
                   ) else (
                       select coalesce(sum(t.amount), 0) from parts p join ledger_transfer t
                         on t.bucket = get_byte(uuid_send(p.part), 15) and t.owner = p.part
                       where p.bucket = s.bucket and p.member_id = s.member_id and t.point_type = l.point_type
                         and t.debit = 11 and (t.occurred_at at time zone l.time_zone)::date >= s.counted_from
                   ) - (
                       select coalesce(sum(v.points), 0) from parts p join ledger_revocation v
                         on v.bucket = get_byte(uuid_send(p.part), 15) and v.owner = p.part
                       where p.bucket = s.bucket and p.member_id = s.member_id and v.point_type = l.point_type
                         and (v.earned_at at time zone l.time_zone)::date >= s.counted_from
                   ) end as counted
            from tiers_standing s join ladders l on l.programme_id = s.programme_id and l.ladder = s.ladder
            where not exists (select from merges_alias a where a.bucket = s.bucket and a.member_id = s.member_id)
        )
        select format('Member %%s on the ladder %%s: the score is %%s, and since %%s it adds up to %%s.',
                      member_id, ladder, score, counted_from, counted)
        from scored where score <> counted
    """
