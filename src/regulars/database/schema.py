"""What migrations are made of: SQL operations with a lock timeout, and append-only tables."""

from __future__ import annotations

from django.db import migrations

LOCK_TIMEOUT = "set lock_timeout = '5s'"
"""A migration that cannot get its lock gives up and is run again, rather than stand in front of every query."""

_GUARD = """
create trigger append_only before update or delete on {table}
    for each row execute function public.regulars_refuse_change();
create trigger append_only_truncate before truncate on {table}
    for each statement execute function public.regulars_refuse_change();
"""


def run(forward: str, backward: str = "") -> migrations.RunSQL:
    """SQL as a migration operation."""
    return migrations.RunSQL(
        sql=[LOCK_TIMEOUT, forward], reverse_sql=[LOCK_TIMEOUT, backward] if backward else migrations.RunSQL.noop
    )


def append_only(*tables: str) -> migrations.RunSQL:
    """Makes tables refuse UPDATE, DELETE and TRUNCATE, whoever asks; grants are revoked by roles.apply_grants."""
    return run("".join(_GUARD.format(table=table) for table in tables))
