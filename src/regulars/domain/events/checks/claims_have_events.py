"""I5: whatever is claimed has its event; an acknowledged event was not lost."""

from __future__ import annotations

from regulars.database.check import Check


class ClaimsHaveEvents(Check):
    """A claim whose event is gone: its sender was told that the event is there, and every repeat would fail.

    The event lies in the bucket that its own id names, not in the bucket of the claim.
    """

    name = "claims_have_events"
    title = "No acknowledged event is lost"
    sentence = "Whatever is claimed as an event or an order number has its event."
    invariant = "I5"
    offenders = """
        select format('Claim %%s stands for the event %%s, which does not exist.', c.key, c.event_id)
        from events_claim c
        left join events_event e on e.bucket = get_byte(uuid_send(c.event_id), 15) and e.id = c.event_id
          and e.organisation_id = c.organisation_id
        where (%(organisation)s::int is null or c.organisation_id = %(organisation)s) and e.id is null
    """
