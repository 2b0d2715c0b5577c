"""A static audience gets its members from a list: added, removed, or put in the place of those who are there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from regulars.domain.audiences.commands import add_members, make_members, remove_members
from regulars.domain.audiences.contracts import Audience, AudienceNotFound, Kind, Moved, Reason, Selection
from regulars.domain.audiences.queries import audience
from regulars.domain.audit.commands import record_act
from regulars.domain.audit.contracts import programme_subject
from regulars.domain.events.contracts import MemberReference
from regulars.domain.members.queries import not_closed
from regulars.domain.programmes.contracts import Programme
from regulars.flows.find_members import find_named
from regulars.kernel.errors import Conflict, NotFound, Refusal
from regulars.kernel.ids import new_id


class Mode(StrEnum):
    """add: they are members too. replace: they are the members from now on. remove: they are not members any more."""

    add = "add"
    replace_ = "replace"
    remove = "remove"


class Filled(NamedTuple):
    """What became of a list. refused: by its position, why one names nobody. found: how many members it names."""

    moved: Moved
    found: int
    refused: dict[int, Refusal]


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
        found = audience(conn, programme_id=programme.id, code=code, lock=True)
        _check(found, code)
        assert found is not None
        members, refused = _named(conn, references, programme_id=programme.id)
        if mode is Mode.replace_ and references and not members:
            raise Refusal(
                "list_names_nobody",
                "The list names nobody",
                detail=f"None of its {len(references)} entries is a member, and {found.name} would be empty.",
                remedy="Check how the list names members. To empty the audience, replace its members by an empty list.",
                field="members",
            )
        change = {Mode.add: add_members, Mode.replace_: make_members, Mode.remove: remove_members}[mode]
        moved = change(
            conn, found, _these(members), organisation_id=programme.organisation_id, now=now,
            reason=Reason.import_, by=by,
        )  # fmt: skip
        if moved.joined or moved.gone:
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
    return Filled(moved, len(members), refused)


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
            refused[position] = _has_left()
        else:
            members.setdefault(each)
    return list(members), refused


def _these(members: Sequence[bytes]) -> Selection:
    ids = [UUID(bytes=each) for each in members]
    buckets = [each[15] for each in members]
    return Selection(
        "select * from unnest(%(buckets)s::smallint[], %(ids)s::uuid[]) k (bucket, id)",
        {"buckets": buckets, "ids": ids},
    )


def _check(found: Audience | None, code: str) -> None:
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


def _has_left() -> Refusal:
    return NotFound(
        "member_has_left",
        "The member has left",
        detail="The member is closed, and closed members are in no audience.",
        remedy="Leave them out of the list.",
    )
