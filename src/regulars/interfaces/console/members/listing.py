"""Finding members: the list with its filters in the address, and the search field at the top of every page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from regulars.domain.ledger.queries import balances
from regulars.domain.members.contracts import MemberListed, MemberStatus
from regulars.domain.members.queries import count_members
from regulars.domain.tiers.queries import standings
from regulars.flows.list_members import list_members
from regulars.interfaces.console import cursors
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.labels import Label, member_status
from regulars.interfaces.console.members.reading import main_point_type, spaced_card, spaced_phone
from regulars.interfaces.console.paging import page_of
from regulars.interfaces.web import words

ROWS = 50
QUICK_ROWS = 6


@dataclass(frozen=True, slots=True)
class Row:
    """A member as a list shows one."""

    url: str
    name: str
    contact: str
    card: str
    tier: str
    status: Label
    balance: int
    joined: datetime


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address says."""

    q: str
    status: str

    @property
    def chosen_status(self) -> MemberStatus | None:
        return MemberStatus[self.status] if self.status in MemberStatus.__members__ else None


@operator_page("members")
def member_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The list; htmx gets its rows only."""
    filters = Filters(request.GET.get("q", "").strip()[:200], request.GET.get("status", ""))
    place = cursors.read(request.GET.get("after", ""))
    found = list_members(
        desk.conn,
        programme=desk.programme,
        now=desk.now,
        by=desk.by,
        text=filters.q,
        status=filters.chosen_status,
        before=place,
        limit=ROWS + 1,
    )
    more = len(found) > ROWS
    shown = found[:ROWS]
    cursor = cursors.written(shown[-1].enrolled_at, shown[-1].id) if more else ""
    total = count_members(desk.conn, programme_id=desk.programme.id)
    summary = ngettext("%(count)s member on this page", "%(count)s members on this page", len(shown))
    context = {
        "subtitle": ngettext("%(count)s member", "%(count)s members", total) % {"count": words.number(total)},
        "filters": filters,
        "filtered": bool(filters.q or filters.status),
        "statuses": [(status.name, member_status(status).label) for status in MemberStatus],
        "rows": rows_of(desk, shown),
        "page": page_of(request, summary=summary % {"count": words.number(len(shown))}, cursor=cursor),
    }
    if request.headers.get("HX-Target") == "members":
        return render(request, "console/members/rows.html", context)
    return desk.page(request, "console/members/list.html", context)


@operator_page("members")
def quick_search(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The best few for the search field at the top."""
    text = request.GET.get("q", "").strip()[:200]
    if not text:
        return HttpResponse()
    found = list_members(desk.conn, programme=desk.programme, now=desk.now, by=desk.by, text=text, limit=QUICK_ROWS)
    rows = rows_of(desk, found)
    return render(request, "console/members/quick.html", {"rows": rows, "q": text})


def rows_of(desk: Desk, members: Sequence[MemberListed]) -> list[Row]:
    """Rows with balances and tiers, by one query each."""
    ids = [member.id for member in members]
    tiers = _tier_names(desk, ids)
    points = main_point_type(desk)
    held = balances(desk.conn, owners=ids)
    return [
        Row(
            url=reverse("console:member", args=[member.id]),
            name=member.name or gettext("Without a name"),
            contact=member.email or (spaced_phone(member.phone) if member.phone else ""),
            card=spaced_card(member.card_number),
            tier=tiers.get(member.id, ""),
            status=member_status(member.status),
            balance=held[member.id, points].available if (member.id, points) in held else 0,
            joined=member.enrolled_at,
        )
        for member in members
    ]


def _tier_names(desk: Desk, ids: Sequence[UUID]) -> dict[UUID, str]:
    ladders = desk.shelf.latest.rulebook.ladders
    if not ladders:
        return {}
    names = {tier.id: tier.name for tier in ladders[0].tiers}
    return {
        each.member_id: names.get(each.tier, "")
        for each in standings(desk.conn, member_ids=ids)
        if each.ladder == ladders[0].id
    }
