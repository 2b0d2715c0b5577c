"""Connections of this process, taken from one pool.

Every connection works as the role `regulars_app` where it exists: that role cannot change or delete what is
append-only. The insight pool works as `regulars_insight`, which cannot write at all.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql
from psycopg_pool import ConnectionPool

from regulars.database import binary
from regulars.database.roles import APP, INSIGHT
from regulars.database.server import database_url

Connection = psycopg.Connection[tuple[Any, ...]]

_LARGEST = 12
_pools: dict[str, ConnectionPool[Connection]] = {}
_opening = threading.Lock()


@contextmanager
def connection() -> Iterator[Connection]:
    """A connection in autocommit: open a transaction with `with conn.transaction():`."""
    with _pool(APP).connection() as conn:
        yield conn


@contextmanager
def reading() -> Iterator[Connection]:
    """A connection that cannot write, for insight."""
    with _pool(INSIGHT).connection() as conn:
        yield conn


def close_pools() -> None:
    """Closes every connection of this process; the next `connection()` opens anew."""
    with _opening:
        for pool in _pools.values():
            pool.close()
        _pools.clear()


def connect(role: str = APP) -> Connection:
    """One connection outside the pool, for a door that keeps its own."""
    conn: Connection = psycopg.connect(database_url(), autocommit=True)
    _prepare(conn, role)
    return conn


def _pool(role: str) -> ConnectionPool[Connection]:
    with _opening:
        if role not in _pools:
            _pools[role] = ConnectionPool(
                database_url(),
                min_size=1,
                max_size=_LARGEST,
                open=True,
                kwargs={"autocommit": True},
                configure=lambda conn: _prepare(conn, role),
                check=ConnectionPool.check_connection,
                name=role,
            )
        return _pools[role]


def _prepare(conn: Connection, role: str) -> None:
    binary.register(conn)
    known = conn.execute("select pg_has_role(oid, 'MEMBER') from pg_roles where rolname = %s", [role]).fetchone()
    if known and known[0]:
        conn.execute(sql.SQL("set role {}").format(sql.Identifier(role)))
