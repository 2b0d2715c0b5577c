"""I5: every event can be read again: what was sent, and what was answered."""

from __future__ import annotations

from regulars.database.check import Check


class EventsCanBeRead(Check):
    """The event `e-1` says `{"type": "order", ...`, cut off in the middle. Whoever asks for it would get an error.

    Other checks pass over such events: they cannot know what they say.
    """

    name = "events_can_be_read"
    title = "Every event can be read"
    sentence = "What was sent with each event, and what was answered, can be read again."
    invariant = "I5"
    offenders = """
        select format('Event %%s: %%s cannot be read.', id,
                      case when body is json object then 'what was answered' else 'what was sent' end)
        from events_event
        where (body is not json object or answer is not json object)
          and (%(organisation)s::int is null or organisation_id = %(organisation)s)
    """
