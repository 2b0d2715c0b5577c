"""Every table with rows of organisations is guarded by row-level security, and nothing goes around it.

The policies come from the catalogue after each migration (database/isolation.py); here the catalogue is asked again, in
other words, on every run.
"""

from collections.abc import Iterator

import psycopg
import pytest

from regulars.database.isolation import apply_isolation, isolated_tables
from regulars.database.roles import apply_grants

pytestmark = pytest.mark.database

WAYS_IN = {
    "access_keys_of",
    "access_link_of",
    "access_operator_home",
    "members_alike_by_claim",
    "members_alike_by_name",
    "members_matching",
    "programmes_directory",
    "programmes_found_organisation",
}
"""Functions that look past row-level security, because one cannot know whose a key is before one has seen it, or (the
search for members, which asks for the organisation itself) because LIKE finds no index behind it."""

_BY_ORGANISATION = (
    "(organisation_id = (NULLIF(current_setting('regulars.organisation'::text, true), ''::text))::integer)"
)

# Each gives the sentence that a finding ends with, and the query of the offenders.
HOLES = {
    "has a programme_id and no organisation_id: add it as database/migrations/0002 does": """
        select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'programme_id'
        where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and not a.attisdropped
          and not exists (select from pg_attribute o where o.attrelid = c.oid and o.attname = 'organisation_id')""",
    "has an organisation_id that may be null": """
        select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'organisation_id'
        where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and not a.attisdropped
          and not a.attnotnull""",
    "has rows of organisations and no row-level security in force": """
        select distinct c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and not a.attisdropped
          and a.attname in ('organisation_id', 'programme_id') and not (c.relrowsecurity and c.relforcerowsecurity)""",
    "has no policy for both roles, in both directions, by the setting": f"""
        select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'organisation_id'
        where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and not a.attisdropped
          and not exists (select from pg_policies p where p.schemaname = 'public' and p.tablename = c.relname
            and p.cmd = 'ALL' and p.roles::text[] @> array['regulars_app', 'regulars_insight']
            and p.qual = {psycopg.sql.quote(_BY_ORGANISATION)}
            and p.with_check = {psycopg.sql.quote(_BY_ORGANISATION)})""",
    "is within reach of the program's roles, and row-level security does not guard it": """
        select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
          and not (c.relrowsecurity and c.relforcerowsecurity)
          and (has_table_privilege('regulars_app', c.oid, 'select, insert, update, delete, truncate')
            or has_table_privilege('regulars_insight', c.oid, 'select, insert, update, delete, truncate'))""",
    "is a view that reads as its owner: make it with (security_invoker)": """
        select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('v', 'm')
          and not coalesce(c.reloptions::text[] @> array['security_invoker=true'], false)
          and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')""",
    "is a function that runs as its owner": f"""
        select p.proname from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef
          and p.proname <> all(array{sorted(WAYS_IN)})
          and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')""",
    "is a function that runs as its owner, and everybody may call it": """
        select p.proname from pg_proc p cross join aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
        where p.pronamespace = 'public'::regnamespace and p.prosecdef and a.grantee = 0
          and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')""",
}

# Makes each hole once, in the order of HOLES.
BAD_SCHEMA = """
create table homeless (programme_id integer not null);
create table vague (organisation_id integer);
create table open_to_all (organisation_id integer not null);
create table half_open (organisation_id integer not null);
alter table half_open enable row level security, force row level security;
create policy half on half_open to regulars_app using (organisation_id = 1) with check (true);
create table lookup (id integer);
grant select on lookup to regulars_insight;
create view peephole as select 1 as one;
create function back_door() returns integer language sql security definer as 'select 1';
"""
BAD_EXAMPLES = ["homeless", "vague", "open_to_all", "half_open", "lookup", "peephole", "back_door", "back_door"]


def holes(conn: psycopg.Connection) -> Iterator[str]:
    """One sentence for each hole."""
    for sentence, offenders in HOLES.items():
        yield from (f"{name} {sentence}" for (name,) in conn.execute(offenders + " order by 1").fetchall())


def test_no_table_is_open(database_url: str) -> None:
    with psycopg.connect(database_url) as conn:
        assert list(holes(conn)) == []
        assert len(isolated_tables(conn)) > 20, "this is not the migrated database"


def test_every_hole_is_found(database_url: str) -> None:
    with psycopg.connect(database_url) as conn, conn.transaction(force_rollback=True):
        conn.execute(BAD_SCHEMA)
        found = list(holes(conn))
    expected = [f"{name} {sentence}" for name, sentence in zip(BAD_EXAMPLES, HOLES, strict=True)]
    assert [sentence for sentence in expected if sentence not in found] == []


def test_a_new_table_is_guarded_without_being_named_anywhere(database_url: str) -> None:
    """As after a migration that adds a table: nothing else has to be remembered."""
    with psycopg.connect(database_url) as conn, conn.transaction(force_rollback=True):
        conn.execute("create table novelty (id integer primary key, organisation_id integer not null)")
        conn.execute("create table by_programme (id integer primary key, programme_id integer not null)")
        apply_isolation(conn)
        apply_grants(conn)
        left = [hole for hole in holes(conn) if hole.split()[0] in ("novelty", "by_programme")]
        # A table that knows its programme only is guarded by a subquery, which is told until it has the column.
        assert left == [f"by_programme {next(iter(HOLES))}"]
        conn.execute("insert into novelty values (1, -1), (2, -2)")
        conn.execute("set local role regulars_app")
        conn.execute("set local regulars.organisation = '-2'")
        assert conn.execute("select id from novelty").fetchall() == [(2,)]


def test_a_second_run_finds_nothing_to_do_and_locks_no_table(database_url: str) -> None:
    with psycopg.connect(database_url) as conn, conn.transaction(force_rollback=True):
        apply_isolation(conn)
        locked = conn.execute(
            "select relation::regclass::text from pg_locks where pid = pg_backend_pid() and relation is not null"
            " and mode = 'AccessExclusiveLock'"
        ).fetchall()
    assert locked == []
