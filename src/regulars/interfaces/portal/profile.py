"""What is stored about me, what I may change of it, what I allow, and how the pages look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_lazy

from regulars.domain.members.contracts import Profile
from regulars.domain.members.queries import consents_of
from regulars.domain.programmes.member_fields import MemberField
from regulars.flows.change_member import MemberChange, change_member, fields_in_force
from regulars.flows.set_consent import set_consent
from regulars.interfaces.portal.labels import isolated, spaced
from regulars.interfaces.portal.refusals import in_members_words
from regulars.interfaces.portal.visit import BY_MEMBER, Visit, member_page
from regulars.interfaces.web import words
from regulars.interfaces.web.forms import KitForm
from regulars.interfaces.web.member_fields import FieldShown, fields_shown, form_fields, given_in
from regulars.kernel.errors import Refusal


@dataclass(frozen=True, slots=True)
class ConsentShown:
    """Something that the member allows or not. note: since when; text: what exactly."""

    id: str
    name: str
    text: str
    given: bool
    note: str


class DetailsForm(KitForm):
    """The language, the birthday as long as it is not known, and the fields that the rulebook opens to members."""

    language = forms.ChoiceField(label=gettext_lazy("Language of messages"), choices=settings.LANGUAGES)
    birth_date = forms.DateField(
        label=gettext_lazy("Date of birth"),
        required=False,
        help_text=gettext_lazy("Once you have given it, only the shop can change it."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, person: Profile, fields: tuple[MemberField, ...], data: Any = None) -> None:
        super().__init__(data, initial={"language": person.language})
        if person.birth_date is not None:
            del self.fields["birth_date"]
        self.add_fields(form_fields(fields, person.attributes))


@member_page("profile")
def profile(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Everything, and nothing hidden. Each button sends what it does."""
    fields = tuple(each for each in fields_in_force(visit.shelf, visit.now) if each.member_may_edit)
    if request.method != "POST":
        return _page(request, visit, DetailsForm(visit.person, fields))
    if request.POST.get("do") == "consent":
        return _consent(request, visit)
    form = DetailsForm(visit.person, fields, request.POST)
    if form.is_valid():
        try:
            _change(visit, form, fields)
        except Refusal as refusal:
            form.refuse(in_members_words(refusal))
        else:
            messages.success(request, gettext("Saved."))
            return redirect("portal:profile")
    return _page(request, visit, form, status=422)


def _change(visit: Visit, form: DetailsForm, fields: tuple[MemberField, ...]) -> None:
    change_member(
        visit.conn,
        MemberChange(
            form.cleaned_data["language"],
            form.cleaned_data.get("birth_date"),
            attributes=given_in(form, fields),
        ),
        programme_id=visit.programme.id,
        member_id=visit.person.id,
        now=visit.now,
        by=BY_MEMBER,
        by_member=True,
    )


def _consent(request: HttpRequest, visit: Visit) -> HttpResponse:
    given = request.POST.get("given") == "yes"
    try:
        set_consent(
            visit.conn, programme_id=visit.programme.id, member_id=visit.person.id,
            consent=request.POST.get("consent", ""), given=given, now=visit.now, by=BY_MEMBER, via="portal",
        )  # fmt: skip
    except Refusal as refusal:
        told = in_members_words(refusal)
        messages.error(request, f"{told.title}. {told.detail} {told.remedy}")
    else:
        messages.success(request, gettext("Thank you, it is switched on.") if given else gettext("It is switched off."))
    return redirect("portal:profile")


def _page(request: HttpRequest, visit: Visit, form: DetailsForm, *, status: int = 200) -> HttpResponse:
    context = {
        "stored": _stored(visit),
        "shop": isolated(visit.programme.name),
        "form": form,
        "consents": _consents(visit),
    }
    return visit.page(request, "portal/profile.html", context, status=status)


def _stored(visit: Visit) -> list[FieldShown]:
    person = visit.person
    kept = [
        (gettext("Name"), person.name),
        (gettext("E-mail"), person.email),
        (gettext("Phone"), person.phone),
        (gettext("Card number"), spaced(person.card_number)),
        (gettext("Date of birth"), words.day(person.birth_date) if person.birth_date else ""),
        (gettext("Member since"), words.day(person.enrolled_at)),
        (gettext("Number at the shop"), ", ".join(person.external_ids)),
    ]
    more = fields_shown(fields_in_force(visit.shelf, visit.now), person.attributes)
    return [FieldShown(label, text, True) for label, text in kept] + more


def _consents(visit: Visit) -> list[ConsentShown]:
    """What the rulebook asks for, and what was given and is no longer asked for: it can be taken back."""
    rules = visit.shelf
    declared = rules.in_force(visit.now).rulebook.consents if rules.starts and rules.starts[0] <= visit.now else ()
    said = consents_of(visit.conn, member_id=visit.person.id)
    shown = [(each.id, each.name, each.text) for each in declared]
    known = {each.id for each in declared}
    shown += [(name, name, "") for name, each in said.items() if each.given and name not in known]
    return [
        ConsentShown(
            consent,
            name,
            text,
            given=consent in said and said[consent].given,
            note=gettext("since %(day)s") % {"day": words.day(said[consent].at)} if consent in said else "",
        )
        for consent, name, text in shown
    ]
