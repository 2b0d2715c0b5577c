"""Brings the database to this version of the code: migrations, roles and grants. Running it twice changes nothing."""

from __future__ import annotations

import psycopg
from django import setup
from django.core.management import call_command

from regulars.database.roles import apply_grants
from regulars.database.server import database_url


def refresh_statistics() -> None:
    """Tells the planner what the tables hold, after a large import; autovacuum would come to it later."""
    with psycopg.connect(database_url(), autocommit=True) as conn:
        conn.execute("analyze")


def set_up_database() -> bool:
    """Migrates and grants. Returns False when the database does not let us create roles: triggers then guard alone."""
    setup()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    with psycopg.connect(database_url(), autocommit=True) as conn:
        return apply_grants(conn)
