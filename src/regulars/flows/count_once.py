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
from regulars.flows.member_file import MemberFile


def once_key(rulebook: CompiledRulebook, event: Checked, member: bytes) -> OnceKey | None:
    """What the event counts once for; None for most events, which count always."""
    declared = rulebook.event_types.get(event.event.type)
    subject = None if declared is None else declared.subject(event.event.data, event.occurrence.local.date())
    return None if subject is None else (member, event.event.type, subject)


def read_counted(
    conn: psycopg.Connection[Any], rules: Shelf, files: Sequence[MemberFile], events: Sequence[Checked]
) -> set[OnceKey]:
    """Those of the batch's keys that counted before, for the member or anybody who is part of it by now.

    files: of the events, in step, and locked.
    """
    meant: dict[OnceKey, OnceKey] = {}
    for file, event in zip(files, events, strict=True):
        key = once_key(rules.in_force(event.occurrence.occurred_at), event, file.id)
        if key is not None:
            meant |= {(part, *key[1:]): key for part in file.parts}
    return {meant[key] for key in counted_once(conn, list(meant))} if meant else set()


def counted_before() -> NothingOut:
    """What the answer to a repeat says."""
    return NothingOut("nothing", "counted_before", "This has counted before, and it counts once.")
