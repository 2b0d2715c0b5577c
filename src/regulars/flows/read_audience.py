"""Who is in an audience is read, by a person or a program: whom they saw is recorded, as with every list of members."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from regulars.domain.audiences.contracts import Audience, Membership, Moving
from regulars.domain.audiences.queries import members_of, movings_of
from regulars.domain.audit.commands import record_act
from regulars.domain.audit.contracts import programme_subject
from regulars.domain.earning.conditions import Condition
from regulars.domain.members.contracts import MemberListed
from regulars.domain.members.queries import listed_of
from regulars.domain.programmes.contracts import Programme
from regulars.flows.member_filter import Preview, preview
from regulars.flows.member_vocabulary import Vocabulary
from regulars.kernel.ids import new_id

ROWS_AT_ONCE = 2_000
"""Members of an export that are fetched at once."""


class ListedMember(NamedTuple):
    """A member of an audience as a list or a file shows them."""

    membership: Membership
    member: MemberListed


EXPORTED = ("member_id", "card", "name", "email", "phone", "since")
"""The columns of an export; `cells` fills them."""
_RISKY = ("=", "+", "-", "@", "\t", "\r")


def cells(each: ListedMember) -> list[str]:
    """A row of an export. What a spreadsheet would take for a formula gets a mark before it, except phones."""
    member = each.member
    texts = [f"'{text}" if text.startswith(_RISKY) else text for text in (member.name or "", member.email or "")]
    return [str(member.id), member.card_number, *texts, member.phone or "", each.membership.since.isoformat()]


def read_members(
    conn: psycopg.Connection[Any],
    of: Audience,
    *,
    programme: Programme,
    now: datetime,
    by: str,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Membership]:
    """Who is in the audience, by id; the ids of those who are shown are in the audit trail."""
    with conn.transaction():
        found = members_of(conn, audience_id=of.id, after=after, limit=limit)
        _record(conn, programme, of.code, "audience.members_listed", [each.member_id for each in found], now=now, by=by)
    return found


def read_movings(
    conn: psycopg.Connection[Any],
    of: Audience,
    *,
    programme: Programme,
    now: datetime,
    by: str,
    before: tuple[UUID, UUID] | None = None,
    run_id: UUID | None = None,
    limit: int = 50,
) -> list[Moving]:
    """Who joined and left, the latest first; the ids of those who are shown are in the audit trail."""
    with conn.transaction():
        found = movings_of(conn, audience_id=of.id, before=before, run_id=run_id, limit=limit)
        ids = list(dict.fromkeys(each.member_id for each in found))
        _record(conn, programme, of.code, "audience.members_listed", ids, now=now, by=by)
    return found


def sample_members(
    conn: psycopg.Connection[Any],
    condition: Condition,
    vocabulary: Vocabulary,
    *,
    programme: Programme,
    now: datetime,
    by: str,
) -> Preview:
    """How many members fulfil conditions, and a few of them; these are in the audit trail."""
    with conn.transaction():
        found = preview(conn, condition, vocabulary, programme_id=programme.id)
        _record(conn, programme, "", "audience.sampled", found.sample, now=now, by=by)
    return found


def export_members(
    conn: psycopg.Connection[Any], of: Audience, *, programme: Programme, now: datetime, by: str
) -> Iterator[list[ListedMember]]:
    """Every member of the audience with name and addresses, by id, some at a time; the audit trail has how many.

    The act is recorded when the first ones are asked for.
    """
    record_act(
        conn,
        entry_id=new_id(0),
        organisation_id=programme.organisation_id,
        programme_id=programme.id,
        now=now,
        by=by,
        action="audience.exported",
        subject=programme_subject(programme.id),
        details={"audience": of.code, "name": of.name, "members": of.members},
    )
    after: UUID | None = None
    while found := members_of(conn, audience_id=of.id, after=after, limit=ROWS_AT_ONCE):
        people = listed_of(conn, programme_id=programme.id, member_ids=[each.member_id for each in found])
        yield [ListedMember(each, people[each.member_id]) for each in found if each.member_id in people]
        after = found[-1].member_id


def _record(
    conn: psycopg.Connection[Any],
    programme: Programme,
    audience: str,
    action: str,
    members: Sequence[UUID],
    *,
    now: datetime,
    by: str,
) -> None:
    if not members:
        return
    shown = {"members": [str(each) for each in members]}
    record_act(
        conn,
        entry_id=new_id(0),
        organisation_id=programme.organisation_id,
        programme_id=programme.id,
        now=now,
        by=by,
        action=action,
        subject=programme_subject(programme.id),
        details=shown | ({"audience": audience} if audience else {}),
    )
