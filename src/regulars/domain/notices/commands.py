"""Writes of notices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from regulars.domain.notices.contracts import Choice, NewNotice


def give_notices(
    conn: psycopg.Connection[Any],
    notices: Sequence[NewNotice],
    *,
    organisation_id: int,
    programme_id: int,
    now: datetime,
) -> int:
    """Gives those that were not given yet and that their operators want to see; how many."""
    done = conn.execute(
        "insert into notices_notice (organisation_id, programme_id, recipient, kind, occasion, details, at)"
        " select %s, %s, n.recipient, n.kind, n.occasion, n.details, %s"
        " from unnest(%s::text[], %s::text[], %s::text[], %s::jsonb[]) n(recipient, kind, occasion, details)"
        " where not exists (select from notices_choice c where c.programme_id = %s and c.operator = n.recipient"
        " and c.kind = n.kind and not c.shown) on conflict do nothing",
        (
            organisation_id, programme_id, now, [each.recipient for each in notices], [each.kind for each in notices],
            [each.occasion for each in notices], [Jsonb(dict(each.details)) for each in notices], programme_id,
        ),
    )  # fmt: skip
    return done.rowcount


def mark_read(
    conn: psycopg.Connection[Any], *, programme_id: int, recipient: str, now: datetime, notice: int | None = None
) -> int:
    """One notice is read, or all of the operator's; how many were not before."""
    place = {"programme": programme_id, "recipient": recipient, "notice": notice, "now": now}
    done = conn.execute(
        "update notices_notice set read_at = %(now)s where programme_id = %(programme)s and recipient = %(recipient)s"
        " and read_at is null and (%(notice)s::bigint is null or id = %(notice)s)",
        place,
    )
    return done.rowcount


def choose(
    conn: psycopg.Connection[Any],
    chosen: Mapping[str, Choice],
    *,
    organisation_id: int,
    programme_id: int,
    operator: str,
) -> None:
    """What the operator wants of each kind, from now on."""
    conn.execute(
        "insert into notices_choice (programme_id, operator, kind, organisation_id, shown, by_mail)"
        " select %s, %s, c.kind, %s, c.shown, c.by_mail from unnest(%s::text[], %s::bool[], %s::bool[])"
        " c(kind, shown, by_mail) on conflict (programme_id, operator, kind)"
        " do update set shown = excluded.shown, by_mail = excluded.by_mail",
        (
            programme_id, operator, organisation_id, list(chosen), [each.shown for each in chosen.values()],
            [each.by_mail for each in chosen.values()],
        ),
    )  # fmt: skip
