"""Gift cards and batches of them: the list, and making more."""

from __future__ import annotations

import csv
import io
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

from regulars.domain.gift_cards.contracts import CardState, GiftCard, Recipient
from regulars.domain.gift_cards.queries import batches, gift_cards
from regulars.domain.ledger.queries import balances
from regulars.flows.gift_cards.cards import card_purse
from regulars.flows.gift_cards.hand_over import export_batch
from regulars.flows.gift_cards.issue_cards import (
    LONGEST_GREETING,
    LONGEST_NAME,
    MOST_CARDS,
    issue_batch,
    issue_card,
)
from regulars.flows.stored_value.accounts import LONGEST_REFERENCE
from regulars.interfaces.console import cursors
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.labels import Label
from regulars.interfaces.console.members.reading import spaced_card
from regulars.interfaces.console.members.stored_value import money
from regulars.interfaces.console.paging import page_of
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.web import words
from regulars.interfaces.web.amounts import AmountField
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.errors import Refusal
from regulars.kernel.money import from_minor

ROWS = 25


class CardForm(KitForm):
    """One card that is paid for, and perhaps who gets it by mail."""

    amount = AmountField()
    reference = forms.CharField(
        label=gettext_lazy("Number of the payment"),
        max_length=LONGEST_REFERENCE,
        help_text=gettext_lazy("As the receipt says it. The same payment buys one card."),
    )
    email = forms.EmailField(
        label=gettext_lazy("Mail it to"), required=False, help_text=gettext_lazy("Empty: you hand it over")
    )
    recipient = forms.CharField(label=gettext_lazy("Name of the recipient"), max_length=LONGEST_NAME, required=False)
    sender = forms.CharField(label=gettext_lazy("From"), max_length=LONGEST_NAME, required=False)
    greeting = forms.CharField(
        label=gettext_lazy("Greeting"), max_length=LONGEST_GREETING, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    day = forms.DateField(
        label=gettext_lazy("Day of delivery"), required=False, help_text=gettext_lazy("Empty: today"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )  # fmt: skip

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].currency = currency  # type: ignore[attr-defined]  # an AmountField


class BatchForm(KitForm):
    """Cards for a shop."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_NAME, required=False)
    cards = forms.IntegerField(label=gettext_lazy("How many cards"), min_value=1, max_value=MOST_CARDS)
    amount = AmountField(label=gettext_lazy("On each"), money_label=gettext_lazy("On each"))

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].currency = currency  # type: ignore[attr-defined]  # an AmountField


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card as the list shows it."""

    url: str
    number: str
    state: Label
    for_whom: str
    left: str
    amount: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch. export_url: empty where it was handed out."""

    name: str
    cards: str
    amount: str
    made_at: datetime
    exported_at: datetime | None
    export_url: str
    url: str


@operator_page("gift-cards")
def card_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Cards, the latest first, or those that are looked for; and the latest batches."""
    purse = card_purse(desk.conn, programme_id=desk.programme.id, now=desk.now)
    sought, batch_id = request.GET.get("q", "").strip(), _uuid(request.GET.get("batch", ""))
    place = cursors.read(request.GET.get("after", ""))
    found = gift_cards(
        desk.conn, programme_id=desk.programme.id, sought=sought, batch_id=batch_id, before=place, limit=ROWS + 1
    )
    shown = found[:ROWS]
    cursor = cursors.written(shown[-1].made_at, shown[-1].id) if len(found) > ROWS else ""
    there = balances(desk.conn, owners=[each.id for each in shown])
    summary = ngettext("%(count)s card on this page", "%(count)s cards on this page", len(shown))
    context = {
        "cards": [_row(desk, each, there.get((each.id, purse.number))) for each in shown],
        "batches": [] if sought or batch_id or place else [_batch(desk, each) for each in _latest(desk)],
        "sought": sought,
        "filtered": bool(sought or batch_id),
        "page": page_of(request, summary=summary % {"count": words.number(len(shown))}, cursor=cursor),
    }
    return desk.page(request, "console/gift_cards/list.html", context)


@operator_page("gift-cards")
def new_card(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Sells one card."""
    form = CardForm(request.POST if request.method == "POST" else None, currency=desk.programme.currency)
    if form.is_bound and form.is_valid():
        filled = form.cleaned_data
        try:
            made = issue_card(
                desk.conn, programme_id=desk.programme.id, reference=filled["reference"], now=desk.now, by=desk.by,
                amount=from_minor(filled["amount"], desk.programme.currency), by_staff=True,
                recipient=Recipient(
                    filled["email"], filled["recipient"], filled["sender"], filled["greeting"], filled["day"]
                ),
            )  # fmt: skip
        except Refusal as refusal:
            form.refuse(in_words(refusal))
        else:
            messages.success(request, gettext("The gift card is sold."))
            return redirect("console:gift-card", made.id)
    return _form(request, desk, form, gettext("Sell a gift card"), gettext("Its money is on it at once."))


@operator_page("gift-cards")
def new_batch(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Makes cards for a shop."""
    form = BatchForm(request.POST if request.method == "POST" else None, currency=desk.programme.currency)
    if form.is_bound and form.is_valid():
        filled = form.cleaned_data
        try:
            issue_batch(
                desk.conn, programme_id=desk.programme.id, name=filled["name"], cards=filled["cards"],
                amount=from_minor(filled["amount"], desk.programme.currency), now=desk.now, by=desk.by,
            )  # fmt: skip
        except Refusal as refusal:
            form.refuse(in_words(refusal))
        else:
            messages.success(request, gettext("The cards are made. Hand out their numbers and PINs once."))
            return redirect("console:gift-cards")
    text = gettext("Nothing is on them until each is sold.")
    return _form(request, desk, form, gettext("Make gift cards for a shop"), text)


@operator_page("gift-cards")
def export(request: HttpRequest, desk: Desk, batch: UUID) -> HttpResponse:
    """Numbers and PINs as a file, once."""
    if request.method != "POST":
        return redirect("console:gift-cards")
    handed = export_batch(desk.conn, programme_id=desk.programme.id, batch_id=batch, now=desk.now, by=desk.by)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["number", "pin"])
    writer.writerows(handed)
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="gift-cards.csv"'
    return response


def state_of(card: GiftCard, left: int, *, frozen: bool) -> Label:
    """How the card stands, in a word."""
    if card.state is CardState.made:
        return Label(gettext("Not sold yet"))
    if card.state is CardState.ended:
        return Label(gettext("Ended"))
    if frozen:
        return Label(gettext("Frozen"), "warning")
    return Label(gettext("Active"), "success") if left else Label(gettext("Used up"))


def _row(desk: Desk, card: GiftCard, balance: Any) -> CardRow:
    left = balance.available if balance else 0
    return CardRow(
        url=reverse("console:gift-card", args=[card.id]),
        number=spaced_card(card.number),
        state=state_of(card, left, frozen=bool(balance and balance.frozen)),
        for_whom=card.recipient.name or card.recipient.email,
        left=money(desk, left),
        amount=money(desk, card.amount),
        made_at=card.made_at,
    )


def _latest(desk: Desk) -> list[Any]:
    return batches(desk.conn, programme_id=desk.programme.id, limit=5)


def _batch(desk: Desk, found: Any) -> BatchRow:
    return BatchRow(
        name=found.name or gettext("Without a name"),
        cards=ngettext("%(count)s card", "%(count)s cards", found.cards) % {"count": words.number(found.cards)},
        amount=money(desk, found.amount),
        made_at=found.made_at,
        exported_at=found.exported_at,
        export_url="" if found.exported_at else reverse("console:gift-card-export", args=[found.id]),
        url=f"{reverse('console:gift-cards')}?batch={found.id}",
    )


def _form(request: HttpRequest, desk: Desk, form: KitForm, heading: str, text: str) -> HttpResponse:
    context = {
        "back_url": reverse("console:gift-cards"),
        "back_label": gettext("Gift cards"),
        "heading": heading,
        "subtitle": text,
        "form_template": "console/plain_form.html",
        "form": form,
    }
    return desk.page(request, "console/form_page.html", context, status=422 if form.is_bound else 200)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
