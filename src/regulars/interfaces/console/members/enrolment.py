"""Enrolling a member at the counter."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext, gettext_lazy

from regulars.domain.members.contracts import NewMember
from regulars.domain.programmes.member_fields import MemberField
from regulars.flows.change_member import consents_in_force, fields_in_force
from regulars.flows.enrol_member import Enrolled, enrol_members
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.web.forms import KitForm
from regulars.interfaces.web.member_fields import PREFIX, form_fields, given_in
from regulars.kernel.errors import Refusal

_CONSENT = "consent-"
"""Before the ids of consents, so that they meet no other field."""


class EnrolForm(KitForm):
    """One of e-mail, phone and number must be there; the flow says so if none is."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.CharField(label=gettext_lazy("E-mail"), max_length=254, required=False, widget=forms.EmailInput)
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("With country code, for example +90 532 123 45 67"),
        widget=forms.TextInput(attrs={"type": "tel"}),
    )
    external_id = forms.CharField(
        label=gettext_lazy("Your own number for this member"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("As your shop or till knows them"),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    birth_date = forms.DateField(
        label=gettext_lazy("Date of birth"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    @property
    def of_consents(self) -> list[forms.BoundField]:
        """What the rulebook asks the member's consent for."""
        return [self[name] for name in self.fields if name.startswith(_CONSENT)]

    @property
    def of_the_rulebook(self) -> list[forms.BoundField]:
        """The fields that the rulebook declares, in its order."""
        return [self[name] for name in self.fields if name.startswith(PREFIX)]


@operator_page("members")
def enrol(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The form, and the member's page after it."""
    form = EnrolForm(request.POST) if request.method == "POST" else EnrolForm(initial={"language": get_language()})
    fields = fields_in_force(desk.shelf, desk.now)
    asked_for = consents_in_force(desk.shelf, desk.now)
    form.add_fields(form_fields(fields, {}))
    form.add_fields(
        {
            f"{_CONSENT}{each.id}": forms.BooleanField(label=each.name, help_text=each.text, required=False)
            for each in asked_for
        }
    )
    if form.is_bound and form.is_valid():
        result = _enrol(desk, form, fields)
        if isinstance(result, Enrolled):
            known = result.answer is None
            messages.success(request, gettext("This member is here already.") if known else gettext("Welcome aboard!"))
            return redirect("console:member", result.member_id)
        form.refuse(in_words(result))
    context = {
        "back_url": reverse("console:members"),
        "back_label": gettext("Members"),
        "heading": gettext("Enrol a member"),
        "subtitle": gettext("An e-mail, a phone number or your own number is enough."),
        "form_template": "console/members/enrol_form.html",
        "form": form,
    }
    return desk.page(request, "console/form_page.html", context, status=422 if form.is_bound else 200)


def _enrol(desk: Desk, form: EnrolForm, fields: tuple[MemberField, ...]) -> Enrolled | Refusal:
    filled = form.cleaned_data
    try:
        attributes = given_in(form, fields)
    except Refusal as refusal:
        return refusal
    new = NewMember(
        external_id=filled["external_id"] or None,
        name=filled["name"],
        email=filled["email"] or None,
        phone=filled["phone"] or None,
        birth_date=filled["birth_date"],
        language=filled["language"],
        attributes=attributes,
        consents={
            name.removeprefix(_CONSENT): True for name, given in filled.items() if name.startswith(_CONSENT) and given
        },
    )
    (result,) = enrol_members(desk.conn, [new], programme_id=desk.programme.id, via="console", now=desk.now, by=desk.by)
    return result
