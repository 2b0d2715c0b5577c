"""What it takes to distribute the tables on a Citus cluster, read from the catalogue: nothing is listed here by name.

    with a bucket     distributed by it, all together: a member's rows lie on one node, and join there
    of organisations  small and shared: a reference table, a copy on every node
    all others        sessions, cache, jobs: stay where they are, on the coordinator

`plan` is pure: tables in, steps out. It was never run on a real Citus; see docs/operations/database.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from regulars.database.isolation import isolated_tables
from regulars.kernel.errors import Refusal

BUCKET = "bucket"
SHARDS = 32
"""Citus' own default; 256 buckets fill them evenly enough, and nodes take shards, not buckets."""

# Tables of the schema, with the number and the type of their bucket column where they have one.
_TABLES: LiteralString = """
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

OBSTACLES: Mapping[LiteralString, LiteralString] = {
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
    "is guarded by a policy with a subquery (give it a column organisation_id)": """
        select t.name || '.' || p.polname from table_in_schema t join pg_policy p on p.polrelid = t.oid
        where pg_get_expr(p.polqual, p.polrelid) ~* '\\mselect\\M'
           or pg_get_expr(p.polwithcheck, p.polrelid) ~* '\\mselect\\M'""",
}
"""What stops distribution: the sentence that a finding ends with, and the query that gives the offenders.

Plain PostgreSQL accepts much that Citus refuses. Not listed: triggers on single rows (allowed by a setting of Citus)
and unordered identities.
"""


_SHAPES: LiteralString = """
    select t.name, t.bucket is not null,
           array(select distinct f.relname::text from pg_constraint k join pg_class f on f.oid = k.confrelid
                 where k.conrelid = t.oid and k.contype = 'f')
    from table_in_schema t
    where not t.is_partition
      and not exists (select from pg_depend d where d.objid = t.oid and d.deptype = 'e')
    order by t.name
"""
_PRESENT: LiteralString = """
    select c.relname, t.citus_table_type from citus_tables t join pg_class c on c.oid = t.table_name
    where c.relnamespace = 'public'::regnamespace
"""


class Kind(StrEnum):
    """What becomes of a table. As the view citus_tables calls it."""

    distributed = "distributed"
    reference = "reference"
    local = "local"


@dataclass(frozen=True, slots=True)
class Table:
    """A table as the catalogue shows it.

    wanted: what it should be; now: what it is; refers_to: the tables that its foreign keys name.
    """

    name: str
    wanted: Kind
    now: Kind
    refers_to: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Step:
    """One table is distributed. beside: the table whose shards its own lie beside; None for the first."""

    table: str
    kind: Kind
    beside: str | None
    shards: int

    @property
    def words(self) -> str:
        """For people."""
        if self.kind is Kind.reference:
            return f"{self.table}: a copy on every node"
        if self.beside is None:
            return f"{self.table}: by {BUCKET}, in {self.shards} shards"
        return f"{self.table}: by {BUCKET}, beside {self.beside}"

    @property
    def statement(self) -> sql.Composed:
        """For the server."""
        table = sql.Literal(f"public.{self.table}")
        if self.kind is Kind.reference:
            return sql.SQL("select create_reference_table({})").format(table)
        if self.beside is None:
            return sql.SQL(
                "select create_distributed_table({}, {}, colocate_with => 'none', shard_count => {})"
            ).format(table, sql.Literal(BUCKET), sql.Literal(self.shards))
        return sql.SQL("select create_distributed_table({}, {}, colocate_with => {})").format(
            table, sql.Literal(BUCKET), sql.Literal(f"public.{self.beside}")
        )


def obstacles(conn: psycopg.Connection[Any], *, schema: str = "public") -> list[str]:
    """One sentence for each object that would stop distribution."""
    return [
        f"{name} {sentence}"
        for sentence, offenders in OBSTACLES.items()
        for (name,) in conn.execute(_TABLES + offenders + " order by 1", {"schema": schema})
    ]


def read_tables(conn: psycopg.Connection[Any]) -> list[Table]:
    """The tables of this database and what they are now."""
    guarded = {each.table for each in isolated_tables(conn)}
    present = dict(conn.execute(_PRESENT).fetchall()) if _exists(conn, "to_regclass('citus_tables')") else {}
    rows = conn.execute(_TABLES + _SHAPES, {"schema": "public"}).fetchall()
    return [
        Table(
            name,
            Kind.distributed if has_bucket else Kind.reference if name in guarded else Kind.local,
            Kind(present.get(name, Kind.local)),
            frozenset(refers_to),
        )
        for name, has_bucket, refers_to in rows
    ]


def plan(tables: Sequence[Table], *, shards: int = SHARDS) -> list[Step]:
    """What is left to do, in order: shared tables first, and whatever is referred to before what refers to it.

    Raises Refusal when a table is something else already, or refers to one that stays on the coordinator.
    """
    known = {each.name: each for each in tables}
    for each in tables:
        _check(each, known)
    ordered = [known[name] for name in _in_order(tables)]
    anchor = next((each.name for each in ordered if each.now is Kind.distributed), None)
    steps = [
        Step(each.name, Kind.reference, None, shards)
        for each in ordered
        if each.wanted is Kind.reference and each.now is Kind.local
    ]
    for each in ordered:
        if each.wanted is Kind.distributed and each.now is Kind.local:
            steps.append(Step(each.name, Kind.distributed, anchor, shards))
            anchor = anchor or each.name
    return steps


def distribute(conn: psycopg.Connection[Any], steps: Sequence[Step], *, announce: Callable[[Step], None]) -> None:
    """Takes the steps, each in a transaction of its own: a run that was stopped is simply run again."""
    for step in steps:
        announce(step)
        with conn.transaction():
            # Our triggers look at the row at hand and at no other table, which is what Citus asks for.
            conn.execute("set local citus.enable_unsafe_triggers = on")
            conn.execute(step.statement)


def _in_order(tables: Sequence[Table]) -> Iterator[str]:
    """By name, whatever is referred to first."""
    names = {each.name for each in tables}
    graph = {each.name: sorted((each.refers_to & names) - {each.name}) for each in sorted(tables, key=lambda t: t.name)}
    try:
        yield from list(TopologicalSorter(graph).static_order())
    except CycleError as circle:
        raise _not_distributable([f"{' and '.join(sorted(set(circle.args[1])))} refer to one another"]) from None


def _check(table: Table, known: Mapping[str, Table]) -> None:
    if table.now not in (Kind.local, table.wanted):
        raise Refusal(
            "distributed_otherwise",
            "A table is distributed in another way",
            detail=f"The table {table.name} should be {table.wanted}, and is {table.now}.",
            remedy=f"Look why, and undo it with: select undistribute_table('{table.name}').",
            status=409,
        )
    if table.wanted is not Kind.local:
        stay = sorted(name for name in table.refers_to if name in known and known[name].wanted is Kind.local)
        if stay:
            raise _not_distributable([f"{table.name} refers to {stay[0]}, which stays on the coordinator"])


def require_citus(conn: psycopg.Connection[Any]) -> None:
    """Raises Refusal when the server is not a Citus cluster."""
    if not _exists(conn, "to_regproc('create_distributed_table')"):
        raise Refusal(
            "citus_missing",
            "This server cannot distribute tables",
            detail="The extension Citus is not there; the embedded server does not have it.",
            remedy="Name a Citus cluster's coordinator in DATABASE_URL, and run `create extension citus` there once.",
            status=409,
        )


def check_obstacles(conn: psycopg.Connection[Any]) -> None:
    """Raises Refusal when something in the catalogue stops distribution."""
    found = obstacles(conn)
    if found:
        raise _not_distributable(found)


def _not_distributable(found: Sequence[str]) -> Refusal:
    return Refusal(
        "not_distributable",
        "The tables cannot be distributed",
        detail=f"{len(found)} found: {'; '.join(found)}.",
        remedy="Correct them by a migration; tests/architecture/test_distribution.py shows what is asked for.",
        status=409,
    )


def _exists(conn: psycopg.Connection[Any], name: LiteralString) -> bool:
    return conn.execute(f"select 1 where {name} is not null").fetchone() is not None
