"""I5: what an event's answer told its sender is what the ledger and the tiers say."""

from __future__ import annotations

from regulars.database.check import Check


class AnswersTellTheTruth(Check):
    """The answer says 20 points by transfer T; T exists, moved 20 points for this event, and no other transfer did."""

    name = "answers_tell_the_truth"
    title = "Answers name the transfers that exist"
    sentence = "The points and tier changes in the answer to each event are exactly those that it caused."
    invariant = "I5"
    offenders = """
        with effects as (
            select e.bucket, e.id as event_id, shown.effect
            from events_event e cross join lateral jsonb_array_elements(
                case when e.answer is json then e.answer::jsonb -> 'effects' end  -- else: events_can_be_read
            ) shown (effect)
            where %(organisation)s::int is null or e.organisation_id = %(organisation)s
        ), told as (
            select bucket, event_id, (effect ->> 'transfer')::uuid as id, (effect ->> 'points')::bigint as amount,
                   coalesce(effect ->> 'rule', 'payment') as reason
            from effects where effect ->> 'type' in ('earn_points', 'pay_with_points')
        ), posted as (
            select bucket, cause as event_id, id, amount, reason from ledger_transfer
            where cause_kind = 1 and (%(organisation)s::int is null or organisation_id = %(organisation)s)
        ), waited as (  -- a return that came before its order is answered before anything is done
            select bucket, id from events_event
            where type = 'return' and case when answer is json then answer::jsonb ->> 'status' = 'waiting' end
              and (%(organisation)s::int is null or organisation_id = %(organisation)s)
        ), told_returns as (
            select event_id, sum((effect ->> 'points')::bigint) as points from effects
            where effect ->> 'type' in ('revoke_points', 'restore_points') group by 1
        ), returned as (  -- in the books of whoever bought, or of whom the buyer is part
            select cause as event_id, sum(amount) as points from ledger_transfer t
            where cause_kind = 7 and (%(organisation)s::int is null or organisation_id = %(organisation)s)
              and not exists (select from waited w where w.id = t.cause) group by 1
        ), told_tiers as (
            select event_id, effect ->> 'ladder' as ladder, effect ->> 'to_tier' as to_tier, count(*) as times
            from effects where effect ->> 'type' = 'change_tier' group by 1, 2, 3
        ), changed as (
            select cause as event_id, ladder, to_tier, count(*) as times from tiers_change
            where cause_kind = 1 and (%(organisation)s::int is null or organisation_id = %(organisation)s)
              and not exists (select from waited w where w.id = tiers_change.cause)
            group by 1, 2, 3
        )
        select format('Event %%s: its answer tells of %%s points by transfer %%s, and %%s were posted.',
                      event_id, coalesce(told.amount, 0), id, coalesce(posted.amount, 0))
        from told full join posted using (bucket, event_id, id)
        where (told.amount, told.reason) is distinct from (posted.amount, posted.reason)
        union all
        select format('Event %%s: its answer tells of %%s points taken or given back, and %%s were posted.',
                      event_id, coalesce(told_returns.points, 0), coalesce(returned.points, 0))
        from told_returns full join returned using (event_id)
        where coalesce(told_returns.points, 0) <> coalesce(returned.points, 0)
        union all
        select format('Event %%s: its answer tells of the tier %%s on %%s %%s times, and it happened %%s times.',
                      event_id, to_tier, ladder, coalesce(told_tiers.times, 0), coalesce(changed.times, 0))
        from told_tiers full join changed using (event_id, ladder, to_tier)
        where told_tiers.times is distinct from changed.times
    """
