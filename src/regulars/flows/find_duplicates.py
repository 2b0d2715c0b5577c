"""Members who may be one person, for somebody to look at: nothing is ever merged by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from regulars.domain.audit.commands import record_act
from regulars.domain.audit.contracts import programme_subject
from regulars.domain.members.alike import FIRST, alike, likenesses, listed_by_id
from regulars.domain.members.contracts import AlikeKind, Likeness, MemberListed, MemberStatus
from regulars.domain.merges.queries import told_apart
from regulars.domain.programmes.contracts import Programme
from regulars.kernel.ids import new_id

_GONE = (MemberStatus.closed, MemberStatus.merged)
_ROUNDS = 8
"""How often one page looks further where it found nobody, or only who is decided already."""


class Strength(IntEnum):
    """How likely it is that two members are one person."""

    possible = 1
    likely = 2
    very_likely = 3


class Place(NamedTuple):
    """Where the search goes on."""

    kind: AlikeKind = AlikeKind.claim
    after: UUID = FIRST


@dataclass(frozen=True, slots=True)
class Twins:
    """Two members who may be one person. first: who joined earlier, and would be kept."""

    first: MemberListed
    second: MemberListed
    likenesses: tuple[Likeness, ...]
    strength: Strength


@dataclass(frozen=True, slots=True)
class Found:
    """A page of pairs. following: where the next page begins; None: this is the last one."""

    pairs: list[Twins]
    following: Place | None


def find_duplicates(
    conn: psycopg.Connection[Any],
    *,
    programme: Programme,
    now: datetime,
    by: str,
    place: Place | None = None,
    limit: int = 20,
) -> Found:
    """A page of about `limit` pairs: first those with the same e-mail, phone or number, then same name and birthday.

    A pair is found once, with everything that the two have in common. Left out: who has left, and who was told apart.
    That their names were shown is recorded, as in the list of members.
    """
    at: Place | None = place or Place()
    pairs: list[Twins] = []
    with conn.transaction():
        for _ in range(_ROUNDS):
            if at is None or len(pairs) >= limit:
                break
            groups = alike(conn, at.kind, programme_id=programme.id, after=at.after, limit=limit)
            pairs += _pairs(conn, at.kind, [members for _, members in groups])
            at = _after(at, groups, limit)
        if pairs:
            shown = {str(each.id) for pair in pairs for each in (pair.first, pair.second)}
            record_act(
                conn,
                entry_id=new_id(0),
                organisation_id=programme.organisation_id,
                programme_id=programme.id,
                now=now,
                by=by,
                action="members.listed",
                subject=programme_subject(programme.id),
                details={"members": sorted(shown)},
            )
    return Found(pairs, at)


def _after(at: Place, groups: Sequence[tuple[UUID, list[UUID]]], limit: int) -> Place | None:
    if len(groups) == limit or (groups and not groups[-1][1]):
        return Place(at.kind, groups[-1][0])
    return Place(AlikeKind.name) if at.kind is AlikeKind.claim else None


def _pairs(conn: psycopg.Connection[Any], kind: AlikeKind, groups: Sequence[Sequence[UUID]]) -> list[Twins]:
    """Who joined first, with each of the others."""
    known = listed_by_id(conn, member_ids=list({each for group in groups for each in group}))
    there = {each: found for each, found in known.items() if found.status not in _GONE}
    wanted: dict[tuple[UUID, UUID], None] = {}
    for group in groups:
        staying = sorted((each for each in group if each in there), key=lambda each: (there[each].enrolled_at, each))
        for other in staying[1:]:
            wanted[staying[0], other] = None
    if not wanted:
        return []
    apart = told_apart(conn, {(min(pair), max(pair)) for pair in wanted})
    open_still = [pair for pair in wanted if (min(pair), max(pair)) not in apart]
    common = likenesses(conn, open_still) if open_still else {}
    return [
        Twins(there[first], there[second], tuple(common[first, second]), strength_of(common[first, second]))
        for first, second in open_still
        if kind is AlikeKind.claim or not any(each.kind not in _OF_PERSONS for each in common[first, second])
    ]


_OF_PERSONS = ("birthday", "name")


def strength_of(common: Sequence[Likeness]) -> Strength:
    """An e-mail, phone or card says the most; two own numbers that are written alike may be a coincidence."""
    kinds = {kind for each in common for kind in (each.kind, each.other_kind)}
    if kinds & {"email", "phone", "card"}:
        return Strength.very_likely
    if "birthday" in kinds or kinds == {"external_id", "name"}:
        return Strength.likely
    return Strength.possible
