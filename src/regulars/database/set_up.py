"""Brings the database to this version of the code: migrations, roles, row-level security, grants.

Running it twice changes nothing.
"""

from __future__ import annotations

import psycopg
from django import setup
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from regulars.database.isolation import apply_isolation
from regulars.database.roles import apply_grants, create_roles
from regulars.database.server import database_url
from regulars.database.troubles import trouble

_TURN = 0x7265_6775_6C61_7273
"""The advisory lock of whoever sets up: "regulars"."""


def refresh_statistics() -> None:
    """Tells the planner what the tables hold, after a large import; autovacuum would come to it later."""
    with psycopg.connect(database_url(), autocommit=True) as conn:
        conn.execute("analyze")


def set_up_database() -> bool:
    """Migrates, keeps organisations apart, and grants.

    Returns False when the database does not let us create roles: triggers then guard alone.
    """
    setup()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    with psycopg.connect(database_url(), autocommit=True) as conn, conn.transaction():
        # Several programs may start at once; grants to one table at the same moment would fail.
        conn.execute("select pg_advisory_xact_lock(%s)", [_TURN])
        if not create_roles(conn):
            return False
        apply_isolation(conn)
        apply_grants(conn)
    return True


def require_set_up() -> None:
    """For programs that only read. Raises Refusal while the database is that of an older version."""
    setup()
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        raise trouble(
            "database_older",
            "The database is of an older version",
            f"{len(waiting)} changes of its tables wait, the first of them {waiting[0][0]}.",
            "Back it up and start this version once, such as with regulars programmes list: that brings it up.",
        )
