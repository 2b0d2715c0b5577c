"""Activities that count once: for a member, about one thing, or on one day. A repeat is accepted and gives nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from regulars.domain.events.contracts import NothingOut, OnceKey
from regulars.domain.events.intake import Checked
from regulars.domain.events.queries import counted_once
from regulars.domain.programmes.queries import Shelf
from regulars.domain.programmes.rulebook import CompiledRulebook


def once_key(rulebook: CompiledRulebook, event: Checked, member: bytes) -> OnceKey | None:
    """What the event counts once for; None for most events, which count always."""
    declared = rulebook.event_types.get(event.event.type)
    subject = None if declared is None else declared.subject(event.event.data, event.occurrence.local.date())
    return None if subject is None else (member, event.event.type, subject)


def read_counted(
    conn: psycopg.Connection[Any], rules: Shelf, members: Sequence[bytes], events: Sequence[Checked]
) -> set[OnceKey]:
    """Those of the batch's keys that counted before. members: of the events, in step, and locked."""
    keys = set()
    for member, event in zip(members, events, strict=True):
        key = once_key(rules.in_force(event.occurrence.occurred_at), event, member)
        if key is not None:
            keys.add(key)
    return counted_once(conn, list(keys)) if keys else set()


def counted_before() -> NothingOut:
    """What the answer to a repeat says."""
    return NothingOut("nothing", "counted_before", "This has counted before, and it counts once.")
