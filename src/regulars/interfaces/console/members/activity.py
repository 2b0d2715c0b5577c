"""Recording by hand what a member did besides buying: a review on paper, a visit to an event."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from regulars.domain.earning.contracts import Data
from regulars.domain.events.contracts import Event, MemberReference
from regulars.domain.members.queries import names_of
from regulars.domain.programmes.event_types import (
    LONGEST_SUBJECT,
    SUBJECT,
    EventField,
    EventType,
    event_name,
    recordable,
)
from regulars.flows.process_events import process_events
from regulars.interfaces.console.answers import StoredAnswer, read_answer, refusal_in
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.members.reading import known_member
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.web import words
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.errors import Refusal

SOURCE = "console"
_DATA = "data."


class KindForm(KitForm):
    """Which activity; the fields of the other form follow from it."""

    type = forms.ChoiceField(label=gettext_lazy("What the member did"))

    def __init__(self, choices: list[tuple[str, str]], chosen: str) -> None:
        super().__init__(initial={"type": chosen})
        field = self.fields["type"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class ActivityForm(KitForm):
    """When, about what, and whatever the rulebook says belongs to it. request_id: the same for a second click."""

    request_id = forms.UUIDField(widget=forms.HiddenInput)
    occurred_at = forms.DateTimeField(
        label=gettext_lazy("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, declared: EventType | None, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        about = {} if declared is None else {each.id: each for each in declared.fields}
        needed = declared is not None and declared.once_per == "member+subject"
        made: dict[str, forms.Field] = {}
        if SUBJECT not in about:
            made[_DATA + SUBJECT] = forms.CharField(
                label=gettext("What it was about"),
                max_length=LONGEST_SUBJECT,
                required=needed,
                help_text=gettext("The product, the survey, the event: by the name or number that you always use."),
            )
        self.add_fields(made | {_DATA + name: _form_field(each) for name, each in about.items()})

    @property
    def of_the_type(self) -> list[forms.BoundField]:
        """What belongs to the type."""
        return [self[name] for name in self.fields if name.startswith(_DATA)]


@operator_page("members")
def record_activity(request: HttpRequest, desk: Desk, member: UUID) -> HttpResponse:
    """A form for one activity; the points follow at once."""
    known_member(desk, member)
    declared = desk.shelf.in_force(desk.now).event_types
    types = recordable(declared)
    asked = request.GET.get("type", "")
    chosen = asked if asked in types else types[0]
    kind = declared.get(chosen)
    now = timezone.localtime(desk.now).replace(second=0, microsecond=0)
    form = ActivityForm(
        kind, request.POST if request.method == "POST" else None, {"occurred_at": now, "request_id": uuid4()}
    )
    if form.is_bound and form.is_valid():
        try:
            answer = _send(desk, member, chosen, form.cleaned_data)
        except Refusal as refusal:
            form.refuse(in_words(refusal))
        else:
            messages.success(request, _thanks(answer))
            return redirect("console:member", member)
    context = {
        "back_url": reverse("console:member", args=[member]),
        "back_label": names_of(desk.conn, member_ids=[member]).get(member) or gettext("Member"),
        "heading": gettext("Record an activity"),
        "subtitle": gettext("Points follow at once, by the rulebook in force."),
        "form_template": "console/members/activity_form.html",
        "kind_form": KindForm([(each, words.said(event_name(declared, each))) for each in types], chosen),
        "form": form,
    }
    return desk.page(request, "console/form_page.html", context, status=422 if form.is_bound else 200)


def _send(desk: Desk, member: UUID, event_type: str, filled: dict[str, Any]) -> StoredAnswer:
    """The activity as an event of the console, through the one path that events take. Raises Refusal."""
    data = {name.removeprefix(_DATA): _value(value) for name, value in filled.items() if name.startswith(_DATA)}
    event = Event(
        id=str(filled["request_id"]),
        type=event_type,
        member=MemberReference(id=member),
        occurred_at=filled["occurred_at"],
        source=SOURCE,
        data={name: value for name, value in data.items() if value is not None},
    )
    (outcome,) = process_events(desk.conn, [event], programme_id=desk.programme.id, now=desk.now)
    refusal = refusal_in(outcome.status, outcome.body)
    if refusal is not None:
        raise refusal
    return read_answer(outcome.body)


def _form_field(field: EventField) -> forms.Field:
    common: dict[str, Any] = {"label": field.name, "required": field.required}
    if field.kind == "flag":
        choices = [("", gettext("not given")), ("true", gettext("yes")), ("false", gettext("no"))]
        return forms.TypedChoiceField(choices=choices, coerce=lambda value: value == "true", empty_value=None, **common)
    if field.kind == "number":
        return forms.DecimalField(max_digits=15, widget=forms.NumberInput(attrs={"step": "any"}), **common)
    if field.kind == "date":
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **common)
    return forms.CharField(max_length=500, **common)


def _value(value: Any) -> Data:
    """What a form gives, as an event has it; None for nothing."""
    if value is None or value == "":
        return None
    if isinstance(value, bool | str):
        return value
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return int(value) if value == value.to_integral_value() else float(value)


def _thanks(answer: StoredAnswer) -> str:
    points = answer.points
    if answer.is_repeat:
        return gettext("Recorded. It has counted before, so it gave nothing.")
    if not points:
        return gettext("Recorded. It gave no points.")
    return gettext("Recorded. It gave %(amount)s.") % {"amount": words.amount(points)}
