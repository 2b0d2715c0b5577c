"""`regulars distribute`, on a server with functions of the names and signatures of Citus' that keep a record.

They ask for what Citus asks for as well: the order of foreign keys, the neighbour, the permission for triggers.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import psycopg
import pytest
from click.testing import CliRunner, Result
from django.db import connections
from psycopg import conninfo

from regulars.database.distribution import Kind, plan, read_tables
from regulars.database.pool import close_pools, owning
from regulars.database.server import create_database, drop_database, use, with_database
from regulars.database.set_up import set_up_database
from regulars.interfaces.commandline.distribute import distribute_command
from regulars.kernel.errors import Refusal

pytestmark = pytest.mark.database

STAND_IN = """
create schema citus;
create type citus.distribution_type as enum ('hash', 'range', 'append');
create schema stand_in;
create table stand_in.call (number serial, name regclass primary key, kind text, key text, beside text, shards int);
create table stand_in.broken (name regclass);
create view stand_in.citus_tables as
    select name as table_name, kind as citus_table_type, 7 as colocation_id from stand_in.call;

create function stand_in.take(its_name regclass, its_kind text, its_key text, its_side text, its_shards int)
returns void language plpgsql as $$
begin
    if exists (select from pg_trigger where tgrelid = its_name and not tgisinternal)
       and current_setting('citus.enable_unsafe_triggers', true) is distinct from 'on' then
        raise exception 'triggers are not supported on distributed tables';
    end if;
    if exists (select from pg_constraint where conrelid = its_name and contype = 'f'
               and confrelid not in (select c.name from stand_in.call c)) then
        raise exception 'foreign key of % to a table that is not distributed', its_name;
    end if;
    if its_kind = 'distributed' and its_side <> 'none'
       and not exists (select from stand_in.call c where c.name = its_side::regclass and c.kind = 'distributed') then
        raise exception 'cannot colocate % with %', its_name, its_side;
    end if;
    if its_name in (select b.name from stand_in.broken b) then
        raise exception 'the node is away';
    end if;
    insert into stand_in.call (name, kind, key, beside, shards)
    values (its_name, its_kind, its_key, its_side, its_shards);
end
$$;
create function stand_in.create_reference_table(table_name regclass) returns void language sql strict as
$$ select stand_in.take(table_name, 'reference', null, null, null) $$;
create function stand_in.create_distributed_table(
    table_name regclass, distribution_column text, distribution_type citus.distribution_type default 'hash',
    colocate_with text default 'default', shard_count int default null) returns void language sql as
$$ select stand_in.take(table_name, 'distributed', distribution_column, colocate_with, shard_count) $$;
"""


@pytest.fixture
def cluster(database_url: str) -> Iterator[psycopg.Connection]:
    """A database of its own, migrated, with the functions on the search path."""
    name = f"regulars_cluster_{os.getpid()}"
    admin = with_database(database_url, "postgres")
    url = create_database(admin, name)
    try:
        _work_with(conninfo.make_conninfo(url, options="-csearch_path=public,stand_in"))
        set_up_database()
        with psycopg.connect(url, autocommit=True) as conn:
            conn.execute(STAND_IN)
            yield conn
    finally:
        _work_with(database_url)
        drop_database(admin, name)


def _work_with(url: str) -> None:
    close_pools()
    connections.close_all()
    use(url)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(distribute_command, arguments)


def calls(conn: psycopg.Connection) -> list[tuple[object, ...]]:
    found = conn.execute("select name::text, kind, key, beside, shards from stand_in.call order by number")
    return found.fetchall()


def test_every_table_is_taken_once_and_a_second_run_takes_none(cluster: psycopg.Connection) -> None:
    done = run("--shards", "16")

    assert done.exit_code == 0, done.output
    taken = calls(cluster)
    columns = cluster.execute(
        "select relname, bool_or(attname = 'bucket') from pg_class c join pg_attribute a on attrelid = c.oid"
        " where relnamespace = 'public'::regnamespace and relkind = 'r'"
        " and c.oid in (select attrelid from pg_attribute where attname = 'organisation_id')"
        " or relname = 'programmes_organisation' and relkind = 'r' group by relname"
    ).fetchall()
    assert {(name, kind) for name, kind, *_ in taken} == {
        (name, "distributed" if has_bucket else "reference") for name, has_bucket in columns
    }
    members = [(key, beside, shards) for _, kind, key, beside, shards in taken if kind == "distributed"]
    assert members[0] == ("bucket", "none", 16)
    anchor = next(name for name, kind, *_ in taken if kind == "distributed")
    assert set(members[1:]) == {("bucket", f"public.{anchor}", None)}
    assert f"{len(taken)} tables are distributed" in done.output

    again = run()
    assert (again.exit_code, again.output) == (0, "Every table is distributed already.\n")
    assert calls(cluster) == taken


def test_a_run_that_broke_off_goes_on_where_it_was(cluster: psycopg.Connection) -> None:
    cluster.execute("insert into stand_in.broken values ('ledger_lot')")
    assert isinstance(run().exception, psycopg.errors.RaiseException)
    before = calls(cluster)
    assert before
    assert "ledger_lot" not in {name for name, *_ in before}

    cluster.execute("delete from stand_in.broken")
    assert run().exit_code == 0
    after = calls(cluster)
    assert after[: len(before)] == before
    assert "ledger_lot" in {name for name, *_ in after[len(before) :]}


def test_a_table_that_comes_later_lies_beside_the_others(cluster: psycopg.Connection) -> None:
    run()
    cluster.execute(
        "create table later (bucket smallint not null, id uuid, organisation_id integer not null,"
        " primary key (bucket, id))"
    )
    done = run()
    assert done.exit_code == 0, done.output
    assert calls(cluster)[-1][:3] == ("later", "distributed", "bucket")
    assert calls(cluster)[-1][3] != "none"


def test_what_stops_distribution_is_told_and_nothing_is_taken(cluster: psycopg.Connection) -> None:
    cluster.execute("create table loose (bucket smallint not null, id uuid primary key)")
    refused = run().exception
    assert isinstance(refused, Refusal)
    assert refused.code == "not_distributable"
    assert "loose.loose_pkey is a primary, unique or exclusion key that does not begin with bucket" in refused.detail
    assert calls(cluster) == []


def test_a_dry_run_shows_the_plan_on_any_server(database_url: str) -> None:
    done = run("--dry-run")
    with owning() as conn:
        steps = plan(read_tables(conn))
    assert done.exit_code == 0, done.output
    assert [line for line in done.output.splitlines() if not line.startswith(" ")] == [step.words for step in steps]
    assert "    select create_reference_table('public.programmes_organisation');" in done.output
    assert {step.kind for step in steps} == {Kind.reference, Kind.distributed}


def test_a_server_without_citus_is_told_what_it_takes(database_url: str) -> None:
    refused = run().exception
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.status) == ("citus_missing", 409)
    assert "create extension citus" in refused.remedy
