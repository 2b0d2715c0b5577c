"""Ways to look at the books from outside: are they right, and did anything change?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from regulars.database.pool import owning
from regulars.flows.verify_books import verify_books
from tests.factories import Shop

_NEWEST = "select coalesce(max(id), 0) from programmes_organisation"
_TABLES = """
    select c.table_name, bool_or(c.column_name = 'programme_id')
    from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where table_schema = 'public' and t.table_type = 'BASE TABLE'
      and c.column_name in ('programme_id', 'organisation_id')
    group by c.table_name order by c.table_name
"""


def newest_organisation() -> int:
    """The number of the latest organisation."""
    with owning() as conn:
        row = conn.execute(_NEWEST).fetchone()
    return int(row[0]) if row else 0


def findings(conn: psycopg.Connection[Any], organisation_id: int | None) -> list[str]:
    """What the checks find, one line each. conn: as `regulars verify` has it, the owner's, who sees everything."""
    return [
        f"{each.invariant} {each.name}: {each.count} found. {' '.join(each.examples)}"
        for each in verify_books(conn, organisation_id=organisation_id).results
        if each.count
    ]


def rows_of(conn: psycopg.Connection[Any], *, organisation_id: int, programme_id: int) -> dict[str, tuple[int, str]]:
    """Of every table: how many rows belong to the programme, and a fingerprint of them."""
    counts = {}
    for table, has_programme in conn.execute(_TABLES).fetchall():
        column, value = ("programme_id", programme_id) if has_programme else ("organisation_id", organisation_id)
        statement = sql.SQL(
            "select count(*), coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '')"
            " from {} t where {} = %s"
        ).format(sql.Identifier(table), sql.Identifier(column))
        row = conn.execute(statement, [value]).fetchone()
        assert row is not None
        counts[table] = (int(row[0]), str(row[1]))
    return counts


@contextmanager
def nothing_changes(shop: Shop) -> Iterator[None]:
    """Fails when a row of the shop's programme was added, changed or removed meanwhile."""
    place = {"organisation_id": shop.programme.organisation_id, "programme_id": shop.programme.id}
    with owning() as conn:
        before = rows_of(conn, **place)
        yield
        after = rows_of(conn, **place)
    assert {table: rows for table, rows in after.items() if rows != before[table]} == {}
