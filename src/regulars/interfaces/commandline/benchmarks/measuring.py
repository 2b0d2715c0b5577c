"""The measurements of one run, in order."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

import msgspec
import psycopg

from regulars.database.pool import connection
from regulars.domain.events.contracts import Event
from regulars.flows.process_events import process_events
from regulars.interfaces.commandline.benchmarks.costs import Meter, bytes_per_transfer
from regulars.interfaces.commandline.benchmarks.ground import Ground
from regulars.interfaces.commandline.benchmarks.load import Target, run_load
from regulars.interfaces.commandline.benchmarks.orders import orders
from regulars.interfaces.commandline.benchmarks.pgbench import transactions_per_second
from regulars.interfaces.commandline.benchmarks.serving import HOST, served
from regulars.kernel.clock import utc_now

BULK = 500
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Size:
    """How large a run is. scale: of pgbench; bulk_connections: at 500 events a request."""

    members: int
    scale: int
    seconds: int
    imported: int
    connections: tuple[int, ...] = (1, 16, 64, 256)
    bulk_connections: int = 4


FULL = Size(members=100_000, scale=50, seconds=15, imported=50_000)
QUICK = Size(members=10_000, scale=10, seconds=5, imported=10_000)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the result. ratio: to pgbench in the same run; p50, p99: milliseconds; costs: for one event."""

    what: str
    per_second: float
    ratio: float
    p50: float | None = None
    p99: float | None = None
    failed: int = 0
    costs: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was measured, and under which conditions."""

    conditions: dict[str, str | int]
    figures: list[Figure]
    bytes_per_transfer: float


def measure(size: Size, base: Ground, *, say: Callable[[str], None]) -> Report:
    """Runs every measurement. say: told what comes next."""
    say("pgbench, TPC-B, 8 clients")
    yardstick = transactions_per_second(scale=size.scale, clients=8, seconds=size.seconds)
    figures = [Figure("pgbench TPC-B, 8 clients", yardstick, 1.0)]
    # First, because it changes most pages once: what the server logs in whole after a checkpoint is then behind us.
    say("import, one process")
    imported = _import(base, size.imported, yardstick)
    tool = ""
    with served(base.url, workers=WORKERS) as (port, process):
        target = Target(HOST, port, base.key, base.members)
        meter = Meter(base.url, [process])
        run_load(target, connections=16, size=1, seconds=2)  # compiles the rulebook, prepares the statements
        plan = [(connections, 1) for connections in size.connections] + [(size.bulk_connections, BULK)]
        for connections, events in plan:
            what = _named(connections, events)
            say(what)
            before = meter.read()
            load = run_load(target, connections=connections, size=events, seconds=size.seconds)
            costs = meter.read().since(before)
            tool = load.tool
            figures.append(
                Figure(what, load.per_second, load.per_second / yardstick, load.p50, load.p99, load.failed,
                       costs.per(load.events))
            )  # fmt: skip
        meter.close()
    figures.append(imported)
    with psycopg.connect(base.url) as conn:
        row_bytes = bytes_per_transfer(conn)
        version = conn.info.parameter_status("server_version") or ""
        flushing = conn.execute("select current_setting('fsync') || '/' || current_setting('synchronous_commit')")
        durable = (flushing.fetchone() or ("",))[0]
    conditions: dict[str, str | int] = {
        "cores": os.cpu_count() or 0, "postgresql": version, "fsync/synchronous_commit": durable,
        "members": size.members, "pgbench_scale": size.scale, "seconds": size.seconds, "workers": WORKERS,
        "load_generator": f"{tool}, on the same machine",
    }  # fmt: skip
    return Report(conditions, figures, row_bytes)


def _named(connections: int, events: int) -> str:
    if events > 1:
        return f"bulk events over HTTP, {connections} connections x {events}"
    return f"single events over HTTP, {connections} connection{'s' if connections > 1 else ''}"


def _import(base: Ground, count: int, yardstick: float) -> Figure:
    """Batches of 500 in this process, as the importer sends them; decoding is included."""
    raw = list(islice(orders(f"import-{time.time_ns()}", members=base.members, seed=1), count))
    decoder = msgspec.json.Decoder(Event)
    meter = Meter(base.url, [os.getpid()])
    with connection(base.organisation_id) as conn:
        before = meter.read()
        started = time.perf_counter()
        failed = 0
        for start in range(0, count, BULK):
            events = [decoder.decode(each) for each in raw[start : start + BULK]]
            outcomes = process_events(conn, events, programme_id=base.programme_id, now=utc_now())
            failed += sum(outcome.status != 201 for outcome in outcomes)
        seconds = time.perf_counter() - started
        costs = meter.read().since(before).per(count)
    meter.close()
    rate = count / seconds
    return Figure(f"import, one process, batches of {BULK}", rate, rate / yardstick, failed=failed, costs=costs)
