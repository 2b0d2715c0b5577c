"""Returns that wait for their order, and what became of those that waited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from regulars.domain.events.contracts import Event, WaitingReturn
from regulars.domain.events.queries import events_by_id, waiting_returns
from regulars.domain.members.queries import names_of
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.labels import Label
from regulars.interfaces.console.paging import page_of
from regulars.interfaces.web import words

ROWS = 50
_read = msgspec.json.Decoder(Event).decode


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A return for a list. text: why it was refused; else empty."""

    at: datetime
    order: str
    source: str
    member: str
    url: str
    state: Label
    text: str


@operator_page("returns")
def waiting_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Those that wait first, then the latest of the others."""
    place = _place(request.GET.get("after", ""))
    found = waiting_returns(desk.conn, programme_id=desk.programme.id, after=place, limit=ROWS + 1)
    shown = found[:ROWS]
    cursor = f"{int(shown[-1].ended_at is not None)}-{shown[-1].id.hex}" if len(found) > ROWS else ""
    summary = ngettext("%(count)s return on this page", "%(count)s returns on this page", len(shown))
    page = page_of(request, summary=summary % {"count": words.number(len(shown))}, cursor=cursor)
    return desk.page(request, "console/returns/list.html", {"returns": rows_of(desk, shown), "page": page})


def _place(text: str) -> tuple[bool, UUID] | None:
    """Where the page begins; None for the first one, and for anything that is no place."""
    ended, _, identifier = text.partition("-")
    try:
        return ended == "1", UUID(hex=identifier)
    except ValueError:
        return None


def rows_of(desk: Desk, returns: Sequence[WaitingReturn]) -> list[WaitingRow]:
    """Returns as rows."""
    events = events_by_id(desk.conn, event_ids=[each.id for each in returns])
    names = names_of(desk.conn, member_ids=[each.member_id for each in returns])
    rows = []
    for each in returns:
        event = events[each.id]
        returned = _read(event.body.encode()).return_
        rows.append(
            WaitingRow(
                at=event.occurred_at,
                order=returned.order_number if returned else "",
                source=(returned.source if returned else None) or event.source,
                member=names.get(each.member_id) or gettext("Without a name"),
                url=reverse("console:member", args=[each.member_id]) + "?tab=orders",
                state=_state(each),
                text=each.refusal,
            )
        )
    return rows


def _state(each: WaitingReturn) -> Label:
    if each.ended_at is None:
        return Label(gettext("Waits for its order"), "warning")
    return Label(gettext("Refused"), "error") if each.refusal else Label(gettext("Done"), "success")
