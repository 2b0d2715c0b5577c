"""I14: what a repeat is recognised by, and what it is answered with, are those of the first time."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

import msgspec
import psycopg

from regulars.database.check import Check, Findings

_EACH = """
    select e.id, e.body, e.answer, e.external_id, e.member_id, claims.digests
    from events_event e left join (
        select event_id, organisation_id, array_agg(distinct digest) as digests from events_claim
        where %(organisation)s::int is null or organisation_id = %(organisation)s
        group by event_id, organisation_id
    ) claims on claims.event_id = e.id and claims.organisation_id = e.organisation_id
    where %(organisation)s::int is null or e.organisation_id = %(organisation)s
"""
_SHOWN = 5


class _Answer(msgspec.Struct):
    event: str
    id: str
    member: str


_answers = msgspec.json.Decoder(_Answer)


def _told(answer: str) -> _Answer | None:
    """Whom the answer speaks of; None: it cannot be read."""
    try:
        return _answers.decode(answer)
    except msgspec.DecodeError:
        return None


class RepeatsGetTheFirstAnswer(Check):
    """The stored order was changed, and its sender's honest repeat would now be refused as 'other content'.

    A repeat is recognised by a hash of the content; it must be that of what is stored. The answer that a repeat gets
    must speak of this event. Hashes cannot be made by the database, so the events pass through here, one by one.
    """

    name = "repeats_get_the_first_answer"
    title = "Repeats get the first answer"
    sentence = "Each event is recognised by exactly what was sent, and a repeat gets the answer that was given to it."
    invariant = "I14"

    def find(self, conn: psycopg.Connection[Any], *, organisation_id: int | None) -> Findings:
        count, examples = 0, []
        with conn.transaction(), conn.cursor(name="repeats_get_the_first_answer") as cursor:
            cursor.itersize = 5_000
            cursor.execute(_EACH, {"organisation": organisation_id})
            for identifier, body, answer, external_id, member_id, digests in cursor:
                sent = UUID(bytes=hashlib.blake2b(body.encode(), digest_size=16).digest())
                if digests != [sent]:
                    what = "a repeat would not be recognised"
                elif _told(answer) != _Answer(str(identifier), external_id, str(member_id)):
                    what = "its answer speaks of another event"
                else:
                    continue
                count += 1
                if count <= _SHOWN:
                    examples.append(f"Event {identifier} ({external_id!r}): {what}.")
        return Findings(count, tuple(examples))
