"""Choosing another member: searched by name, e-mail, phone or card, and named in the address."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from regulars.domain.members.contracts import MemberStatus
from regulars.flows.list_members import list_members
from regulars.interfaces.console.desk import Desk
from regulars.interfaces.console.members.listing import rows_of

_CANDIDATES = 8


def chosen_member(request: HttpRequest) -> UUID | None:
    """Who was chosen; None: nobody yet."""
    try:
        return UUID(request.GET.get("to", ""))
    except ValueError:
        return None


def candidates(request: HttpRequest, desk: Desk, member: UUID) -> dict[str, Any]:
    """What the search shows: others than the member, and nobody who is part of another.

    That they were read is recorded, as in the list of members.
    """
    text = request.GET.get("q", "").strip()[:200]
    found = []
    if text:
        found = list_members(
            desk.conn, programme=desk.programme, now=desk.now, by=desk.by, text=text, limit=_CANDIDATES
        )  # fmt: skip
    others = [each for each in found if each.id != member and each.status is not MemberStatus.merged]
    rows = [{"row": row, "to": each.id} for row, each in zip(rows_of(desk, others), others, strict=True)]
    return {"form_template": "console/members/choose_member.html", "rows": rows, "q": text}
