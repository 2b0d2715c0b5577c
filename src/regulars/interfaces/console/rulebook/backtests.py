"""Back-tests at the console: asking for one, watching it, stopping it, and what it found beside the live version."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from regulars.domain.backtests.contracts import Backtest, BacktestState
from regulars.domain.backtests.queries import backtests
from regulars.domain.programmes.document import require_valid
from regulars.domain.programmes.queries import draft
from regulars.domain.rewards.queries import rewards
from regulars.flows.backtests.asking import ask_backtest, cancel_backtest, found_backtest, is_over
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.labels import Label, who
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.console.rulebook.found import Found, found_words
from regulars.interfaces.web import words
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.clock import start_of_day
from regulars.kernel.errors import Refusal

_LONGEST_NUMBER = 9
_SHARES = ("1", "0.5", "0.1", "0.01")


class BacktestForm(KitForm):
    """text: the draft as YAML. share: of the members."""

    label = forms.CharField(label=gettext_lazy("What it is called"), max_length=120, required=False)
    share = forms.ChoiceField(
        label=gettext_lazy("For whom"),
        help_text=gettext_lazy("A sample is faster, and its figures come with an interval."),
    )
    since = forms.DateField(
        label=gettext_lazy("In force from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Before that day the history goes by the live versions. Empty: since ever."),
    )
    spending = forms.ChoiceField(
        label=gettext_lazy("What members spend"),
        choices=[
            ("as_they_were", gettext_lazy("What they spent, on the same days, as far as the points are there")),
            ("share_of_earned", gettext_lazy("A share of what they earn, after a while")),
            ("as_soon_as_reachable", gettext_lazy("A reward, as soon as they have the points for it")),
            ("none", gettext_lazy("Nothing: the most that could be owed")),
        ],
        help_text=gettext_lazy("Both sides are played with it, so that they can be compared."),
    )
    rate = forms.DecimalField(
        label=gettext_lazy("Share that is spent, in percent"),
        required=False,
        min_value=0,
        max_value=100,
        help_text=gettext_lazy("Empty: what was observed for the points of each month."),
    )
    days = forms.IntegerField(
        label=gettext_lazy("Days after earning"),
        required=False,
        min_value=0,
        max_value=3650,
        help_text=gettext_lazy("Empty: as it was observed."),
    )
    reward = forms.ChoiceField(label=gettext_lazy("Which reward"), required=False)
    every_days = forms.IntegerField(
        label=gettext_lazy("At most once in so many days"), required=False, min_value=1, max_value=3650, initial=1
    )
    text = forms.CharField(
        label=gettext_lazy("Your draft"),
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "dir": "ltr"}),
        help_text=gettext_lazy("The rulebook as YAML; it is asked and not published."),
    )

    def __init__(self, *args: Any, rewards: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reward"].choices = [("", gettext("The cheapest one")), *rewards]  # type: ignore[attr-defined]  # as below
        said = {
            each: gettext("%(share)s of the members") % {"share": words.percent(Decimal(each), 0)} for each in _SHARES
        }
        said["1"] = gettext("All members")
        self.fields["share"].choices = list(said.items())  # type: ignore[attr-defined]  # Django's stubs know fields as plain ones

    def model(self) -> str | dict[str, Any]:
        """What members spend, as the chosen model states it; fields of other models say nothing."""
        filled = self.cleaned_data
        if filled["spending"] == "share_of_earned":
            rate = filled["rate"]
            stated = {"rate": None if rate is None else str(rate / 100), "days": filled["days"]}
        elif filled["spending"] == "as_soon_as_reachable":
            stated = {"reward": filled["reward"] or None, "every_days": filled["every_days"]}
        else:
            stated = {}
        given = {name: value for name, value in stated.items() if value is not None}
        return {"by": filled["spending"], **given} if given else str(filled["spending"])


@dataclass(frozen=True, slots=True)
class Row:
    """A back-test in the list."""

    name: str
    text: str
    state: Label
    url: str


@operator_page("rulebook")
def backtest_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What was asked before, and the form for another one; ?draft= names a draft that is to be tried."""
    choices = [(each.code, each.name) for each in rewards(desk.conn, programme_id=desk.programme.id, only_active=True)]
    initial = {"share": "1", "every_days": 1, **_of_draft(desk, request.GET.get("draft", ""))}
    form = BacktestForm(request.POST or None, initial=initial, rewards=choices)
    if request.method == "POST" and form.is_valid():
        filled = form.cleaned_data
        try:
            asked = ask_backtest(
                desk.conn,
                require_valid(filled["text"]),
                programme_id=desk.programme.id,
                now=desk.now,
                by=desk.by,
                label=filled["label"],
                share=Decimal(filled["share"]),
                since=None if filled["since"] is None else start_of_day(filled["since"], desk.programme.time_zone),
                redemptions=form.model(),
            )
        except Refusal as refusal:
            refusal.field = "text" if refusal.code.startswith("rulebook_") else refusal.field
            refusal.field = "spending" if refusal.field == "redemptions" else refusal.field
            form.refuse(in_words(refusal))
        else:
            messages.success(request, gettext("It is played as soon as a worker is free, usually within a minute."))
            return redirect("console:backtest", asked.id)
    rows = [_row(each) for each in backtests(desk.conn, programme_id=desk.programme.id)]
    status = 422 if form.is_bound else 200
    return desk.page(request, "console/rulebook/backtests.html", {"form": form, "rows": rows}, status=status)


def _of_draft(desk: Desk, number: str) -> dict[str, str]:
    """What the form begins with for a draft that is there."""
    if not number.isdecimal() or len(number) > _LONGEST_NUMBER:
        return {}
    found = draft(desk.conn, programme_id=desk.programme.id, draft_id=int(number))
    return {"text": found.text, "label": found.name}


@operator_page("rulebook")
def backtest_page(request: HttpRequest, desk: Desk, backtest_id: int) -> HttpResponse:
    """How far it is, and once it is done, what it found; a POST stops it."""
    if request.method == "POST":
        place: dict[str, Any] = {"programme_id": desk.programme.id, "now": desk.now}
        try:
            cancel_backtest(desk.conn, backtest_id=backtest_id, **place)
        except Refusal as refusal:
            messages.error(request, in_words(refusal).title)
        else:
            messages.success(request, gettext("The back-test is stopped."))
        return redirect("console:backtest", backtest_id)
    asked = found_backtest(desk.conn, programme_id=desk.programme.id, backtest_id=backtest_id)
    found: Found | None = None if asked.result is None else found_words(asked.result)
    context = {
        "asked": _row(asked),
        "running": not is_over(asked),
        "problem": asked.problem,
        "done": asked.done,
        "parts": asked.parts,
        "found": found,
        "url": reverse("console:backtest", args=[backtest_id]),
    }
    if request.headers.get("HX-Request"):
        if is_over(asked):
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "console/rulebook/backtest_progress.html", context)
    return desk.page(request, "console/rulebook/backtest.html", context)


def _row(each: Backtest) -> Row:
    values = {"who": who(each.asked_by), "when": words.moment(each.asked_at), "version": each.based_on}
    text = gettext("Asked by %(who)s on %(when)s, beside version %(version)s") % values
    return Row(each.label, text, _state(each.state), reverse("console:backtest", args=[each.id]))


def _state(state: BacktestState) -> Label:
    return {
        BacktestState.waiting: Label(gettext("Waiting"), "neutral"),
        BacktestState.running: Label(gettext("Being played"), "info"),
        BacktestState.done: Label(gettext("Done"), "success"),
        BacktestState.cancelled: Label(gettext("Stopped"), "neutral"),
        BacktestState.failed: Label(gettext("Failed"), "error"),
    }[state]
