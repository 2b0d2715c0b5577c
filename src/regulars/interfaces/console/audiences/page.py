"""One audience: its words, its size over time, who is in it, who came and went, who asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from regulars.domain.audiences.contracts import Audience, AudienceRun, Kind
from regulars.domain.audiences.queries import audiences, latest_runs, runs_of
from regulars.domain.members.contracts import MemberListed
from regulars.domain.members.queries import listed_of
from regulars.flows.read_audience import read_members, read_movings
from regulars.interfaces.console.audiences.listing import refreshed, trend
from regulars.interfaces.console.audiences.reading import (
    address_of,
    by_whom,
    kind_of,
    known_audience,
    reason_of,
    said_of,
    uses,
    vocabulary,
)
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.labels import Label, who
from regulars.interfaces.console.members.reading import spaced_phone
from regulars.interfaces.console.paging import page_of
from regulars.interfaces.web import words
from regulars.interfaces.web.charts import Chart, Series, over_time
from regulars.kernel.clock import local_day

ROWS = 25
DAYS_DRAWN = 90


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of the page."""

    key: str
    label: str
    current: bool


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Somebody who is in it, or came or went. note: why, and by whom; state: of those who moved."""

    url: str
    name: str
    contact: str
    day: str
    note: str = ""
    state: Label | None = None


@dataclass(frozen=True, slots=True)
class RunRow:
    """Something that moved members. undo_url: empty where it cannot be undone."""

    day: str
    reason: str
    who: str
    joined: int
    gone: int
    members: int
    undone: bool
    undo_url: str


@operator_page("audiences")
def audience_page(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """The page; whose names were shown is recorded."""
    found = known_audience(desk, code)
    known = audiences(desk.conn, programme_id=desk.programme.id)
    since = desk.now - timedelta(days=DAYS_DRAWN)
    runs = runs_of(desk.conn, audience_ids=[found.id], since=since)[found.id]
    tab = request.GET.get("tab", "")
    reader = _TABS.get(tab, _members_tab)
    asked = vocabulary(desk, known)
    context = {
        "audience": found,
        "kind": kind_of(found),
        "text": said_of(found, asked),
        "trend": trend(desk, found, runs),
        "refreshed": refreshed(found, runs),
        "changed_by": who(found.changed_by),
        "is_list": found.kind is Kind.static,
        "uses": uses(desk, known).get(code, []),
        "chart": _chart(desk, found, runs),
        "tabs": _tabs(tab if tab in _TABS else "members"),
        "urls": _urls(found),
    }
    return desk.page(request, "console/audiences/page.html", context | reader(request, desk, found))


def _urls(found: Audience) -> dict[str, str]:
    return {
        "edit": address_of("audience_edit", found.code),
        "refresh": reverse("console:audience-refresh", args=[found.code]),
        "archive": reverse("console:audience-archive", args=[found.code]),
        "export": reverse("console:audience-export", args=[found.code]),
        "file": reverse("console:audience-import", args=[found.code]),
    }


def _tabs(chosen: str) -> list[Tab]:
    return [
        Tab("members", gettext("Members"), chosen == "members"),
        Tab("history", gettext("Joined and left"), chosen == "history"),
        Tab("runs", gettext("What changed it"), chosen == "runs"),
    ]


def _members_tab(request: HttpRequest, desk: Desk, found: Audience) -> dict[str, Any]:
    rows = read_members(
        desk.conn, found, programme=desk.programme, now=desk.now, by=desk.by, after=_place(request), limit=ROWS + 1
    )
    shown = rows[:ROWS]
    people = listed_of(desk.conn, programme_id=desk.programme.id, member_ids=[each.member_id for each in shown])
    cursor = str(shown[-1].member_id) if len(rows) > ROWS else ""
    return {
        "tab_template": "console/audiences/members.html",
        "rows": [_row(each.member_id, people, words.day(each.since)) for each in shown],
        "page": page_of(request, summary=_summary(len(shown)), cursor=cursor),
    }


def _history_tab(request: HttpRequest, desk: Desk, found: Audience) -> dict[str, Any]:
    head, _, tail = request.GET.get("after", "").partition("_")
    run, member = _uuid(head), _uuid(tail)
    rows = read_movings(
        desk.conn, found, programme=desk.programme, now=desk.now, by=desk.by,
        before=(run, member) if run and member else None, limit=ROWS + 1,
    )  # fmt: skip
    shown = rows[:ROWS]
    people = listed_of(desk.conn, programme_id=desk.programme.id, member_ids=[each.member_id for each in shown])
    cursor = f"{shown[-1].run_id}_{shown[-1].member_id}" if len(rows) > ROWS else ""
    states = {True: Label(gettext("joined"), "success"), False: Label(gettext("left"))}
    return {
        "tab_template": "console/audiences/history.html",
        "rows": [
            _row(
                each.member_id, people, words.day(each.at), f"{reason_of(each.reason)} · {by_whom(each.by)}",
                states[each.joined],
            )
            for each in shown
        ],
        "page": page_of(request, summary=_summary(len(shown)), cursor=cursor),
    }  # fmt: skip


def _runs_tab(request: HttpRequest, desk: Desk, found: Audience) -> dict[str, Any]:
    rows = latest_runs(desk.conn, audience_id=found.id, before=_place(request), limit=ROWS + 1)
    shown = rows[:ROWS]
    cursor = str(shown[-1].id) if len(rows) > ROWS else ""
    summary = ngettext("%(count)s change on this page", "%(count)s changes on this page", len(shown))
    return {
        "tab_template": "console/audiences/runs.html",
        "rows": [_run(found, each) for each in shown],
        "page": page_of(request, summary=summary % {"count": words.number(len(shown))}, cursor=cursor),
    }


_TABS = {"members": _members_tab, "history": _history_tab, "runs": _runs_tab}


def _run(found: Audience, run: AudienceRun) -> RunRow:
    undoes = run.can_be_undone and not found.archived and found.kind is Kind.static
    return RunRow(
        day=words.moment(run.at),
        reason=reason_of(run.reason),
        who=by_whom(run.by),
        joined=run.joined,
        gone=run.gone,
        members=run.members,
        undone=run.undone,
        undo_url=reverse("console:audience-undo", args=[found.code, run.id]) if undoes else "",
    )


def _row(
    member: UUID, people: dict[UUID, MemberListed], day: str, note: str = "", state: Label | None = None
) -> MemberRow:
    person = people.get(member)
    contact = "" if person is None else person.email or (spaced_phone(person.phone) if person.phone else "")
    name = (person.name if person else "") or gettext("Without a name")
    return MemberRow(reverse("console:member", args=[member]), name, contact, day, note, state)


def _chart(desk: Desk, found: Audience, runs: list[AudienceRun]) -> Chart:
    """How many there were at the end of each of the last days."""
    zone = desk.programme.time_zone
    today = local_day(desk.now, zone)
    first = max(local_day(found.created_at, zone), today - timedelta(days=DAYS_DRAWN - 1))
    by_day: dict[date, int] = {}
    size = 0
    for run in runs:
        size_day = local_day(run.at, zone)
        if size_day < first:
            size = run.members
        else:
            by_day[size_day] = run.members
    labels, sizes = [], []
    for number in range((today - first).days + 1):
        day = first + timedelta(days=number)
        size = by_day.get(day, size)
        labels.append(words.day(day))
        sizes.append(size)
    return over_time(
        key="size",
        summary=gettext("Line of how many members there were, day by day; the table below has the figures."),
        heading=gettext("Day"),
        labels=labels,
        series=[Series(gettext("Members"), sizes, 1, kind="line")],
        unit="number",
    )


def _summary(count: int) -> str:
    text = ngettext("%(count)s member on this page", "%(count)s members on this page", count)
    return text % {"count": words.number(count)}


def _place(request: HttpRequest) -> UUID | None:
    return _uuid(request.GET.get("after", ""))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
