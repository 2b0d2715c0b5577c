"""A back-test as a whole: its parts are spread over the cores of this machine, or over an engine that is given.

Members do not know of each other, except by budgets. So members are played one by one, as if budgets never ran out;
where more was drawn on one than it holds, all are played once more together, in the order in which events came.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import closing, contextmanager
from typing import Any

import psycopg

from regulars.database import server
from regulars.database.pool import connect
from regulars.database.roles import INSIGHT
from regulars.flows.backtests.parts import Part, play_buckets, play_in_order, ran_out, shelves
from regulars.flows.backtests.wish import Wish
from regulars.kernel.errors import Refusal
from regulars.kernel.ids import BUCKETS

_AT_A_TIME = 4
"""Buckets of one task: small enough to show progress, large enough to be worth sending."""

Told = Callable[[int, int], bool]
"""(parts that are done, all of them) -> whether to go on."""
Mapped = Callable[[Wish, Sequence[Sequence[int]]], Iterable[Part]]
"""Plays lists of buckets somewhere, and gives the parts as they are done."""


class Cancelled(Exception):
    """Somebody did not want it any more."""


def run(conn: psycopg.Connection[Any], wish: Wish, *, told: Told, mapped: Mapped | None = None) -> tuple[Part, bool]:
    """The whole history; and whether it had to be played in order, because budgets ran out. Reads only.

    told: is told how far it is, and says whether to go on. mapped: the engine; None: the cores of this machine.
    Raises Cancelled, and Refusal for a rulebook that cannot be compiled here.
    """
    rules = shelves(conn, wish)
    if not rules[0].rulebooks:
        raise _no_rules(rules[0].programme.name)
    whole = Part()
    tasks = [list(range(start, start + _AT_A_TIME)) for start in range(0, BUCKETS, _AT_A_TIME)]
    for done, part in enumerate((mapped or on_cores)(wish, tasks), start=1):
        whole.add(part)
        if not told(done, len(tasks)):
            raise Cancelled
    if not whole.live.figures.events:
        raise _nothing_happened(wish)
    if any(ran_out(side, each) for side, each in zip((whole.live, whole.draft), rules, strict=False)):
        return play_in_order(conn, wish, range(BUCKETS)), True
    return whole, False


def here(conn: psycopg.Connection[Any]) -> Mapped:
    """On this connection, one part after the other: for small histories, and inside a transaction."""

    def play(wish: Wish, tasks: Sequence[Sequence[int]]) -> Iterator[Part]:
        for buckets in tasks:
            yield play_buckets(conn, wish, buckets)

    return play


def on_cores(wish: Wish, tasks: Sequence[Sequence[int]]) -> Iterator[Part]:
    """In as many processes as there are cores."""
    with _processes() as pool:
        futures: list[Future[Part]] = [pool.submit(play_at, server.database_url(), wish, each) for each in tasks]
        for future in as_completed(futures):
            yield future.result()


def play_at(url: str, wish: Wish, buckets: Sequence[int]) -> Part:
    """A part on a connection of its own, which cannot write: what other processes call. url: of the database."""
    server.use(url)
    with closing(connect(INSIGHT, organisation_id=wish.organisation_id)) as conn, _no_circles():
        return play_buckets(conn, wish, buckets)


@contextmanager
def _processes() -> Iterator[ProcessPoolExecutor]:
    pool = ProcessPoolExecutor(os.cpu_count(), mp_context=multiprocessing.get_context("spawn"))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _no_circles() -> Iterator[None]:
    """Lives hold no circles, and looking for them among millions of entries takes a tenth of the time."""
    looked = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looked:
            gc.enable()


def _nothing_happened(wish: Wish) -> Refusal:
    return Refusal(
        "no_history",
        "There is no history to play",
        detail=f"Of the members that were asked for, nobody did anything until {wish.until:%-d %b %Y}.",
        remedy="Choose a later end, a larger share of the members, or import older orders first.",
        field="until",
    )


def _no_rules(name: str) -> Refusal:
    return Refusal(
        "no_rulebook",
        "There is no rulebook yet",
        detail=f"Nothing was ever published for {name}, so there is no history of it.",
        remedy="Publish a rulebook first: regulars rulebook publish FILE.",
    )
