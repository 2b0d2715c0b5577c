"""I9: what a budget says was given is what its rules gave, less what came back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg

from regulars.database.check import Check, Findings
from regulars.domain.campaigns.queries import budget_uses
from regulars.domain.ledger.contracts import CauseKind
from regulars.domain.programmes.queries import Shelf, shelf

_PROGRAMMES = """
    select distinct programme_id from programmes_rulebook
    where %(organisation)s::int is null or organisation_id = %(organisation)s order by 1
"""
_GIVEN = """
    with recursive grants as (
        select t.bucket, t.id, t.cause, t.reason, t.point_type, t.amount, e.rulebook_id, e.occurred_at
        from ledger_transfer t join events_event e on e.bucket = t.bucket and e.id = t.cause
        where t.cause_kind = %(event)s and e.programme_id = %(programme)s and e.rulebook_id = any(%(drawing)s)
    ), lots as (
        -- What a merge brought to another member waits there as another lot.
        select bucket as grant_bucket, id as grant_id, bucket, id from grants
        union all
        select l.grant_bucket, l.grant_id, get_byte(uuid_send(m.entry_id), 15)::smallint, m.entry_id
        from lots l join merges_move m on m.bucket = l.bucket and m.lot_id = l.id
    ), cancellations as (
        select l.grant_bucket, l.grant_id, sum(c.amount) as cancelled
        from lots l join ledger_transfer c on c.bucket = l.bucket and c.cause = l.id and c.cause_kind = %(cancellation)s
        group by 1, 2
    )
    select rulebook_id, reason, (occurred_at at time zone %(zone)s)::date,
           sum(amount - coalesce(cancelled, 0) - coalesce(revoked, 0))::bigint
    from grants g
    left join cancellations c on c.grant_bucket = g.bucket and c.grant_id = g.id
    left join lateral (
        select sum(r.points) as revoked from ledger_revocation r
        where r.bucket = g.bucket and r.grant_cause = g.cause and r.reason = g.reason and r.point_type = g.point_type
    ) r on true
    group by 1, 2, 3
"""
_SHOWN = 5

Place = tuple[str, date]


class BudgetsEqualGrants(Check):
    """A campaign says that 980 of 1,000 points were given, and its rules gave 1,040: two tills drew on it at once.

    Or a return gave nothing back, and members are refused points that are still there.
    """

    name = "budgets_equal_grants"
    title = "Budgets are the sum of what their rules gave"
    sentence = "Each campaign and each budget counts exactly the points of its rules, less those that came back."
    invariant = "I9"

    def find(self, conn: psycopg.Connection[Any], *, organisation_id: int | None) -> Findings:
        count, examples = 0, []
        for (programme_id,) in conn.execute(_PROGRAMMES, {"organisation": organisation_id}).fetchall():
            for (key, period), told, given in _differences(conn, programme_id):
                count += 1
                if count <= _SHOWN:
                    examples.append(f"{key} from {period} on says {told}, and its rules gave {given}.")
        return Findings(count, tuple(examples))


def _differences(conn: psycopg.Connection[Any], programme_id: int) -> Iterator[tuple[Place, object, object]]:
    rules = shelf(conn, programme_id=programme_id)
    told = {(each.key, each.period): (each.points, each.worth) for each in budget_uses(conn, programme_id=programme_id)}
    given = _given(conn, rules) if rules.draws else {}
    nothing = (0, Decimal(0))
    for place in sorted(told.keys() | given.keys()):
        if told.get(place, nothing) != given.get(place, nothing):
            yield place, told.get(place, nothing)[0], given.get(place, nothing)[0]


def _given(conn: psycopg.Connection[Any], rules: Shelf) -> dict[Place, tuple[int, Decimal]]:
    asked = {
        "event": int(CauseKind.event),
        "cancellation": int(CauseKind.cancellation),
        "programme": rules.programme.id,
        "zone": rules.programme.time_zone,
        "drawing": [each.id for each in rules.rulebooks if each.rules.draws],
    }
    found: dict[Place, tuple[int, Decimal]] = {}
    for rulebook_id, rule, day, points in conn.execute(_GIVEN, asked):
        compiled = rules.by_id[rulebook_id]
        if rule not in compiled.rule_names:
            continue  # points that paid for an order have a reason of their own
        for budget in compiled.rules.budgets(rule):
            place = (budget.key, budget.on(day).period)
            before = found.get(place, (0, Decimal(0)))
            found[place] = (before[0] + points, before[1] + points * budget.worth)
    return found
