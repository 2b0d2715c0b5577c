"""I11: the database itself keeps organisations apart, on every table that holds their rows."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

from regulars.database.check import Check, Findings
from regulars.database.isolation import OWNER_POLICY, POLICY, isolated_tables
from regulars.database.roles import APP, INSIGHT, can_take

_SETTING = "(NULLIF(current_setting('regulars.organisation'::text, true), ''::text))::integer"
_CONDITIONS = (
    f"(organisation_id = {_SETTING})",
    f"(id = {_SETTING})",
    "(programme_id = ANY (ARRAY( SELECT programmes_programme.id\n   FROM programmes_programme)))",
)
"""As PostgreSQL shows them. Written down here a second time on purpose, as the tables that are append-only are."""


class OrganisationsAreKeptApart(Check):
    """Somebody switched row-level security off to look something up, and never on again.

    The policy is for every command and for both roles, and asks for the setting both of what is read and of what is
    written; no other policy opens the table to them.
    """

    name = "organisations_are_kept_apart"
    title = "Organisations are kept apart"
    sentence = "Row-level security is in force on every table that holds rows of organisations, for both of our roles."
    invariant = "I11"
    offenders = """
        with wanted as (
            select c.* from unnest({tables}::text[]) t(name)
            join pg_class c on c.relname = t.name and c.relnamespace = 'public'::regnamespace
        ),
        roles as (select array_agg(oid) as oids from pg_roles where rolname = any({roles}::text[])),
        sound as (
            select p.polrelid from pg_policy p cross join roles r
            where p.polname = {policy} and p.polcmd = '*' and p.polpermissive
              and p.polroles @> r.oids and r.oids @> p.polroles
              and pg_get_expr(p.polqual, p.polrelid) = pg_get_expr(p.polwithcheck, p.polrelid)
              and pg_get_expr(p.polqual, p.polrelid) = any({conditions}::text[])
        )
        select format('Table %%s does not enforce row-level security.', relname) from wanted
        where not (relrowsecurity and relforcerowsecurity)
        union all
        select format('Table %%s has no working policy %%s.', relname, {policy}::text) from wanted
        where oid not in (select polrelid from sound)
        union all
        select format('Table %%s is opened by the policy %%s.', w.relname, p.polname)
        from wanted w join pg_policy p on p.polrelid = w.oid and p.polpermissive and p.polname <> {policy}
        where p.polname <> {owner} or p.polroles <> array[w.relowner]
    """

    def find(self, conn: psycopg.Connection[Any], *, organisation_id: int | None) -> Findings:
        if not can_take(conn, APP):
            note = (
                f"The role {APP} is not ours to take here: only our own queries keep organisations apart."
                " See docs/operations/database.md."
            )
            return Findings(note=note)
        question = sql.SQL(self.offenders).format(
            tables=[each.table for each in isolated_tables(conn)],
            roles=[APP, INSIGHT],
            conditions=list(_CONDITIONS),
            policy=POLICY,
            owner=OWNER_POLICY,
        )
        return self.ask(conn, question, organisation_id=organisation_id)
