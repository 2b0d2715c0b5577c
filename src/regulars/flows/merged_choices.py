"""What members chose, and lists they are on, when two become one person and two again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.audiences.commands import add_members, put_back, remove_members
from regulars.domain.audiences.contracts import Reason, Selection
from regulars.domain.audiences.queries import audiences_by_id, joined_last, lists_of
from regulars.domain.members.commands import forget_consent, record_consent
from regulars.domain.members.contracts import MERGE, MERGE_UNDONE, ConsentState
from regulars.domain.members.queries import consent_before, consents_of
from regulars.domain.merges.commands import record_brought
from regulars.domain.merges.contracts import Brought, BroughtKind, Merge
from regulars.domain.merges.queries import brought_by
from regulars.domain.programmes.contracts import Programme


def join_choices(conn: psycopg.Connection[Any], programme: Programme, merge: Merge) -> list[Brought]:
    """Consents and lists of the duplicate come to the kept member; what changed. Both must be locked."""
    brought = _join_consents(conn, programme, merge) + _join_lists(conn, programme, merge)
    if brought:
        record_brought(conn, brought, organisation_id=programme.organisation_id, programme_id=programme.id)
    return brought


def part_choices(conn: psycopg.Connection[Any], programme: Programme, merge: Merge, *, now: datetime, by: str) -> None:
    """Takes back what the merge brought, where nobody chose something else since. Both must be locked."""
    brought = brought_by(conn, merge_id=merge.id)
    consents = [each.subject for each in brought if each.kind is BroughtKind.consent]
    if consents:
        _part_consents(conn, programme, merge, consents, now=now, by=by)
    if len(brought) > len(consents):
        _part_lists(conn, programme, merge, brought, now=now, by=by)


def _join_consents(conn: psycopg.Connection[Any], programme: Programme, merge: Merge) -> list[Brought]:
    """A no of either is a no: a message that is not sent can be made up for. What only one said, holds."""
    kept = consents_of(conn, member_id=merge.kept)
    brought = []
    for consent, theirs in consents_of(conn, member_id=merge.duplicate).items():
        mine = kept.get(consent)
        if mine is not None and (theirs.given or not mine.given):
            continue
        said = replace(theirs, at=merge.merged_at, by=merge.by, via=MERGE)
        record_consent(
            conn, merge.kept, said, organisation_id=programme.organisation_id, programme_id=programme.id
        )  # fmt: skip
        brought.append(Brought(merge.id, BroughtKind.consent, consent))
    return brought


def _part_consents(
    conn: psycopg.Connection[Any],
    programme: Programme,
    merge: Merge,
    consents: Sequence[str],
    *,
    now: datetime,
    by: str,
) -> None:
    place = {"organisation_id": programme.organisation_id, "programme_id": programme.id}
    said = consents_of(conn, member_id=merge.kept)
    for consent in consents:
        last = said.get(consent)
        if last is None or (last.via, last.at) != (MERGE, merge.merged_at):
            continue  # the member has said something since
        before = consent_before(conn, member_id=merge.kept, consent=consent)
        if before is not None:
            record_consent(conn, merge.kept, before, **place)
        else:
            ended = ConsentState(consent, False, last.text_version, now, by, MERGE_UNDONE)
            forget_consent(conn, merge.kept, ended, **place)


def _join_lists(conn: psycopg.Connection[Any], programme: Programme, merge: Merge) -> list[Brought]:
    """Who is on a list stays on it, as the one person. Audiences by conditions find the member by themselves."""
    brought = []
    change: dict[str, Any] = {
        "organisation_id": programme.organisation_id, "now": merge.merged_at, "reason": Reason.merge, "by": merge.by,
    }  # fmt: skip
    there = lists_of(conn, programme_id=programme.id, member_id=merge.duplicate)
    for audience_id in [each.audience_id for each in there]:
        # Read anew for each change: an audience knows how many members it has.
        found = audiences_by_id(conn, ids=[audience_id])[audience_id]
        remove_members(conn, found, _only(merge.duplicate), **change)
        brought.append(Brought(merge.id, BroughtKind.left, str(audience_id)))
        found = audiences_by_id(conn, ids=[audience_id])[audience_id]
        if add_members(conn, found, _only(merge.kept), **change).joined:
            brought.append(Brought(merge.id, BroughtKind.joined, str(audience_id)))
    return brought


def _part_lists(
    conn: psycopg.Connection[Any],
    programme: Programme,
    merge: Merge,
    brought: Sequence[Brought],
    *,
    now: datetime,
    by: str,
) -> None:
    change: dict[str, Any] = {
        "organisation_id": programme.organisation_id, "now": now, "reason": Reason.merge_undone, "by": by,
    }  # fmt: skip
    still = {each.audience_id: each.since for each in lists_of(conn, programme_id=programme.id, member_id=merge.kept)}
    for _, kind, subject in brought:
        audience_id = int(subject) if kind is not BroughtKind.consent else 0
        found = audiences_by_id(conn, ids=[audience_id]).get(audience_id)
        if found is None:
            continue
        if kind is BroughtKind.joined and still.get(audience_id) == merge.merged_at:
            remove_members(conn, found, _only(merge.kept), **change)
        elif kind is BroughtKind.left:
            since = joined_last(conn, audience_id=audience_id, member_id=merge.duplicate)
            put_back(conn, found, _only(merge.duplicate), since=since, **change)


def _only(member: UUID) -> Selection:
    return Selection(
        "select %(bucket)s::smallint as bucket, %(member)s::uuid as id", {"bucket": member.int & 0xFF, "member": member}
    )
