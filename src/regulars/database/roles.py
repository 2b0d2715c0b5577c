"""Database roles and the grants that make books append-only.

`regulars_app` reads and writes, and cannot update, delete or truncate an append-only table; `regulars_insight` reads.
A table is append-only when it carries the trigger `append_only` (see schema.py): grants follow the trigger.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import errors, sql

APP = "regulars_app"
INSIGHT = "regulars_insight"

_APPEND_ONLY_TABLES = """
    select c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where t.tgname = 'append_only' and c.relnamespace = 'public'::regnamespace
    order by c.relname
"""


def append_only_tables(conn: psycopg.Connection[Any]) -> list[str]:
    """The tables that carry the append-only trigger."""
    return [name for (name,) in conn.execute(_APPEND_ONLY_TABLES)]


def apply_grants(conn: psycopg.Connection[Any]) -> bool:
    """Creates the roles where this connection may, and grants exactly what they need; running it twice is harmless.

    Returns False when the roles do not exist and cannot be created here (a managed server without CREATEROLE): the
    triggers then guard alone, and `regulars verify` says so.
    """
    for role in (APP, INSIGHT):
        if not _exists(conn, role) and not _created(conn, role):
            return False
    app, insight = sql.Identifier(APP), sql.Identifier(INSIGHT)
    with conn.transaction():
        conn.execute(sql.SQL("grant {}, {} to current_user").format(app, insight))
        conn.execute(sql.SQL("grant usage on schema public to {}, {}").format(app, insight))
        conn.execute(sql.SQL("grant select, insert, update, delete on all tables in schema public to {}").format(app))
        conn.execute(sql.SQL("grant usage, select, update on all sequences in schema public to {}").format(app))
        conn.execute(sql.SQL("grant execute on all functions in schema public to {}").format(app))
        conn.execute(sql.SQL("grant select on all tables in schema public to {}").format(insight))
        for table in append_only_tables(conn):
            conn.execute(sql.SQL("revoke update, delete, truncate on {} from {}").format(sql.Identifier(table), app))
    return True


def _exists(conn: psycopg.Connection[Any], role: str) -> bool:
    return conn.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone() is not None


def _created(conn: psycopg.Connection[Any], role: str) -> bool:
    try:
        with conn.transaction():
            conn.execute(sql.SQL("create role {} nologin").format(sql.Identifier(role)))
    except errors.InsufficientPrivilege:
        return False
    except (errors.DuplicateObject, errors.UniqueViolation):
        return True  # another program created it at the same moment
    return True
