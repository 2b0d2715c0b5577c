"""Changing a ladder: names, thresholds, one tier more or less; first seen on today's members, then published."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_lazy

from regulars.domain.programmes.document import require_valid
from regulars.domain.programmes.rulebook import CompiledRulebook, Rulebook
from regulars.domain.tiers.ladder import Ladder
from regulars.flows.cost_ladder_change import MANY, cost_ladder_change
from regulars.flows.preview_ladder_change import preview_ladder_change
from regulars.flows.propose_rulebook import propose_rulebook
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.console.tiers.consequences import change_shown
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.errors import NotFound, Refusal

_NEW = "new"
_WAYS = [
    ("no_downgrade", gettext_lazy("Nobody loses a tier: it is kept as long as it would have been")),
    ("apply", gettext_lazy("Tiers are given anew at once, by the new ladder")),
]


class LadderForm(KitForm):
    """on_change: what happens to those who are there. based_on: the version that was shown."""

    based_on = forms.IntegerField(widget=forms.HiddenInput)
    on_change = forms.ChoiceField(
        label=gettext_lazy("Members who are there"), choices=_WAYS, initial="no_downgrade", widget=forms.Select
    )
    note = forms.CharField(
        label=gettext_lazy("What changes, for colleagues"), max_length=500, required=False, widget=forms.TextInput
    )


@dataclass(frozen=True, slots=True)
class TierFields:
    """The fields of one tier on the page. start, remove: None where there is nothing to say."""

    legend: str
    name: Any
    start: Any
    remove: Any


@operator_page("tiers")
def change_ladder(request: HttpRequest, desk: Desk, ladder: str) -> HttpResponse:
    """Asks what the ladder should be, shows what that does, and publishes it."""
    current, stated = _stated(desk, ladder)
    form = LadderForm(request.POST if request.method == "POST" else None, initial={"based_on": _latest(desk)})
    form.add_fields(_fields(stated))
    preview: list[Any] | None = None
    if form.is_bound and form.is_valid():
        try:
            rulebook = _rulebook(current, stated, form.cleaned_data)
            if "publish" in request.POST:
                return _publish(request, desk, rulebook, form.cleaned_data)
            if "cost" in request.POST:
                return _cost(request, desk, rulebook, stated)
            changes = preview_ladder_change(
                desk.conn, rulebook, of=desk.programme, effective_from=desk.now, now=desk.now, most=MANY
            )
            preview = [change_shown(each) for each in changes]
        except Refusal as refusal:
            told = in_words(refusal)
            form.refusal = told  # above the form: what is wrong may be in the whole of it
            form.add_error(None, told.title)
    context = {
        "ladder": stated.name,
        "form": form,
        "tiers": [_tier_fields(form, each.id, each.name) for each in stated.tiers]
        + [_tier_fields(form, _NEW, gettext("One tier more"))],
        "preview": preview,
    }
    failed = form.is_bound and preview is None
    return desk.page(request, "console/tiers/change.html", context, status=422 if failed else 200)


def _stated(desk: Desk, ladder: str) -> tuple[CompiledRulebook, Ladder]:
    if desk.shelf.rulebooks and desk.shelf.starts[0] <= desk.now:
        current = desk.shelf.in_force(desk.now)
        for each in current.rulebook.ladders:
            if each.id == ladder:
                return current, each
    raise NotFound(
        "ladder_not_found",
        gettext("There is no such ladder"),
        detail=gettext("The rulebook in force has no such ladder."),
        remedy=gettext("Choose one from the page of tiers."),
    )


def _latest(desk: Desk) -> int:
    return max(each.version for each in desk.shelf.rulebooks)


def _fields(ladder: Ladder) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    for at, tier in enumerate(ladder.tiers):
        fields[f"name-{tier.id}"] = forms.CharField(label=gettext("Name"), max_length=60, initial=tier.name)
        if at and tier.from_score is not None:
            fields[f"start-{tier.id}"] = _threshold(required=True, initial=tier.from_score)
        if at:
            fields[f"remove-{tier.id}"] = forms.BooleanField(label=gettext("Remove this tier"), required=False)
    fields[f"name-{_NEW}"] = forms.CharField(label=gettext("Name"), max_length=60, required=False)
    fields[f"start-{_NEW}"] = _threshold(required=False, initial=None)
    return fields


def _threshold(*, required: bool, initial: Decimal | None) -> forms.DecimalField:
    return forms.DecimalField(
        label=gettext("From which score on"), min_value=Decimal(0), max_digits=15, required=required, initial=initial,
        localize=False,
    )  # fmt: skip


def _tier_fields(form: LadderForm, tier: str, legend: str) -> TierFields:
    start, remove = f"start-{tier}", f"remove-{tier}"
    return TierFields(
        legend,
        form[f"name-{tier}"],
        form[start] if start in form.fields else None,
        form[remove] if remove in form.fields else None,
    )


def _rulebook(current: CompiledRulebook, ladder: Ladder, wish: dict[str, Any]) -> Rulebook:
    """The rulebook in force with the ladder as it is wished for. Raises Refusal."""
    document = current.rulebook.document()
    stated = next(each for each in document["ladders"] if each["id"] == ladder.id)
    tiers = []
    for each in stated["tiers"]:
        if wish.get(f"remove-{each['id']}"):
            continue
        each["name"] = wish[f"name-{each['id']}"]
        if wish.get(f"start-{each['id']}") is not None:
            each["from_score"] = str(wish[f"start-{each['id']}"])
        tiers.append(each)
    if wish[f"name-{_NEW}"]:
        start = wish[f"start-{_NEW}"] or Decimal(0)
        new = {
            "id": _id_for(wish[f"name-{_NEW}"], stated["tiers"]),
            "name": wish[f"name-{_NEW}"],
            "from_score": str(start),
        }
        below = sum("from_score" in each and Decimal(each["from_score"]) < start for each in tiers)
        tiers.insert(below, new)
    stated["tiers"], stated["on_change"] = tiers, wish["on_change"]
    return require_valid(json.dumps(document))


def _cost(request: HttpRequest, desk: Desk, rulebook: Rulebook, ladder: Ladder) -> HttpResponse:
    """The last twelve months are played with it, on a page of their own."""
    label = gettext("Change of %(ladder)s") % {"ladder": ladder.name}
    asked = cost_ladder_change(desk.conn, rulebook, of=desk.programme, now=desk.now, by=desk.by, label=label)
    messages.success(request, gettext("It is played as soon as a worker is free, usually within a minute."))
    return redirect("console:backtest", asked.id)


def _id_for(name: str, tiers: list[dict[str, Any]]) -> str:
    taken = {each["id"] for each in tiers}
    short = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:30]
    made = short if re.match(r"[a-z]", short) else "tier"
    return next(each for each in (made, *(f"{made}-{n}" for n in range(2, 99))) if each not in taken)


def _publish(request: HttpRequest, desk: Desk, rulebook: Rulebook, wish: dict[str, Any]) -> HttpResponse:
    done = propose_rulebook(
        desk.conn, rulebook, of=desk.programme, effective_from=desk.now, note=wish["note"], by=desk.by, now=desk.now,
        based_on=wish["based_on"],
    )  # fmt: skip
    if done.version is None:
        messages.info(request, gettext("It waits for a second person, because members would lose their tier at once."))
        return redirect("console:rulebook")
    messages.success(request, gettext("The ladder is changed. Many members take a few minutes."))
    return redirect("console:tiers")
