"""A tuning as a whole: its parts are spread over the cores of this machine."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from decimal import Decimal
from typing import Any

import psycopg

from regulars.database import server
from regulars.database.pool import close_pools, reading
from regulars.domain.events.queries import count_events
from regulars.domain.members.queries import count_members
from regulars.flows.backtests.running import Cancelled, Told
from regulars.flows.tuning.playing import Bench, Part, Plan
from regulars.kernel.errors import Refusal
from regulars.kernel.ids import BUCKETS

PLAYS_A_MINUTE = 400_000
"""Events that two cores play in about a minute, one candidate each: 50 to 130 microseconds of CPU (ADR 0041), and the
reading, on a machine that does other things as well."""
FEWEST = 200
"""Members that are drawn at least, where there are so many: fewer tell little, however many events they have."""
FEWEST_OF_SAMPLE = 30
"""Of a sample of fewer members no interval means anything."""
MOST_LIVES = 1_000_000
"""Members times candidates whose figures fit into the memory of a small machine."""
_AT_A_TIME = 4
_PLACES = Decimal("0.00000001")

Mapped = Callable[[Plan, Sequence[Sequence[int]]], Iterable[Part]]
"""Plays lists of buckets somewhere, and gives the parts as they are done."""


def share_for_a_minute(conn: psycopg.Connection[Any], *, programme_id: int, candidates: int) -> Decimal:
    """Of the members, so many that all candidates take about a minute; 1 where everybody can be played."""
    members = count_members(conn, programme_id=programme_id)
    events = count_events(conn, programme_id=programme_id)
    if not members or not events:
        return Decimal(1)
    wanted = max(Decimal(PLAYS_A_MINUTE) / (events * candidates), Decimal(FEWEST) / members)
    most = Decimal(MOST_LIVES) / (members * candidates)
    return max(min(wanted, most, Decimal(1)).quantize(_PLACES), _PLACES)


def run(conn: psycopg.Connection[Any], plan: Plan, *, told: Told, mapped: Mapped | None = None) -> tuple[Part, Bench]:
    """All members that are drawn, under every candidate. Reads only. mapped: the engine; None: the cores here.

    told: is told how far it is, and says whether to go on. Raises Cancelled, and Refusal where nothing
    is there to be played.
    """
    bench = Bench(conn, plan)
    whole = Part()
    tasks = [list(range(start, start + _AT_A_TIME)) for start in range(0, BUCKETS, _AT_A_TIME)]
    for done, part in enumerate((mapped or on_cores)(plan, tasks), start=1):
        whole.add(part)
        if not told(done, len(tasks)):
            raise Cancelled
    if not sum(each.member.orders for each in whole.lives):
        raise _nothing_happened(plan)
    if len(whole.lives) < min(FEWEST_OF_SAMPLE, whole.all_members):
        raise _too_few(whole)
    return whole, bench


def here(conn: psycopg.Connection[Any]) -> Mapped:
    """On this connection, one part after the other: for small histories, and inside a transaction."""

    def play(plan: Plan, tasks: Sequence[Sequence[int]]) -> Iterator[Part]:
        bench = Bench(conn, plan)
        for buckets in tasks:
            yield bench.play(conn, buckets)

    return play


def on_cores(plan: Plan, tasks: Sequence[Sequence[int]]) -> Iterator[Part]:
    """In as many processes as there are cores."""
    # Lives hold no circles, and looking for them among millions of entries takes a tenth of the time.
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(os.cpu_count(), mp_context=spawn, initializer=gc.disable)
    try:
        futures: list[Future[Part]] = [pool.submit(play_at, server.database_url(), plan, each) for each in tasks]
        for future in as_completed(futures):
            yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def play_at(url: str, plan: Plan, buckets: Sequence[int]) -> Part:
    """A part on a connection of its own, which cannot write: what other processes call. url: of the database."""
    if _kept.get("url") != url:
        close_pools()
        server.use(url)
        _kept["url"] = url
    with reading(plan.wish.organisation_id) as conn:
        # Sixty rulebooks take longer to compile than a bucket takes to play.
        if _kept.get("plan") != plan:
            _kept["plan"], _kept["bench"] = plan, Bench(conn, plan)
        return _kept["bench"].play(conn, buckets)  # type: ignore[no-any-return]  # what this process keeps for itself


_kept: dict[str, Any] = {}


def _nothing_happened(plan: Plan) -> Refusal:
    return Refusal(
        "no_history",
        "There is no history to play",
        detail=f"Of the members that were asked for, nobody bought anything until {plan.wish.until:%-d %b %Y}.",
        remedy="Choose a later end, a larger share of the members, or import older orders first.",
        field="until",
    )


def _too_few(part: Part) -> Refusal:
    return Refusal(
        "sample_too_small",
        "The sample is too small",
        detail=f"{len(part.lives)} of {part.all_members:,} members were drawn and could be played, and figures of fewer"
        f" than {FEWEST_OF_SAMPLE} say nothing about the others.",
        remedy="Leave the share out, and a sensible one is chosen; or ask for a larger one.",
        field="share",
    )
