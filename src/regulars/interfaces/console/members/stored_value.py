"""A member's stored value: what is in the account, what happened to it; loading, refunding, freezing."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext

from regulars.domain.members.queries import names_of
from regulars.domain.stored_value.contracts import Act, ActKind, ActNotFound
from regulars.domain.stored_value.queries import acts_of, stored_act
from regulars.flows.stored_value.accounts import LONGEST_NOTE, LONGEST_REFERENCE
from regulars.flows.stored_value.freeze_value import freeze_value, thaw_value
from regulars.flows.stored_value.load_value import load_value
from regulars.flows.stored_value.look_at_value import look_at_value
from regulars.flows.stored_value.pay_back_value import pay_back_value
from regulars.flows.stored_value.spend_value import give_back_value
from regulars.interfaces.console import cursors
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.members.reading import known_member
from regulars.interfaces.console.paging import page_of
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.console.value_words import KINDS, OUTGOING
from regulars.interfaces.web import words
from regulars.interfaces.web.amounts import AmountField
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.errors import Refusal
from regulars.kernel.money import from_minor

ROWS = 25


class LoadForm(KitForm):
    """How much was paid, and by which payment."""

    amount = AmountField()
    reference = forms.CharField(
        label=gettext_lazy("Number of the payment"),
        max_length=LONGEST_REFERENCE,
        help_text=gettext_lazy("As the receipt says it. The same payment loads once."),
    )
    note = forms.CharField(label=gettext_lazy("Note for colleagues"), max_length=LONGEST_NOTE, required=False)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].currency = currency  # type: ignore[attr-defined]  # an AmountField


class RefundForm(KitForm):
    """How much goes back, and under which number."""

    amount = AmountField(required=False, help_text=gettext_lazy("Empty: all that is left"))
    reference = forms.CharField(label=gettext_lazy("Number of the refund"), max_length=LONGEST_REFERENCE)
    note = forms.CharField(label=gettext_lazy("Note for colleagues"), max_length=LONGEST_NOTE, required=False)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].currency = currency  # type: ignore[attr-defined]  # an AmountField


class ReasonForm(KitForm):
    """reason: for colleagues."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_NOTE,
        help_text=gettext_lazy("Only colleagues see it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@dataclass(frozen=True, slots=True)
class ActRow:
    """One line. amount: signed, in words. refund_url: empty where nothing can go back."""

    at: datetime
    what: str
    about: str
    amount: str
    hint: str
    refund_url: str = ""
    refund_text: str = ""


def has_value(desk: Desk) -> bool:
    """Whether members have stored value here."""
    return bool(desk.shelf.rulebooks) and bool(desk.shelf.in_force(desk.now).rulebook.stored_value.point_type)


def value_tab(request: HttpRequest, desk: Desk, member: UUID) -> dict[str, Any]:
    """What the account holds, and what happened to it."""
    found = look_at_value(desk.conn, programme_id=desk.programme.id, owner=member, now=desk.now)
    place = cursors.read(request.GET.get("after", ""))
    acts = acts_of(desk.conn, owners=[member], before=place, limit=ROWS + 1)
    shown = acts[:ROWS]
    cursor = cursors.written(shown[-1].created_at, shown[-1].id) if len(acts) > ROWS else ""
    summary = ngettext("%(count)s line on this page", "%(count)s lines on this page", len(shown))
    return {
        "tab_template": "console/members/stored_value.html",
        "account": {
            "available": money(desk, found.available),
            "held": money(desk, found.held) if found.held else "",
            "given": money(desk, found.given) if found.given else "",
            "frozen": found.stopped.note if found.stopped else "",
            "is_frozen": found.stopped is not None,
        },
        "acts": [row_of(desk, each, member) for each in shown],
        "load_url": reverse("console:value-load", args=[member]),
        "freeze_url": reverse("console:value-thaw" if found.stopped else "console:value-freeze", args=[member]),
        "page": page_of(request, summary=summary % {"count": words.number(len(shown))}, cursor=cursor),
    }


def row_of(desk: Desk, act: Act, member: UUID | None) -> ActRow:
    """An act as a list shows it. member: whose page it is; None: a card's, where nothing is refunded by a link."""
    hint = ""
    if act.bonus and act.kind is ActKind.load:
        hint = gettext("and %(amount)s on top") % {"amount": money(desk, act.bonus)}
    elif act.kind is ActKind.pay_back and act.paid_out != act.amount:
        hint = gettext("paid out: %(amount)s") % {"amount": money(desk, act.paid_out)}
    sign = "−" if act.kind in OUTGOING else "+"
    url, text = "", ""
    if member is not None and act.kind in (ActKind.load, ActKind.spend):
        url = reverse("console:value-refund", args=[member, act.id])
        text = gettext("Pay back") if act.kind is ActKind.load else gettext("Give back")
    return ActRow(
        at=act.created_at,
        what=str(KINDS[act.kind]),
        about=act.reference or act.note,
        amount=words.isolated(f"{sign}{money(desk, act.amount)}") if act.amount else "",
        hint=hint,
        refund_url=url,
        refund_text=text,
    )


def money(desk: Desk, minor: int) -> str:
    """Minor units in the reader's language."""
    return words.money(from_minor(minor, desk.programme.currency), desk.programme.currency)


@operator_page("members")
def load(request: HttpRequest, desk: Desk, member: UUID) -> HttpResponse:
    """Asks how much was paid and by which payment, then loads it."""
    known_member(desk, member)
    bound = request.POST if request.method == "POST" else None
    form = LoadForm(bound, currency=desk.programme.currency)
    if form.is_bound and form.is_valid():
        try:
            done = load_value(
                desk.conn, programme_id=desk.programme.id, member_id=member,
                amount=from_minor(form.cleaned_data["amount"], desk.programme.currency),
                reference=form.cleaned_data["reference"], note=form.cleaned_data["note"], now=desk.now, by=desk.by,
                by_staff=True,
            )  # fmt: skip
        except Refusal as refusal:
            form.refuse(in_words(refusal))
        else:
            said = {"amount": money(desk, done.amount + done.bonus)}
            messages.success(request, gettext("In the account now: %(amount)s more.") % said)
            return _back(member)
    return _page(request, desk, member, form, gettext("Load stored value"), gettext("Money that the member has paid."))


@operator_page("members")
def refund(request: HttpRequest, desk: Desk, member: UUID, act: UUID) -> HttpResponse:
    """A spending comes back, or what is left of a load is paid back."""
    known_member(desk, member)
    found = stored_act(desk.conn, programme_id=desk.programme.id, act_id=act)
    if found is None or found.owner != member or found.kind not in (ActKind.load, ActKind.spend):
        raise ActNotFound(act)
    bound = request.POST if request.method == "POST" else None
    first = {"reference": secrets.token_hex(4).upper()}
    form = RefundForm(bound, initial=first, currency=desk.programme.currency)
    to_source = found.kind is ActKind.load
    if form.is_bound and form.is_valid():
        wanted = form.cleaned_data["amount"]
        try:
            verb = pay_back_value if to_source else give_back_value
            done = verb(
                desk.conn, programme_id=desk.programme.id, member_id=member, act_id=act,
                reference=form.cleaned_data["reference"], note=form.cleaned_data["note"], now=desk.now, by=desk.by,
                amount=None if wanted is None else from_minor(wanted, desk.programme.currency),
            )  # fmt: skip
        except Refusal as refusal:
            form.refuse(in_words(refusal))
        else:
            said = {"amount": money(desk, done.paid_out or done.amount), "reference": found.reference}
            text = (
                gettext("Pay %(amount)s back to payment %(reference)s: it has left the account.")
                if to_source
                else gettext("Back in the account: %(amount)s.")
            )
            messages.success(request, text % said)
            return _back(member)
    values = {"reference": found.reference}
    if to_source:
        heading = gettext("Pay back payment %(reference)s?") % values
        text = gettext("What is left of it leaves the account, and a gift on top with it. You pay it out.")
    else:
        heading = gettext("Give back receipt %(reference)s?") % values
        text = gettext("What had paid for it is in the account again.")
    return _page(request, desk, member, form, heading, text)


@operator_page("members")
def freeze(request: HttpRequest, desk: Desk, member: UUID) -> HttpResponse:
    """Asks why, then stops the account."""
    text = gettext("Nothing is spent, sent or paid back until somebody unfreezes it.")
    return _stop(request, desk, member, frozen=True, heading=gettext("Freeze the stored value?"), text=text)


@operator_page("members")
def thaw(request: HttpRequest, desk: Desk, member: UUID) -> HttpResponse:
    """Asks why, then opens the account again."""
    text = gettext("Everything can be spent again.")
    return _stop(request, desk, member, frozen=False, heading=gettext("Unfreeze the stored value?"), text=text)


def _stop(request: HttpRequest, desk: Desk, member: UUID, *, frozen: bool, heading: str, text: str) -> HttpResponse:
    known_member(desk, member)
    form = ReasonForm(request.POST) if request.method == "POST" else ReasonForm()
    if form.is_bound and form.is_valid():
        verb = freeze_value if frozen else thaw_value
        try:
            verb(
                desk.conn, programme_id=desk.programme.id, member_id=member, reason=form.cleaned_data["reason"],
                now=desk.now, by=desk.by,
            )  # fmt: skip
        except Refusal as refusal:
            form.refuse(in_words(refusal))
        else:
            said = gettext("The stored value is frozen.") if frozen else gettext("The stored value is open again.")
            messages.success(request, said)
            return _back(member)
    return _page(request, desk, member, form, heading, text)


def _page(request: HttpRequest, desk: Desk, member: UUID, form: KitForm, heading: str, text: str) -> HttpResponse:
    name = names_of(desk.conn, member_ids=[member]).get(member) or gettext("Member")
    context = {
        "back_url": f"{reverse('console:member', args=[member])}?tab=value",
        "back_label": name,
        "heading": heading,
        "subtitle": text,
        "form_template": "console/plain_form.html",
        "form": form,
    }
    return desk.page(request, "console/form_page.html", context, status=422 if form.is_bound else 200)


def _back(member: UUID) -> HttpResponse:
    return redirect(f"{reverse('console:member', args=[member])}?tab=value")
