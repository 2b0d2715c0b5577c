"""Load over HTTP: by wrk where it is installed, otherwise by a small generator of our own, which is slower itself."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from regulars.interfaces.commandline.benchmarks.orders import AT, orders
from regulars.kernel.errors import Refusal

_SCRIPT = Path(__file__).with_name("orders.lua")


@dataclass(frozen=True, slots=True)
class Target:
    """What is loaded. key: the API key; members: m0 to m<members - 1> exist."""

    host: str
    port: int
    key: str
    members: int


@dataclass(frozen=True, slots=True)
class Load:
    """How a load went. p50, p99: milliseconds of a request. failed: requests without an answer, or refused."""

    tool: str
    connections: int
    events_per_request: int
    events: int
    seconds: float
    p50: float
    p99: float
    failed: int

    @property
    def per_second(self) -> float:
        """Events in a second."""
        return self.events / self.seconds


def run_load(target: Target, *, connections: int, size: int, seconds: int) -> Load:
    """Sends orders for some seconds. size: events of one request; above 1 they go to the bulk address."""
    run = f"{connections}x{size}-{time.time_ns()}"
    if shutil.which("wrk"):
        return _by_wrk(target, run, connections=connections, size=size, seconds=seconds)
    return asyncio.run(_by_ourselves(target, run, connections=connections, size=size, seconds=seconds))


def _by_wrk(target: Target, run: str, *, connections: int, size: int, seconds: int) -> Load:
    environment = {
        "BENCH_KEY": target.key, "BENCH_RUN": run, "BENCH_AT": AT, "BENCH_MEMBERS": str(target.members),
        "BENCH_SIZE": str(size),
    }  # fmt: skip
    done = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", str(_SCRIPT),
         f"http://{target.host}:{target.port}"],
        env={**os.environ, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    figures = next((line.split()[1:] for line in done.stdout.splitlines() if line.startswith("BENCH ")), None)
    if figures is None:
        raise _nothing_measured(f"wrk said: {(done.stderr or done.stdout).strip()[-300:]}")
    requests, micros, p50, p99, failed = map(int, figures)
    if failed >= requests:
        raise _nothing_measured(f"None of {requests} requests was accepted.")
    return Load("wrk", connections, size, (requests - failed) * size, micros / 1e6, p50 / 1e3, p99 / 1e3, failed)


async def _by_ourselves(target: Target, run: str, *, connections: int, size: int, seconds: int) -> Load:
    took: list[float] = []
    failures: list[str] = []
    started = time.perf_counter()
    end = started + seconds
    await asyncio.gather(
        *(_send_until(end, target, f"{run}-{number}", number, size, took, failures) for number in range(connections))
    )
    if not took:
        raise _nothing_measured(failures[0] if failures else "no request was answered in time")
    took.sort()
    passed = time.perf_counter() - started
    p50, p99 = (took[int(len(took) * share)] * 1000 for share in (0.5, 0.99))
    return Load("own generator", connections, size, len(took) * size, passed, p50, p99, len(failures))


async def _send_until(
    end: float, target: Target, run: str, seed: int, size: int, took: list[float], failures: list[str]
) -> None:
    path = "/api/v1/events" if size == 1 else "/api/v1/events/bulk"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {target.host}\r\nAuthorization: Bearer {target.key}\r\n"
        "Content-Type: application/json\r\nContent-Length: "
    ).encode()
    source = orders(run, members=target.members, seed=seed)
    reader, writer = await asyncio.open_connection(target.host, target.port)
    try:
        while (began := time.perf_counter()) < end:
            some = b",".join(next(source) for _ in range(size))
            body = some if size == 1 else b'{"events":[' + some + b"]}"
            writer.write(head + str(len(body)).encode() + b"\r\n\r\n" + body)
            answered = (await reader.readuntil(b"\r\n\r\n")).lower()
            await reader.readexactly(int(answered.partition(b"content-length:")[2].split(b"\r\n")[0]))
            if answered.split(b" ", 2)[1] in (b"200", b"201"):
                took.append(time.perf_counter() - began)
            else:
                failures.append(answered.split(b"\r\n")[0].decode())
    except (OSError, asyncio.IncompleteReadError, ValueError) as error:
        failures.append(repr(error))
    finally:
        writer.close()


def _nothing_measured(why: str) -> Refusal:
    return Refusal(
        "nothing_measured",
        "The load could not be measured",
        detail=why,
        remedy="Run the benchmark again, with nothing else on the machine.",
    )
