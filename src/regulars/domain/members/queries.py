"""Reads of members. Personal data leaves this room only through `profile` and `find_members`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from regulars.database.binary import SmallIntArray, TextArray, UuidArray
from regulars.domain.earning.contracts import Person
from regulars.domain.members.contracts import (
    MERGE_UNDONE,
    Block,
    ConsentState,
    LockedMember,
    Member,
    MemberListed,
    MemberStatus,
    Profile,
)
from regulars.kernel.ids import bucket_of_text
from regulars.kernel.text import digits_of, folded

_RESOLVE = """
    select c.kind, c.value, uuid_send(c.member_id)
    from members_claim c join unnest(%b::smallint[], %b::text[], %b::text[]) k(bucket, kind, value)
      on c.bucket = k.bucket and c.programme_id = %b::int and c.kind = k.kind and c.value = k.value
"""
_EXISTING = """
    select uuid_send(m.id), m.status from members_member m join unnest(%b::smallint[], %b::uuid[]) k(bucket, id)
      on m.bucket = k.bucket and m.id = k.id
    where m.programme_id = %b::int
"""
_OF_BUCKET = """
    select uuid_send(m.id), m.status, m.enrolled_at, m.has_merged from members_member m
    where m.bucket = %b::smallint and m.programme_id = %b::int order by m.id
"""
_NOT_CLOSED = """
    select uuid_send(m.id) from members_member m join unnest(%b::smallint[], %b::uuid[]) k(bucket, id)
      on m.bucket = k.bucket and m.id = k.id
    where m.status <> all(%b::smallint[])
"""
_PERSONS = """
    select uuid_send(p.member_id), p.language, m.enrolled_via, p.birth_date, p.attributes
    from members_person p join unnest(%b::smallint[], %b::uuid[]) k(bucket, id)
      on p.bucket = k.bucket and p.member_id = k.id
    join members_member m on m.bucket = p.bucket and m.id = p.member_id
"""
_GIVEN = """
    select uuid_send(c.member_id), c.consent
    from members_consent c join unnest(%b::smallint[], %b::uuid[]) k(bucket, id)
      on c.bucket = k.bucket and c.member_id = k.id
    where c.given
"""


_MANY = 1_000
"""Matches that are fetched and sorted; with more, the newest page is full after a short look."""


def resolve_claims(
    conn: psycopg.Connection[Any], *, programme_id: int, claims: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], bytes]:
    """Which member each (kind, value) identifies; kinds: external_id, email, phone, card. Unknown ones are missing."""
    arrays = (
        SmallIntArray([bucket_of_text(value) for _, value in claims]),
        TextArray([kind.encode() for kind, _ in claims]),
        TextArray([value.encode() for _, value in claims]),
    )
    found = conn.execute(_RESOLVE, (*arrays, programme_id), binary=True)
    return {(kind, value): member for kind, value, member in found}


def existing(conn: psycopg.Connection[Any], *, programme_id: int, ids: Sequence[bytes]) -> dict[bytes, int]:
    """Those of the ids that are members of the programme, each with its status."""
    arrays = SmallIntArray([identifier[15] for identifier in ids]), UuidArray(ids)
    return dict(conn.execute(_EXISTING, (*arrays, programme_id), binary=True).fetchall())


def not_closed(conn: psycopg.Connection[Any], *, ids: Sequence[bytes]) -> set[bytes]:
    """Those of the ids whose membership goes on: neither closed, nor part of another member."""
    arrays = SmallIntArray([identifier[15] for identifier in ids]), UuidArray(ids)
    over = SmallIntArray([MemberStatus.closed, MemberStatus.merged])
    return {row[0] for row in conn.execute(_NOT_CLOSED, (*arrays, over), binary=True)}


def member(conn: psycopg.Connection[Any], *, programme_id: int, member_id: UUID) -> Member | None:
    """A member without personal data, or None."""
    row = conn.execute(
        "select id, programme_id, card_number, status, enrolled_at, enrolled_via from members_member"
        " where bucket = %s and id = %s and programme_id = %s",
        (member_id.int & 0xFF, member_id, programme_id),
    ).fetchone()
    return None if row is None else Member(row[0], row[1], row[2], MemberStatus(row[3]), row[4], row[5])


def statuses_of(conn: psycopg.Connection[Any], *, member_ids: Sequence[UUID]) -> dict[UUID, MemberStatus]:
    """Who is active, blocked or closed."""
    rows = conn.execute(
        "select id, status from members_member where bucket = any(%s::smallint[]) and id = any(%s)",
        ([each.int & 0xFF for each in member_ids], list(member_ids)),
    )
    return {row[0]: MemberStatus(row[1]) for row in rows}


def profile(conn: psycopg.Connection[Any], *, programme_id: int, member_id: UUID) -> Profile | None:
    """A member with personal data, or None. Doors of operators record the read (flows/open_profile.py)."""
    row = conn.execute(
        "select m.id, m.programme_id, m.card_number, m.status, m.enrolled_at, m.enrolled_via, p.name, p.email,"
        " p.phone, p.birth_date, p.language, p.attributes from members_member m"
        " join members_person p on p.bucket = m.bucket and p.member_id = m.id"
        " where m.bucket = %s and m.id = %s and m.programme_id = %s",
        (member_id.int & 0xFF, member_id, programme_id),
    ).fetchone()
    if row is None:
        return None
    external = conn.execute(
        "select value from members_claim where member_id = %s and kind = 'external_id' order by value", [member_id]
    )
    return Profile(*(*row[:3], MemberStatus(row[3]), *row[4:], tuple(value for (value,) in external)))


def persons_of(conn: psycopg.Connection[Any], members: Sequence[bytes], *, with_consents: bool) -> dict[bytes, Person]:
    """What rules may know about people. with_consents: whether what they allow is read as well."""
    arrays = SmallIntArray([member[15] for member in members]), UuidArray(members)
    given: dict[bytes, set[str]] = {}
    if with_consents:
        for member_id, consent in conn.execute(_GIVEN, arrays, binary=True):
            given.setdefault(member_id, set()).add(consent)
    return {
        member_id: Person(language, channel, birth_date, attributes, frozenset(given.get(member_id, ())))
        for member_id, language, channel, birth_date, attributes in conn.execute(_PERSONS, arrays, binary=True)
    }


def born_on(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    dates: Sequence[date],
    known_by: datetime,
    after: UUID | None = None,
    limit: int = 50_000,
) -> list[tuple[UUID, date]]:
    """Members born on one of the dates who have not left, with the date, by id.

    known_by: the date must have been known then, so that nobody moves a birthday to tomorrow.
    """
    return conn.execute(
        "select p.member_id, p.birth_date from members_person p"
        " join members_member m on m.bucket = p.bucket and m.id = p.member_id"
        " where p.programme_id = %(programme)s and p.birth_date = any(%(dates)s)"
        " and coalesce(p.birth_date_since, m.enrolled_at) <= %(known_by)s and m.status <> %(closed)s"
        " and (%(after)s::uuid is null or p.member_id > %(after)s) order by p.member_id limit %(limit)s",
        {
            "programme": programme_id,
            "dates": list(dates),
            "known_by": known_by,
            "closed": int(MemberStatus.closed),
            "after": after,
            "limit": limit,
        },
    ).fetchall()


class Dated(NamedTuple):
    """The dates of a member of which occasions are made. known_since: since when the birthday is known."""

    id: UUID
    enrolled_at: datetime
    born: date | None
    known_since: datetime


def dated(conn: psycopg.Connection[Any], *, members: Sequence[UUID]) -> list[Dated]:
    """The dates of members who have not left, by id."""
    rows = conn.execute(
        "select m.id, m.enrolled_at, p.birth_date, coalesce(p.birth_date_since, m.enrolled_at) from members_member m"
        " left join members_person p on p.bucket = m.bucket and p.member_id = m.id"
        " where m.bucket = any(%s::smallint[]) and m.id = any(%s) and m.status <> %s order by m.id",
        ([each.int & 0xFF for each in members], list(members), int(MemberStatus.closed)),
    )
    return [Dated(*row) for row in rows]


def joined_within(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    spans: Sequence[tuple[datetime, datetime]],
    after: UUID | None = None,
    limit: int = 50_000,
) -> list[tuple[UUID, datetime]]:
    """Members who joined in one of the spans and have not left, with the instant, by id."""
    # Span by span, so that each is one stretch of the index; joined, the planner would compare all members with all.
    return conn.execute(
        "select m.id, m.enrolled_at from unnest(%(since)s::timestamptz[], %(until)s::timestamptz[]) k(since, until)"
        " cross join lateral (select id, enrolled_at, status from members_member"
        " where programme_id = %(programme)s and enrolled_at >= k.since and enrolled_at < k.until offset 0) m"
        " where m.status <> %(closed)s and (%(after)s::uuid is null or m.id > %(after)s)"
        " order by m.id limit %(limit)s",
        {
            "programme": programme_id,
            "since": [since for since, _ in spans],
            "until": [until for _, until in spans],
            "closed": int(MemberStatus.closed),
            "after": after,
            "limit": limit,
        },
    ).fetchall()


def consents_of(conn: psycopg.Connection[Any], *, member_id: UUID) -> dict[str, ConsentState]:
    """What the member said last, by the consent's id; those that were never asked for are missing."""
    rows = conn.execute(
        "select consent, given, text_version, at, by_whom, via from members_consent"
        " where bucket = %s and member_id = %s order by consent",
        (member_id.int & 0xFF, member_id),
    )
    return {row[0]: ConsentState(*row) for row in rows}


def consent_changes(conn: psycopg.Connection[Any], *, member_id: UUID, limit: int = 100) -> list[ConsentState]:
    """Every yes and no of the member, the latest first."""
    rows = conn.execute(
        "select consent, given, text_version, at, by_whom, via from members_consent_change"
        " where bucket = %s and member_id = %s order by id desc limit %s",
        (member_id.int & 0xFF, member_id, limit),
    )
    return [ConsentState(*row) for row in rows]


def consent_before(conn: psycopg.Connection[Any], *, member_id: UUID, consent: str) -> ConsentState | None:
    """What the member had said before what they said last; None: nothing."""
    row = conn.execute(
        "select consent, given, text_version, at, by_whom, via from members_consent_change"
        " where bucket = %s and member_id = %s and consent = %s order by id desc offset 1 limit 1",
        (member_id.int & 0xFF, member_id, consent),
    ).fetchone()
    return None if row is None or row[5] == MERGE_UNDONE else ConsentState(*row)


def enrolled_at_of(conn: psycopg.Connection[Any], *, members: Sequence[UUID]) -> dict[UUID, datetime]:
    """When members joined."""
    rows = conn.execute(
        "select id, enrolled_at from members_member where bucket = any(%s::smallint[]) and id = any(%s)",
        ([each.int & 0xFF for each in members], list(members)),
    )
    return {row[0]: row[1] for row in rows}


def block_of(conn: psycopg.Connection[Any], *, member_id: UUID) -> Block | None:
    """Why the member is blocked; None for everybody else."""
    row = conn.execute(
        "select reason, by_whom, since from members_block where bucket = %s and member_id = %s",
        (member_id.int & 0xFF, member_id),
    ).fetchone()
    return None if row is None else Block(*row)


def external_ids_of(conn: psycopg.Connection[Any], *, programme_id: int) -> list[tuple[str, UUID]]:
    """Every external id of the programme with its member."""
    return conn.execute(
        "select value, member_id from members_claim where programme_id = %s and kind = 'external_id' order by value",
        [programme_id],
    ).fetchall()


def names_of(conn: psycopg.Connection[Any], *, member_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Names for lists."""
    rows = conn.execute(
        "select member_id, name from members_person where bucket = any(%s::smallint[]) and member_id = any(%s)",
        ([each.int & 0xFF for each in member_ids], list(member_ids)),
    )
    return {row[0]: row[1] for row in rows}


def find_members(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    text: str = "",
    status: MemberStatus | None = None,
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[MemberListed]:
    """Members whose name, e-mail, phone or card contains every word of `text`, in any order; the newest first.

    A word of digits (also written with blanks, +, - or brackets) is looked for in phone and card numbers.
    before: (enrolled_at, id) of the last one of the page before.
    """
    at, identifier = before or (None, None)
    patterns = [f"%{_literal(word)}%" for word in sorted(_words(text), key=len, reverse=True)]
    few = _matching(conn, programme_id, patterns) if patterns else None
    rows = conn.execute(
        "select m.id, m.card_number, m.status, m.enrolled_at, p.name, p.email, p.phone from members_member m"
        " join members_person p on p.bucket = m.bucket and p.member_id = m.id"
        " where m.programme_id = %(programme)s and p.programme_id = %(programme)s"
        " and (%(words)s::text[] = '{}' or p.search like all(%(words)s))"
        " and (%(few)s::uuid[] is null or (m.bucket = any(%(buckets)s::smallint[]) and m.id = any(%(few)s)))"
        " and (%(status)s::smallint is null or m.status = %(status)s)"
        " and (%(at)s::timestamptz is null or (m.enrolled_at, m.id) < (%(at)s, %(id)s::uuid))"
        " order by m.enrolled_at desc, m.id desc limit %(limit)s",
        {
            "programme": programme_id,
            "words": patterns,
            "few": few,
            "buckets": None if few is None else sorted({each.int & 0xFF for each in few}),
            "status": None if status is None else int(status),
            "at": at,
            "id": identifier,
            "limit": limit,
        },
    )
    return [MemberListed(row[0], row[1], MemberStatus(row[2]), *row[3:]) for row in rows]


def _matching(conn: psycopg.Connection[Any], programme_id: int, patterns: list[str]) -> list[UUID] | None:
    """The members who match, by the index of letters; None: so many that the newest of them are found by looking."""
    rows = conn.execute(
        "select member_id from members_matching(%s, %s, %s)", (programme_id, patterns, _MANY + 1)
    ).fetchall()
    return None if len(rows) > _MANY else [row[0] for row in rows]


def listed(conn: psycopg.Connection[Any], *, programme_id: int, member_id: UUID) -> MemberListed | None:
    """One member as in a list, or None."""
    row = conn.execute(
        "select m.id, m.card_number, m.status, m.enrolled_at, p.name, p.email, p.phone from members_member m"
        " join members_person p on p.bucket = m.bucket and p.member_id = m.id"
        " where m.bucket = %s and m.id = %s and m.programme_id = %s",
        (member_id.int & 0xFF, member_id, programme_id),
    ).fetchone()
    return None if row is None else MemberListed(row[0], row[1], MemberStatus(row[2]), *row[3:])


def listed_of(
    conn: psycopg.Connection[Any], *, programme_id: int, member_ids: Sequence[UUID]
) -> dict[UUID, MemberListed]:
    """Members as in a list, by id; those that are not in the programme are missing."""
    rows = conn.execute(
        "select m.id, m.card_number, m.status, m.enrolled_at, p.name, p.email, p.phone"
        " from unnest(%(buckets)s::smallint[], %(ids)s::uuid[]) k (bucket, id)"
        " join members_member m on m.bucket = k.bucket and m.id = k.id and m.programme_id = %(programme)s"
        " join members_person p on p.bucket = m.bucket and p.member_id = m.id",
        {"buckets": [each.int & 0xFF for each in member_ids], "ids": list(member_ids), "programme": programme_id},
    )
    return {row[0]: MemberListed(row[0], row[1], MemberStatus(row[2]), *row[3:]) for row in rows}


def count_members(conn: psycopg.Connection[Any], *, programme_id: int) -> int:
    """How many members the programme has, those not counted who are closed or part of another."""
    row = conn.execute(
        "select count(*) from members_member where programme_id = %s and status not in (3, 4)", [programme_id]
    ).fetchone()
    return int(row[0]) if row else 0


def _words(text: str) -> list[str]:
    digits = digits_of(text)
    if digits and not any(mark.isalpha() or mark == "@" for mark in text):
        return [digits]
    return folded(text.replace(",", " ")).split()[:8]


def _literal(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def members_of(conn: psycopg.Connection[Any], *, programme_id: int, bucket: int) -> list[LockedMember]:
    """All members of a bucket as they are now, by id; nobody is held, and merges are not looked at."""
    return [LockedMember(*row) for row in conn.execute(_OF_BUCKET, (bucket, programme_id), binary=True)]
