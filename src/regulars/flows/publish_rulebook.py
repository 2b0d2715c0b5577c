"""The next version of a rulebook is published, and who did it is recorded."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg

from regulars.domain.audit.commands import record_act
from regulars.domain.audit.contracts import programme_subject
from regulars.domain.programmes import commands
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.rulebook import Rulebook
from regulars.kernel.ids import new_id


def publish_rulebook(
    conn: psycopg.Connection[Any],
    rulebook: Rulebook,
    *,
    of: Programme,
    effective_from: datetime,
    note: str,
    by: str,
    now: datetime,
) -> int:
    """Publishes the rulebook for events from `effective_from` on; its version. Entries that exist stay as they are."""
    with conn.transaction():
        version = commands.publish_rulebook(
            conn, rulebook, of=of, effective_from=effective_from, note=note, by=by, now=now
        )
        record_act(
            conn,
            entry_id=new_id(0),
            organisation_id=of.organisation_id,
            programme_id=of.id,
            now=now,
            by=by,
            action="rulebook.published",
            subject=programme_subject(of.id),
            details={"version": version, "note": note, "from": effective_from.isoformat()},
        )
    return version
