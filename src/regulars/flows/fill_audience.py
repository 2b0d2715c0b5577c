"""A static audience gets its members from a list: added, removed, or put in the place of those who are there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from regulars.domain.audiences.commands import add_members, make_members, remove_members
from regulars.domain.audiences.contracts import (
    LOOKED_UP,
    Audience,
    AudienceNotFound,
    Kind,
    Mode,
    Moved,
    Reason,
    Selection,
)
from regulars.domain.audiences.queries import audience, latest_runs
from regulars.domain.audit.commands import record_act
from regulars.domain.audit.contracts import programme_subject
from regulars.domain.events.contracts import MemberReference
from regulars.domain.members.queries import not_closed
from regulars.domain.programmes.contracts import Programme
from regulars.flows.find_members import find_named
from regulars.kernel.errors import Conflict, NotFound, Refusal
from regulars.kernel.ids import new_id

CHANGES = {Mode.add: add_members, Mode.replace_: make_members, Mode.remove: remove_members}
"""What each way of filling a list does with its members."""


class Filled(NamedTuple):
    """What became of a list. refused: by its position, why one names nobody. found: how many members it names.

    run_id: by which it can be undone; None where nobody moved, or would.
    """

    moved: Moved
    found: int
    refused: dict[int, Refusal]
    run_id: UUID | None = None


def fill_audience(
    conn: psycopg.Connection[Any],
    references: Sequence[MemberReference],
    *,
    programme: Programme,
    code: str,
    mode: Mode,
    now: datetime,
    by: str,
    dry_run: bool = False,
) -> Filled:
    """Changes the members of a static audience, in one transaction. References that name nobody are left out.

    dry_run: the same, and nothing is written. Doing it again changes nothing more. Raises Refusal for an audience that
    is not a list or is archived, and for a replacement in which no reference names anybody.
    """
    with conn.transaction(force_rollback=dry_run):
        found = locked_list(conn, programme, code)
        members, refused = _named(conn, references, programme_id=programme.id)
        if mode is Mode.replace_ and references and not members:
            raise names_nobody(found, len(references))
        moved = CHANGES[mode](
            conn, found, _these(members), organisation_id=programme.organisation_id, now=now,
            reason=Reason.import_, by=by,
        )  # fmt: skip
        run_id = None
        if moved.joined or moved.gone:
            run_id = None if dry_run else latest_runs(conn, audience_id=found.id, limit=1)[0].id
            record_act(
                conn,
                entry_id=new_id(0),
                organisation_id=programme.organisation_id,
                programme_id=programme.id,
                now=now,
                by=by,
                action="audience.filled",
                subject=programme_subject(programme.id),
                details={"audience": code, "name": found.name, "joined": moved.joined, "gone": moved.gone},
            )
    return Filled(moved, len(members), refused, run_id)


def _named(
    conn: psycopg.Connection[Any], references: Sequence[MemberReference], *, programme_id: int
) -> tuple[list[bytes], dict[int, Refusal]]:
    """The members that references name, each once, and why others name nobody, by their positions."""
    refused: dict[int, Refusal] = {}
    members: dict[bytes, None] = {}
    named = find_named(conn, references, programme_id=programme_id)
    staying = not_closed(conn, ids=[each for each in named if isinstance(each, bytes)])
    for position, each in enumerate(named):
        if isinstance(each, Refusal):
            refused[position] = each
        elif each not in staying:
            refused[position] = has_left()
        else:
            members.setdefault(each)
    return list(members), refused


def _these(members: Sequence[bytes]) -> Selection:
    ids = [UUID(bytes=each) for each in members]
    buckets = [each[15] for each in members]
    return Selection(
        "select * from unnest(%(buckets)s::smallint[], %(ids)s::uuid[]) k (bucket, id)",
        {"buckets": buckets, "ids": ids},
        many=len(ids) > LOOKED_UP,
    )


def locked_list(conn: psycopg.Connection[Any], programme: Programme, code: str) -> Audience:
    """The static audience of the code, held until the transaction ends. Raises Refusal for any other one."""
    found = audience(conn, programme_id=programme.id, code=code, lock=True)
    if found is None:
        raise AudienceNotFound(code)
    if found.kind is not Kind.static:
        raise Conflict(
            "audience_not_a_list",
            "This audience is not a list",
            detail=f"Who is in {found.name} follows from its conditions.",
            remedy="Change its conditions, or make a static audience for the list.",
        )
    if found.archived:
        raise Conflict(
            "audience_archived",
            "This audience is archived",
            detail=f"{found.name} is archived, and its members do not change any more.",
            remedy="Take it out of the archive first.",
        )
    return found


def names_nobody(of: Audience, entries: int) -> Refusal:
    """The refusal of a replacement that would empty the list by mistake."""
    return Refusal(
        "list_names_nobody",
        "The list names nobody",
        detail=f"None of its {entries} entries is a member, and {of.name} would be empty.",
        remedy="Check how the list names members. To empty the audience, replace its members by an empty list.",
        field="members",
    )


def has_left() -> Refusal:
    """The refusal of an entry that names a member who is in no audience any more."""
    return NotFound(
        "member_has_left",
        "The member has left",
        detail="The member is closed, and closed members are in no audience.",
        remedy="Leave them out of the list.",
    )
