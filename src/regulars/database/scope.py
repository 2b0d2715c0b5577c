"""Whose rows a connection works on: one organisation at a time, and the database sees to it (see isolation.py).

    with scoped(conn, organisation_id):
        ...                                    # every transaction and every single statement in here

The setting is made by SET LOCAL, so it ends with its transaction: it cannot leak to whoever gets the connection next,
from our pool or from a pooler between us and the server. It travels in one message with BEGIN and costs no round trip.
Flows and queries know nothing of it; doors, jobs and commands declare it where they learn who is asking.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, LiteralString, Self

import psycopg
from psycopg import generators, sql
from psycopg.abc import Params, PQGen, QueryNoTemplate
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult

SETTING: LiteralString = "regulars.organisation"
"""What the policies compare with. Unset or empty: nobody's, so that nothing is visible."""


class Connection(psycopg.Connection[tuple[Any, ...]]):
    """A connection that tells the server for which organisation it works. Outside of `scoped`: for none.

    role: taken with every transaction too, where a pooler may hand us another session each time; None: was taken once.
    """

    organisation_id: int | None = None
    role: str | None = None

    @property
    def is_idle(self) -> bool:
        """Whether no transaction is open."""
        return self.pgconn.transaction_status == TransactionStatus.IDLE

    @property
    def declares(self) -> bool:
        """Whether a transaction has something to say at its beginning."""
        return self.organisation_id is not None or self.role is not None

    def _exec_command(self, command: QueryNoTemplate, result_format: Format = Format.TEXT) -> PQGen[PGresult | None]:
        """Psycopg's own commands; BEGIN takes the setting along. (Psycopg has no public place for that.)"""
        if not self.declares or command != self._get_tx_start_command():
            return (yield from super()._exec_command(command, result_format))
        self._check_connection_ok()
        message = [self._get_tx_start_command()]
        if self.role is not None:
            message.append(sql.SQL("set local role {}").format(sql.Identifier(self.role)).as_bytes(self))
        if self.organisation_id is not None:
            message.append(_setting(self.organisation_id))
        self.pgconn.send_query(b"; ".join(message))
        results: list[PGresult] = yield from generators.execute(self.pgconn)
        for result in results:
            if result.status != ExecStatus.COMMAND_OK:
                raise error_from_result(result)
        return results[-1]


class Cursor(psycopg.Cursor[tuple[Any, ...]]):
    """Runs a single statement outside of a transaction in one of its own, where a scope has to reach it."""

    def execute(
        self, query: Any, params: Params | None = None, *, prepare: bool | None = None, binary: bool | None = None
    ) -> Self:
        conn = self.connection
        if not isinstance(conn, Connection) or not conn.declares or not conn.is_idle:
            return super().execute(query, params, prepare=prepare, binary=binary)
        with conn.transaction():
            return super().execute(query, params, prepare=prepare, binary=binary)


@contextmanager
def scoped(conn: psycopg.Connection[Any], organisation_id: int) -> Iterator[None]:
    """Works for this organisation meanwhile, and for whom it was before afterwards; also within a transaction.

    Raises TypeError for a connection that is not from `regulars.database.pool`: it would see nothing.
    """
    if not isinstance(conn, Connection):
        raise TypeError("only connections of regulars.database.pool know for whom they work")
    before = conn.organisation_id
    work_for(conn, organisation_id)
    try:
        yield
    finally:
        work_for(conn, before)


def work_for(conn: Connection, organisation_id: int | None) -> None:
    """From here on; `scoped` is the better way wherever the work has an end."""
    if conn.organisation_id == organisation_id:
        return
    conn.organisation_id = organisation_id
    # A transaction that failed is rolled back by whoever began it, and takes the setting with it.
    if conn.pgconn.transaction_status == TransactionStatus.INTRANS:
        conn.execute(_setting(organisation_id))


def _setting(organisation_id: int | None) -> bytes:
    """As a SET statement, which Citus hands on to its workers; set_config would stay on the coordinator."""
    return b"set local %b = '%b'" % (SETTING.encode(), b"" if organisation_id is None else b"%d" % organisation_id)
