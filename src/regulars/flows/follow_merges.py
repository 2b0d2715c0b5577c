"""Whoever names a member that is part of another means that other one; and where points of an order went by merges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.ledger.origins import grants_of, moves_of_lots
from regulars.domain.ledger.queries import fates_of
from regulars.domain.members.contracts import LockedMember, MemberStatus
from regulars.domain.members.queries import enrolled_at_of
from regulars.domain.merges.contracts import Merge
from regulars.domain.merges.queries import lots_moved, lots_of_moves, meant_by, open_merges_within
from regulars.flows.member_file import MemberFile


class MergedMeanwhile(Exception):
    """A member became part of another before it could be locked: look again who is meant."""


def whoever_is_meant(conn: psycopg.Connection[Any], members: Mapping[bytes, int]) -> dict[bytes, bytes]:
    """Who is meant by members, given with their status: themselves, or those of whom they are part."""
    merged = [member for member, status in members.items() if status == MemberStatus.merged]
    return {member: member for member in members} | (meant_by(conn, merged) if merged else {})


def merges_within(conn: psycopg.Connection[Any], locked: Mapping[bytes, LockedMember]) -> dict[bytes, list[Merge]]:
    """The merges by which others are part of the locked members. Costs nothing where nobody is.

    Raises MergedMeanwhile when one of the members itself is part of another.
    """
    if any(each.status == MemberStatus.merged for each in locked.values()):
        raise MergedMeanwhile
    return parts_within(conn, locked)


def parts_within(conn: psycopg.Connection[Any], locked: Mapping[bytes, LockedMember]) -> dict[bytes, list[Merge]]:
    """As merges_within, of locked members who may be part of others themselves."""
    kept = [each.id for each in locked.values() if each.has_merged]
    if not kept:
        return {}
    merges = open_merges_within(conn, kept=[UUID(bytes=each) for each in kept])
    into = {merge.duplicate: merge.kept for merge in merges}
    found: dict[bytes, list[Merge]] = {}
    for merge in merges:
        end = merge.kept
        while end in into:
            end = into[end]
        found.setdefault(end.bytes, []).append(merge)
    return found


def joined_at(conn: psycopg.Connection[Any], file: MemberFile, part: bytes) -> datetime:
    """When a part of the member joined: rules had seen it so. Costs a statement only of another than the member."""
    if part == file.id:
        return file.enrolled_at
    member_id = UUID(bytes=part)
    return enrolled_at_of(conn, members=[member_id])[member_id]


def granted_at_first(conn: psycopg.Connection[Any], lots: Sequence[bytes]) -> dict[bytes, tuple[bytes, str]]:
    """Of lots that an event granted, the event and the rule, wherever merges brought the points since.

    Costs one statement where events granted all of them.
    """
    found: dict[bytes, tuple[bytes, str]] = {}
    asked = {lot: lot for lot in lots}
    while asked:
        grants = grants_of(conn, ids=list(asked))
        found |= {asked[lot]: grant for lot, grant in grants.items()}
        rest = [lot for lot in asked if lot not in grants]
        moves = moves_of_lots(conn, ids=rest) if rest else {}
        origins = lots_of_moves(conn, moves=list(moves.values())) if moves else {}
        asked = {origins[move]: asked[lot] for lot, move in moves.items() if move in origins}
    return found


def where_lots_are(conn: psycopg.Connection[Any], lots: Sequence[bytes]) -> tuple[dict[bytes, bytes], dict[bytes, int]]:
    """The lot that each of these is by now, and how many of its points nobody has any more.

    Costs one statement where no merge ever moved them.
    """
    now = {lot: lot for lot in lots}
    first = {lot: lot for lot in lots}
    lost = dict.fromkeys(lots, 0)
    asked = list(lots)
    while asked:
        fates = fates_of(conn, lots=asked)
        for lot, fate in fates.items():
            lost[first[lot]] += fate.lost
        gone = [lot for lot, fate in fates.items() if fate.moved]
        asked = []
        for move in lots_moved(conn, lots=gone) if gone else ():
            origin = first[move.to] = first[move.lot]
            # Of several that came of one lot the oldest stands for it; points of the others are taken as any others.
            if move.is_there and now[origin] == move.lot:
                now[origin] = move.to
            asked.append(move.to)
    return now, lost
