"""What I was told; opening the page marks it as read."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from regulars.domain.messaging.message_kind import message_kind
from regulars.domain.messaging.queries import messages_of
from regulars.flows.read_messages import read_messages
from regulars.interfaces.portal.visit import Visit, member_page

MOST = 50


@member_page("activity")
def messages(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The latest first; those that are new are marked this once."""
    told = messages_of(visit.conn, member_id=visit.person.id, limit=MOST)
    if request.method == "GET" and any(each.read_at is None for each in told):
        read_messages(visit.conn, member_id=visit.person.id, now=visit.now)
    rows = [(each, message_kind(each.kind, each.values)) for each in told]
    context = {
        "told": [
            {"at": each.created_at, "is_new": each.read_at is None, "title": kind.title(), "text": kind.text()}
            for each, kind in rows
        ]
    }
    return visit.page(request, "portal/messages.html", context)
