"""Wrong codes: by whom they were tried, how many in a quarter of an hour, and how many are too many."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from regulars.domain.vouchers.queries import attempts_of

WINDOW = timedelta(minutes=15)
KEPT = timedelta(days=30)
LIMITS: Mapping[tuple[str, bool], int] = {
    ("key", False): 1_000, ("origin", False): 30, ("member", False): 20, ("till", False): 60,
    ("key", True): 60, ("origin", True): 5, ("member", True): 5, ("till", True): 20,
}  # fmt: skip
"""Wrong codes in a quarter of an hour, by who tries them and whether they are short: see docs/adr/0048. Among 100,000
short codes of 40 bits, somebody at one address finds one in sixty years; nobody finds a long one."""


class Trier(NamedTuple):
    """Who tries codes. kind: key, origin, member or till; who: what tells it from others; shown: a name, or empty."""

    kind: str
    who: str
    shown: str = ""

    @property
    def hashed(self) -> UUID:
        """As it is kept: an address is nobody's business who can read the table."""
        return UUID(bytes=hashlib.blake2b(f"{self.kind}\0{self.who}".encode(), digest_size=16).digest())


def window_of(now: datetime) -> datetime:
    """The beginning of the quarter of an hour."""
    return now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)


def is_over(
    conn: psycopg.Connection[Any], triers: Sequence[Trier], *, short: bool, programme_id: int, now: datetime
) -> bool:
    """Whether one of them has tried too many wrong codes, of short ones or of others."""
    counted = attempts_of(
        conn, programme_id=programme_id, who=[(each.kind, each.hashed) for each in triers], window_at=window_of(now)
    )
    return any(counted.get((each.kind, short), 0) >= LIMITS[each.kind, short] for each in triers)


def count_attempts(
    conn: psycopg.Connection[Any],
    who: Sequence[tuple[str, UUID, str]],
    *,
    short: bool,
    attempts: int,
    window_at: datetime,
    organisation_id: int,
    programme_id: int,
) -> None:
    """Counts wrong codes of whoever tried them. who: kind, hash, and a name where it is no secret."""
    with conn.cursor() as cursor:
        cursor.executemany(
            "insert into vouchers_attempt (bucket, organisation_id, programme_id, kind, who, short, window_at,"
            " attempts, shown) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
            " on conflict (bucket, programme_id, kind, who, short, window_at)"
            " do update set attempts = vouchers_attempt.attempts + excluded.attempts",
            [
                (
                    hashed.int & 0xFF, organisation_id, programme_id, kind, hashed, short, window_at, attempts, name,
                )
                for kind, hashed, name in sorted(who)
            ],
        )  # fmt: skip


def forget_attempts(conn: psycopg.Connection[Any], *, programme_id: int, before: datetime) -> None:
    """Wrong codes of long ago are nobody's business any more."""
    conn.execute("delete from vouchers_attempt where programme_id = %s and window_at < %s", (programme_id, before))
