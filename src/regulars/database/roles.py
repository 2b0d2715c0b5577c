"""Database roles and what they may do.

`regulars_app` reads and writes, and cannot update, delete or truncate an append-only table; `regulars_insight` reads.
Both reach the tables that row-level security guards (isolation.py), and no other: sessions, the cache and the jobs are
Django's and the job library's, which work as the owner. A table is append-only when it carries the trigger
`append_only` (schema.py): grants follow the trigger.
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

_TABLES = """
    select relname, relrowsecurity and relforcerowsecurity from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by relname
"""


def append_only_tables(conn: psycopg.Connection[Any]) -> list[str]:
    """The tables that carry the append-only trigger."""
    return [name for (name,) in conn.execute(_APPEND_ONLY_TABLES)]


def create_roles(conn: psycopg.Connection[Any]) -> bool:
    """Creates the roles where this connection may; running it twice is harmless.

    Returns False when this connection can neither create nor take them (a managed server without CREATEROLE): only our
    own queries then keep organisations apart, the triggers guard the books alone, and `regulars verify` says so.
    """
    return all((_exists(conn, role) or _created(conn, role)) and _taken(conn, role) for role in (APP, INSIGHT))


def can_take(conn: psycopg.Connection[Any], role: str) -> bool:
    """Whether the role exists and this connection may work as it."""
    row = conn.execute("select pg_has_role(oid, 'SET') from pg_roles where rolname = %s", [role]).fetchone()
    return bool(row and row[0])


def apply_grants(conn: psycopg.Connection[Any]) -> None:
    """Grants the roles exactly what they need; running it twice is harmless. Needs the roles."""
    app, insight = sql.Identifier(APP), sql.Identifier(INSIGHT)
    with conn.transaction():
        conn.execute(sql.SQL("grant usage on schema public to {}, {}").format(app, insight))
        conn.execute(sql.SQL("grant usage, select, update on all sequences in schema public to {}").format(app))
        conn.execute(sql.SQL("grant execute on all functions in schema public to {}").format(app))
        for table, is_guarded in conn.execute(_TABLES).fetchall():
            name = sql.Identifier(table)
            if is_guarded:
                conn.execute(sql.SQL("grant select, insert, update, delete on {} to {}").format(name, app))
                conn.execute(sql.SQL("grant select on {} to {}").format(name, insight))
            else:
                conn.execute(sql.SQL("revoke all on {} from {}, {}").format(name, app, insight))
        for table in append_only_tables(conn):
            conn.execute(sql.SQL("revoke update, delete, truncate on {} from {}").format(sql.Identifier(table), app))


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


def _taken(conn: psycopg.Connection[Any], role: str) -> bool:
    if can_take(conn, role):
        return True
    try:
        with conn.transaction():
            conn.execute(sql.SQL("grant {} to current_user").format(sql.Identifier(role)))
    except errors.InsufficientPrivilege:
        return False
    return True
