"""An audience is made or changed: its name, what its members fulfil, and who that is while one writes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext, gettext_lazy, ngettext

from regulars.domain.audiences.contracts import Audience, AudienceDraft, AudienceNotFound, Kind
from regulars.domain.audiences.queries import audience as audience_by_code
from regulars.domain.audiences.queries import audiences
from regulars.domain.earning.conditions import Comparison
from regulars.domain.earning.facts import AUDIENCE
from regulars.flows.audiences_named import asked_by_audiences, way_round
from regulars.flows.look_at_members import look_at_members
from regulars.flows.member_vocabulary import vocabulary_of
from regulars.flows.save_audience import save_audience
from regulars.interfaces.console.audiences.differing import Difference, difference, origin_in, origin_text
from regulars.interfaces.console.audiences.seeing import SeenShown, seen_shown
from regulars.interfaces.console.conditions.condition_form import ConditionForm, part_of, sent_or
from regulars.interfaces.console.conditions.offers_of_members import member_offers
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.web import words
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.errors import Refusal

SEEN = "audience-seen"
"""The part of the page that says what the conditions mean and whom they meet."""


class AudienceForm(KitForm):
    """What an audience has besides its conditions. kind: chosen once, when it is made."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    description = forms.CharField(
        label=gettext_lazy("What it is for"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    kind = forms.ChoiceField(
        choices=[
            (Kind.dynamic.value, gettext_lazy("By conditions")),
            (Kind.static.value, gettext_lazy("By a list")),
        ],
        widget=forms.RadioSelect,
        initial=Kind.dynamic.value,
    )

    def __init__(self, before: Audience | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if before is not None:
            del self.fields["kind"]


@operator_page("audiences")
def new_audience(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The form for one more audience."""
    known = audiences(desk.conn, programme_id=desk.programme.id)
    return _Editing(request, desk, known, None).answer()


@operator_page("audiences")
def edit_audience(request: HttpRequest, desk: Desk, audience: str) -> HttpResponse:
    """The form for an audience that is there."""
    known = audiences(desk.conn, programme_id=desk.programme.id)
    before = next((each for each in known if each.code == audience), None)
    if before is None:
        raise AudienceNotFound(audience)
    return _Editing(request, desk, known, before).answer()


class _Editing:
    """One request for the form: a part of it for htmx, the page, or saving. before: None for a new audience."""

    def __init__(self, request: HttpRequest, desk: Desk, known: Iterable[Audience], before: Audience | None) -> None:
        self._request = request
        self._desk = desk
        self._known = {each.code: each for each in known}
        self._before = before
        self._vocabulary = vocabulary_of(desk.shelf, self._known.values(), now=desk.now)
        self._sent = request.POST if request.method == "POST" else None
        self._act = "" if self._sent is None else self._sent.get("act", "")
        self._form = self._filled()

    @cached_property
    def _conditions(self) -> ConditionForm:
        hidden = [f"{AUDIENCE}{code}" for code, each in self._known.items() if each.archived or each is self._before]
        offers = member_offers(
            self._vocabulary,
            self._desk.shelf.in_force(self._desk.now).rulebook,
            hidden=hidden,
            suggested={"member.language": [code for code, _ in settings.LANGUAGES]},
        )
        stored = None if self._before is None else self._before.conditions
        root = sent_or(self._request, offers, stored)
        return ConditionForm(offers, root, url=self._request.path, act=self._act, objection=self._objection)

    def _filled(self) -> AudienceForm:
        """The form as it was sent to be saved; after another button just what was typed, without complaints."""
        initial = {} if self._before is None else {"name": self._before.name, "description": self._before.description}
        if self._sent is None or not self._act:
            return AudienceForm(self._before, self._sent, initial=initial)
        return AudienceForm(self._before, initial=initial | {name: self._sent[name] for name in self._sent})

    def answer(self) -> HttpResponse:
        """The answer to the request."""
        part = part_of(self._request, self._conditions)
        if part is not None:
            return part
        if self._request.headers.get("HX-Target") == SEEN:
            problems = self._conditions.live_problems()
            context = self._seen_context(counting=True) | {"live_problems": problems}
            return render(self._request, "console/audiences/seen.html", context)
        if self._sent is None or self._act:
            return self._page(live=True)
        return self._save()

    @property
    def _is_list(self) -> bool:
        if self._before is not None:
            return self._before.kind is Kind.static
        return self._sent is not None and self._sent.get("kind") == Kind.static.value

    def _save(self) -> HttpResponse:
        valid = self._form.is_valid()
        if not valid or not (self._is_list or self._conditions.condition):
            return self._page(live=False, status=422)
        over = self._request.POST.get("over", "")
        version = int(over) if over.isdecimal() else origin_in(self._request.POST.get("origin", "")).version
        try:
            saved = save_audience(
                self._desk.conn, self._draft(), programme_id=self._desk.programme.id, now=self._desk.now,
                by=self._desk.by, replacing=None if self._before is None else self._before.code, version=version,
            )  # fmt: skip
        except Refusal as refusal:
            changed = self._changed_meanwhile() if refusal.code == "audience_changed" else None
            self._form.refuse(in_words(refusal))
            return self._page(live=False, status=refusal.status, changed=changed)
        messages.success(self._request, _saved_words(saved))
        return redirect("console:audience", saved.code)

    def _changed_meanwhile(self) -> Difference | None:
        code = "" if self._before is None else self._before.code
        saved = audience_by_code(self._desk.conn, programme_id=self._desk.programme.id, code=code)
        origin = origin_in(self._request.POST.get("origin", ""))
        return None if saved is None else difference(origin, saved, self._vocabulary.terms)

    def _draft(self) -> AudienceDraft:
        name, purpose = self._form.cleaned_data["name"], self._form.cleaned_data["description"]
        kind = Kind.static if self._is_list else Kind.dynamic
        conditions = None if self._is_list else self._conditions.condition
        if self._before is not None:
            return AudienceDraft(self._before.code, name, kind, conditions, self._before.archived, purpose)
        return AudienceDraft(_code(name, self._known), name, kind, conditions, description=purpose)

    def _objection(self, comparison: Comparison) -> str:
        """Why an audience cannot be asked for in this one; nothing: ""."""
        if not comparison.field.startswith(AUDIENCE):
            return ""
        code = comparison.field[len(AUDIENCE) :]
        other, mine = self._known.get(code), self._before
        if other is not None and other.archived and (mine is None or code not in mine.refers_to):
            text = gettext("“%(name)s” is archived, and its members do not change any more. Choose another audience.")
            return text % {"name": other.name}
        if mine is None:
            return ""
        if code == mine.code:
            return gettext("An audience cannot be defined by itself. Choose another one.")
        start = f"{AUDIENCE}{mine.code}"
        way = way_round(start, asked_by_audiences(self._known.values()) | {start: frozenset({comparison.field})})
        if not way:
            return ""
        names = " → ".join(self._known[each.removeprefix(AUDIENCE)].name for each in way)
        return gettext("The audiences would go round in a circle: %(way)s. Choose another one.") % {"way": names}

    def _seen_context(self, *, counting: bool) -> dict[str, Any]:
        condition = self._conditions.condition
        seen: SeenShown | None = None
        if counting and condition is not None:
            desk = self._desk
            looked = look_at_members(
                desk.conn, condition, self._vocabulary, programme=desk.programme, now=desk.now, by=desk.by
            )
            seen = seen_shown(looked)
        return {
            "condition_words": self._conditions.words,
            "unfinished": self._conditions.unfinished,
            "seen": seen,
            "counting": counting,
        }

    def _page(self, *, live: bool, status: int = 200, changed: Difference | None = None) -> HttpResponse:
        before = self._before
        origin = self._request.POST.get("origin", "") or ("" if before is None else origin_text(before))
        context = {
            "back_url": reverse("console:audiences")
            if before is None
            else reverse("console:audience", args=[before.code]),
            "back_label": gettext("Audiences") if before is None else before.name,
            "heading": gettext("New audience")
            if before is None
            else gettext("Change “%(name)s”") % {"name": before.name},
            "form": self._form,
            "is_list": before is not None and before.kind is Kind.static,
            "archived": before is not None and before.archived,
            "builder": self._conditions.shown(live=live),
            "url": self._request.path,
            "origin": origin,
            "changed": changed,
            "wrong": status == 422 and self._form.is_valid() and not self._is_list,
        }
        # Without scripts nobody asks for the count afterwards; a page that was sent brings it along.
        context |= self._seen_context(counting=self._sent is not None and not self._is_list)
        return self._desk.page(self._request, "console/audiences/edit.html", context, status=status)


def _code(name: str, known: Iterable[str]) -> str:
    """A short name from the words of the name, which no other audience has."""
    begun = re.sub(r"^[^a-z]+", "", slugify(name).replace("_", "-"))[:50].strip("-") or "audience"
    taken = set(known)
    return next(code for number in range(1, len(taken) + 2) if (code := _numbered(begun, number)) not in taken)


def _numbered(begun: str, number: int) -> str:
    return begun if number == 1 else f"{begun}-{number}"


def _saved_words(saved: Audience) -> str:
    if saved.kind is Kind.static and not saved.members:
        return gettext("“%(name)s” is saved. Now say who is on the list.") % {"name": saved.name}
    return ngettext(
        "“%(name)s” is saved and has %(count)s member.", "“%(name)s” is saved and has %(count)s members.", saved.members
    ) % {"name": saved.name, "count": words.number(saved.members)}
