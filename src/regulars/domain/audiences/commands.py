"""Writes of audiences: what they ask for, and who is in them. Every joining and leaving is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from regulars.domain.audiences.contracts import (
    LOOKED_UP,
    Audience,
    AudienceDraft,
    AudienceRun,
    ListImport,
    Mode,
    Moved,
    Reason,
    RowProblem,
    Selection,
    StagedMember,
)
from regulars.domain.earning.plain import plain
from regulars.kernel.errors import Conflict
from regulars.kernel.ids import new_id

# Both statements write who comes and who goes, and the history of both, from one reading of `wanted`. The audience is
# locked, so nobody else changes its members meanwhile.
_COME: LiteralString = """
    , come as (
        insert into audiences_membership (bucket, member_id, audience_id, organisation_id, programme_id, since)
        select w.bucket, w.id, %(audience)s, %(organisation)s, %(programme)s,
               coalesce(%(restored)s::timestamptz, %(now)s) from wanted w
        where not exists (
            select from audiences_membership a
            where a.bucket = w.bucket and a.member_id = w.id and a.audience_id = %(audience)s)
        returning bucket, member_id, %(restored)s::timestamptz as since
    )
"""
_GO_UNLESS_WANTED: LiteralString = """
    , gone as (
        delete from audiences_membership a where a.audience_id = %(audience)s
          and not exists (select from wanted w where w.bucket = a.bucket and w.id = a.member_id)
        returning bucket, member_id, null::timestamptz as since
    )
"""
_GO_AS_WANTED: LiteralString = """
    , gone as (
        delete from audiences_membership a using wanted w
        where a.bucket = w.bucket and a.member_id = w.id and a.audience_id = %(audience)s
        returning a.bucket, a.member_id, null::timestamptz as since
    )
"""
_TOLD: LiteralString = """
    , told as (
        insert into audiences_change
            (bucket, member_id, audience_id, run_id, organisation_id, programme_id, joined, at, since)
        select bucket, member_id, %(audience)s, %(run)s, %(organisation)s, %(programme)s, joined, %(now)s, since
        from (select *, true as joined from come union all select *, false from gone) moved
    )
    select (select count(*) from come)::integer, (select count(*) from gone)::integer
"""
# Whom a run moved and nobody since then: the others have been decided anew.
_UNDONE: LiteralString = """
    , mine as (
        select c.bucket, c.member_id, c.joined, (
            select coalesce(e.since, e.at) from audiences_change e
            where e.bucket = c.bucket and e.member_id = c.member_id and e.audience_id = c.audience_id and e.joined
              and e.run_id < c.run_id order by e.run_id desc limit 1) as since
        from audiences_change c where c.audience_id = %(audience)s and c.run_id = %(undoes)s and not exists (
            select from audiences_change l where l.bucket = c.bucket and l.member_id = c.member_id
              and l.audience_id = c.audience_id and l.run_id > c.run_id)
    ), come as (
        insert into audiences_membership (bucket, member_id, audience_id, organisation_id, programme_id, since)
        select b.bucket, b.member_id, %(audience)s, %(organisation)s, %(programme)s, coalesce(b.since, %(now)s)
        from mine b join wanted w on w.bucket = b.bucket and w.id = b.member_id where not b.joined
        on conflict do nothing returning bucket, member_id, since
    ), gone as (
        delete from audiences_membership a using mine b
        where b.joined and a.bucket = b.bucket and a.member_id = b.member_id and a.audience_id = %(audience)s
        returning a.bucket, a.member_id, null::timestamptz as since
    )
"""
# Right after a large list the planner has not heard of its members yet: it takes them for a few, and would compare each
# with each. Sets are joined as wholes then.
_AS_WHOLES: LiteralString = "set local enable_nestloop = off"
_AS_USUAL: LiteralString = "set local enable_nestloop to default"
_NOBODY: LiteralString = ", {} as (select bucket, id as member_id, null::timestamptz as since from wanted where false)"


def save_audience(
    conn: psycopg.Connection[Any],
    draft: AudienceDraft,
    *,
    organisation_id: int,
    programme_id: int,
    now: datetime,
    by: str,
    replacing: Audience | None = None,
) -> None:
    """Adds an audience, or changes `replacing`, whose code and kind stay. Its members follow with the next run.

    Raises Conflict for a code that is in use.
    """
    conditions = None if draft.conditions is None else Jsonb(plain(draft.conditions.model_dump()))
    if replacing is not None:
        anew = draft.conditions != replacing.conditions
        conn.execute(
            "update audiences_audience set name = %s, conditions = %s, archived = %s, version = version + 1,"
            " description = coalesce(%s, description),"
            " changed_at = %s, changed_by = %s, refreshed_on = case when %s then null else refreshed_on end"
            " where id = %s",
            (draft.name, conditions, draft.archived, draft.description, now, by, anew, replacing.id),
        )
        return
    made = conn.execute(
        "insert into audiences_audience (organisation_id, programme_id, code, name, kind, conditions, version,"
        " archived, created_at, changed_at, changed_by, description)"
        " values (%s, %s, %s, %s, %s, %s, 1, %s, %s, %s, %s, %s)"
        " on conflict (programme_id, code) do nothing returning id",
        (
            organisation_id, programme_id, draft.code, draft.name, draft.kind.value, conditions, draft.archived,
            now, now, by, draft.description or "",
        ),
    )  # fmt: skip
    if made.fetchone() is None:
        raise Conflict(
            "audience_code_in_use",
            "There is an audience of that code",
            detail=f"This programme already has an audience {draft.code!r}.",
            remedy="Choose another code, or change the audience that is there.",
            field="code",
        )


def make_members(
    conn: psycopg.Connection[Any], of: Audience, wanted: Selection, *, organisation_id: int, now: datetime,
    reason: Reason, by: str,
) -> Moved:  # fmt: skip
    """The audience consists of the selected members from now on. The audience must be locked by this transaction."""
    wanted = wanted._replace(many=wanted.many or of.members > LOOKED_UP)
    return _move(
        conn, of, wanted, _COME + _GO_UNLESS_WANTED, organisation_id=organisation_id, now=now, reason=reason, by=by
    )


def add_members(
    conn: psycopg.Connection[Any], to: Audience, wanted: Selection, *, organisation_id: int, now: datetime,
    reason: Reason, by: str,
) -> Moved:  # fmt: skip
    """The selected members are in the audience too. The audience must be locked by this transaction."""
    moving = _COME + _NOBODY.format("gone")
    return _move(conn, to, wanted, moving, organisation_id=organisation_id, now=now, reason=reason, by=by)


def put_back(
    conn: psycopg.Connection[Any], to: Audience, wanted: Selection, *, organisation_id: int, now: datetime,
    reason: Reason, by: str, since: datetime | None,
) -> Moved:  # fmt: skip
    """As add_members, and they are in it since then, as if they had never left; None: from now on."""
    moving = _COME + _NOBODY.format("gone")
    return _move(conn, to, wanted, moving, organisation_id=organisation_id, now=now, reason=reason, by=by, since=since)


def remove_members(
    conn: psycopg.Connection[Any], of: Audience, wanted: Selection, *, organisation_id: int, now: datetime,
    reason: Reason, by: str,
) -> Moved:  # fmt: skip
    """The selected members are not in the audience any more. The audience must be locked by this transaction."""
    moving = _NOBODY.format("come") + _GO_AS_WANTED
    return _move(conn, of, wanted, moving, organisation_id=organisation_id, now=now, reason=reason, by=by)


def undo_run(
    conn: psycopg.Connection[Any], of: Audience, run: AudienceRun, *, staying: Selection, organisation_id: int,
    now: datetime, by: str,
) -> Moved:  # fmt: skip
    """Whom the run moved is where they were before, as far as nobody moved them since; staying: who may come back.

    Who comes back is in the audience since when they were before. The audience must be locked by this transaction.
    """
    moving = _UNDONE
    many = run.joined + run.gone > LOOKED_UP
    values = Selection(staying.sql, staying.parameters | {"undoes": run.id}, many)
    return _move(
        conn, of, values, moving, organisation_id=organisation_id, now=now, reason=Reason.undo, by=by, undoes=run.id
    )


def mark_refreshed(conn: psycopg.Connection[Any], of: Audience, *, today: date) -> None:
    """The members of the audience are those of the local day."""
    conn.execute(
        "update audiences_audience set refreshed_on = %s where id = %s and refreshed_on is distinct from %s",
        (today, of.id, today),
    )


def keep_import(conn: psycopg.Connection[Any], found: ListImport, *, organisation_id: int, programme_id: int) -> None:
    """Keeps an uploaded file until it is decided; or begins to read it anew, where its column or name changed."""
    conn.execute("delete from audiences_import_member where import_id = %s", [found.id])
    conn.execute(
        "insert into audiences_import (id, organisation_id, programme_id, audience_id, file_name, content, rows,"
        " column_name, named_by, mode, at, by_whom) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " on conflict (id) do update set column_name = excluded.column_name, named_by = excluded.named_by,"
        " mode = excluded.mode, rows_read = 0, unknown = 0, empty = 0, problems = '[]'",
        (
            found.id, organisation_id, programme_id, found.audience_id, found.file_name, found.content, found.rows,
            found.column, found.named_by.value, found.mode.value, found.at, found.by,
        ),
    )  # fmt: skip


def stage_members(
    conn: psycopg.Connection[Any],
    found: ListImport,
    members: Sequence[StagedMember],
    *,
    organisation_id: int,
    programme_id: int,
    rows: int,
    empty: int,
    unknown: int,
    problems: Sequence[RowProblem],
) -> None:
    """Notes whom the next rows of the file name. rows: how many were looked at. problems: the first ones so far."""
    conn.execute(
        "insert into audiences_import_member"
        " (bucket, member_id, import_id, organisation_id, programme_id, rows, merged)"
        " select get_byte(uuid_send(k.id), 15), k.id, %s, %s, %s, k.rows, k.merged"
        " from unnest(%s::uuid[], %s::integer[], %s::boolean[]) k (id, rows, merged)"
        " on conflict (bucket, member_id, import_id) do update set"
        " rows = audiences_import_member.rows + excluded.rows,"
        " merged = audiences_import_member.merged or excluded.merged",
        (
            found.id, organisation_id, programme_id, [UUID(bytes=each.id) for each in members],
            [each.rows for each in members], [each.merged for each in members],
        ),
    )  # fmt: skip
    written = [[each.row, each.value, each.problem, each.remedy] for each in problems]
    conn.execute(
        "update audiences_import set rows_read = rows_read + %s, empty = empty + %s, unknown = unknown + %s,"
        " problems = %s where id = %s",
        (
            rows,
            empty,
            unknown,
            Jsonb(written),
            found.id,
        ),
    )


def change_mode(conn: psycopg.Connection[Any], *, import_id: UUID, mode: Mode) -> None:
    """What shall happen with the members of a file."""
    conn.execute("update audiences_import set mode = %s where id = %s", (mode.value, import_id))


def forget_import(conn: psycopg.Connection[Any], *, import_id: UUID) -> None:
    """The file was decided: what was read of it is no longer needed."""
    conn.execute("delete from audiences_import_member where import_id = %s", [import_id])
    conn.execute("delete from audiences_import where id = %s", [import_id])


def forget_imports(conn: psycopg.Connection[Any], *, programme_id: int, before: datetime) -> int:
    """Forgets files that were uploaded before then and never decided; how many."""
    row = conn.execute(
        "with gone as (delete from audiences_import where programme_id = %s and at < %s returning id), members as ("
        " delete from audiences_import_member w using gone g where w.import_id = g.id)"
        " select count(*)::integer from gone",
        (programme_id, before),
    ).fetchone()
    return row[0] if row else 0


def _move(
    conn: psycopg.Connection[Any],
    of: Audience,
    wanted: Selection,
    moving: str,
    *,
    organisation_id: int,
    now: datetime,
    reason: Reason,
    by: str,
    undoes: UUID | None = None,
    since: datetime | None = None,
) -> Moved:
    """One statement, whatever the number of members; a run is written where somebody moved, and for an undoing."""
    run = new_id(0)
    values = {"audience": of.id, "organisation": organisation_id, "programme": of.programme_id, "now": now, "run": run}
    values["restored"] = since
    statement = f"with wanted as materialized ({wanted.sql}){moving}{_TOLD}"  # composed of our own texts
    if wanted.many:
        conn.execute(_AS_WHOLES)
    row = conn.execute(statement, wanted.parameters | values).fetchone()
    if wanted.many:
        conn.execute(_AS_USUAL)
    joined, gone = row if row is not None else (0, 0)
    moved = Moved(joined, gone, of.members + joined - gone)
    if joined or gone or undoes is not None:
        conn.execute(
            "insert into audiences_run"
            " (id, organisation_id, programme_id, audience_id, at, reason, by_whom, joined, gone, members, undoes)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (run, organisation_id, of.programme_id, of.id, now, reason.value, by, *moved, undoes),
        )
        conn.execute("update audiences_audience set members = %s where id = %s", (moved.members, of.id))
    return moved
