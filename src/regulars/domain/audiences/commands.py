"""Writes of audiences: what they ask for, and who is in them. Every joining and leaving is kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, LiteralString

import psycopg
from psycopg.types.json import Jsonb

from regulars.domain.audiences.contracts import Audience, AudienceDraft, Moved, Reason, Selection
from regulars.domain.earning.plain import plain
from regulars.kernel.errors import Conflict
from regulars.kernel.ids import new_id

# Both statements write who comes and who goes, and the history of both, from one reading of `wanted`. The audience is
# locked, so nobody else changes its members meanwhile.
_COME: LiteralString = """
    , come as (
        insert into audiences_membership (bucket, member_id, audience_id, organisation_id, programme_id, since)
        select w.bucket, w.id, %(audience)s, %(organisation)s, %(programme)s, %(now)s from wanted w
        where not exists (
            select from audiences_membership a
            where a.bucket = w.bucket and a.member_id = w.id and a.audience_id = %(audience)s)
        returning bucket, member_id
    )
"""
_GO_UNLESS_WANTED: LiteralString = """
    , gone as (
        delete from audiences_membership a where a.audience_id = %(audience)s
          and not exists (select from wanted w where w.bucket = a.bucket and w.id = a.member_id)
        returning bucket, member_id
    )
"""
_GO_AS_WANTED: LiteralString = """
    , gone as (
        delete from audiences_membership a using wanted w
        where a.bucket = w.bucket and a.member_id = w.id and a.audience_id = %(audience)s
        returning a.bucket, a.member_id
    )
"""
_TOLD: LiteralString = """
    , told as (
        insert into audiences_change
            (bucket, member_id, audience_id, run_id, organisation_id, programme_id, joined, at)
        select bucket, member_id, %(audience)s, %(run)s, %(organisation)s, %(programme)s, joined, %(now)s
        from (select *, true as joined from come union all select *, false from gone) moved
    )
    select (select count(*) from come)::integer, (select count(*) from gone)::integer
"""
_NOBODY: LiteralString = ", {} as (select bucket, id as member_id from wanted where false)"


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
            " changed_at = %s, changed_by = %s, refreshed_on = case when %s then null else refreshed_on end"
            " where id = %s",
            (draft.name, conditions, draft.archived, now, by, anew, replacing.id),
        )
        return
    made = conn.execute(
        "insert into audiences_audience (organisation_id, programme_id, code, name, kind, conditions, version,"
        " archived, created_at, changed_at, changed_by) values (%s, %s, %s, %s, %s, %s, 1, %s, %s, %s, %s)"
        " on conflict (programme_id, code) do nothing returning id",
        (
            organisation_id, programme_id, draft.code, draft.name, draft.kind.value, conditions, draft.archived,
            now, now, by,
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


def mark_refreshed(conn: psycopg.Connection[Any], of: Audience, *, today: date) -> None:
    """The members of the audience are those of the local day."""
    conn.execute(
        "update audiences_audience set refreshed_on = %s where id = %s and refreshed_on is distinct from %s",
        (today, of.id, today),
    )


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
    since: datetime | None = None,
) -> Moved:
    """One statement, whatever the number of members; a run is written where somebody moved."""
    run = new_id(0)
    values = {"audience": of.id, "organisation": organisation_id, "programme": of.programme_id, "run": run}
    values["now"] = since or now
    statement = f"with wanted as materialized ({wanted.sql}){moving}{_TOLD}"  # composed of our own texts
    row = conn.execute(statement, wanted.parameters | values).fetchone()
    joined, gone = row if row is not None else (0, 0)
    moved = Moved(joined, gone, of.members + joined - gone)
    if joined or gone:
        conn.execute(
            "insert into audiences_run"
            " (id, organisation_id, programme_id, audience_id, at, reason, by_whom, joined, gone, members)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (run, organisation_id, of.programme_id, of.id, now, reason.value, by, *moved),
        )
        conn.execute("update audiences_audience set members = %s where id = %s", (moved.members, of.id))
    return moved
