"""Drafts of the rulebook: the list, a new one, and the page on which one is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext, gettext_lazy

from regulars.domain.programmes.contracts import Draft, DraftState
from regulars.domain.programmes.document import LARGEST
from regulars.domain.programmes.findings import Finding
from regulars.domain.programmes.queries import draft, draft_steps, drafts, programmes_of
from regulars.domain.programmes.words import rulebook_words
from regulars.flows.copy_rulebook import copy_rulebook, import_rulebook
from regulars.flows.draft_rulebook import LONGEST_NAME, LONGEST_NOTE, open_draft, save_draft
from regulars.flows.look_at_draft import Look, look_at_draft
from regulars.interfaces.console.answers import refusal_in_problem
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.labels import Label, who
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.console.rulebook.shown import draft_state, step_said, told
from regulars.interfaces.web import words
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.errors import Refusal


class NewForm(KitForm):
    """A draft to open: of the latest version, of a file, or of another programme."""

    name = forms.CharField(
        label=gettext_lazy("Name of the draft"),
        max_length=LONGEST_NAME,
        help_text=gettext_lazy("What it is about, such as: Double points in spring"),
    )
    source = forms.ChoiceField(label=gettext_lazy("Begin with"), widget=forms.Select)
    text = forms.CharField(
        label=gettext_lazy("Text of the file"),
        required=False,
        max_length=LARGEST,
        widget=forms.Textarea(
            attrs={"rows": 6, "dir": "ltr", "spellcheck": "false", "class": "textarea w-full font-mono text-xs"}
        ),
        help_text=gettext_lazy("Only for a file that was exported: paste it here."),
    )
    adopt = forms.BooleanField(label=gettext_lazy("Take it over from another programme"), required=False)


class DraftForm(KitForm):
    """The text of a draft. revision: the one that was read. merge: the button that joins both changes."""

    name = forms.CharField(label=gettext_lazy("Name of the draft"), max_length=LONGEST_NAME)
    text = forms.CharField(
        label=gettext_lazy("Rulebook as text (YAML)"),
        max_length=LARGEST,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 28, "dir": "ltr", "spellcheck": "false", "class": "textarea w-full font-mono text-xs"}
        ),
    )
    note = forms.CharField(
        label=gettext_lazy("What changed"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.TextInput,
        help_text=gettext_lazy("For your colleagues; you can leave it empty."),
    )
    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft in the list. text: who changed it, and when it begins, where it is scheduled."""

    url: str
    name: str
    state: Label
    text: str
    note: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """A line of a draft's history."""

    text: str
    by: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class FindingRow:
    """Something that is wrong with the text, or worth a look."""

    line: int
    text: str
    remedy: str
    is_error: bool


@operator_page("rulebook")
def draft_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What is being written, and the form that begins something new."""
    form = NewForm(request.POST) if request.method == "POST" else NewForm()
    others = [
        each
        for each in programmes_of(desk.conn, organisation_id=desk.programme.organisation_id)
        if each.id != desk.programme.id
    ]
    form.fields["source"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
        ("latest", gettext("The latest version")),
        ("file", gettext("A file that was exported")),
        *(
            (str(each.id), gettext("The rulebook of %(name)s") % {"name": f"{each.name} ({each.code})"})
            for each in others
        ),
    ]
    if form.is_bound and form.is_valid():
        try:
            made = _begin(desk, form.cleaned_data)
        except Refusal as refusal:
            form.refuse(in_words(refusal))
        else:
            return redirect("console:draft", made.id)
    rows = [_row(each) for each in drafts(desk.conn, programme_id=desk.programme.id)]
    status = 422 if form.is_bound else 200
    return desk.page(request, "console/rulebook/drafts.html", {"rows": rows, "form": form}, status=status)


@operator_page("rulebook")
def draft_page(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """The text with what is wrong with it, what it changes, and what can be done with it now."""
    found = draft(desk.conn, programme_id=desk.programme.id, draft_id=number)
    form = DraftForm(request.POST) if request.method == "POST" else DraftForm(initial=_initial(found))
    can_join = False
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            save_draft(
                desk.conn, number, of=desk.programme, text=given["text"].replace("\r\n", "\n"), name=given["name"],
                revision=given["revision"], note=given["note"], merge="merge" in request.POST, by=desk.by, now=desk.now,
            )  # fmt: skip
        except Refusal as refusal:
            can_join = refusal.code == "draft_changed"
            said = in_words(refusal)
            said.field = None
            form.refuse(said)
        else:
            messages.success(request, gettext("Saved."))
            return redirect("console:draft", number)
    look = look_at_draft(desk.conn, found, of=desk.programme, now=desk.now)
    context = _context(desk, found, look) | {"form": form, "can_join": can_join}
    return desk.page(request, "console/rulebook/draft.html", context, status=422 if form.is_bound else 200)


def _begin(desk: Desk, given: dict[str, Any]) -> Draft:
    place: dict[str, Any] = {"of": desk.programme, "name": given["name"], "by": desk.by, "now": desk.now}
    if given["source"] == "latest":
        return open_draft(desk.conn, **place)
    if given["source"] == "file":
        return import_rulebook(desk.conn, given["text"], adopt=given["adopt"], **place)
    known = programmes_of(desk.conn, organisation_id=desk.programme.organisation_id)
    (source,) = [each for each in known if str(each.id) == given["source"]]
    return copy_rulebook(desk.conn, source=source, **place)


def _initial(found: Draft) -> dict[str, Any]:
    return {"name": found.name, "text": found.text, "revision": found.revision}


def _context(desk: Desk, found: Draft, look: Look) -> dict[str, Any]:
    rulebook = look.checked.rulebook
    parts = [] if rulebook is None else rulebook_words(rulebook.in_language(get_language() or "en"))
    return next_steps(desk, found, look) | {
        "findings": [_finding(each) for each in look.findings],
        "changes": told(look.changes),
        "problem": None if found.problem is None else in_words(refusal_in_problem(found.problem)),
        "parts": [
            (words.said(each.title), [words.sentence_case(words.said(one)) for one in each.sentences]) for each in parts
        ],
        "steps": [
            StepRow(step_said(each.kind), who(each.by), each.at, each.note)
            for each in reversed(draft_steps(desk.conn, draft_id=found.id))
        ],
    }


def next_steps(desk: Desk, found: Draft, look: Look) -> dict[str, Any]:
    """What can be done with the draft now, and what keeps it from going on."""
    return {
        "draft": found,
        "state": draft_state(found.state),
        "is_open": found.state in (DraftState.open, DraftState.approved),
        "keeps": None if look.keeps is None or look.checked.rulebook is None else in_words(look.keeps),
        "needs_second": look.needs_second and found.decided_by is None,
        "behind": look.behind > 0,
        "can_go_on": look.keeps is None,
        "is_mine": desk.by in {found.submitted_by, found.changed_by},
        "verbs": found.state.name,
    }


def _row(found: Draft) -> DraftRow:
    values = {"who": who(found.changed_by), "when": words.moment(found.changed_at)}
    text = gettext("%(who)s changed it on %(when)s") % values
    if found.scheduled_for is not None:
        text = gettext("Comes into force on %(when)s") % {"when": words.moment(found.scheduled_for)}
    url = reverse("console:draft", args=[found.id])
    return DraftRow(url, found.name, draft_state(found.state), text, found.note)


def _finding(each: Finding) -> FindingRow:
    value = f" ({each.value})" if each.value else ""
    return FindingRow(each.line, f"{each.problem}{value}", each.remedy, each.severity == "error")
