"""I5: every event holds the claim of its id, and every order the claim of its number; nothing else does.

Of the returns that came before an order, one claims that the order is awaited.
"""

from __future__ import annotations

from typing import Any

import psycopg

from regulars.database.check import Check, Findings
from regulars.domain.events.intake import claim_key

_EACH = """
    select e.id, e.source, e.external_id, e.order_number, claims.keys, case when a.return_id is not null then
        coalesce(returned ->> 'source', e.source) end, returned ->> 'order_number', e.organisation_id
    from events_event e cross join lateral (  -- what cannot be read is found by events_can_be_read
        select case when e.body is json then e.body::json -> 'return' end as returned
    ) said left join events_awaiting a on a.bucket = e.bucket and a.return_id = e.id left join (
        select event_id, organisation_id, array_agg(uuid_send(key)) as keys from events_claim
        where %(organisation)s::int is null or organisation_id = %(organisation)s
        group by event_id, organisation_id
    ) claims on claims.event_id = e.id and claims.organisation_id = e.organisation_id
    where %(organisation)s::int is null or e.organisation_id = %(organisation)s
"""
_SHOWN = 5


class EventsAreClaimed(Check):
    """The event `e-1` of `till` holds two claims: its id and its order number. Without them a repeat would count twice.

    Without the claim that an order is awaited, its returns would wait until the night.

    The keys are hashes that the database cannot make, so the events pass through here, one by one.
    """

    name = "events_are_claimed"
    title = "Every event counts once"
    sentence = "Each event holds the claims of its id and its order number, so that a repeat of either is recognised."
    invariant = "I5"

    def find(self, conn: psycopg.Connection[Any], *, organisation_id: int | None) -> Findings:
        count, examples = 0, []
        awaited: dict[tuple[int, bytes], bool] = {}
        with conn.transaction(), conn.cursor(name="events_are_claimed") as cursor:
            cursor.itersize = 5_000
            cursor.execute(_EACH, {"organisation": organisation_id}, binary=True)
            for identifier, source, external_id, number, claims, awaited_from, awaited_number, organisation in cursor:
                wanted = {claim_key("event", source, external_id)}
                if awaited_from is not None:
                    key = claim_key("awaited", awaited_from, awaited_number)
                    place = organisation, key
                    awaited[place] = awaited.get(place, False) or key in (claims or ())
                    wanted |= {key} & set(claims or ())
                if number is not None:
                    wanted.add(claim_key("order", source, number))
                held = set(claims or ())
                if wanted == held:
                    continue
                count += 1
                if count <= _SHOWN:
                    examples.append(
                        f"Event {identifier} ({external_id!r} of {source!r}): {len(wanted)} claims are due,"
                        f" {len(wanted & held)} are held, {len(held - wanted)} are foreign."
                    )
        lost = [key for (_, key), held in awaited.items() if not held]
        examples += [f"An order is awaited, and no return holds the claim {key.hex()}." for key in lost]
        return Findings(count + len(lost), tuple(examples[:_SHOWN]))
