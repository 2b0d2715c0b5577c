"""I5: every event holds the claim of its id, and every order the claim of its number; nothing else does."""

from __future__ import annotations

from typing import Any

import psycopg

from regulars.database.check import Check, Findings
from regulars.domain.events.intake import claim_key

_EACH = """
    select e.id, e.source, e.external_id, e.order_number, claims.keys,
           case when a.return_id is not null then coalesce(e.body::json -> 'return' ->> 'source', e.source) end,
           case when a.return_id is not null then e.body::json -> 'return' ->> 'order_number' end
    from events_event e left join events_awaiting a on a.bucket = e.bucket and a.return_id = e.id left join (
        select event_id, organisation_id, array_agg(uuid_send(key)) as keys from events_claim
        where %(organisation)s::int is null or organisation_id = %(organisation)s
        group by event_id, organisation_id
    ) claims on claims.event_id = e.id and claims.organisation_id = e.organisation_id
    where %(organisation)s::int is null or e.organisation_id = %(organisation)s
"""
_SHOWN = 5


class EventsAreClaimed(Check):
    """The event `e-1` of `till` holds two claims: its id and its order number. Without them a repeat would count twice.

    The keys are hashes that the database cannot make, so the events pass through here, one by one.
    """

    name = "events_are_claimed"
    title = "Every event counts once"
    sentence = "Each event holds the claims of its id and its order number, so that a repeat of either is recognised."
    invariant = "I5"

    def find(self, conn: psycopg.Connection[Any], *, organisation_id: int | None) -> Findings:
        count, examples = 0, []
        with conn.transaction(), conn.cursor(name="events_are_claimed") as cursor:
            cursor.itersize = 5_000
            cursor.execute(_EACH, {"organisation": organisation_id}, binary=True)
            for identifier, source, external_id, number, claims, from_source, awaited in cursor:
                wanted = {claim_key("event", source, external_id)}
                if number is not None:
                    wanted.add(claim_key("order", source, number))
                held = set(claims or ())
                if awaited is not None:  # the first of the returns that wait for an order holds its claim
                    held.discard(claim_key("awaited", from_source, awaited))
                if wanted == held:
                    continue
                count += 1
                if count <= _SHOWN:
                    examples.append(
                        f"Event {identifier} ({external_id!r} of {source!r}): {len(wanted)} claims are due,"
                        f" {len(wanted & held)} are held, {len(held - wanted)} are foreign."
                    )
        return Findings(count, tuple(examples))
