"""Processor time that means the same on any machine, busy or not: counted in yardsticks, told in milliseconds at rest.

Other programs on the same cores and caches make every instruction slower, ours and anybody's. So a fixed piece of work
of the same kind (JSON, dictionaries, decimals, hashes; look-ups, rows and a sort in PostgreSQL) is done before and
after each round, in the same thread and the same backend, and the round is held against it. A quarter of the rounds may
be cheaper than what is told: that leaves out those that were disturbed, and those that were lucky.
"""

from __future__ import annotations

import gc
import hashlib
import time
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import psycopg

from regulars.database.pool import Connection
from regulars.interfaces.commandline.benchmarks.orders import orders

_ROUNDS = 20
_MOST_ROUNDS = 60
_values = msgspec.json.Decoder()
_ORDERS = list(islice(orders("yardstick", members=400, seed=7), 400))

# The keys are hashes, so that the look-ups jump about in the index as ours do.
YARD = """
create table if not exists yard as
    select (n % 256)::smallint as bucket, md5(n::text)::uuid as id, n::bigint as amount,
           repeat(md5(n::text), 20) as body
    from generate_series(1, 20000) n;
create unique index if not exists yard_key on yard (bucket, id);
grant select on yard to regulars_app;
"""
_MEASURED = """
    select count(*), sum(amount), max(length(body)) from (
        select y.amount, y.body from generate_series(1, %s) n
        join lateral (select * from yard where bucket = (n * 7 %% 256)::smallint
                      and id = md5((n * 7)::text)::uuid offset 0) y on true
        order by md5(y.amount::text)
    ) found
"""


class Seconds(NamedTuple):
    """Processor time of both sides."""

    python: float
    postgres: float


class Clock:
    """Reads the processor time of this thread and of one backend, to the nanosecond."""

    def __init__(self, conn: psycopg.Connection[Any]) -> None:
        self._backend = Path(f"/proc/{conn.info.backend_pid}/schedstat")

    def spent(self, work: Callable[[], object]) -> Seconds:
        """What the work takes."""
        before, began = self._postgres(), time.thread_time_ns()
        work()
        done = time.thread_time_ns()
        return Seconds((done - began) / 1e9, (self._postgres() - before) / 1e9)

    def _postgres(self) -> int:
        return int(self._backend.read_text().split()[0])


def measured(
    conn: Connection, prepare: Callable[[], Callable[[], object]], *, at_rest: Seconds, enough: float
) -> float:
    """Seconds of processor time that the work would take where the yardstick takes what it takes `at_rest`.

    prepare: makes a round ready, uncounted, and gives what is counted. enough: what is not above it is believed after
    twenty rounds; what is above it, only after sixty.
    """
    clock, yard = Clock(conn), partial(_yard, conn)
    told: list[float] = []
    for number in range(1, _MOST_ROUNDS + 1):
        work = prepare()
        gc.collect()
        before, cost, after = (clock.spent(each) for each in (yard, work, yard))
        told.append(
            sum(
                part / (first + second) * 2 * rest
                for part, first, second, rest in zip(cost, before, after, at_rest, strict=True)
            )
        )
        if number >= _ROUNDS and _quarter(told) <= enough:
            break
    return _quarter(told)


def yard_at_rest(conn: Connection) -> Seconds:
    """What the yardstick takes here: written down once, on a machine where nothing else runs."""
    clock = Clock(conn)
    spent = [clock.spent(partial(_yard, conn)) for _ in range(_ROUNDS)]
    return Seconds(_quarter(each.python for each in spent), _quarter(each.postgres for each in spent))


def _quarter(values: Iterable[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 4]


def _yard(conn: Connection) -> None:
    kept = [_one(body) for body in _ORDERS]
    assert len(kept) == len(_ORDERS)
    conn.execute(_MEASURED, [2000])


def _one(body: bytes) -> tuple[Any, ...]:
    document = _values.decode(body)
    amounts: dict[str, Decimal] = {}
    for line in document["order"]["lines"]:
        amounts[line["category"]] = amounts.get(line["category"], Decimal(0)) + Decimal(line["amount"])
    points = {name: int(amount * 100) // 3 for name, amount in sorted(amounts.items())}
    written = msgspec.json.encode(document | {"points": points})
    return document, points, written, hashlib.blake2b(written, digest_size=16).digest()
