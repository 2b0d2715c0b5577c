"""Everything that happened, page by page."""

from __future__ import annotations

from itertools import groupby

from django.http import HttpRequest, HttpResponse

from regulars.domain.messaging.queries import unread_messages
from regulars.interfaces.portal.activity.statement import Happening, Statement
from regulars.interfaces.portal.visit import Visit, member_page
from regulars.interfaces.web import words

PER_PAGE = 20


@member_page("activity")
def activity(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The latest first; `before` in the address is where an older page begins."""
    view = visit.view()
    before = _place(request.GET.get("before", ""))
    page = Statement(visit, view.point_type).page(before=before, limit=PER_PAGE)
    context = {
        "months": [{"name": name, "happenings": list(group)} for name, group in groupby(page.happenings, key=_month)],
        "older": f"?before={'-'.join(map(str, page.older))}" if page.older else "",
        "is_first": before is None,
        "available": view.available,
        "debt": max(-view.available, 0),
        "unread": unread_messages(visit.conn, member_id=visit.person.id),
        "points_name": view.points_name,
    }
    return visit.page(request, "portal/activity.html", context)


def _month(happening: Happening) -> str:
    return words.month(happening.at)


def _place(text: str) -> list[int] | None:
    """A place in the statement; None for the first page and for anything that is no place."""
    parts = text.split("-")
    is_place = all(each.isascii() and each.isdigit() and len(each) < 10 for each in parts)
    return [int(each) for each in parts] if is_place else None
