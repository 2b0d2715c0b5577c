"""I7: what is append-only still refuses every change: by triggers for everybody, by grants for the program itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg

from regulars.database.check import Check, Findings
from regulars.database.roles import APP, can_take

APPEND_ONLY = (
    "access_answer", "audiences_change", "audiences_run", "audit_entry", "challenges_undone", "events_claim",
    "events_event", "events_once", "events_return", "gift_cards_number", "ledger_allocation", "ledger_extension",
    "ledger_revocation", "ledger_transfer", "members_consent_change", "merges_brought", "merges_move", "merges_taken",
    "objectives_reading", "programmes_draft_step", "programmes_rulebook", "rewards_code_claim", "rewards_payment",
    "rewards_step", "stored_value_act", "stored_value_payment", "stored_value_payment_back", "stored_value_reference",
    "tiers_change", "transfers_arrival",
)  # fmt: skip
"""Written down here a second time on purpose: a migration that forgets a trigger must not go unnoticed."""


class AppendOnlyTablesAreGuarded(Check):
    """Somebody ran `alter table ledger_transfer disable trigger all` on a Friday; on Saturday it is found here.

    tgtype 27 is: before update or delete, for each row; 34: before truncate, for the statement.
    """

    name = "append_only_tables_are_guarded"
    title = "What was written cannot be changed"
    sentence = "Every append-only table refuses update, delete and truncate, by its triggers and by revoked grants."
    invariant = "I7"
    offenders = """
        with wanted as (select unnest(%(tables)s::text[]) as name),
        guards (guard, kind) as (values ('append_only', 27), ('append_only_truncate', 34)),
        found as (
            select c.relname, t.tgname, t.tgtype::int as kind from pg_trigger t
            join pg_class c on c.oid = t.tgrelid and c.relnamespace = 'public'::regnamespace
            join pg_proc p on p.oid = t.tgfoid
            where t.tgenabled in ('O', 'A') and p.proname = 'regulars_refuse_change'
              and p.pronamespace = 'public'::regnamespace and t.tgqual is null and t.tgattr = ''
              and p.prosrc like '%%raise exception%%' and p.prosrc not like '%%return%%'
        )
        select format('Table %%s has no working trigger %%s.', name, guard)
        from wanted cross join guards
        left join found on relname = name and tgname = guard and found.kind = guards.kind
        where relname is null
        union all
        select format('The role %%s may %%s %%s.', %(role)s::text, lower(verb), name)
        from wanted cross join unnest(array['UPDATE', 'DELETE', 'TRUNCATE']) rights (verb)
        where to_regclass(name) is not null
          and exists (select 1 from pg_roles where rolname = %(role)s::text)
          and has_table_privilege(%(role)s::text, name, rights.verb)
    """

    def find(self, conn: psycopg.Connection[Any], *, organisation_id: int | None) -> Findings:
        findings = super().find(conn, organisation_id=organisation_id)
        if can_take(conn, APP):
            return findings
        note = f"The role {APP} is not ours to take here: the triggers guard alone. See docs/operations/database.md."
        return Findings(findings.count, findings.examples, note)

    def parameters(self) -> Mapping[str, object]:
        return {"tables": list(APPEND_ONLY), "role": APP}
