"""Writes of members: lock, enrol, change of status."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from regulars.database.binary import RowPacker, SmallIntArray, UuidArray, days, micros
from regulars.domain.members.contracts import Block, ConsentState, LockedMember, MemberStatus
from regulars.kernel.ids import bucket_of_text, new_id
from regulars.kernel.text import digits_of, folded

_LOCK = """
    select uuid_send(m.id), m.status, m.enrolled_at, m.has_merged
    from members_member m join unnest(%b::smallint[], %b::uuid[]) k(bucket, id) on m.bucket = k.bucket and m.id = k.id
    order by m.bucket, m.id
    for no key update of m
"""
_MEMBERS = RowPacker(
    "members_member",
    {
        "bucket": "int2", "id": "uuid", "organisation_id": "int4", "programme_id": "int4", "status": "int2",
        "enrolled_at": "timestamptz",
    },
    ["card_number", "enrolled_via"],
)  # fmt: skip
_PERSONS = RowPacker(
    "members_person",
    {"bucket": "int2", "member_id": "uuid", "organisation_id": "int4", "programme_id": "int4"},
    ["name", "email", "phone", "language", "search"],
    tail=("birth_date", "date"),
)
_CLAIMS = RowPacker(
    "members_claim",
    {"bucket": "int2", "programme_id": "int4", "organisation_id": "int4", "member_id": "uuid"},
    ["kind", "value"],
)


class Enrolment(NamedTuple):
    """A member as it is first written. email, phone: in canonical form or empty; claims: (kind, value)."""

    id: bytes
    card_number: str
    name: str
    email: str
    phone: str
    birth_date: date | None
    language: str
    attributes: dict[str, Any]
    enrolled_at: datetime
    claims: tuple[tuple[str, str], ...]


def lock_members(conn: psycopg.Connection[Any], members: Sequence[bytes]) -> dict[bytes, LockedMember]:
    """Holds the members until the transaction ends; in id order, so that parallel batches never dead-lock."""
    keys = SmallIntArray([member[15] for member in members]), UuidArray(members)
    return {row[0]: LockedMember(*row) for row in conn.execute(_LOCK, keys, binary=True)}


def insert_members(
    conn: psycopg.Connection[Any],
    enrolments: Sequence[Enrolment],
    *,
    organisation_id: int,
    programme_id: int,
    via: str,
) -> None:
    """Appends members with what identifies them.

    Raises psycopg's UniqueViolation when a parallel enrolment claimed the same thing first: roll back and begin again.
    """
    claims = sorted((bucket_of_text(value), kind, value, each.id) for each in enrolments for kind, value in each.claims)
    _CLAIMS.insert(
        conn,
        [
            _CLAIMS.row((bucket, programme_id, organisation_id, member), (kind.encode(), value.encode()))
            for bucket, kind, value, member in claims
        ],
    )
    _MEMBERS.insert(
        conn,
        [
            _MEMBERS.row(
                (
                    each.id[15], each.id, organisation_id, programme_id, int(MemberStatus.active),
                    micros(each.enrolled_at),
                ),
                (each.card_number.encode(), via.encode()),
            )
            for each in enrolments
        ],
    )  # fmt: skip
    _PERSONS.insert(
        conn,
        [
            _PERSONS.row(
                (each.id[15], each.id, organisation_id, programme_id),
                (
                    each.name.encode(), each.email.encode(), each.phone.encode(), each.language.encode(),
                    search_text(each).encode(),
                ),
                tail=None if each.birth_date is None else days(each.birth_date),
            )
            for each in enrolments
        ],
    )  # fmt: skip
    _write_attributes(conn, enrolments)


def search_text(enrolment: Enrolment) -> str:
    """What a search looks through: folded name and e-mail, digits of phone and card, the merchant's own ids."""
    external = [value for kind, value in enrolment.claims if kind == "external_id"]
    parts = (folded(enrolment.name), enrolment.email, digits_of(enrolment.phone), enrolment.card_number, *external)
    return " ".join(part.casefold() for part in parts if part)


def _write_attributes(conn: psycopg.Connection[Any], enrolments: Sequence[Enrolment]) -> None:
    rows = [each for each in enrolments if each.attributes]
    if rows:
        conn.execute(
            "update members_person p set attributes = k.attributes::jsonb"
            " from unnest(%s::smallint[], %s::uuid[], %s::text[]) k(bucket, id, attributes)"
            " where p.bucket = k.bucket and p.member_id = k.id",
            (
                SmallIntArray([each.id[15] for each in rows]),
                UuidArray([each.id for each in rows]),
                [json.dumps(each.attributes) for each in rows],
            ),
        )


def change_person(
    conn: psycopg.Connection[Any],
    member_id: UUID,
    *,
    language: str,
    birth_date: date | None,
    attributes: dict[str, Any],
    now: datetime,
) -> None:
    """What is known of the person from now on. The member must be locked by this transaction."""
    conn.execute(
        "update members_person set language = %(language)s, birth_date = %(birth_date)s, attributes = %(attributes)s,"
        " birth_date_since = case when birth_date is distinct from %(birth_date)s::date then %(now)s"
        " else birth_date_since end where bucket = %(bucket)s and member_id = %(member)s",
        {
            "language": language,
            "birth_date": birth_date,
            "attributes": Jsonb(attributes),
            "now": now,
            "bucket": member_id.int & 0xFF,
            "member": member_id,
        },
    )


def record_consent(
    conn: psycopg.Connection[Any], member_id: UUID, said: ConsentState, *, organisation_id: int, programme_id: int
) -> None:
    """What the member said, for ever and as it stands. The member must be locked by this transaction."""
    bucket = member_id.int & 0xFF
    values = (
        member_id, organisation_id, programme_id, said.consent, said.given, said.text_version, said.at, said.by,
        said.via,
    )  # fmt: skip
    conn.execute(
        "insert into members_consent_change (bucket, id, member_id, organisation_id, programme_id, consent, given,"
        " text_version, at, by_whom, via) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (bucket, new_id(bucket), *values),
    )
    conn.execute(
        "insert into members_consent (bucket, member_id, organisation_id, programme_id, consent, given, text_version,"
        " at, by_whom, via) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " on conflict (bucket, member_id, consent) do update set given = excluded.given,"
        " text_version = excluded.text_version, at = excluded.at, by_whom = excluded.by_whom, via = excluded.via",
        (bucket, *values),
    )


def forget_consent(
    conn: psycopg.Connection[Any], member_id: UUID, said: ConsentState, *, organisation_id: int, programme_id: int
) -> None:
    """Somebody else had said it: the member was never asked. said: the end of it, as it stays among the changes.

    The member must be locked by this transaction.
    """
    record_consent(conn, member_id, said, organisation_id=organisation_id, programme_id=programme_id)
    conn.execute(
        "delete from members_consent where bucket = %s and member_id = %s and consent = %s",
        (member_id.int & 0xFF, member_id, said.consent),
    )


def block(
    conn: psycopg.Connection[Any], member_id: UUID, block: Block, *, organisation_id: int, programme_id: int
) -> None:
    """An active member is blocked from now on. The member must be locked by this transaction."""
    _move_status(conn, member_id, MemberStatus.active, to=MemberStatus.blocked)
    conn.execute(
        "insert into members_block (bucket, member_id, organisation_id, programme_id, reason, by_whom, since)"
        " values (%s, %s, %s, %s, %s, %s, %s)",
        (member_id.int & 0xFF, member_id, organisation_id, programme_id, block.reason, block.by, block.since),
    )


def release(conn: psycopg.Connection[Any], member_id: UUID) -> None:
    """A blocked member is active again. The member must be locked by this transaction."""
    _move_status(conn, member_id, MemberStatus.blocked, to=MemberStatus.active)
    conn.execute("delete from members_block where bucket = %s and member_id = %s", (member_id.int & 0xFF, member_id))


def join_members(conn: psycopg.Connection[Any], *, kept: UUID, duplicate: UUID) -> int:
    """The duplicate is part of the kept member from now on, and what identified it leads there; how many identities.

    Both must be locked by this transaction.
    """
    _move_status(conn, duplicate, MemberStatus.active, to=MemberStatus.merged)
    set_has_merged(conn, kept, True)
    moved = conn.execute(
        "update members_claim set member_id = %s, came_from = coalesce(came_from, member_id) where member_id = %s",
        (kept, duplicate),
    )
    return moved.rowcount


def part_members(
    conn: psycopg.Connection[Any], *, kept: UUID, duplicate: UUID, parts: Sequence[UUID], still_has: bool
) -> None:
    """Undoes join_members. parts: the duplicate, and who had become part of it. still_has: others are part of kept."""
    _move_status(conn, duplicate, MemberStatus.merged, to=MemberStatus.active)
    set_has_merged(conn, kept, still_has)
    conn.execute(
        "update members_claim set member_id = %(member)s,"
        " came_from = case when came_from <> %(member)s then came_from end"
        " where member_id = %(kept)s and came_from = any(%(parts)s)",
        {"member": duplicate, "kept": kept, "parts": list(parts)},
    )


def set_has_merged(conn: psycopg.Connection[Any], member_id: UUID, has_merged: bool) -> None:
    """Whether others are part of the member: whoever locks a member learns it, and asks for them only then."""
    conn.execute(
        "update members_member set has_merged = %s where bucket = %s and id = %s",
        (has_merged, member_id.int & 0xFF, member_id),
    )


def _move_status(conn: psycopg.Connection[Any], member_id: UUID, status: MemberStatus, *, to: MemberStatus) -> None:
    done = conn.execute(
        "update members_member set status = %s where bucket = %s and id = %s and status = %s",
        (int(to), member_id.int & 0xFF, member_id, int(status)),
    )
    if done.rowcount != 1:
        raise RuntimeError(f"member {member_id} is not {status.name} and cannot become {to.name}")
