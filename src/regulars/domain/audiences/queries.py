"""Reads of audiences: which there are, who is in them, who joined and left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.database.binary import SmallIntArray, UuidArray
from regulars.domain.audiences.contracts import (
    CONDITIONS,
    Audience,
    AudienceRun,
    ImportCounts,
    Kind,
    ListImport,
    Membership,
    MembershipChange,
    Mode,
    Moving,
    NamedBy,
    Reason,
    RowProblem,
)
from regulars.domain.earning.conditions import Condition

_AUDIENCE = """
    select id, programme_id, code, name, kind, conditions, version, archived, members, created_at, changed_at,
           changed_by, refreshed_on, description
    from audiences_audience
"""
_RUN = """
    select r.audience_id, r.id, r.at, r.reason, r.by_whom, r.joined, r.gone, r.members, r.undoes,
           exists(select from audiences_run u where u.undoes = r.id)
    from audiences_run r
"""
_SINCE_WITH_ONE_BEFORE = """
    where audience_id = any(%(ids)s) and at >= coalesce((
        select max(b.at) from audiences_run b where b.audience_id = r.audience_id and b.at < %(since)s), %(since)s)
"""
_CODES_OF = """
    select uuid_send(s.member_id), a.code
    from audiences_membership s join unnest(%b::smallint[], %b::uuid[]) k(bucket, member_id)
      on s.bucket = k.bucket and s.member_id = k.member_id
    join audiences_audience a on a.id = s.audience_id
    where a.code = any(%b::text[])
"""


def audiences(conn: psycopg.Connection[Any], *, programme_id: int, lock: bool = False) -> list[Audience]:
    """The audiences of the programme by name, archived ones last. lock: hold them until the transaction ends."""
    if lock:
        conn.execute(
            "select from audiences_audience where programme_id = %s order by id for no key update", [programme_id]
        )
    rows = conn.execute(f"{_AUDIENCE} where programme_id = %s order by archived, lower(name), code", [programme_id])
    return [_audience(row) for row in rows]


def audience(conn: psycopg.Connection[Any], *, programme_id: int, code: str, lock: bool = False) -> Audience | None:
    """One audience by its code, or None. lock: hold it until the transaction ends."""
    statement = f"{_AUDIENCE} where programme_id = %s and code = %s"
    row = conn.execute(f"{statement} for no key update" if lock else statement, (programme_id, code)).fetchone()
    return None if row is None else _audience(row)


def audiences_by_id(conn: psycopg.Connection[Any], *, ids: Sequence[int]) -> dict[int, Audience]:
    """Several audiences, those that exist, locked until the transaction ends."""
    rows = conn.execute(f"{_AUDIENCE} where id = any(%s) order by id for no key update", [list(ids)])
    return {row[0]: _audience(row) for row in rows}


def due_for_refresh(conn: psycopg.Connection[Any], *, programme_id: int, today: date) -> bool:
    """Whether the members of any dynamic audience are of an earlier day."""
    row = conn.execute(
        "select exists(select from audiences_audience where programme_id = %s and kind = 'dynamic' and not archived"
        " and (refreshed_on is null or refreshed_on < %s))",
        (programme_id, today),
    ).fetchone()
    return bool(row and row[0])


def runs_of(
    conn: psycopg.Connection[Any], *, audience_ids: Sequence[int], since: datetime
) -> dict[int, list[AudienceRun]]:
    """What changed audiences since then, the earliest first; before it the last one of each that was earlier."""
    rows = conn.execute(
        f"{_RUN} {_SINCE_WITH_ONE_BEFORE} order by at, id",
        {"ids": list(audience_ids), "since": since},
    )
    found: dict[int, list[AudienceRun]] = {each: [] for each in audience_ids}
    for row in rows:
        found[row[0]].append(_run(row))
    return found


def latest_runs(
    conn: psycopg.Connection[Any],
    *,
    audience_id: int,
    before: UUID | None = None,
    limit: int = 20,
    reason: Reason | None = None,
) -> list[AudienceRun]:
    """What changed an audience last, the latest first. before: the last one of the page before."""
    rows = conn.execute(
        f"{_RUN} where audience_id = %(audience)s"
        " and (%(before)s::uuid is null or id < %(before)s) and (%(reason)s::text is null or reason = %(reason)s)"
        " order by id desc limit %(limit)s",
        {"audience": audience_id, "before": before, "limit": limit, "reason": reason and reason.value},
    )
    return [_run(row) for row in rows]


def run_of(conn: psycopg.Connection[Any], *, audience_id: int, run_id: UUID) -> AudienceRun | None:
    """One of the audience's runs, or None."""
    row = conn.execute(f"{_RUN} where audience_id = %s and id = %s", (audience_id, run_id)).fetchone()
    return None if row is None else _run(row)


def movings_of(
    conn: psycopg.Connection[Any],
    *,
    audience_id: int,
    before: tuple[UUID, UUID] | None = None,
    run_id: UUID | None = None,
    limit: int = 50,
) -> list[Moving]:
    """Who joined an audience and who left it, the latest first. before: (run, member) of the last one that was shown.

    run_id: those of this run alone.
    """
    run, member = before or (None, None)
    rows = conn.execute(
        "select c.run_id, c.member_id, c.joined, c.at, r.reason, r.by_whom from audiences_change c"
        " join audiences_run r on r.id = c.run_id where c.audience_id = %(audience)s"
        " and (%(run)s::uuid is null or (c.run_id, c.member_id) < (%(run)s, %(member)s::uuid))"
        " and (%(only)s::uuid is null or c.run_id = %(only)s)"
        " order by c.run_id desc, c.member_id desc limit %(limit)s",
        {"audience": audience_id, "run": run, "member": member, "only": run_id, "limit": limit},
    )
    return [Moving(row[0], row[1], row[2], row[3], Reason(row[4]), row[5]) for row in rows]


def members_of(
    conn: psycopg.Connection[Any], *, audience_id: int, after: UUID | None = None, limit: int = 50
) -> list[Membership]:
    """Who is in an audience, by id. after: the last member of the page before."""
    rows = conn.execute(
        "select audience_id, member_id, since from audiences_membership"
        " where audience_id = %s and (%s::uuid is null or member_id > %s) order by member_id limit %s",
        (audience_id, after, after, limit),
    )
    return [Membership(*row) for row in rows]


def audiences_of(conn: psycopg.Connection[Any], *, member_id: UUID) -> list[Membership]:
    """The audiences that a member is in, the latest first."""
    rows = conn.execute(
        "select audience_id, member_id, since from audiences_membership where bucket = %s and member_id = %s"
        " order by since desc, audience_id",
        (member_id.int & 0xFF, member_id),
    )
    return [Membership(*row) for row in rows]


def lists_of(conn: psycopg.Connection[Any], *, programme_id: int, member_id: UUID) -> list[Membership]:
    """The static audiences that a member is in, by number, each locked until the transaction ends."""
    rows = conn.execute(
        "select s.audience_id, s.member_id, s.since from audiences_audience a"
        " join audiences_membership s on s.audience_id = a.id"
        " where a.programme_id = %s and a.kind = 'static' and s.bucket = %s and s.member_id = %s"
        " order by a.id for no key update of a",
        (programme_id, member_id.int & 0xFF, member_id),
    )
    return [Membership(*row) for row in rows]


def joined_last(conn: psycopg.Connection[Any], *, audience_id: int, member_id: UUID) -> datetime | None:
    """Since when the member was in the audience after joining it for the last time; None: never."""
    row = conn.execute(
        "select coalesce(since, at) from audiences_change"
        " where bucket = %s and member_id = %s and audience_id = %s and joined"
        " order by run_id desc limit 1",
        (member_id.int & 0xFF, member_id, audience_id),
    ).fetchone()
    return None if row is None else row[0]


def changes_of(conn: psycopg.Connection[Any], *, member_id: UUID, limit: int = 100) -> list[MembershipChange]:
    """A member's joinings and leavings, the latest first."""
    rows = conn.execute(
        "select c.audience_id, c.joined, c.at, r.reason, r.by_whom from audiences_change c"
        " join audiences_run r on r.id = c.run_id"
        " where c.bucket = %s and c.member_id = %s order by c.run_id desc limit %s",
        (member_id.int & 0xFF, member_id, limit),
    )
    return [MembershipChange(row[0], row[1], row[2], Reason(row[3]), row[4]) for row in rows]


def codes_of(conn: psycopg.Connection[Any], members: Sequence[bytes], *, among: Sequence[str]) -> dict[bytes, set[str]]:
    """In which of these audiences, by code, members are; those who are in none are missing."""
    keys = SmallIntArray([member[15] for member in members]), UuidArray(members)
    found: dict[bytes, set[str]] = {}
    for member, code in conn.execute(_CODES_OF, (*keys, list(among)), binary=True):
        found.setdefault(member, set()).add(code)
    return found


def list_import(
    conn: psycopg.Connection[Any], *, programme_id: int, import_id: UUID, lock: bool = False
) -> ListImport | None:
    """A file that waits to be decided, or None. lock: hold it until the transaction ends."""
    statement = (
        "select id, audience_id, file_name, content, rows, column_name, named_by, mode, rows_read, unknown, empty,"
        " problems, at, by_whom from audiences_import where programme_id = %s and id = %s"
    )
    row = conn.execute(f"{statement} for update" if lock else statement, (programme_id, import_id)).fetchone()
    if row is None:
        return None
    problems = tuple(RowProblem(*each) for each in row[11])
    return ListImport(*(*row[:6], NamedBy(row[6]), Mode(row[7]), *row[8:11], problems, *row[12:]))


def import_counts(conn: psycopg.Connection[Any], of: ListImport) -> ImportCounts:
    """What the rows that were read so far come to."""
    row = conn.execute(
        "select count(*), coalesce(sum(w.rows - 1), 0)::integer, count(*) filter (where w.merged), count(a.member_id)"
        " from audiences_import_member w left join audiences_membership a on a.bucket = w.bucket"
        " and a.member_id = w.member_id and a.audience_id = %s where w.import_id = %s",
        (of.audience_id, of.id),
    ).fetchone()
    there = conn.execute(
        "select count(*) from audiences_membership where audience_id = %s", [of.audience_id]
    ).fetchone()
    found, twice, merged, are_in = row or (0, 0, 0, 0)
    members = there[0] if there else 0
    if of.mode is Mode.remove:
        return ImportCounts(found, twice, merged, 0, are_in)
    return ImportCounts(found, twice, merged, found - are_in, members - are_in if of.mode is Mode.replace_ else 0)


def _run(row: Sequence[Any]) -> AudienceRun:
    return AudienceRun(row[1], row[2], Reason(row[3]), *row[4:])


def _audience(row: tuple[Any, ...]) -> Audience:
    conditions: Condition | None = None if row[5] is None else CONDITIONS.validate_python(row[5])
    return Audience(*(*row[:4], Kind(row[4]), conditions, *row[6:]))


def audiences_in_bucket(conn: psycopg.Connection[Any], *, programme_id: int, bucket: int) -> list[tuple[bytes, str]]:
    """(member, name of the audience) of a bucket's members as they are now, archived audiences left out."""
    return conn.execute(
        "select uuid_send(s.member_id), a.name from audiences_membership s"
        " join audiences_audience a on a.id = s.audience_id"
        " where s.bucket = %s::smallint and a.programme_id = %s::int and not a.archived order by 1, 2",
        (bucket, programme_id),
    ).fetchall()
