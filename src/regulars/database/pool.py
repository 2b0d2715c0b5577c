"""Connections of this process, taken from one pool.

Every connection works as the role `regulars_app` where it exists: that role cannot change or delete what is
append-only, and sees the rows of one organisation at a time (scope.py). The insight pool works as `regulars_insight`,
which cannot write at all.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import sql
from psycopg_pool import ConnectionPool

from regulars.database import binary
from regulars.database.roles import APP, INSIGHT, can_take
from regulars.database.scope import Connection, Cursor
from regulars.database.server import database_url

__all__ = ["Connection", "close_pools", "connect", "connection", "owning", "reading"]

_LARGEST = 12
_pools: dict[str, ConnectionPool[Connection]] = {}
_opening = threading.Lock()


@contextmanager
def connection(organisation_id: int | None = None) -> Iterator[Connection]:
    """A connection in autocommit: open a transaction with `with conn.transaction():`.

    organisation_id: whose rows it works on. None: nobody's, until `scoped` says whose.
    """
    yield from _lent(APP, organisation_id)


@contextmanager
def reading(organisation_id: int) -> Iterator[Connection]:
    """A connection that cannot write, for insight."""
    yield from _lent(INSIGHT, organisation_id)


@contextmanager
def owning() -> Iterator[Connection]:
    """A connection as the owner of the tables, who sees every organisation: for proving the books of all."""
    conn = connect(role=None)
    try:
        yield conn
    finally:
        conn.close()


def close_pools() -> None:
    """Closes every connection of this process; the next `connection()` opens anew."""
    with _opening:
        for pool in _pools.values():
            pool.close()
        _pools.clear()


def connect(role: str | None = APP, *, organisation_id: int | None = None) -> Connection:
    """One connection outside the pool, for a door that keeps its own. role: None stays who the address says."""
    conn = Connection.connect(database_url(), autocommit=True, cursor_factory=Cursor)
    _prepare(conn, role)
    conn.organisation_id = organisation_id
    return conn


def _lent(role: str, organisation_id: int | None) -> Iterator[Connection]:
    with _pool(role).connection() as conn:
        conn.organisation_id = organisation_id
        try:
            yield conn
        finally:
            conn.organisation_id = None


def _pool(role: str) -> ConnectionPool[Connection]:
    with _opening:
        if role not in _pools:
            _pools[role] = ConnectionPool(
                database_url(),
                connection_class=Connection,
                min_size=1,
                max_size=_LARGEST,
                open=True,
                kwargs={"autocommit": True, "cursor_factory": Cursor},
                configure=lambda conn: _prepare(conn, role),
                check=ConnectionPool.check_connection,
                name=role,
            )
        return _pools[role]


def _prepare(conn: Connection, role: str | None) -> None:
    binary.register(conn)
    if role is None:
        return
    if not can_take(conn, role):
        return
    (session,) = conn.execute("select pg_backend_pid()").fetchone() or (0,)
    if session != conn.info.backend_pid:  # a pooler stands between, and makes up numbers of its own
        conn.role = role
    else:
        conn.execute(sql.SQL("set role {}").format(sql.Identifier(role)))
