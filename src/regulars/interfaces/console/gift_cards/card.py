"""One gift card: what is on it, what happened to it, and what can be done."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from regulars.domain.gift_cards.contracts import CardState, Delivery, GiftCard
from regulars.domain.stored_value.queries import acts_of
from regulars.flows.gift_cards.cards import found_card
from regulars.flows.gift_cards.hand_over import draw_pin
from regulars.flows.gift_cards.issue_cards import activate_card
from regulars.flows.gift_cards.move_card import replace_card, void_card
from regulars.flows.gift_cards.use_card import freeze_card
from regulars.flows.stored_value.accounts import LONGEST_REFERENCE
from regulars.flows.stored_value.look_at_value import StoredAccount, look_at_value
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.gift_cards.listing import state_of
from regulars.interfaces.console.members.reading import spaced_card
from regulars.interfaces.console.members.stored_value import ReasonForm, money, row_of
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.web import words
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.errors import Refusal

MOST_ACTS = 100


class PaymentForm(KitForm):
    """By which payment a card is sold, or under which number its money goes back."""

    reference = forms.CharField(label=gettext_lazy("Number of the payment"), max_length=LONGEST_REFERENCE)


@operator_page("gift-cards")
def card_page(request: HttpRequest, desk: Desk, card: UUID) -> HttpResponse:
    """The card as it stands. Its PIN is shown at the moment at which it is drawn, and never again."""
    return _shown(request, desk, card, pin="")


@operator_page("gift-cards")
def pin(request: HttpRequest, desk: Desk, card: UUID) -> HttpResponse:
    """Draws a new PIN and shows it once."""
    if request.method != "POST":
        return redirect("console:gift-card", card)
    drawn = draw_pin(desk.conn, programme_id=desk.programme.id, card_id=card, now=desk.now, by=desk.by)
    return _shown(request, desk, card, pin=drawn.pin)


@operator_page("gift-cards")
def replace(request: HttpRequest, desk: Desk, card: UUID) -> HttpResponse:
    """Moves what is on a lost card to a new one."""
    if request.method != "POST":
        return redirect("console:gift-card", card)
    try:
        new = replace_card(desk.conn, programme_id=desk.programme.id, card_id=card, now=desk.now, by=desk.by)
    except Refusal as refusal:
        said = in_words(refusal)
        messages.error(request, f"{said.title}. {said.detail} {said.remedy}")
        return redirect("console:gift-card", card)
    messages.success(request, gettext("This is the new card. The old one is void."))
    return redirect("console:gift-card", new.id)


@operator_page("gift-cards")
def freeze(request: HttpRequest, desk: Desk, card: UUID) -> HttpResponse:
    """Stops the card, or opens it again where it is stopped."""
    place: dict[str, Any] = {"programme_id": desk.programme.id, "now": desk.now}
    frozen = look_at_value(desk.conn, owner=card, **place).stopped is None
    form = ReasonForm(request.POST) if request.method == "POST" else ReasonForm()

    def act() -> None:
        freeze_card(
            desk.conn, card_id=card, frozen=frozen, reason=form.cleaned_data["reason"], by=desk.by, **place
        )  # fmt: skip

    heading = gettext("Freeze the gift card?") if frozen else gettext("Unfreeze the gift card?")
    text = gettext("Nothing is spent from it while it is frozen.")
    return _asked(request, desk, card, form, act, heading=heading, text=text)


@operator_page("gift-cards")
def sell(request: HttpRequest, desk: Desk, card: UUID) -> HttpResponse:
    """A card of a batch is sold."""
    form = PaymentForm(request.POST) if request.method == "POST" else PaymentForm()

    def act() -> None:
        activate_card(
            desk.conn, programme_id=desk.programme.id, card_id=card, reference=form.cleaned_data["reference"],
            now=desk.now, by=desk.by, by_staff=True,
        )  # fmt: skip

    text = gettext("From now on its money is on it.")
    return _asked(request, desk, card, form, act, heading=gettext("Sell this card"), text=text)


@operator_page("gift-cards")
def void(request: HttpRequest, desk: Desk, card: UUID) -> HttpResponse:
    """Ends a card; what is left of its payment is paid back."""
    first = {"reference": secrets.token_hex(4).upper()}
    form = PaymentForm(request.POST) if request.method == "POST" else PaymentForm(initial=first)
    form.fields["reference"].label = gettext("Number of the refund")

    def act() -> None:
        void_card(
            desk.conn, programme_id=desk.programme.id, card_id=card, reference=form.cleaned_data["reference"],
            now=desk.now, by=desk.by,
        )  # fmt: skip

    text = gettext("What is left of its payment goes back to where it came from. You pay it out.")
    return _asked(request, desk, card, form, act, heading=gettext("End the gift card?"), text=text)


def _asked(
    request: HttpRequest,
    desk: Desk,
    card: UUID,
    form: KitForm,
    act: Callable[[], None],
    *,
    heading: str,
    text: str,
) -> HttpResponse:
    found = found_card(desk.conn, programme_id=desk.programme.id, card_id=card)
    if form.is_bound and form.is_valid():
        try:
            act()
        except Refusal as refusal:
            form.refuse(in_words(refusal))
        else:
            messages.success(request, gettext("Done."))
            return redirect("console:gift-card", card)
    context = {
        "back_url": reverse("console:gift-card", args=[card]),
        "back_label": spaced_card(found.number),
        "heading": heading,
        "subtitle": text,
        "form_template": "console/plain_form.html",
        "form": form,
    }
    return desk.page(request, "console/form_page.html", context, status=422 if form.is_bound else 200)


def _shown(request: HttpRequest, desk: Desk, card_id: UUID, *, pin: str) -> HttpResponse:
    card = found_card(desk.conn, programme_id=desk.programme.id, card_id=card_id)
    on_it = look_at_value(desk.conn, programme_id=desk.programme.id, owner=card.id, now=desk.now)
    acts = acts_of(desk.conn, owners=[card.id], limit=MOST_ACTS)
    urls = {
        name: reverse(f"console:gift-card-{name}", args=[card.id])
        for name in ("pin", "replace", "freeze", "sell", "void")
    }
    context = {
        "number": spaced_card(card.number),
        "state": state_of(card, on_it.available, frozen=on_it.stopped is not None),
        "is_active": card.state is CardState.active,
        "is_made": card.state is CardState.made,
        "is_frozen": on_it.stopped is not None,
        "frozen_because": on_it.stopped.note if on_it.stopped else "",
        "facts": _facts(desk, card, on_it),
        "greeting": card.recipient.greeting,
        "next_url": reverse("console:gift-card", args=[card.replaced_by]) if card.replaced_by else "",
        "member_url": reverse("console:member", args=[card.moved_to]) if card.moved_to else "",
        "has_money": on_it.available > 0,
        "pin": pin,
        "urls": urls,
        "acts": [row_of(desk, each, None) for each in acts],
    }
    return desk.page(request, "console/gift_cards/card.html", context)


def _facts(desk: Desk, card: GiftCard, on_it: StoredAccount) -> list[dict[str, str]]:
    facts = [
        {"label": gettext("On it"), "value": money(desk, on_it.available), "hint": ""},
        {"label": gettext("Made for"), "value": money(desk, card.amount), "hint": words.day(card.made_at)},
    ]
    if card.recipient.email:
        day = words.day(card.recipient.day) if card.recipient.day else ""
        hint = gettext("handed over") if card.delivery is Delivery.done else gettext("waits for %(day)s") % {"day": day}
        name = card.recipient.name or card.recipient.email
        facts.append({"label": gettext("For"), "value": name, "hint": hint})
    known = gettext("drawn") if card.has_pin else gettext("not drawn yet")
    facts.append({"label": gettext("PIN"), "value": known, "hint": ""})
    return facts
