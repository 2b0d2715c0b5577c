"""Looks at members after a step: what is watched of everybody, and what an expectation is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from psycopg import sql

from regulars.database.pool import Connection
from regulars.domain.ledger.contracts import LedgerEntry
from regulars.domain.ledger.queries import balances, entries
from regulars.domain.programmes.contracts import Programme
from regulars.domain.tiers.queries import standings, tier_changes
from regulars.interfaces.commandline.scenarios.stage import Outcome, Stage

_TABLES = """
    select c.relname, bool_or(a.attname = 'organisation_id')
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname in ('organisation_id', 'programme_id')
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and has_table_privilege(c.oid, 'select')
    group by c.relname order by c.relname
"""


@dataclass(frozen=True, slots=True)
class Look:
    """A member at one moment, as far as every step is watched.

    balances: (point type, available, held, number of entries). tiers: (ladder, tier, score). steps: (ladder, from, to).
    others: (word, what it watches, in words) of expectations that watch something of their own.
    """

    balances: tuple[tuple[str, int, int, int], ...]
    tiers: tuple[tuple[str, str, int], ...]
    steps: tuple[tuple[str, str, str], ...]
    others: tuple[tuple[str, str], ...] = ()

    def words(self) -> str:
        """For a difference: what one sees at a glance."""
        points = ", ".join(f"{available} {code} ({held} held)" for code, available, held, _ in self.balances)
        tiers = ", ".join(f"{tier} in {ladder}" for ladder, tier, _ in self.tiers)
        others = [f"{word}: {seen}" for word, seen in self.others]
        return "; ".join([points or "no points", tiers or "no tier", *others])


Glance = Mapping[str, Look]


@dataclass(frozen=True, slots=True)
class Scene:
    """What became of a step, for expectations about the programme."""

    stage: Stage
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class MemberScene:
    """What became of a step, for one member. before: None where the member was not there.

    outcome: empty for a member whom the key of the step does not name.
    """

    stage: Stage
    outcome: Outcome
    member: UUID
    before: Look | None
    after: Look

    def new_entries(self) -> list[LedgerEntry]:
        """What the step wrote about `points`, in its order."""
        known = {code: entry_no for code, _, _, entry_no in self.before.balances} if self.before else {}
        latest = entries(self.stage.conn, owner=self.member, point_type=self.stage.point_type, limit=1000)
        return [each for each in reversed(latest) if each.entry_no > known.get("points", 0)]


def _steps(stage: Stage, member: UUID) -> tuple[tuple[str, str, str], ...]:
    return tuple((each.ladder, each.from_tier, each.to_tier) for each in tier_changes(stage.conn, member_ids=[member]))


def glance(stage: Stage, others: Mapping[str, Mapping[str, str]]) -> Glance:
    """Every member at once. others: what expectations watch, by their word and by member."""
    ids = list(stage.members.values())
    codes = {number: code for code, number in stage.rules.point_types.items()}
    held = balances(stage.conn, owners=ids)
    places = standings(stage.conn, member_ids=ids)
    return {
        name: Look(
            tuple(sorted((codes[number], each.available, each.held, each.entry_no)
                         for (owner, number), each in held.items() if owner == member)),
            tuple(sorted((each.ladder, each.tier, each.score) for each in places if each.member_id == member)),
            _steps(stage, member),
            tuple((word, seen[name]) for word, seen in others.items() if name in seen),
        )
        for name, member in stage.members.items()
    }  # fmt: skip


def row_digests(conn: Connection, programme: Programme) -> dict[str, tuple[int, str]]:
    """Of every table: how many rows the programme has, and a hash of them all. New tables are found by themselves."""
    tables = conn.execute(_TABLES).fetchall()
    parts = [
        sql.SQL("select {name}, count(*), md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {table} t"
                " where {column} = {value}").format(
            name=sql.Literal(table), table=sql.Identifier(table),
            column=sql.Identifier("organisation_id" if of_organisation else "programme_id"),
            value=sql.Literal(programme.organisation_id if of_organisation else programme.id),
        )
        for table, of_organisation in tables
    ]  # fmt: skip
    return {row[0]: (row[1], row[2]) for row in conn.execute(sql.SQL(" union all ").join(parts))}


def until(points: int, last_day: date | None) -> str:
    """A lot as a scenario writes it: '30 until 2026-12-31', '80 for ever'."""
    return f"{points} for ever" if last_day is None else f"{points} until {last_day}"
