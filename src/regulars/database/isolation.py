"""Organisations are kept apart by the database itself: row-level security on every table that holds their rows.

What needs a policy is read from the catalogue after each migration, so a new table has nothing to remember: its column
`organisation_id` is enough. Without the setting of scope.py nobody's rows are visible, and none can be written. The
owner of the tables (migrations, `regulars verify` of everybody) sees all, by a policy that says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from regulars.database.roles import APP, INSIGHT

POLICY = "regulars_organisation"
OWNER_POLICY = "regulars_owner"

# Without subqueries, which Citus refuses in policies. After its transaction a setting is empty, no longer null.
CURRENT: LiteralString = "nullif(current_setting('regulars.organisation', true), '')::integer"
"""The organisation of the transaction, as SQL; null where none was declared."""

_BY_PROGRAMME: LiteralString = "programme_id = any (array(select id from public.programmes_programme))"
"""Of a table that knows its programme only: those programmes are visible that are the organisation's own. Citus does
not take it, so `regulars distribute` asks for a column organisation_id."""

_TABLES = """
    with named as (
        select c.oid, a.attname, 1 as rank from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
          and a.attname = 'organisation_id' and not a.attisdropped
        union all
        -- The organisations themselves: what a column organisation_id refers to.
        select k.confrelid, t.attname, 2 from pg_constraint k
        join pg_attribute s on s.attrelid = k.conrelid and s.attnum = k.conkey[1] and s.attname = 'organisation_id'
        join pg_attribute t on t.attrelid = k.confrelid and t.attnum = k.confkey[1]
        where k.contype = 'f' and cardinality(k.conkey) = 1
        union all
        select c.oid, a.attname, 3 from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
          and a.attname = 'programme_id' and not a.attisdropped
    ), table_of_one as (select distinct on (oid) oid, attname from named order by oid, rank)
    select c.relname, o.attname, pg_get_userbyid(c.relowner), c.relrowsecurity, c.relforcerowsecurity,
           exists (select from pg_policy p where p.polrelid = c.oid and p.polname = %(policy)s),
           exists (select from pg_policy p where p.polrelid = c.oid and p.polname = %(owner)s)
    from table_of_one o join pg_class c on c.oid = o.oid
    order by c.relname
"""


@dataclass(frozen=True, slots=True)
class Isolated:
    """A table whose rows belong to organisations. column: says to which; the rest: what is in place already."""

    table: str
    column: str
    owner: str
    enabled: bool
    forced: bool
    has_policy: bool
    has_owner_policy: bool

    @property
    def condition(self) -> sql.Composable:
        """Which of its rows are the organisation's."""
        if self.column == "programme_id":
            return sql.SQL(_BY_PROGRAMME)
        return sql.SQL("{} = {}").format(sql.Identifier(self.column), sql.SQL(CURRENT))


def apply_isolation(conn: psycopg.Connection[Any]) -> None:
    """Puts row-level security in place where it is not yet; locks no table where nothing is missing."""
    with conn.transaction():
        conn.execute("set local lock_timeout = '5s'")
        for statement in missing(isolated_tables(conn)):
            conn.execute(statement)


def isolated_tables(conn: psycopg.Connection[Any]) -> list[Isolated]:
    """Every table that holds rows of organisations, by name."""
    rows = conn.execute(_TABLES, {"policy": POLICY, "owner": OWNER_POLICY})
    return [Isolated(*row) for row in rows]


def missing(tables: list[Isolated]) -> Iterator[sql.Composed]:
    """The statements that put row-level security in place where it is not; none when all is well."""
    for each in tables:
        table = sql.Identifier(each.table)
        if not each.has_policy:
            yield sql.SQL(
                "create policy {policy} on {table} to {app}, {insight} using ({condition}) with check ({condition})"
            ).format(
                policy=sql.Identifier(POLICY),
                table=table,
                app=sql.Identifier(APP),
                insight=sql.Identifier(INSIGHT),
                condition=each.condition,
            )
        if not each.has_owner_policy:
            yield sql.SQL("create policy {} on {} to {} using (true) with check (true)").format(
                sql.Identifier(OWNER_POLICY), table, sql.Identifier(each.owner)
            )
        if not (each.enabled and each.forced):
            yield sql.SQL("alter table {} enable row level security, force row level security").format(table)
