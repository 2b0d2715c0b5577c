"""Reads of members who may be one person: set-based, along indexes of what identifies them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString
from uuid import UUID

import psycopg

from regulars.domain.members.contracts import AlikeKind, Likeness, MemberListed, MemberStatus

FIRST = UUID(int=0)
"""Before every fingerprint."""

_BY: dict[AlikeKind, LiteralString] = {
    AlikeKind.claim: "select key, members from members_alike_by_claim(%s, %s, %s)",
    AlikeKind.name: "select key, members from members_alike_by_name(%s, %s, %s)",
}
_SAME_CLAIMS = """
    select p.first, p.second, a.kind, a.value, b.kind, b.value
    from unnest(%s::uuid[], %s::uuid[]) p(first, second)
    join members_claim a on a.member_id = p.first
    join members_claim b on b.member_id = p.second and b.alike = a.alike
    order by p.first, p.second, a.kind, a.value
"""
_SAME_PERSONS = """
    select p.first, p.second, a.name, a.birth_date = b.birth_date
    from unnest(%s::smallint[], %s::uuid[], %s::smallint[], %s::uuid[]) p(bucket, first, other_bucket, second)
    join members_person a on a.bucket = p.bucket and a.member_id = p.first
    join members_person b on b.bucket = p.other_bucket and b.member_id = p.second
    where a.name <> '' and members_name_key(a.name, '2000-01-01') = members_name_key(b.name, '2000-01-01')
"""


def alike(
    conn: psycopg.Connection[Any], kind: AlikeKind, *, programme_id: int, after: UUID, limit: int
) -> list[tuple[UUID, list[UUID]]]:
    """Fingerprints that several members have, with up to 20 of these members, the oldest first.

    after: the last fingerprint of the page before. One without members ends what was looked through: it goes on there.
    """
    return conn.execute(_BY[kind], (programme_id, after, limit)).fetchall()


def likenesses(
    conn: psycopg.Connection[Any], pairs: Sequence[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID], list[Likeness]]:
    """What the two of each pair have in common, what they are identified by first."""
    found: dict[tuple[UUID, UUID], list[Likeness]] = {pair: [] for pair in pairs}
    firsts, seconds = [first for first, _ in pairs], [second for _, second in pairs]
    for first, second, kind, value, other_kind, other in conn.execute(_SAME_CLAIMS, (firsts, seconds)):
        found[first, second].append(Likeness(kind, value, other_kind, other))
    buckets = [[each.int & 0xFF for each in side] for side in (firsts, seconds)]
    for first, second, name, same_day in conn.execute(_SAME_PERSONS, (buckets[0], firsts, buckets[1], seconds)):
        found[first, second].append(Likeness("birthday" if same_day else "name", name, "name", name))
    return found


def listed_by_id(conn: psycopg.Connection[Any], *, member_ids: Sequence[UUID]) -> dict[UUID, MemberListed]:
    """Members as in a list."""
    rows = conn.execute(
        "select m.id, m.card_number, m.status, m.enrolled_at, p.name, p.email, p.phone from members_member m"
        " join members_person p on p.bucket = m.bucket and p.member_id = m.id"
        " where m.bucket = any(%s::smallint[]) and m.id = any(%s)",
        ([each.int & 0xFF for each in member_ids], list(member_ids)),
    )
    return {row[0]: MemberListed(row[0], row[1], MemberStatus(row[2]), *row[3:]) for row in rows}
