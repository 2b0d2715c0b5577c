"""Every version that was ever published: who, when, why; what each changed; and the way back to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext

from regulars.domain.programmes.change_words import differences
from regulars.domain.programmes.contracts import RulebookVersion
from regulars.domain.programmes.queries import rulebook_versions
from regulars.flows.copy_rulebook import exported
from regulars.flows.draft_rulebook import LONGEST_NOTE
from regulars.flows.preview_expiry_change import ExpiryChange
from regulars.flows.roll_back import WayBack, preview_roll_back, roll_back
from regulars.flows.versions import latest_version, version_of
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.labels import Label, who
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.console.rulebook.shown import told, version_state
from regulars.interfaces.web import words
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.errors import Refusal

ROWS = 25


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version in the list. number: for its address; starts: from when on it is, or was, in force."""

    number: int
    state: Label
    starts: datetime
    by: str
    at: datetime
    note: str


class BackForm(KitForm):
    """Why, and which version was the latest when one looked."""

    note = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Stands in the list of versions."),
    )
    latest = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


@operator_page("rulebook")
def version_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The latest first, a page at a time: there may be thousands."""
    published = rulebook_versions(desk.conn, programme_id=desk.programme.id)
    before = _number(request.GET.get("before", ""))
    older = [each for each in published if before is None or each.version < before]
    shown = older[:ROWS]
    context = {
        "rows": [_row(desk, each) for each in shown],
        "summary": ngettext("%(count)s version", "%(count)s versions", len(published))
        % {"count": words.number(len(published))},
        "next": f"{request.path}?before={shown[-1].version}" if len(older) > ROWS else "",
        "first": request.path if before is not None else "",
    }
    return desk.page(request, "console/rulebook/versions.html", context)


@operator_page("rulebook")
def changes_page(request: HttpRequest, desk: Desk, version: int) -> HttpResponse:
    """What a version changed: since the one before it, or since another one (?since=)."""
    found = version_of(desk.conn, version, of=desk.programme)
    before = _number(request.GET.get("since", "")) or max(version - 1, 1)
    other = version_of(desk.conn, before, of=desk.programme)
    published = rulebook_versions(desk.conn, programme_id=desk.programme.id)
    context = {
        "version": version,
        "since": before,
        "state": version_state(desk.shelf, version, now=desk.now),
        "changes": told(differences(other.rulebook, found.rulebook)),
        "row": _row(desk, next(each for each in published if each.version == version)),
        "others": [each.version for each in published if each.version != version][:ROWS],
    }
    return desk.page(request, "console/rulebook/changes.html", context)


@operator_page("rulebook")
def back(request: HttpRequest, desk: Desk, version: int) -> HttpResponse:
    """What going back would mean, and the button that does it."""
    latest = latest_version(desk.conn, of=desk.programme)
    form = BackForm(request.POST) if request.method == "POST" else BackForm(initial={"latest": latest})
    if form.is_bound and form.is_valid():
        try:
            done = roll_back(
                desk.conn, version, of=desk.programme, by=desk.by, now=desk.now, note=form.cleaned_data["note"],
                latest=form.cleaned_data["latest"],
            )  # fmt: skip
        except Refusal as refusal:
            said = in_words(refusal)
            said.field = None  # the field of the latest version is hidden
            form.refuse(said)
        else:
            if done.draft is not None:
                messages.success(request, gettext("A second person has to see it first. Submit this draft."))
                return redirect("console:draft", done.draft.id)
            messages.success(request, gettext("The old rules are in force again."))
            return redirect("console:rulebook")
    way = preview_roll_back(desk.conn, version, of=desk.programme, now=desk.now)
    context = {"version": version, "form": form, "way": _said(way), "back_url": _address(version)}
    return desk.page(request, "console/rulebook/back.html", context, status=422 if form.is_bound else 200)


@operator_page("rulebook")
def export(request: HttpRequest, desk: Desk, version: int) -> HttpResponse:
    """The version as a file, to keep in a repository."""
    text = exported(desk.conn, version, of=desk.programme)
    answer = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{desk.programme.code}-{version}.yaml"'
    return answer


def _row(desk: Desk, each: RulebookVersion) -> VersionRow:
    state = version_state(desk.shelf, each.version, now=desk.now)
    return VersionRow(each.version, state, each.effective_from, who(each.published_by), each.published_at, each.note)


@dataclass(frozen=True, slots=True)
class WaySaid:
    """What going back would mean, in sentences."""

    changes: list[str]
    losses: list[str]
    called_off: list[str]
    remarks: list[str]
    needs_second: bool
    nothing: bool


def _said(way: WayBack) -> WaySaid:
    return WaySaid(
        changes=told(way.differences),
        losses=[_loss(each) for each in way.losses if each.lots.at_once],
        called_off=[
            gettext("Version %(version)s is planned, and is called off.") % {"version": each} for each in way.called_off
        ],
        remarks=[words.sentence_case(words.said(each)) for each in way.remarks],
        needs_second=way.needs_second,
        nothing=not way.differences and not way.called_off,
    )


def _loss(change: ExpiryChange) -> str:
    lots = change.lots
    text = ngettext(
        "%(name)s: %(count)s member loses %(points)s points at once.",
        "%(name)s: %(count)s members lose %(points)s points at once.",
        lots.at_once_owners,
    )
    return text % {
        "name": change.name,
        "count": words.number(lots.at_once_owners),
        "points": words.number(lots.at_once),
    }


def _address(version: int) -> str:
    return reverse("console:rulebook-changes", args=[version])


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None
