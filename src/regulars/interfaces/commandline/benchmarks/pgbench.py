"""pgbench's TPC-B on the same server, in the same run: the yardstick."""

from __future__ import annotations

import os
import re
import subprocess

import psycopg
from psycopg import conninfo

from regulars.database import server
from regulars.database.binaries import find_binaries
from regulars.kernel.errors import Refusal

_VARIABLES = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}


def transactions_per_second(*, scale: int, clients: int, seconds: int) -> float:
    """TPC-B in a database of its own, which is dropped afterwards."""
    admin = server.with_database(server.database_url(), "postgres")
    name = f"regulars_pgbench_{os.getpid()}"
    server.drop_database(admin, name)
    url = server.create_database(admin, name)
    try:
        _pgbench(url, "-i", "-q", "-s", str(scale))
        _settle(url)
        said = _pgbench(url, "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(seconds))
        _settle(url)
    finally:
        server.drop_database(admin, name)
    found = re.search(r"tps = ([\d.]+)", said)
    if found is None:
        raise _failed(said)
    return float(found[1])


def _settle(url: str) -> None:
    """A checkpoint: pgbench and Regulars alike then find a log to write over, as on a server that has run for a while.

    A new server's log grows file by file, and each is written full of zeros first: that would be measured instead.
    """
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("checkpoint")


def _pgbench(url: str, *arguments: str) -> str:
    address = {
        _VARIABLES[name]: str(value) for name, value in conninfo.conninfo_to_dict(url).items() if name in _VARIABLES
    }
    done = subprocess.run(
        [find_binaries().program("pgbench"), *arguments],
        env={**os.environ, **address},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise _failed(done.stderr)
    return done.stdout


def _failed(said: str) -> Refusal:
    return Refusal(
        "pgbench_failed",
        "pgbench did not run",
        detail=f"It said: {said.strip()[-300:]}",
        remedy="Install PostgreSQL's pgbench, or let Regulars use its own PostgreSQL (unset DATABASE_URL and "
        "REGULARS_PG_BIN).",
    )
