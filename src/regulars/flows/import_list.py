"""A file fills a list: it is uploaded, read in parts, looked at, and then decided in one statement. It can be undone.

Nothing about members changes before it is decided; a file that nobody decides is forgotten after a day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from msgspec import convert

from regulars.domain.audiences import commands
from regulars.domain.audiences.columns import LISTED, MOVED
from regulars.domain.audiences.contracts import (
    LOOKED_UP,
    Audience,
    AudienceRun,
    ImportNotFound,
    ListImport,
    Mode,
    Moved,
    NamedBy,
    Reason,
    RowProblem,
    RunNotFound,
    Selection,
    StagedMember,
)
from regulars.domain.audiences.queries import import_counts, latest_runs, list_import, run_of
from regulars.domain.audit.commands import record_act
from regulars.domain.audit.contracts import programme_subject
from regulars.domain.events.contracts import MemberReference
from regulars.domain.members.columns import MEMBERS, STAYING
from regulars.domain.members.queries import not_closed
from regulars.domain.programmes.contracts import Programme
from regulars.flows.fill_audience import CHANGES, has_left, locked_list, names_nobody
from regulars.flows.find_members import find_named
from regulars.flows.read_list import guess, list_of, open_list
from regulars.kernel.errors import Conflict, Refusal
from regulars.kernel.ids import new_id
from regulars.kernel.text import clean

ROWS_AT_ONCE = 20_000
PROBLEMS_KEPT = 20
KEPT_FOR = timedelta(days=1)
LONGEST_VALUE = 100
_NAMED = f"select m.bucket, m.id from {MEMBERS} {LISTED} where {STAYING}"  # noqa: S608  # texts of our own
_MOVED = f"select m.bucket, m.id from {MEMBERS} {MOVED} where {STAYING}"  # noqa: S608  # texts of our own


def begin_import(
    conn: psycopg.Connection[Any],
    content: bytes,
    *,
    programme: Programme,
    code: str,
    file_name: str,
    mode: Mode,
    now: datetime,
    by: str,
) -> ListImport:
    """Keeps the file until it is decided, with the column that most probably names members. Raises Refusal."""
    file = open_list(content)
    column, named_by = guess(file)
    with conn.transaction():
        found = locked_list(conn, programme, code)
        kept = ListImport(
            id=new_id(0), audience_id=found.id, file_name=clean(file_name or "list.csv", longest=200, field="file"),
            content=file.content, rows=file.rows, column=column, named_by=named_by, mode=mode, rows_read=0, unknown=0,
            empty=0, problems=(), at=now, by=by,
        )  # fmt: skip
        commands.keep_import(conn, kept, organisation_id=programme.organisation_id, programme_id=programme.id)
    return kept


def choose(
    conn: psycopg.Connection[Any], import_id: UUID, *, programme: Programme, column: str, named_by: NamedBy, mode: Mode
) -> ListImport:
    """Another column, another name, another mode; it is read anew where that is needed. Raises Refusal."""
    with conn.transaction():
        found = _waiting(conn, programme, import_id)
        columns = list_of(found.content).columns
        if column not in columns:
            raise Refusal(
                "list_without_names",
                "There is no such column",
                detail=f"{found.file_name} has the columns {', '.join(columns)}.",
                remedy="Choose one of them.",
                field="column",
            )
        changed = replace(found, column=column, named_by=named_by, mode=mode)
        if (column, named_by) != (found.column, found.named_by):
            changed = replace(changed, rows_read=0, unknown=0, empty=0, problems=())
            commands.keep_import(conn, changed, organisation_id=programme.organisation_id, programme_id=programme.id)
        elif mode is not found.mode:
            commands.change_mode(conn, import_id=import_id, mode=mode)
    return changed


def read_on(
    conn: psycopg.Connection[Any], import_id: UUID, *, programme: Programme, at_once: int = ROWS_AT_ONCE
) -> ListImport:
    """Looks at the next rows: whom they name, and what is wrong with them. Nothing more where all are read."""
    with conn.transaction():
        found = _waiting(conn, programme, import_id)
        if found.is_read:
            return found
        rows = list(list_of(found.content).values(found.column, start=found.rows_read, count=at_once))
        named = [(line, value) for line, value in rows if value]
        members, unknown = whom(conn, [value for _, value in named], found.named_by, programme_id=programme.id)
        problems = [
            RowProblem(named[place][0], named[place][1][:LONGEST_VALUE], refusal.detail, refusal.remedy)
            for place, refusal in sorted(unknown.items())
        ]
        commands.stage_members(
            conn, found, members, organisation_id=programme.organisation_id, programme_id=programme.id,
            rows=len(rows), empty=len(rows) - len(named), unknown=len(unknown),
            problems=(*found.problems, *problems)[:PROBLEMS_KEPT],
        )  # fmt: skip
        return _waiting(conn, programme, import_id)


def whom(
    conn: psycopg.Connection[Any], values: Sequence[str], named_by: NamedBy, *, programme_id: int
) -> tuple[list[StagedMember], dict[int, Refusal]]:
    """The members that the values name, each once, and why others name nobody, by their positions."""
    unknown: dict[int, Refusal] = {}
    references: list[MemberReference] = []
    places: list[int] = []
    for place, value in enumerate(values):
        try:
            references.append(convert({named_by.value: value}, MemberReference))
            places.append(place)
        except ValueError:
            unknown[place] = _no_id(value)
    named = find_named(conn, references, programme_id=programme_id)
    staying = not_closed(conn, ids=[each for each in named if isinstance(each, bytes)])
    given: dict[bytes, int] = {}
    merged: set[bytes] = set()
    for place, reference, each in zip(places, references, named, strict=True):
        if isinstance(each, Refusal):
            unknown[place] = each
        elif each not in staying:
            unknown[place] = has_left()
        else:
            given[each] = given.get(each, 0) + 1
            if reference.id is not None and reference.id.bytes != each:
                merged.add(each)
    return [StagedMember(member, rows, member in merged) for member, rows in given.items()], unknown


def decide_import(
    conn: psycopg.Connection[Any], import_id: UUID, *, programme: Programme, code: str, now: datetime, by: str
) -> tuple[Moved, AudienceRun | None]:
    """The file becomes the list: in one statement, whatever its size; the run by which it can be undone, if any moved.

    Raises Refusal for a replacement that names nobody, and for a file that was not read to its end.
    """
    with conn.transaction():
        found = _waiting(conn, programme, import_id)
        to = locked_list(conn, programme, code)
        if not found.is_read:
            raise Conflict(
                "list_not_read",
                "The file is not read to its end",
                detail=f"{found.rows_read:,} of its {found.rows:,} rows were looked at so far.",
                remedy="Wait until all rows were looked at.",
            )
        if found.mode is Mode.replace_ and not import_counts(conn, found).found:
            raise names_nobody(to, found.rows)
        wanted = Selection(_NAMED, {"programme": programme.id, "import": import_id}, many=found.rows > LOOKED_UP)
        moved = CHANGES[found.mode](
            conn, to, wanted, organisation_id=programme.organisation_id, now=now, reason=Reason.import_, by=by
        )
        commands.forget_import(conn, import_id=import_id)
        run = latest_runs(conn, audience_id=to.id, limit=1)[0] if moved.joined or moved.gone else None
        if run is not None:
            _record(conn, programme, to, "audience.filled", moved, now=now, by=by, file=found.file_name)
    return moved, run


def drop_import(conn: psycopg.Connection[Any], import_id: UUID, *, programme: Programme) -> None:
    """The file is not wanted; dropping it again changes nothing."""
    with conn.transaction():
        if list_import(conn, programme_id=programme.id, import_id=import_id, lock=True) is not None:
            commands.forget_import(conn, import_id=import_id)


def undo_import(
    conn: psycopg.Connection[Any], run_id: UUID, *, programme: Programme, code: str, now: datetime, by: str
) -> Moved:
    """Whom an import moved is where they were before, since when they were; whom another run moved later stays.

    Raises Refusal for a run that is no import, was undone before, or belongs to an archived audience.
    """
    with conn.transaction():
        of = locked_list(conn, programme, code)
        run = run_of(conn, audience_id=of.id, run_id=run_id)
        if run is None:
            raise RunNotFound(run_id)
        if not run.can_be_undone:
            raise Conflict(
                "run_not_undoable",
                "This cannot be undone",
                detail="It was undone before." if run.undone else f"It was no import, but a {run.reason.value}.",
                remedy="Fill the list anew: upload the members who shall be in it.",
            )
        staying = Selection(_MOVED, {"programme": programme.id})
        moved = commands.undo_run(
            conn, of, run, staying=staying, organisation_id=programme.organisation_id, now=now, by=by
        )  # fmt: skip
        _record(conn, programme, of, "audience.import_undone", moved, now=now, by=by, file="")
    return moved


def forget_old_imports(conn: psycopg.Connection[Any], *, programme_id: int, now: datetime) -> int:
    """Files that nobody decided for a day are forgotten, with whom they name; how many."""
    return commands.forget_imports(conn, programme_id=programme_id, before=now - KEPT_FOR)


def _waiting(conn: psycopg.Connection[Any], programme: Programme, import_id: UUID) -> ListImport:
    found = list_import(conn, programme_id=programme.id, import_id=import_id, lock=True)
    if found is None:
        raise ImportNotFound(import_id)
    return found


def _no_id(value: str) -> Refusal:
    return Refusal(
        "bad_id",
        "This is no id",
        detail=f"{value[:LONGEST_VALUE]!r} is no id of a member.",
        remedy="Send the id as Regulars gave it, or name the members otherwise.",
    )


def _record(
    conn: psycopg.Connection[Any],
    programme: Programme,
    of: Audience,
    action: str,
    moved: Moved,
    *,
    now: datetime,
    by: str,
    file: str,
) -> None:
    details = {"audience": of.code, "name": of.name, "joined": moved.joined, "gone": moved.gone}
    record_act(
        conn,
        entry_id=new_id(0),
        organisation_id=programme.organisation_id,
        programme_id=programme.id,
        now=now,
        by=by,
        action=action,
        subject=programme_subject(programme.id),
        details=details | ({"file": file} if file else {}),
    )
