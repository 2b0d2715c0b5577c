"""I11: no reference crosses organisations."""

from __future__ import annotations

from typing import Any, ClassVar, LiteralString

import psycopg
from psycopg import sql

from regulars.database.check import Check, Findings

_COLUMNS = """
    select c.relname, array_agg(a.attname::text) from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    group by c.relname having 'organisation_id' = any(array_agg(a.attname)) order by c.relname
"""


class ReferencesStayWithin(Check):
    """A coffee bought at one chain earned points in the books of another.

    Asked of every table that the catalogue shows: its programme and its member are of the row's own organisation.
    """

    name = "references_stay_within"
    title = "No reference crosses organisations"
    sentence = "Each row's programme and member belong to the organisation of the row."
    invariant = "I11"
    offenders = """
        select format('A row of %%s of the organisation %%s names the programme %%s of another.',
                      {name}, t.organisation_id, t.programme_id)
        from {table} t
        where (%(organisation)s::int is null or t.organisation_id = %(organisation)s) and not exists (
            select from programmes_programme p where p.id = t.programme_id and p.organisation_id = t.organisation_id)
    """
    of_members: ClassVar[LiteralString] = """
        select format('A row of %%s of the organisation %%s names the member %%s of another.',
                      {name}, t.organisation_id, t.{column})
        from {table} t join members_member m on m.bucket = get_byte(uuid_send(t.{column}), 15) and m.id = t.{column}
        where (%(organisation)s::int is null or t.organisation_id = %(organisation)s)
          and m.organisation_id <> t.organisation_id
    """

    def find(self, conn: psycopg.Connection[Any], *, organisation_id: int | None) -> Findings:
        questions: list[sql.Composable] = []
        for table, columns in conn.execute(_COLUMNS).fetchall():
            name, relation = sql.Literal(table), sql.Identifier(table)
            if "programme_id" in columns:
                questions.append(sql.SQL(self.offenders).format(name=name, table=relation))
            for column in sorted({"member_id", "owner"} & set(columns)):
                questions.append(
                    sql.SQL(self.of_members).format(name=name, table=relation, column=sql.Identifier(column))
                )
        return self.ask(conn, sql.SQL(" union all ").join(questions), organisation_id=organisation_id)
