"""Finds the members that events name, each in at most two queries for the whole batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from regulars.domain.events.contracts import MemberReference
from regulars.domain.events.intake import Checked
from regulars.domain.members.queries import existing, resolve_claims
from regulars.flows.follow_merges import whoever_is_meant
from regulars.kernel.errors import NotFound, Refusal
from regulars.kernel.text import digits_of, email_form, phone_form


def find_referenced(
    conn: psycopg.Connection[Any], events: Sequence[Checked], *, programme_id: int
) -> list[bytes | Refusal]:
    """The member of each event, or why there is none. Who is part of another member means that one."""
    return find_named(conn, [each.event.member for each in events], programme_id=programme_id)


def find_named(
    conn: psycopg.Connection[Any], references: Sequence[MemberReference], *, programme_id: int
) -> list[bytes | Refusal]:
    """The member that each reference names, or why there is none."""
    wanted: list[bytes | tuple[str, str] | Refusal] = [_claim_of(each) for each in references]
    claims = {each for each in wanted if isinstance(each, tuple)}
    ids = {each for each in wanted if isinstance(each, bytes)}
    by_claim = resolve_claims(conn, programme_id=programme_id, claims=list(claims)) if claims else {}
    known = whoever_is_meant(conn, existing(conn, programme_id=programme_id, ids=list(ids))) if ids else {}
    found: list[bytes | Refusal] = []
    for each in wanted:
        if isinstance(each, Refusal):
            found.append(each)
        elif isinstance(each, tuple):
            found.append(by_claim.get(each) or _unknown(*each))
        else:
            found.append(known.get(each) or _unknown("id", each.hex()))
    return found


def _claim_of(reference: MemberReference) -> bytes | tuple[str, str] | Refusal:
    try:
        if reference.external_id is not None:
            return ("external_id", reference.external_id)
        if reference.id is not None:
            return reference.id.bytes
        if reference.email is not None:
            return ("email", email_form(reference.email, field="member.email"))
        if reference.phone is not None:
            return ("phone", phone_form(reference.phone, region=None, field="member.phone"))
        return ("card", digits_of(reference.card or ""))
    except Refusal as refusal:
        return refusal


def _unknown(kind: str, value: str) -> Refusal:
    return NotFound(
        "member_not_found",
        "There is no such member",
        detail=f"No member of this programme has the {kind.replace('_', ' ')} {value!r}.",
        remedy="Enrol the member first by POST /api/v1/members, or correct the reference.",
        field=f"member.{kind}",
    )
