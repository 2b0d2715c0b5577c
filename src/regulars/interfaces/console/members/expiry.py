"""When a member's points go, and giving them more time: a look at what would change, then the change."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from regulars.domain.ledger.contracts import Expiring
from regulars.domain.members.queries import names_of
from regulars.domain.messaging.message_kind import message_kind
from regulars.domain.messaging.queries import messages_of
from regulars.flows.extend_expiry import Extension, extend_expiry
from regulars.insight.expiry_calendar import Calendar, expiry_calendar
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.members.points import reasons_of
from regulars.interfaces.console.members.reading import known_member
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.web import words
from regulars.interfaces.web.expiry_chart import expiry_chart
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.clock import local_day
from regulars.kernel.errors import NotFound, Refusal

MESSAGES_SHOWN = 50


class ExtendForm(KitForm):
    """last_days: which ones; to: their new last day."""

    last_days = forms.MultipleChoiceField(
        label=gettext_lazy("Which points"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checkbox checkbox-sm"}),
    )
    to = forms.DateField(label=gettext_lazy("New last day"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.ChoiceField(label=gettext_lazy("Reason"))
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Only colleagues see it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, calendar: Calendar, reasons: list[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data)
        choices = [(each.last_day.isoformat(), _choice(each, calendar.counted_in)) for each in calendar.days]
        for name, chosen in (("last_days", choices), ("reason", reasons)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = chosen


@operator_page("members")
def extend(request: HttpRequest, desk: Desk, member: UUID) -> HttpResponse:
    """The form, what it would change, and the change; nothing is written before the operator has seen it."""
    known_member(desk, member)
    calendar = _calendar(desk, member, request.GET.get("type", ""))
    form = ExtendForm(calendar, reasons_of(desk), request.POST if request.method == "POST" else None)
    preview: Extension | None = None
    if form.is_bound and form.is_valid():
        is_sure = request.POST.get("step") == "extend"
        try:
            preview = _extend(desk, member, calendar, form.cleaned_data, dry_run=not is_sure)
        except Refusal as refusal:
            form.refuse(in_words(refusal))
        else:
            if is_sure:
                messages.success(request, _said(preview, calendar.counted_in))
                return redirect(f"{reverse('console:member', args=[member])}?tab=expiry")
    context = {
        "back_url": f"{reverse('console:member', args=[member])}?tab=expiry",
        "back_label": names_of(desk.conn, member_ids=[member]).get(member) or gettext("Member"),
        "heading": gettext("Give more time: %(name)s") % {"name": words.named(calendar.name)},
        "subtitle": gettext("A last day can only become later. What has expired stays expired."),
        "form_template": "console/members/extend_form.html",
        "extend_form": form,
        "calendar": calendar,
        "unit": calendar.counted_in,
        "preview": preview,
    }
    return desk.page(request, "console/form_page.html", context, status=422 if form.errors else 200)


def calendars_of(desk: Desk, member: UUID) -> list[Calendar]:
    """By point type, the main one first."""
    return expiry_calendar(desk.conn, desk.shelf, member_id=member, now=desk.now)


def _calendar(desk: Desk, member: UUID, code: str) -> Calendar:
    """Of the point type that the address names; the main one where it names none. Raises NotFound."""
    calendars = calendars_of(desk, member)
    for each in calendars:
        if code in ("", each.point_type):
            return each
    raise NotFound(
        "unknown_point_type",
        gettext("There are no such points"),
        detail=gettext("The rulebook has no points of this kind."),
        remedy=gettext("Go back to the member, and open it from the list."),
    )


def expiry_tab(request: HttpRequest, desk: Desk, member: UUID) -> dict[str, Any]:
    """The tab with the calendar."""
    today = local_day(desk.now, desk.programme.time_zone)
    address = reverse("console:extend", args=[member])
    return {
        "tab_template": "console/members/expiry.html",
        "calendars": [
            _shown(each, today=today) | {"extend_url": f"{address}?{urlencode({'type': each.point_type})}"}
            for each in calendars_of(desk, member)
        ],
        "has_charts": True,
    }


def messages_tab(request: HttpRequest, desk: Desk, member: UUID) -> dict[str, Any]:
    """The tab with what the member was told, in the operator's language."""
    told = messages_of(desk.conn, member_id=member, limit=MESSAGES_SHOWN)
    rows = [(each, message_kind(each.kind, each.values)) for each in told]
    return {
        "tab_template": "console/members/messages.html",
        "told": [
            {"at": each.created_at, "read_at": each.read_at, "title": kind.title(), "text": kind.text()}
            for each, kind in rows
        ],
    }


def _shown(calendar: Calendar, *, today: date) -> dict[str, Any]:
    """A calendar for the page: a picture, amounts with their worth, pending points with their days."""
    return {
        "name": calendar.name,
        "unit": calendar.counted_in,
        "chart": expiry_chart(
            key=f"expiry-{calendar.point_type}",
            name=calendar.name,
            days=calendar.days,
            today=today,
            currency=calendar.counted_in,
        ),
        "days": [
            {"day": each.last_day, "points": each.points, "worth": calendar.worth_of(each.points)}
            for each in calendar.days
        ],
        "for_ever": calendar.for_ever,
        "pending": calendar.pending,
        "is_empty": not (calendar.days or calendar.pending or calendar.for_ever),
    }


def _choice(lot: Expiring, currency: str) -> str:
    values = {"day": words.day(lot.last_day), "points": words.isolated(words.points(lot.points, currency))}
    return gettext("%(day)s: %(points)s") % values


def _extend(desk: Desk, member: UUID, calendar: Calendar, filled: dict[str, Any], *, dry_run: bool) -> Extension:
    return extend_expiry(
        desk.conn,
        programme_id=desk.programme.id,
        member_id=member,
        to=filled["to"],
        reason=filled["reason"],
        now=desk.now,
        by=desk.by,
        last_days=[date.fromisoformat(each) for each in filled["last_days"]],
        note=filled["note"],
        point_type=calendar.point_type,
        dry_run=dry_run,
    )


def _said(done: Extension, currency: str) -> str:
    values = {"amount": words.amount(done.points, currency), "day": words.day(done.moved[-1].to_day)}
    return gettext("More time until %(day)s: %(amount)s.") % values
