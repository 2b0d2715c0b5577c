"""The page on which an operator moves the clock of a sandbox, and reads what happened on the way.

A request moves the clock by a month at most, so that none takes long; the page asks for the next one by itself, and
without scripts by a button. The session remembers the way: who leaves in the middle can go on later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext

from regulars.domain.programmes.queries import clock
from regulars.flows.move_clock import move_clock
from regulars.interfaces.console.clock.journey import Journey, begin, keep, kept
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.web import words
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.clock import local_day, utc_now
from regulars.kernel.errors import Refusal
from regulars.kernel.periods import Period

NIGHTS_AT_ONCE = 31


@dataclass(frozen=True, slots=True)
class Preset:
    """A day to go to with one press."""

    label: str
    day: date
    value: str


class DestinationForm(KitForm):
    """The day to whose first moment the clock shall go."""

    to = forms.DateField(
        label=gettext_lazy("To a date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


@operator_page("clock")
def clock_page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Shows the clock; a POST moves it, or goes on with the move that is under way."""
    journey = kept(request, programme=desk.programme.id)
    if request.method != "POST":
        if journey is not None and journey.is_complete:
            keep(request, None)
        return _page(request, desk, DestinationForm(), journey)
    going_on = journey if "goes_on" in request.POST and journey is not None and not journey.is_complete else None
    form = DestinationForm({"to": journey.destination.date()} if going_on and journey else request.POST)
    if not form.is_valid():
        return _refused(request, desk, form)
    to: date = going_on.destination if going_on else form.cleaned_data["to"]
    try:
        travelled = _move(desk, to, going_on)
    except Refusal as refusal:
        keep(request, None)
        if refusal.field not in form.fields:
            raise
        form.refuse(in_words(refusal))
        return _refused(request, desk, form)
    keep(request, travelled)
    is_htmx = bool(request.headers.get("HX-Request"))
    if travelled.is_complete:
        here = reverse("console:clock")
        return HttpResponse(headers={"HX-Redirect": here}) if is_htmx else redirect(here)
    if is_htmx:
        return render(request, "console/clock/moving.html", _moving(desk, travelled, by_itself=True))
    return redirect("console:clock")


def _move(desk: Desk, to: date | datetime, going_on: Journey | None) -> Journey:
    moved = move_clock(
        desk.conn, programme_id=desk.programme.id, to=to, at=utc_now(), by=desk.by, most_nights=NIGHTS_AT_ONCE
    )
    if going_on is None:
        return begin(desk.programme.id, moved)
    going_on.add(moved)
    return going_on


def _page(request: HttpRequest, desk: Desk, form: DestinationForm, journey: Journey | None) -> HttpResponse:
    context = _form_context(desk, form) | {"time_zone": desk.programme.time_zone, "ahead": _ahead(desk)}
    if journey is not None and not journey.is_complete:
        context |= _moving(desk, journey, by_itself=False)
    elif journey is not None:
        passed, _ = journey.days(desk.programme.time_zone)
        text = ngettext("%(count)s day has passed.", "%(count)s days have passed.", passed)
        context |= {"passed": text % {"count": words.number(passed)}, "happened": journey.happened()}
    return desk.page(request, "console/clock/page.html", context, status=422 if form.is_bound else 200)


def _refused(request: HttpRequest, desk: Desk, form: DestinationForm) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return render(request, "console/clock/form.html", _form_context(desk, form), status=422)
    return _page(request, desk, form, None)


def _form_context(desk: Desk, form: DestinationForm) -> dict[str, Any]:
    today = local_day(desk.now, desk.programme.time_zone)
    periods = (
        (gettext("Tomorrow"), Period(days=1)),
        (gettext("In a week"), Period(days=7)),
        (gettext("In a month"), Period(months=1)),
        (gettext("In a year"), Period(months=12)),
    )
    presets = [Preset(label, day := period.after(today), day.isoformat()) for label, period in periods]
    form.fields["to"].widget.attrs["min"] = presets[0].value
    return {"form": form, "presets": presets}


def _moving(desk: Desk, journey: Journey, *, by_itself: bool) -> dict[str, Any]:
    passed, whole = journey.days(desk.programme.time_zone)
    return {
        "moving": True,
        "by_itself": by_itself,
        "reads": datetime.fromisoformat(journey.reads),
        "to": journey.destination,
        "days_passed": passed,
        "days_whole": whole,
        "so_far": gettext("%(passed)s of %(whole)s days")
        % {"passed": words.number(passed), "whole": words.number(whole)},
    }


def _ahead(desk: Desk) -> str:
    days = clock(desk.conn, programme_id=desk.programme.id).ahead.days
    if not days:
        return gettext("It shows the real time.")
    text = ngettext(
        "It runs %(count)s day ahead of the real time.", "It runs %(count)s days ahead of the real time.", days
    )
    return text % {"count": words.number(days)}
