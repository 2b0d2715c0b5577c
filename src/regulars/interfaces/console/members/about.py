"""What is known about a member: fields of the rulebook, language, date of birth, and what they allow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from regulars.domain.members.contracts import ConsentState, Profile
from regulars.domain.members.queries import consents_of, names_of, profile
from regulars.domain.programmes.consents import Consent
from regulars.domain.programmes.member_fields import MemberField
from regulars.flows.change_member import MemberChange, change_member, fields_in_force
from regulars.flows.open_profile import member_not_found
from regulars.flows.set_consent import set_consent
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.labels import who
from regulars.interfaces.console.members.reading import known_member
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.web import words
from regulars.interfaces.web.forms import KitForm
from regulars.interfaces.web.member_fields import PREFIX, FieldShown, fields_shown, form_fields, given_in
from regulars.kernel.errors import Refusal


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """A consent of the member. note: who said what, and when; declared: whether the rulebook still asks."""

    name: str
    given: bool
    note: str
    declared: bool
    url: str


class AboutForm(KitForm):
    """Language, date of birth, and below them the fields of the rulebook."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    birth_date = forms.DateField(
        label=gettext_lazy("Date of birth"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, found: Profile, fields: tuple[MemberField, ...], data: Any = None) -> None:
        super().__init__(data, initial={"language": found.language, "birth_date": found.birth_date})
        if found.language not in dict(settings.LANGUAGES):
            language = self.fields["language"]
            assert isinstance(language, forms.ChoiceField)
            language.choices = [*settings.LANGUAGES, (found.language, found.language)]
        self.add_fields(form_fields(fields, found.attributes))

    @property
    def of_the_rulebook(self) -> list[forms.BoundField]:
        """The fields that the rulebook declares, in its order."""
        return [self[name] for name in self.fields if name.startswith(PREFIX)]


def about_tab(request: HttpRequest, desk: Desk, member: UUID) -> dict[str, Any]:
    """What the member's page shows of all this."""
    found = _profile(desk, member)
    facts = [
        FieldShown(gettext("Language"), dict(settings.LANGUAGES).get(found.language, found.language), True),
        FieldShown(gettext("Date of birth"), words.day(found.birth_date) if found.birth_date else "", True),
    ]
    return {
        "tab_template": "console/members/about.html",
        "about": facts + fields_shown(fields_in_force(desk.shelf, desk.now), found.attributes),
        "consents": _consents(desk, member),
        "about_url": reverse("console:about", args=[member]),
    }


@operator_page("members")
def change_about(request: HttpRequest, desk: Desk, member: UUID) -> HttpResponse:
    """The form, and the change."""
    found, fields = _profile(desk, member), fields_in_force(desk.shelf, desk.now)
    form = AboutForm(found, fields, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            change_member(
                desk.conn, _wish(form, fields), programme_id=desk.programme.id, member_id=member, now=desk.now,
                by=desk.by,
            )  # fmt: skip
        except Refusal as refusal:
            form.refuse(in_words(refusal))
        else:
            messages.success(request, gettext("Saved."))
            return redirect(f"{reverse('console:member', args=[member])}?tab=about")
    context = {
        "back_url": f"{reverse('console:member', args=[member])}?tab=about",
        "back_label": names_of(desk.conn, member_ids=[member]).get(member) or gettext("Member"),
        "heading": gettext("Change the profile"),
        "subtitle": gettext("An empty field takes the value away."),
        "form_template": "console/members/about_form.html",
        "form": form,
    }
    return desk.page(request, "console/form_page.html", context, status=422 if form.is_bound else 200)


@operator_page("members")
def change_consent(request: HttpRequest, desk: Desk, member: UUID, consent: str) -> HttpResponse:
    """Keeps what the member said at the counter."""
    known_member(desk, member)
    if request.method == "POST":
        given = request.POST.get("given") == "yes"
        try:
            set_consent(
                desk.conn, programme_id=desk.programme.id, member_id=member, consent=consent, given=given,
                now=desk.now, by=desk.by, via="console",
            )  # fmt: skip
        except Refusal as refusal:
            said = in_words(refusal)
            messages.error(request, f"{said.title}. {said.detail} {said.remedy}")
        else:
            messages.success(request, gettext("The consent is noted.") if given else gettext("The refusal is noted."))
    return redirect(f"{reverse('console:member', args=[member])}?tab=about")


def _wish(form: AboutForm, fields: tuple[MemberField, ...]) -> MemberChange:
    filled = form.cleaned_data
    return MemberChange(filled["language"], filled["birth_date"], filled["birth_date"] is None, given_in(form, fields))


def _profile(desk: Desk, member: UUID) -> Profile:
    found = profile(desk.conn, programme_id=desk.programme.id, member_id=member)
    if found is None:
        raise member_not_found(member)
    return found


def _consents(desk: Desk, member: UUID) -> list[ConsentRow]:
    declared = {each.id: each for each in desk.shelf.in_force(desk.now).rulebook.consents}
    said = consents_of(desk.conn, member_id=member)
    names = [*declared, *(name for name in said if name not in declared)]
    return [_consent(name, declared.get(name), said.get(name), member) for name in names]


def _consent(name: str, declared: Consent | None, said: ConsentState | None, member: UUID) -> ConsentRow:
    return ConsentRow(
        name=name if declared is None else declared.name,
        given=said is not None and said.given,
        note=gettext("nobody has asked yet") if said is None else _note(said),
        declared=declared is not None,
        url=reverse("console:consent", args=[member, name]),
    )


def _note(said: ConsentState) -> str:
    values = {"day": words.day(said.at), "who": who(said.by), "version": said.text_version}
    if said.given:
        return gettext("given on %(day)s, noted by %(who)s; text %(version)s") % values
    return gettext("not given, since %(day)s, noted by %(who)s; text %(version)s") % values
