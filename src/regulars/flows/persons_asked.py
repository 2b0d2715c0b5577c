"""The people about whom the rules of a batch ask: their fields, consents and audiences, and nobody else's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import psycopg

from regulars.domain.audiences.queries import codes_of
from regulars.domain.earning.contracts import Occurrence, Person
from regulars.domain.earning.personal import asks_for_consents, audiences_asked
from regulars.domain.members.queries import persons_of
from regulars.domain.programmes.queries import Shelf


def persons_asked(
    conn: psycopg.Connection[Any], rules: Shelf, members: Sequence[bytes], occurrences: Sequence[Occurrence]
) -> dict[bytes, Person]:
    """Reads the people about whom a rule asks; most programmes ask about nobody. members: of the events, in step."""
    asked: dict[bytes, frozenset[str]] = {}
    for member, occurrence in zip(members, occurrences, strict=True):
        facts = rules.in_force(occurrence.occurred_at).rules.personal(occurrence.type)
        if facts:
            asked[member] = asked.get(member, frozenset()) | facts
    if not asked:
        return {}
    with_consents = any(asks_for_consents(facts) for facts in asked.values())
    named = audiences_asked(fact for facts in asked.values() for fact in facts)
    present = codes_of(conn, list(asked), among=named) if named else {}
    found = persons_of(conn, list(asked), with_consents=with_consents)
    return {
        member: replace(person, audiences=frozenset(present[member])) if member in present else person
        for member, person in found.items()
    }
