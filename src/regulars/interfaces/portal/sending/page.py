"""Sending points: to whom and how many, then what that means, then done; and taken back where there is time."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_lazy

from regulars.domain.transfers.contracts import Transfer, TransferNotFound, TransferState
from regulars.domain.transfers.queries import transfer
from regulars.flows.cancel_transfer import cancel_transfer
from regulars.flows.transfer_points import LONGEST_MESSAGE, quote_transfer, transfer_points
from regulars.interfaces.portal.sending.finding import find_receiver, masked_name
from regulars.interfaces.portal.sending.refusals import in_senders_words
from regulars.interfaces.portal.sending.terms import main_point_type, sending_is_allowed, terms_in_words
from regulars.interfaces.portal.visit import BY_MEMBER, Visit, member_page
from regulars.interfaces.web import words
from regulars.interfaces.web.amounts import AmountField
from regulars.interfaces.web.forms import KitForm
from regulars.interfaces.wire.once import new_key, once
from regulars.kernel.clock import local_day
from regulars.kernel.errors import Conflict, NotAllowed, Refusal

_SALT = "portal.sending"
_OFFER_SECONDS = 15 * 60


class SendForm(KitForm):
    """To whom, how many, and a few words."""

    to = forms.CharField(
        label=gettext_lazy("To"),
        max_length=254,
        help_text=gettext_lazy("E-mail, phone with country code, or card number of the other member."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    points = AmountField()
    message = forms.CharField(
        label=gettext_lazy("Message"),
        max_length=LONGEST_MESSAGE,
        required=False,
        help_text=gettext_lazy("They read it beside the points."),
    )


@member_page("activity")
def send(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The form; sent, it shows what sending would do, and asks."""
    if not sending_is_allowed(visit):
        raise _not_allowed()
    form = SendForm(request.POST) if request.method == "POST" else SendForm()
    if form.is_bound and form.is_valid():
        try:
            context = _offer(visit, form.cleaned_data, origin=request.META.get("REMOTE_ADDR", ""))
        except Refusal as refusal:
            form.refuse(in_senders_words(refusal))
        else:
            return visit.page(request, "portal/sending/confirm.html", context)
    view = visit.view()
    context = {"form": form, "available": view.available, "terms": terms_in_words(visit)}
    return visit.page(request, "portal/sending/form.html", context, status=422 if form.is_bound else 200)


@member_page("activity")
def confirm(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Sends what was offered: the form carries it signed, and a key, so that it is sent once."""
    if request.method != "POST":
        return redirect("portal:send")
    try:
        wish = signing.loads(request.POST.get("offer", ""), salt=_SALT, max_age=_OFFER_SECONDS)
        if wish["from"] != str(visit.person.id):
            raise signing.BadSignature
    except signing.BadSignature:
        return _refuse(request, visit, _offer_expired())
    try:
        done = once(
            visit.conn,
            visit.programme,
            place=f"portal {visit.person.id}",
            key=request.POST.get("key", ""),
            content=request.POST["offer"].encode(),
            work=lambda: _send(visit, wish).id,
            now=visit.now,
        )
    except Refusal as refusal:
        return _refuse(request, visit, refusal)
    return redirect("portal:sent", done)


@member_page("activity")
def sent(request: HttpRequest, visit: Visit, transfer_id: UUID) -> HttpResponse:
    """What was sent, and the way to take it back."""
    found = _own(visit, transfer_id)
    return visit.page(request, "portal/sending/sent.html", _shown(visit, found))


@member_page("activity")
def take_back(request: HttpRequest, visit: Visit, transfer_id: UUID) -> HttpResponse:
    """Asks, then takes the points back while they are unspent."""
    found = _own(visit, transfer_id)
    if request.method != "POST":
        return visit.page(request, "portal/sending/take_back.html", _shown(visit, found))
    try:
        cancel_transfer(
            visit.conn, programme_id=visit.programme.id, transfer_id=found.id, now=visit.now, by=BY_MEMBER
        )  # fmt: skip
    except Refusal as refusal:
        said = in_senders_words(refusal)
        messages.error(request, f"{said.title}. {said.detail} {said.remedy}")
    else:
        text = gettext("Taken back. %(points)s are yours again.") % {"points": words.amount(found.points + found.fee)}
        messages.success(request, text)
    return redirect("portal:sent", found.id)


def _offer(visit: Visit, filled: dict[str, Any], *, origin: str) -> dict[str, Any]:
    """What the page says before one confirms. Raises Refusal."""
    receiver = find_receiver(visit, filled["to"], origin=origin)
    quote = quote_transfer(
        visit.conn,
        programme_id=visit.programme.id,
        sender=visit.person.id,
        receiver=receiver,
        points=filled["points"],
        now=visit.now,
        point_type=main_point_type(visit),
    )
    wish = {
        "from": str(visit.person.id), "to": str(receiver), "points": filled["points"], "message": filled["message"],
    }  # fmt: skip
    return {
        "name": masked_name(visit, receiver),
        "points": words.amount(quote.points),
        "fee": words.amount(quote.fee) if quote.fee else "",
        "left": words.points(quote.available),
        "arrives": [{"points": words.amount(count), "last_day": last_day} for count, last_day in quote.arrives],
        "message": filled["message"],
        "cancel_until": quote.cancel_until,
        "offer": signing.dumps(wish, salt=_SALT),
        "key": new_key(),
    }


def _send(visit: Visit, wish: dict[str, Any]) -> Transfer:
    return transfer_points(
        visit.conn,
        programme_id=visit.programme.id,
        sender=visit.person.id,
        receiver=UUID(wish["to"]),
        points=int(wish["points"]),
        now=visit.now,
        by=BY_MEMBER,
        point_type=main_point_type(visit),
        message=str(wish["message"]),
    )


def _own(visit: Visit, identifier: UUID) -> Transfer:
    """What the member sent. Raises TransferNotFound for everybody else's, too."""
    found = transfer(visit.conn, programme_id=visit.programme.id, transfer_id=identifier)
    if found is None or found.sender != visit.person.id:
        raise TransferNotFound(identifier)
    return found


def _shown(visit: Visit, found: Transfer) -> dict[str, Any]:
    today = local_day(visit.now, visit.programme.time_zone)
    return {
        "transfer": found,
        "name": masked_name(visit, found.receiver),
        "points": words.amount(found.points),
        "fee": words.amount(found.fee) if found.fee else "",
        "whole": words.amount(found.points + found.fee),
        "is_back": found.state is TransferState.taken_back,
        "can_take_back": found.can_be_taken_back_on(today),
    }


def _refuse(request: HttpRequest, visit: Visit, refusal: Refusal) -> HttpResponse:
    context = {"refusal": in_senders_words(refusal)}
    return visit.page(request, "portal/sending/refused.html", context, status=refusal.status)


def _not_allowed() -> NotAllowed:
    return NotAllowed(
        "transfers_not_allowed",
        "These points cannot be sent",
        detail="The rulebook does not let members send points to one another.",
        remedy="Ask at the shop.",
    )


def _offer_expired() -> Conflict:
    return Conflict(
        "offer_expired",
        "The offer is not valid any more",
        detail="What the page carried is too old, incomplete, or another member's.",
        remedy="Begin again.",
    )
