"""The calendar of campaigns at the console: a month or a week as a grid, the same as a list, and as a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from regulars.domain.programmes.contracts import Draft, DraftState
from regulars.domain.programmes.queries import Shelf, draft, drafts
from regulars.flows.look_at_draft import shelf_with_draft
from regulars.insight.calendar_items import ItemKind
from regulars.insight.campaign_calendar import FIRST, LAST, CampaignCalendar, OnDays, OverlapOnDays, campaign_calendar
from regulars.interfaces.console.campaigns.calendar_file import calendar_file
from regulars.interfaces.console.campaigns.page import BudgetShown, budget_shown
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.labels import Label
from regulars.interfaces.web import words
from regulars.kernel.clock import local_day, start_of_day
from regulars.kernel.periods import add_months

_LONGEST_NUMBER = 9
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_HOUR = timedelta(hours=1)
_MOST_BARS = 10
"""Of a week in the grid of a month; the week by itself shows all."""
_STARTS = (
    "col-start-1", "col-start-2", "col-start-3", "col-start-4", "col-start-5", "col-start-6", "col-start-7",
)  # fmt: skip
_SPANS = ("col-span-1", "col-span-2", "col-span-3", "col-span-4", "col-span-5", "col-span-6", "col-span-7")
_TONES = {
    ItemKind.campaign: "bg-primary text-primary-content",
    ItemKind.rule: "bg-info text-info-content",
    ItemKind.pause: "bg-warning text-warning-content",
    ItemKind.ladder: "bg-success text-success-content",
    ItemKind.version: "bg-neutral text-neutral-content",
    ItemKind.occasion: "bg-base-300 text-base-content",
}


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the grid. label: in full, for who cannot see the grid; hours: on days that have not 24."""

    number: str
    label: str
    is_today: bool
    is_outside: bool
    hours: str


@dataclass(frozen=True, slots=True)
class Bar:
    """An item in one week. place: the classes of its columns. goes_on, came_from: beyond the week."""

    name: str
    label: str
    target: str
    place: str
    tone: str
    came_from: bool
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Week:
    """more: how many bars are left out."""

    label: str
    url: str
    days: list[Day]
    bars: list[Bar]
    more: str


@dataclass(frozen=True, slots=True)
class Row:
    """An item in the list."""

    anchor: str
    name: str
    kind: Label
    dates: str
    text: str
    budget: BudgetShown | None


@dataclass(frozen=True, slots=True)
class Choice:
    """A link of a switch."""

    label: str
    url: str
    is_current: bool


@operator_page("campaigns")
def calendar_page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """?view=month or week, ?day= a day in it, ?draft= the number of a draft to look at instead of what is planned."""
    is_week = request.GET.get("view") == "week"
    today = local_day(desk.now, desk.programme.time_zone)
    day = _day(request.GET.get("day", "")) or today
    chosen = _draft(desk, request.GET.get("draft", ""))
    since, until = _window(day, is_week=is_week)
    found = campaign_calendar(
        desk.conn, _rules(desk, chosen), since=since, until=until, now=desk.now, planned=chosen is None
    )

    def url(**changed: str) -> str:
        asked = {"view": "week" if is_week else "month", "day": day.isoformat()}
        asked |= {"draft": str(chosen.id)} if chosen is not None else {}
        asked |= changed
        return f"{reverse('console:calendar')}?{urlencode({name: each for name, each in asked.items() if each})}"

    month = None if is_week else day.month
    weeks = [
        _week(desk, found, monday, today=today, month=month, url=url(view="week", day=monday.isoformat()))
        for monday in (since + _WEEK * each for each in range((until - since) // _WEEK))
    ]
    ahead, back = (day + _WEEK, day - _WEEK) if is_week else (add_months(day, 1), add_months(day, -1))
    context = {
        "title": _title(day, since, until, is_week=is_week),
        "weekdays": [words.weekday(since + _DAY * each) for each in range(7)],
        "weeks": weeks,
        "rows": [_row(desk, position, each) for position, each in enumerate(found.items)],
        "overlaps": [_overlap(each) for each in found.overlaps],
        "views": [
            Choice(gettext("Month"), url(view="month"), not is_week),
            Choice(gettext("Week"), url(view="week"), is_week),
        ],
        "rulebooks": _rulebooks(desk, chosen, url),
        "chosen": None if chosen is None else chosen.name,
        "previous": url(day=back.isoformat()),
        "next": url(day=ahead.isoformat()),
        "present": url(day=today.isoformat()),
        "file": f"{reverse('console:calendar-file')}?{urlencode({'draft': chosen.id} if chosen is not None else {})}",
        "time_zone": desk.programme.time_zone.replace("_", " "),
    }
    return desk.page(request, "console/campaigns/calendar.html", context)


@operator_page("campaigns")
def calendar_download(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A month back and a year ahead as a file for other calendars (iCalendar)."""
    chosen = _draft(desk, request.GET.get("draft", ""))
    today = local_day(desk.now, desk.programme.time_zone)
    found = campaign_calendar(
        desk.conn, _rules(desk, chosen), since=max(add_months(today, -1), FIRST),
        until=min(add_months(today, 12), LAST), now=desk.now, planned=chosen is None,
    )  # fmt: skip
    text = calendar_file(found, programme=desk.programme, now=desk.now)
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{desk.programme.code}.ics"'
    return answer


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    # A month around it has to be there as well.
    return found if add_months(FIRST, 2) <= found <= add_months(LAST, -2) else None


def _draft(desk: Desk, number: str) -> Draft | None:
    if not number:
        return None
    known = number.isdecimal() and len(number) <= _LONGEST_NUMBER
    return draft(desk.conn, programme_id=desk.programme.id, draft_id=int(number) if known else 0)


def _rules(desk: Desk, chosen: Draft | None) -> Shelf:
    return desk.shelf if chosen is None else shelf_with_draft(desk.conn, chosen, of=desk.programme, now=desk.now)


def _window(day: date, *, is_week: bool) -> tuple[date, date]:
    """Whole weeks from Monday on: the week of the day, or those of its month."""
    if is_week:
        monday = day - _DAY * day.weekday()
        return monday, monday + _WEEK
    first = day.replace(day=1)
    last = add_months(first, 1) - _DAY
    return first - _DAY * first.weekday(), last + _DAY * (7 - last.weekday())


def _title(day: date, since: date, until: date, *, is_week: bool) -> str:
    if not is_week:
        return words.month(day)
    return gettext("%(first)s to %(last)s") % {"first": words.day(since), "last": words.day(until - _DAY)}


def _rulebooks(desk: Desk, chosen: Draft | None, link: Callable[..., str]) -> list[Choice]:
    choices = [Choice(gettext("What is published and scheduled"), link(draft=""), chosen is None)]
    for each in drafts(desk.conn, programme_id=desk.programme.id):
        name = gettext("Draft “%(name)s”") % {"name": each.name}
        if each.state is DraftState.scheduled and each.scheduled_for is not None:
            name = gettext("%(name)s, from %(when)s") % {"name": name, "when": words.moment(each.scheduled_for)}
        choices.append(Choice(name, link(draft=str(each.id)), chosen is not None and chosen.id == each.id))
    return choices


def _week(desk: Desk, found: CampaignCalendar, monday: date, *, today: date, month: int | None, url: str) -> Week:
    sunday = monday + _DAY * 6
    here = [(at, each) for at, each in enumerate(found.items) if each.first <= sunday and each.last >= monday]
    most = len(here) if month is None else _MOST_BARS
    left = len(here) - most
    more = ngettext("%(count)s more", "%(count)s more", left) % {"count": words.number(left)} if left > 0 else ""
    return Week(
        label=gettext("Week of %(day)s") % {"day": words.day(monday)},
        url=url,
        days=[_day_shown(desk, monday + _DAY * each, today=today, month=month) for each in range(7)],
        bars=[_bar(at, each, monday) for at, each in here[:most]],
        more=more,
    )


def _day_shown(desk: Desk, day: date, *, today: date, month: int | None) -> Day:
    zone = desk.programme.time_zone
    hours = (start_of_day(day + _DAY, zone) - start_of_day(day, zone)) / _HOUR
    return Day(
        number=words.number(day.day),
        label=words.day(day),
        is_today=day == today,
        is_outside=month is not None and day.month != month,
        hours="" if hours == 24 else gettext("%(hours)s hours") % {"hours": words.number(hours)},
    )


def _bar(position: int, each: OnDays, monday: date) -> Bar:
    start = max((each.first - monday).days, 0)
    end = min((each.last - monday).days, 6)
    name = words.said(each.item.name)
    return Bar(
        name=name,
        label=f"{name}: {_dates(each)}",
        target=f"#item-{position}",
        place=f"{_STARTS[start]} {_SPANS[end - start]}",
        tone=_TONES[each.item.kind],
        came_from=each.first < monday,
        goes_on=each.last > monday + _DAY * 6,
    )


def _row(desk: Desk, position: int, each: OnDays) -> Row:
    return Row(
        anchor=f"item-{position}",
        name=words.said(each.item.name),
        kind=_kind(each.item.kind),
        dates=_dates(each),
        text=words.sentence_case(words.said(each.item.words)),
        budget=None if each.budget is None else budget_shown(each.budget, desk.programme.currency),
    )


def _dates(each: OnDays) -> str:
    """From when until when it runs, beyond the days that are shown."""
    item = each.item
    if item.starts == item.ends:
        return words.moment(item.starts)
    if _is_ever(item.starts):
        return gettext("always") if each.is_open else gettext("until %(end)s") % {"end": words.moment(item.ends)}
    if each.is_open:
        return gettext("from %(start)s on") % {"start": words.moment(item.starts)}
    values = {"start": words.moment(item.starts), "end": words.moment(item.ends)}
    return gettext("%(start)s until %(end)s") % values


def _is_ever(start: datetime) -> bool:
    """The first version of many programmes holds since long before they were founded."""
    return start.year <= 2000


def _overlap(each: OverlapOnDays) -> str:
    values = {
        "first": words.named(each.overlap.first[1]),
        "second": words.named(each.overlap.second[1]),
        "group": words.named(each.overlap.group),
        "days": words.day(each.first)
        if each.first == each.last
        else gettext("%(first)s to %(last)s") % {"first": words.day(each.first), "last": words.day(each.last)},
    }
    if each.overlap.group:
        return gettext("“%(first)s” and “%(second)s”: only one of them counts, by “%(group)s” (%(days)s)") % values
    return gettext("“%(first)s” and “%(second)s” can count for the same purchase (%(days)s)") % values


def _kind(kind: ItemKind) -> Label:
    return {
        ItemKind.campaign: Label(gettext("Campaign"), "primary"),
        ItemKind.rule: Label(gettext("Rule"), "info"),
        ItemKind.pause: Label(gettext("Pause"), "warning"),
        ItemKind.ladder: Label(gettext("Ladder"), "success"),
        ItemKind.version: Label(gettext("Rulebook")),
        ItemKind.occasion: Label(gettext("Occasion")),
    }[kind]
