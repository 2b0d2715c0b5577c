"""What stands in the catalogue of the migrated database would let Citus distribute it by bucket.

A table with a `bucket` column belongs to members and is distributed by it; a table without one is small and shared, and
becomes a reference table. Plain PostgreSQL accepts much that Citus refuses, so the catalogue is asked, on every run.
Not errors, and so not listed: triggers on single rows (allowed by a setting of Citus) and unordered identities.
"""

from collections.abc import Iterator

import psycopg
import pytest

pytestmark = pytest.mark.database

# Tables of the schema, with the number and the type of their bucket column where they have one.
TABLES = """
with table_in_schema as (
    select c.oid, c.relname as name, c.relkind as kind, c.relispartition as is_partition,
           a.attnum as bucket, a.atttypid as bucket_type, a.attnotnull as is_required,
           coalesce(a.attgenerated, '') <> '' as is_generated
    from pg_class c
    left join pg_attribute a on a.attrelid = c.oid and a.attname = 'bucket' and not a.attisdropped
    where c.relnamespace = %(schema)s::regnamespace and c.relkind in ('r', 'p')
), distributed as (
    select * from table_in_schema where bucket is not null
)
"""

# What stops distribution: the sentence that a finding ends with, and the query that gives the offenders.
OBSTACLES = {
    "has a bucket that is not a plain smallint not null": """
        select name from distributed where bucket_type <> 'int2'::regtype or not is_required or is_generated""",
    "has no primary key, so its shards cannot be moved": """
        select name from distributed d
        where not exists (select from pg_constraint k where k.conrelid = d.oid and k.contype = 'p')""",
    "is a primary, unique or exclusion key that does not begin with bucket": """
        select d.name || '.' || k.conname from distributed d join pg_constraint k on k.conrelid = d.oid
        where k.contype in ('p', 'u', 'x') and k.conkey[1] <> d.bucket""",
    "is a unique index that does not begin with bucket": """
        select d.name || '.' || i.indexrelid::regclass from distributed d join pg_index i on i.indrelid = d.oid
        where i.indisunique and i.indkey[0] <> d.bucket""",
    "is a foreign key from a shared table to a distributed one": """
        select s.name || '.' || k.conname from pg_constraint k
        join table_in_schema s on s.oid = k.conrelid join distributed t on t.oid = k.confrelid
        where k.contype = 'f' and s.bucket is null""",
    "is a foreign key that does not begin with bucket on both sides": """
        select s.name || '.' || k.conname from pg_constraint k
        join distributed s on s.oid = k.conrelid join distributed t on t.oid = k.confrelid
        where k.contype = 'f' and (k.conkey[1] <> s.bucket or k.confkey[1] <> t.bucket)""",
    "is a foreign key that would change the bucket (SET NULL, SET DEFAULT or ON UPDATE CASCADE)": """
        select s.name || '.' || k.conname from pg_constraint k join distributed s on s.oid = k.conrelid
        where k.contype = 'f' and s.bucket = any(k.conkey)
          and (k.confdeltype in ('n', 'd') or k.confupdtype in ('n', 'd', 'c'))""",
    "is numbered by the database and narrower than bigint": """
        select d.name || '.' || a.attname from distributed d
        join pg_attribute a on a.attrelid = d.oid and a.attnum > 0 and not a.attisdropped
        left join pg_attrdef f on f.adrelid = d.oid and f.adnum = a.attnum
        where a.atttypid in ('int4'::regtype, 'int2'::regtype)
          and (a.attidentity <> '' or pg_get_expr(f.adbin, f.adrelid) like 'nextval(%%')""",
    "has a rule": "select name from table_in_schema t join pg_rewrite r on r.ev_class = t.oid",
    "inherits from another table": """
        select name from table_in_schema t join pg_inherits i on i.inhrelid = t.oid
        where not t.is_partition""",
    "is partitioned on a second level": "select name from table_in_schema where kind = 'p' and is_partition",
    "holds members' rows (it has a member_id) and no bucket": """
        select t.name from table_in_schema t join pg_attribute a on a.attrelid = t.oid
        where a.attname = 'member_id' and not a.attisdropped and t.bucket is null""",
}

# Breaks each rule once, in the order of OBSTACLES.
BAD_SCHEMA = """
create schema obstacles;
set local search_path = obstacles;
create table shared_thing (id bigint primary key);
create table sound (bucket smallint not null, id bigint not null, primary key (bucket, id), unique (bucket, id));

create table wide_bucket (bucket int not null, id bigint, primary key (bucket, id));
create table no_key (bucket smallint not null);
create table late_bucket (bucket smallint not null, id bigint, primary key (id, bucket));
create table loose_index (bucket smallint not null, id bigint, code text, primary key (bucket, id));
create unique index loose on loose_index (code);
create table points_up (id bigint primary key, bucket_of_it smallint, thing bigint,
    constraint up foreign key (bucket_of_it, thing) references sound (bucket, id));
create table crossed (bucket smallint not null, id bigint, primary key (bucket, id), other smallint, thing bigint,
    constraint across foreign key (other, thing) references sound (bucket, id));
create table cascading (bucket smallint not null, id bigint, primary key (bucket, id),
    constraint cascades foreign key (bucket, id) references sound (bucket, id) on update cascade);
create table numbered (bucket smallint not null, id int generated always as identity, primary key (bucket, id));
create table ruled (id bigint primary key);
create rule quiet as on delete to ruled do instead nothing;
create table heir () inherits (shared_thing);
create table years (bucket smallint not null, id bigint, primary key (bucket, id)) partition by range (bucket);
create table year_one partition of years for values from (0) to (9) partition by range (id);
create table homeless (member_id uuid primary key);
"""
BAD_EXAMPLES = [
    "wide_bucket",
    "no_key",
    "late_bucket.late_bucket_pkey",
    "loose_index.loose",
    "points_up.up",
    "crossed.across",
    "cascading.cascades",
    "numbered.id",
    "ruled",
    "heir",
    "year_one",
    "homeless",
]


def obstacles(conn: psycopg.Connection, *, schema: str) -> Iterator[str]:
    """One sentence per object that would stop distribution."""
    for sentence, offenders in OBSTACLES.items():
        rows = conn.execute(TABLES + offenders + " order by 1", {"schema": schema}).fetchall()
        yield from (f"{name} {sentence}" for (name,) in rows)


def test_the_schema_could_be_distributed(database_url: str) -> None:
    with psycopg.connect(database_url) as conn:
        found = list(obstacles(conn, schema="public"))
        distributed = conn.execute(TABLES + "select count(*) from distributed", {"schema": "public"}).fetchone()
    assert found == []
    assert distributed is not None
    assert distributed[0] > 0, "no table has a bucket: this is not the migrated database"


def test_every_obstacle_is_found(database_url: str) -> None:
    with psycopg.connect(database_url) as conn, conn.transaction(force_rollback=True):
        conn.execute(BAD_SCHEMA)
        conn.execute("set local search_path = obstacles, pg_catalog")
        found = list(obstacles(conn, schema="obstacles"))
    expected = [f"{name} {sentence}" for name, sentence in zip(BAD_EXAMPLES, OBSTACLES, strict=True)]
    assert [sentence for sentence in expected if sentence not in found] == []
    assert not any(sentence.startswith("sound") for sentence in found)
