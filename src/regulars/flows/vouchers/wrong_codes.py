"""Wrong codes are counted, by key, place of origin, member and till; whoever tries too many has to wait.

They are counted after the answer is decided, and beside its transaction: a refusal writes nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import psycopg

from regulars.domain.programmes.contracts import Programme
from regulars.domain.vouchers.attempts import KEPT, WINDOW, Trier, count_attempts, forget_attempts, is_over, window_of
from regulars.domain.vouchers.contracts import CodeSaid
from regulars.domain.vouchers.judging import NOT_ACCEPTED, shown
from regulars.kernel.codes import is_short
from regulars.kernel.errors import TooMany


def check_triers(
    conn: psycopg.Connection[Any], codes: Sequence[str], triers: Sequence[Trier], *, programme: Programme, now: datetime
) -> None:
    """Raises TooMany where one of these has tried too many wrong codes of such a length in this quarter of an hour."""
    for short in sorted({is_short(each.form) for each in shown(codes)}):
        if is_over(conn, triers, short=short, programme_id=programme.id, now=now):
            wait = window_of(now) + WINDOW - now
            raise TooMany(
                "too_many_wrong_codes",
                "Too many wrong codes were tried",
                detail="So many codes were not accepted in this quarter of an hour that no more are looked at.",
                remedy="Wait for the seconds in Retry-After, and type the code from what the member shows.",
                wait=max(wait, timedelta(seconds=1)),
            )


def count_wrong(
    conn: psycopg.Connection[Any],
    codes: Sequence[str],
    triers: Sequence[Trier],
    *,
    programme: Programme,
    now: datetime,
) -> None:
    """Counts codes that were not accepted."""
    who = [(each.kind, each.hashed, each.shown) for each in triers]
    with conn.transaction():
        for short in (False, True):
            wrong = sum(is_short(each.form) is short for each in shown(codes))
            if wrong:
                count_attempts(
                    conn, who, short=short, attempts=wrong, window_at=window_of(now),
                    organisation_id=programme.organisation_id, programme_id=programme.id,
                )  # fmt: skip


def not_accepted(said: Sequence[CodeSaid]) -> list[str]:
    """The codes that were not accepted."""
    return [each.code for each in said if each.why == NOT_ACCEPTED]


def forget_old_attempts(conn: psycopg.Connection[Any], *, programme_id: int, now: datetime) -> None:
    """Wrong codes of more than a month ago."""
    forget_attempts(conn, programme_id=programme_id, before=now - KEPT)
