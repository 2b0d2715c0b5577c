"""What a run cost, counted: SQL statements, bytes of write-ahead log, flushes to disk, processor time."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")
_FLUSHED = {True: "select coalesce(sum(fsyncs), 0) from pg_stat_io where object = 'wal'",
            False: "select wal_sync from pg_stat_wal"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Costs:
    """Totals, or differences of totals. cpu: seconds by part ("postgres", "python"), of those that can be seen."""

    statements: int
    wal_bytes: int
    flushes: int
    cpu: dict[str, float]

    def since(self, earlier: Costs) -> Costs:
        """What came on top."""
        return Costs(
            self.statements - earlier.statements,
            self.wal_bytes - earlier.wal_bytes,
            self.flushes - earlier.flushes,
            {part: seconds - earlier.cpu[part] for part, seconds in self.cpu.items() if part in earlier.cpu},
        )

    def per(self, count: int) -> dict[str, float]:
        """For one event, processor time in milliseconds."""
        each = {
            "statements": self.statements / count,
            "wal_bytes": self.wal_bytes / count,
            "flushes": self.flushes / count,
        }
        for part, seconds in self.cpu.items():
            each[f"cpu_ms_{part}"] = seconds * 1000 / count
        if {"postgres", "python"} <= self.cpu.keys():
            each["cpu_ms"] = sum(self.cpu.values()) * 1000 / count
        return each


class Meter:
    """Reads the totals. url: the database that is measured; programs: our processes, their children included."""

    def __init__(self, url: str, programs: Iterable[int]) -> None:
        self._conn: psycopg.Connection[Any] = psycopg.connect(url, autocommit=True)
        self._programs = list(programs)
        self._postmaster = _postmaster(self._conn)
        self._own = 0

    def read(self) -> Costs:
        """The totals now."""
        time.sleep(1.2)  # the server's processes report their counts once a second
        self._conn.execute("select pg_stat_clear_snapshot()")
        statements = self._one(
            "select coalesce(sum(calls), 0) from pg_stat_statements s join pg_database d on d.oid = s.dbid"
            " where d.datname = current_database()"
        )
        self._own += 4
        wal = self._one("select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')")
        flushes = self._one(_FLUSHED[self._conn.info.server_version >= 180_000])
        cpu = {"python": _seconds(self._programs)}
        if self._postmaster is not None:
            cpu["postgres"] = _seconds([self._postmaster], reaped=True)
        return Costs(statements - self._own, wal, flushes, cpu)

    def close(self) -> None:
        """Lets go of the connection."""
        self._conn.close()

    def _one(self, statement: str) -> int:
        row = self._conn.execute(statement).fetchone()
        return int(row[0]) if row else 0


def bytes_per_transfer(conn: psycopg.Connection[Any]) -> float:
    """Bytes on disk for one row of the books, its indexes included."""
    row = conn.execute(
        "select pg_total_relation_size('ledger_transfer')::float / nullif((select count(*) from ledger_transfer), 0)"
    ).fetchone()
    return float(row[0]) if row and row[0] else 0.0


def _postmaster(conn: psycopg.Connection[Any]) -> int | None:
    """The server's first process, where it runs on this machine."""
    try:
        parent = int(_stat(conn.info.backend_pid)[1])
        name = (_PROC / str(parent) / "comm").read_text().strip()
    except (OSError, ValueError, IndexError):
        return None
    return parent if name == "postgres" else None


def _seconds(roots: Iterable[int], *, reaped: bool = False) -> float:
    """Processor time of processes and their living descendants. reaped: also of their children that have ended."""
    parents: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            try:
                parents.setdefault(int(_stat(int(entry.name))[1]), []).append(int(entry.name))
            except (OSError, IndexError):
                continue
    ticks = 0
    waiting = list(roots)
    while waiting:
        process = waiting.pop()
        waiting += parents.get(process, [])
        try:
            fields = _stat(process)
        except (OSError, IndexError):
            continue
        ticks += sum(int(value) for value in fields[11 : 15 if reaped else 13])
    return ticks / _TICKS


def _stat(process: int) -> list[str]:
    """The fields of /proc/<pid>/stat from the state on: 1 the parent, 11-14 the times."""
    return (_PROC / str(process) / "stat").read_text().rpartition(")")[2].split()
