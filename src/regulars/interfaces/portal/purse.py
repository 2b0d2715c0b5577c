"""The member's stored value: what is there, what happened to it, and bringing in a gift card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_lazy

from regulars.domain.stored_value.contracts import Act, ActKind
from regulars.domain.stored_value.queries import acts_of
from regulars.flows.gift_cards.check_card import check_card
from regulars.flows.gift_cards.move_card import move_into_account
from regulars.flows.stored_value.look_at_value import look_at_value
from regulars.interfaces.portal.refusals import in_members_words
from regulars.interfaces.portal.visit import BY_MEMBER, Visit, member_page
from regulars.interfaces.web import words
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.errors import Refusal
from regulars.kernel.money import from_minor

LATEST = 50
_KINDS = {
    ActKind.load: gettext_lazy("You paid in"),
    ActKind.award: gettext_lazy("A reward for you"),
    ActKind.spend: gettext_lazy("You paid with it"),
    ActKind.give_back: gettext_lazy("A purchase came back"),
    ActKind.pay_back: gettext_lazy("Paid back to you"),
    ActKind.take_back: gettext_lazy("A reward was undone"),
    ActKind.moved_in: gettext_lazy("A gift card"),
}
_OUTGOING = (ActKind.spend, ActKind.pay_back, ActKind.take_back)


class ClaimForm(KitForm):
    """What is printed on a gift card."""

    number = forms.CharField(label=gettext_lazy("Number of the gift card"), max_length=40)
    pin = forms.CharField(label=gettext_lazy("PIN"), max_length=20)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields:
            self.fields[name].widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}


@dataclass(frozen=True, slots=True)
class Line:
    """What happened to the money, as a member reads it."""

    what: str
    at: datetime
    amount: str
    hint: str


@member_page("purse")
def purse(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The account, and the form for a gift card."""
    form = ClaimForm(request.POST) if request.method == "POST" else ClaimForm()
    if form.is_bound and form.is_valid():
        try:
            done = _claim(visit, form)
        except Refusal as refusal:
            form.refuse(in_members_words(refusal))
        else:
            said = gettext("%(amount)s from the gift card are yours now.")
            messages.success(request, said % {"amount": _money(visit, done.amount)})
            return redirect("portal:purse")
    found = look_at_value(visit.conn, programme_id=visit.programme.id, owner=visit.person.id, now=visit.now)
    acts = acts_of(visit.conn, owners=[visit.person.id], limit=LATEST)
    context = {
        "available": _money(visit, found.available),
        "held": _money(visit, found.held) if found.held else "",
        "given": _money(visit, found.given) if found.given else "",
        "is_frozen": found.stopped is not None,
        "lines": [_line(visit, each) for each in acts if each.kind in _KINDS],
        "form": form if visit.stored_value.cards else None,
        "terms": [words.sentence_case(words.said(each)) for each in visit.stored_value.words(visit.programme.currency)],
    }
    return visit.page(request, "portal/purse.html", context, status=422 if form.is_bound else 200)


def _claim(visit: Visit, form: ClaimForm) -> Act:
    """Number and PIN are asked first, in a transaction of their own: a wrong try counts."""
    card = check_card(
        visit.conn, programme_id=visit.programme.id, number=form.cleaned_data["number"],
        pin=form.cleaned_data["pin"], now=visit.now,
    )  # fmt: skip
    return move_into_account(
        visit.conn, programme_id=visit.programme.id, card_id=card.id, member_id=visit.person.id, now=visit.now,
        by=BY_MEMBER,
    )  # fmt: skip


def _line(visit: Visit, act: Act) -> Line:
    hint = ""
    if act.kind is ActKind.load and act.bonus:
        hint = gettext("and %(amount)s on top") % {"amount": _money(visit, act.bonus)}
    sign = "−" if act.kind in _OUTGOING else "+"
    amount = words.isolated(f"{sign}{_money(visit, act.paid_out or act.amount)}")
    return Line(str(_KINDS[act.kind]), act.created_at, amount, hint)


def _money(visit: Visit, minor: int) -> str:
    return words.money(from_minor(minor, visit.programme.currency), visit.programme.currency)
