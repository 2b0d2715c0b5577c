"""The objectives of a programme: the list, one with its plot, and setting or closing one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST

from regulars.domain.objectives.contracts import (
    Direction,
    Objective,
    ObjectiveDraft,
    ObjectiveNotFound,
    Reading,
    Unit,
    course,
    start_of,
)
from regulars.domain.objectives.queries import objective as objective_by_id
from regulars.domain.objectives.queries import readings
from regulars.flows.set_objective import close_objective, set_objective
from regulars.insight.objectives.measure import Measure, measures_by_name, past_evenings, read_days
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.objectives.showing import figure, shown, shown_objectives
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.web import words
from regulars.interfaces.web.charts import Chart, Series, over_time
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.clock import local_day
from regulars.kernel.errors import Refusal

USUAL_MEASURE = "first_reward_in_time"
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class MeasureChoice:
    """A figure to choose."""

    title: str
    url: str
    current: bool


class ObjectiveForm(KitForm):
    """How a figure shall be, and by when. A share is asked for in percent."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, help_text=gettext_lazy("How you and your colleagues call it")
    )
    target = forms.DecimalField(
        label=gettext_lazy("Target"),
        max_digits=14,
        decimal_places=4,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    days = forms.IntegerField(label=gettext_lazy("Looks back over days"), min_value=1, max_value=100_000)
    due = forms.DateField(
        label=gettext_lazy("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, measure: type[Measure], currency: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        side = gettext("At least") if measure.direction is Direction.at_least else gettext("At most")
        unit = {Unit.percent: "%", Unit.money: words.currency(currency), Unit.number: ""}[measure.unit]
        self.fields["target"].label = f"{side}, {unit}" if unit else side


@operator_page("objectives")
def objective_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every objective, those that are followed first."""
    return desk.page(request, "console/objectives/list.html", {"objectives": shown_objectives(desk)})


@operator_page("objectives")
def objective_page(request: HttpRequest, desk: Desk, objective: int) -> HttpResponse:
    """One objective, and its figure evening by evening."""
    found = _known(desk, objective)
    read = readings(desk.conn, objectives=[found.id]).get(found.id, [])
    context = {
        "one": shown(desk, found, read),
        "chart": _chart(found, read),
        "by": found.set_by,
        "set_on": found.set_on,
    }
    return desk.page(request, "console/objectives/page.html", context)


@require_POST
@operator_page("objectives")
def close(request: HttpRequest, desk: Desk, objective: int) -> HttpResponse:
    """Nobody follows the objective any more."""
    closed = close_objective(
        desk.conn, programme_id=desk.programme.id, objective_id=objective, now=desk.now, by=desk.by
    )
    messages.success(request, gettext("%(name)s is closed. What was read stays readable.") % {"name": closed.name})
    return redirect("console:objectives")


@operator_page("objectives")
def new_objective(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The form for one more objective; ?measure= names its figure."""
    asked = request.GET.get("measure", "")
    measure = measures_by_name().get(asked) or measures_by_name()[USUAL_MEASURE]
    today = local_day(desk.now, desk.programme.time_zone)
    initial = {
        "name": words.said(measure.title),
        "days": measure.usual_days,
        "due": (today + timedelta(days=180)).isoformat(),
    }
    form = ObjectiveForm(measure, desk.programme.currency, request.POST or None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            made = _set(desk, measure, form.cleaned_data, today)
        except Refusal as refusal:
            form.refuse(in_words(refusal))
        else:
            messages.success(request, gettext("%(name)s is set.") % {"name": made.name})
            return redirect("console:objective", made.id)
    now_at = read_days(desk.conn, desk.shelf, measure, lookback=measure.usual_days, days=[today - timedelta(days=1)])
    context = {
        "back_url": reverse("console:objectives"),
        "back_label": gettext("Objectives"),
        "heading": gettext("Set an objective"),
        "subtitle": words.sentence_case(words.said(measure.explained(measure.usual_days))),
        "form_template": "console/objectives/form.html",
        "form": form,
        "measures": [_choice(each, measure) for each in measures_by_name().values()],
        "stands": figure(now_at[0].value if now_at else None, measure.unit, desk.programme.currency),
    }
    return desk.page(request, "console/form_page.html", context, status=422 if form.is_bound else 200)


def _set(desk: Desk, measure: type[Measure], filled: dict[str, Any], today: date) -> Objective:
    target: Decimal = filled["target"]
    if measure.unit is Unit.percent:
        target /= HUNDRED
    lookback: int = filled["days"]
    return set_objective(
        desk.conn,
        ObjectiveDraft(filled["name"], measure.name, measure.unit, measure.direction, target, lookback, filled["due"]),
        programme_id=desk.programme.id,
        now=desk.now,
        by=desk.by,
        readings=read_days(desk.conn, desk.shelf, measure, lookback=min(lookback, 730), days=past_evenings(today)),
    )


def _choice(each: type[Measure], chosen: type[Measure]) -> MeasureChoice:
    address = f"{reverse('console:objective-new')}?measure={each.name}"
    return MeasureChoice(words.said(each.title), address, each is chosen)


def _known(desk: Desk, identifier: int) -> Objective:
    found = objective_by_id(desk.conn, programme_id=desk.programme.id, objective_id=identifier)
    if found is None:
        raise ObjectiveNotFound(identifier)
    return found


def _chart(found: Objective, read: list[Reading]) -> Chart:
    """The figure, the target, and the straight way to it from where it began."""
    start = start_of(found, read)
    days = [each.day for each in read]
    if days and days[-1] < found.due:
        days.append(found.due)
    values = {each.day: each.value for each in read}
    way = [course(found, start, day) if start and day >= start.day else None for day in days]
    return over_time(
        key="objective",
        summary=gettext("Lines of the figure, its target, and the straight way to it; the table has the figures."),
        heading=gettext("Day"),
        labels=[words.day(day) for day in days],
        series=[
            Series(gettext("Figure"), [_drawn(values.get(day)) for day in days], 1, kind="line"),
            Series(gettext("Straight way"), [_drawn(value) for value in way], 2, kind="line"),
            Series(gettext("Target"), [float(found.target)] * len(days), 3, kind="line"),
        ],
        unit="percent" if found.unit is Unit.percent else "number",
    )


def _drawn(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
