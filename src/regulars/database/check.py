"""The base class of every check of the books. One check is one file in a folder `checks`, found by its name.

A check asks one question of the tables of its room in one statement: which rows break the promise? `regulars verify`
runs them all, and so does every test of a flow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, LiteralString

import psycopg
from psycopg import sql

_SHOWN = 5
_COUNTED = sql.SQL(
    "with offender (example) as materialized ({offenders})"
    " select (select count(*) from offender), example from offender order by example limit {shown}"
)


@dataclass(frozen=True, slots=True)
class Findings:
    """What a check found. count: offenders in all; examples: a few of them in words; note: what could not be asked."""

    count: int = 0
    examples: tuple[str, ...] = ()
    note: str = ""


class Check:
    """One promise about the books.

    name: how reports and tests call it. title: how people call it. sentence: what is promised, in one sentence.
    invariant: the promise of the specification that it proves, I1 to I15.
    offenders: SQL that gives a sentence for each row that breaks the promise. Its parameter %(organisation)s is the
    only organisation to ask about, or null for all.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    sentence: ClassVar[str]
    invariant: ClassVar[str]
    offenders: ClassVar[LiteralString]

    def find(self, conn: psycopg.Connection[Any], *, organisation_id: int | None) -> Findings:
        """How many rows break the promise, and a few of them. organisation_id: None asks about everybody."""
        return self.ask(conn, sql.SQL(self.offenders), organisation_id=organisation_id)

    def ask(self, conn: psycopg.Connection[Any], offenders: sql.Composable, *, organisation_id: int | None) -> Findings:
        """The same for a question that was composed, as of tables that only the catalogue knows."""
        statement = _COUNTED.format(offenders=offenders, shown=sql.Literal(_SHOWN))
        rows = conn.execute(statement, {"organisation": organisation_id, **self.parameters()}).fetchall()
        return Findings(rows[0][0], tuple(row[1] for row in rows)) if rows else Findings()

    def parameters(self) -> Mapping[str, object]:
        """What else the SQL names, such as a list that the code keeps."""
        return {}
