"""Which points will be spent next, which wait, and which paid for what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, ngettext

from regulars.domain.events.contracts import StoredEvent
from regulars.domain.events.queries import events_by_id
from regulars.domain.ledger.contracts import CauseKind, LotOnFile, LotPlace
from regulars.domain.ledger.queries import entry, lot_parts, lots_on_file
from regulars.insight.merged_lots import as_granted
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.labels import Label
from regulars.interfaces.console.members.reading import is_of_member, known_member, main_point_type, merged_from
from regulars.interfaces.console.paging import page_of
from regulars.interfaces.web import words
from regulars.kernel.errors import NotFound

ROWS = 25


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot for a list. points: left of it, or those that an entry moved; when: until or from when, in words."""

    earned_at: datetime
    where_from: str
    state: Label
    points: int
    of: int
    when: str


def lots_tab(request: HttpRequest, desk: Desk, member: UUID) -> dict[str, Any]:
    """Open lots in the order in which they will be spent, then those that wait, page by page."""
    after = LotPlace.read(request.GET.get("after", ""))
    found = lots_on_file(desk.conn, owner=member, point_type=main_point_type(desk), after=after, limit=ROWS + 1)
    lots = found[:ROWS]
    names = _names(desk, member, lots)
    summary = ngettext("%(count)s lot on this page", "%(count)s lots on this page", len(lots))
    cursor = lots[-1].place.written() if len(found) > ROWS else ""
    return {
        "tab_template": "console/members/lots.html",
        "lots": [_row(each, names[each.id], each.waiting or each.remaining) for each in lots],
        "page": page_of(request, summary=summary % {"count": words.number(len(lots))}, cursor=cursor),
    }


@operator_page("members")
def entry_lots(request: HttpRequest, desk: Desk, member: UUID, entry_id: UUID) -> HttpResponse:
    """The lots behind one entry: as a fragment for htmx, as a page for everybody else."""
    known_member(desk, member)
    found = entry(desk.conn, transfer_id=entry_id)
    if found is None or not is_of_member(desk, member, found[0]):
        raise NotFound(
            "entry_not_found",
            gettext("There is no such entry"),
            detail=gettext("The address names nothing that this member did."),
            remedy=gettext("Go back to the member and open it from the list."),
        )
    parts = lot_parts(desk.conn, transfer_id=entry_id)
    names = _names(desk, member, [each.lot for each in parts])
    context = {
        "taken": [_row(each.lot, names[each.lot.id], each.points) for each in parts if each.points > 0],
        "given": [_row(each.lot, names[each.lot.id], -each.points) for each in parts if each.points < 0],
        "member_id": member,
    }
    if request.headers.get("HX-Request"):
        return render(request, "console/members/entry_lots.html", context)
    return desk.page(request, "console/members/entry_lots_page.html", context)


def _row(lot: LotOnFile, where_from: str, points: int) -> LotRow:
    state = Label(gettext("On their way"), "info") if lot.waiting else Label(gettext("Spendable"), "success")
    if not lot.waiting and not lot.remaining:
        state = Label(gettext("Used up"))
    return LotRow(lot.earned_at, where_from, state, points, lot.amount, _when(lot))


def _when(lot: LotOnFile) -> str:
    if lot.waiting and lot.activates_on is not None:
        return gettext("from %(day)s") % {"day": words.day(lot.activates_on)}
    if lot.waiting:
        values = {"event": lot.waits_for.replace("_", " ").replace(".", " "), "day": _day(lot.cancels_after)}
        if lot.cancels_after is None:
            return gettext("wait for “%(event)s”") % values
        return gettext("wait for “%(event)s”, until %(day)s at the latest") % values
    return gettext("until %(day)s") % {"day": _day(lot.last_day)} if lot.last_day else gettext("for ever")


def _day(day: date | None) -> str:
    return words.day(day) if day else ""


def _names(desk: Desk, member: UUID, lots: Sequence[LotOnFile]) -> dict[UUID, str]:
    """Where each lot comes from, in words; of one that a merge brought, where it had been granted, and to whom."""
    granted = as_granted(desk.conn, lots)
    causes = [each.cause for each in granted.values() if each.cause_kind is CauseKind.event]
    events = events_by_id(desk.conn, event_ids=causes)
    others = merged_from(desk, member, (each.owner for each in granted.values()))
    names = {}
    for lot_id, lot in granted.items():
        said = _name(desk, lot, events.get(lot.cause))
        names[lot_id] = f"{said} · {others[lot.owner]}" if lot.owner in others else said
    return names


def _name(desk: Desk, lot: LotOnFile, event: StoredEvent | None) -> str:
    if event is None:
        return gettext("Given by hand") if lot.cause_kind is CauseKind.adjustment else gettext("Other")
    rule = desk.shelf.by_id[event.rulebook_id].rule_names.get(lot.reason, "")
    values = {"rule": words.named(rule), "number": words.isolated(str(event.order_number))}
    return gettext("%(rule)s, order %(number)s") % values if event.order_number else rule
