"""Coming in and going out. Opening a link only asks, so that a mail scanner or a preview does not use it up."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from regulars.database.pool import connection
from regulars.database.scope import scoped
from regulars.domain.access.contracts import LinkKind
from regulars.domain.programmes.queries import programme
from regulars.flows.sign_in import look_at_link, redeem_link
from regulars.interfaces.portal.labels import isolated
from regulars.interfaces.portal.refusals import in_members_words
from regulars.interfaces.portal.session import sign_in, sign_out, signed_in
from regulars.interfaces.portal.signin.limits import count_request
from regulars.interfaces.portal.signin.mail import POSTMAN, mail_links
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.clock import utc_now
from regulars.kernel.errors import Refusal
from regulars.kernel.text import email_form, phone_form


class AddressForm(KitForm):
    """Where to send the link."""

    address = forms.CharField(
        label=gettext_lazy("Your e-mail or phone number"),
        max_length=254,
        help_text=gettext_lazy("The one you gave at the shop. The link comes by e-mail."),
        widget=forms.TextInput(attrs={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Please write your e-mail or phone number.")},
    )

    def clean_address(self) -> tuple[str, str]:
        """(kind, canonical form)."""
        written = str(self.cleaned_data["address"])
        try:
            if any(mark.isalpha() or mark == "@" for mark in written):
                return "email", email_form(written)
            return "phone", phone_form(written, region=None)
        except Refusal as refusal:
            raise forms.ValidationError(_unreadable(refusal.code)) from None


def _unreadable(code: str) -> str:
    if code == "bad_phone":
        return gettext("This is not a phone number. Write it with the country code: +90 532 123 45 67.")
    return gettext("This is not an e-mail address. Write it as name@example.com.")


@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    """Sends a link to whoever is known under the address; the answer is the same for everyone."""
    if request.method != "POST":
        if signed_in(request):
            return redirect("portal:home")
        return render(request, "portal/signin/ask.html", {"form": AddressForm()})
    form = AddressForm(request.POST)
    if not form.is_valid():
        return render(request, "portal/signin/ask.html", {"form": form}, status=422)
    kind, address = form.cleaned_data["address"]
    try:
        count_request(address=address, origin=request.META.get("REMOTE_ADDR", ""))
    except Refusal as refusal:
        return _refused(request, refusal)
    site = request.build_absolute_uri("/").rstrip("/")
    POSTMAN.submit(mail_links, kind, address, site=site, language=get_language() or "en")
    context = {"is_email": kind == "email", "written": isolated(form.data["address"])}
    return render(request, "portal/signin/sent.html", context)


@never_cache
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Shows one button; pressing it uses the link up and lets the member in."""
    now = utc_now()
    try:
        with connection() as conn:
            if request.method == "POST":
                link = redeem_link(conn, token=token, kind=LinkKind.member, now=now)
                sign_in(request, member_id=link.subject, programme_id=link.programme_id)
                return redirect("portal:home")
            link = look_at_link(conn, token=token, kind=LinkKind.member, now=now)
            with scoped(conn, link.organisation_id):
                found = programme(conn, programme_id=link.programme_id)
            context = {"programme": found, "shop": isolated(found.name)}
            return render(request, "portal/signin/enter.html", context)
    except Refusal as refusal:
        if refusal.code == "used_link" and signed_in(request):
            return redirect("portal:home")  # their own link, opened again from the mail
        return _refused(request, refusal)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Signs out."""
    sign_out(request)
    return redirect("portal:sign-in")


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    context = {"refusal": in_members_words(refusal), "form": AddressForm()}
    return render(request, "portal/signin/refused.html", context, status=refusal.status)
