"""An operator reads notices, and says which of them they want."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import psycopg

from regulars.domain.notices import commands
from regulars.domain.notices.contracts import Choice, Notice, NoticeNotFound
from regulars.domain.notices.queries import notices
from regulars.domain.programmes.contracts import Programme


def read_notices(
    conn: psycopg.Connection[Any], *, of: Programme, recipient: str, now: datetime, notice: int | None = None
) -> list[Notice]:
    """One notice, which is read from now on; or none, where all of the operator's are. Raises NoticeNotFound."""
    with conn.transaction():
        commands.mark_read(conn, programme_id=of.id, recipient=recipient, now=now, notice=notice)
        if notice is None:
            return []
        found = notices(conn, programme_id=of.id, recipient=recipient, before=notice + 1, limit=1)
        if not found or found[0].id != notice:
            raise NoticeNotFound(notice)
        return found


def choose_notices(
    conn: psycopg.Connection[Any], chosen: Mapping[str, Choice], *, of: Programme, operator: str
) -> None:
    """What the operator wants of each kind; what was given before stays in the list."""
    place = {"organisation_id": of.organisation_id, "programme_id": of.id}
    with conn.transaction():
        commands.choose(conn, chosen, operator=operator, **place)
