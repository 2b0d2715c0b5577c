"""What stands in the catalogue of the migrated database would let Citus distribute it by bucket.

A table with a `bucket` column belongs to members and is distributed by it; a table without one is small and shared, and
becomes a reference table. Plain PostgreSQL accepts much that Citus refuses, so the catalogue is asked, on every run.
What is asked stands in `regulars.database.distribution`, for `regulars distribute` asks it too.
"""

import psycopg
import pytest

from regulars.database.distribution import OBSTACLES, Kind, obstacles, read_tables

pytestmark = pytest.mark.database

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
create table asking (id bigint primary key);
create policy asks on asking using (id in (select id from shared_thing));
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
    "asking.asks",
]


def test_the_schema_could_be_distributed(database_url: str) -> None:
    with psycopg.connect(database_url) as conn:
        assert obstacles(conn) == []
        kinds = {each.wanted for each in read_tables(conn)}
    assert kinds == set(Kind), "no table has a bucket: this is not the migrated database"


def test_every_obstacle_is_found(database_url: str) -> None:
    with psycopg.connect(database_url) as conn, conn.transaction(force_rollback=True):
        conn.execute(BAD_SCHEMA)
        conn.execute("set local search_path = obstacles, pg_catalog")
        found = obstacles(conn, schema="obstacles")
    expected = [f"{name} {sentence}" for name, sentence in zip(BAD_EXAMPLES, OBSTACLES, strict=True)]
    assert [sentence for sentence in expected if sentence not in found] == []
    assert not any(sentence.startswith("sound") for sentence in found)
