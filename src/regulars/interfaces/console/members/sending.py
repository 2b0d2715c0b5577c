"""Sending a member's points to another member at the counter, and taking them back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from regulars.domain.members.queries import names_of
from regulars.domain.programmes.words import transfer_words
from regulars.domain.transfers.contracts import Transfer, TransferNotFound
from regulars.flows.cancel_transfer import cancel_transfer, found_transfer
from regulars.flows.transfer_points import LONGEST_MESSAGE, TransferQuote, quote_transfer, transfer_points
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.members.choosing import candidates, chosen_member
from regulars.interfaces.console.members.reading import known_member
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.web import words
from regulars.interfaces.web.amounts import AmountField
from regulars.interfaces.web.forms import KitForm
from regulars.interfaces.wire.once import new_key, once
from regulars.kernel.errors import Refusal


class SendForm(KitForm):
    """How many points, and a few words."""

    points = AmountField()
    message = forms.CharField(
        label=gettext_lazy("Message from the sender"),
        max_length=LONGEST_MESSAGE,
        required=False,
        help_text=gettext_lazy("The other member reads it beside the entry."),
    )


@dataclass(frozen=True, slots=True)
class Preview:
    """What sending would do, as the page says it. arrives: points with their last day.

    key: of the form that confirms it.
    """

    points: str
    fee: str
    left: int
    arrives: list[dict[str, Any]]
    final: str
    key: str


def may_send(desk: Desk) -> bool:
    """Whether the rulebook lets members send the points that they spend."""
    rulebook = desk.shelf.in_force(desk.now)
    return rulebook.transfers.allows(rulebook.rulebook.point_types[0].id)


@operator_page("members")
def send(request: HttpRequest, desk: Desk, member: UUID) -> HttpResponse:
    """Finds the other member, asks how many, shows what that means, and sends when it is confirmed."""
    known_member(desk, member)
    other = chosen_member(request)
    if other is None:
        words_of_search = {
            "question": gettext("To whom"),
            "ask": gettext("Look for the member who should get the points."),
        }
        return _page(request, desk, member, candidates(request, desk, member) | words_of_search)
    known_member(desk, other)
    form = SendForm(request.POST) if request.method == "POST" else SendForm()
    preview = None
    if form.is_bound and form.is_valid():
        try:
            if request.POST.get("confirmed"):
                done = _send_once(desk, member, other, form.cleaned_data, key=request.POST.get("key", ""))
                messages.success(request, _said(desk, done))
                return redirect("console:member", member)
            preview = _preview(_quote(desk, member, other, form.cleaned_data["points"]))
        except Refusal as refusal:
            form.refuse(in_words(refusal))
    context = {
        "form_template": "console/members/send_form.html",
        "send_form": form,
        "preview": preview,
        "other": _name(desk, other),
        "again_url": reverse("console:send", args=[member]),
        "terms": [words.sentence_case(words.said(each)) for each in _terms(desk)],
    }
    refused = form.is_bound and preview is None
    return _page(request, desk, member, context, status=422 if refused else 200)


@operator_page("members")
def take_back(request: HttpRequest, desk: Desk, member: UUID, transfer_id: UUID) -> HttpResponse:
    """Asks, then takes the points back; what cannot be taken back says why."""
    found = found_transfer(desk.conn, programme_id=desk.programme.id, transfer_id=transfer_id)
    if found.sender != member:
        raise TransferNotFound(transfer_id)
    if request.method == "POST":
        try:
            cancel_transfer(
                desk.conn, programme_id=desk.programme.id, transfer_id=transfer_id, now=desk.now, by=desk.by
            )  # fmt: skip
        except Refusal as refusal:
            said = in_words(refusal)
            messages.error(request, f"{said.title}. {said.detail} {said.remedy}")
        else:
            values = {"amount": words.amount(found.points + found.fee), "name": _name(desk, member)}
            messages.success(request, gettext("Taken back: %(name)s has %(amount)s again.") % values)
        return redirect("console:member", member)
    values = {"amount": words.amount(found.points), "name": _name(desk, found.receiver)}
    context = {
        "heading": gettext("Take points back"),
        "form_template": "console/members/take_back_form.html",
        "question": gettext("Take %(amount)s back from %(name)s?") % values,
    }
    return _page(request, desk, member, context)


def _page(
    request: HttpRequest, desk: Desk, member: UUID, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    frame = {
        "back_url": reverse("console:member", args=[member]),
        "back_label": _name(desk, member),
        "heading": gettext("Send points to another member"),
    }
    return desk.page(request, "console/form_page.html", frame | context, status=status)


def _quote(desk: Desk, member: UUID, other: UUID, points: int) -> TransferQuote:
    return quote_transfer(
        desk.conn,
        programme_id=desk.programme.id,
        sender=member,
        receiver=other,
        points=points,
        now=desk.now,
        point_type=_main(desk),
    )


def _send(desk: Desk, member: UUID, other: UUID, filled: dict[str, Any]) -> Transfer:
    return transfer_points(
        desk.conn,
        programme_id=desk.programme.id,
        sender=member,
        receiver=other,
        points=filled["points"],
        now=desk.now,
        by=desk.by,
        point_type=_main(desk),
        message=filled["message"],
    )


def _send_once(desk: Desk, member: UUID, other: UUID, filled: dict[str, Any], *, key: str) -> Transfer:
    """The transfer of this form; the first one, when the form was sent before. Raises Refusal."""
    made = once(
        desk.conn,
        desk.programme,
        place=f"console {desk.by} {member} {other}",
        key=key,
        content=json.dumps(filled).encode(),
        work=lambda: _send(desk, member, other, filled).id,
        now=desk.now,
    )
    return found_transfer(desk.conn, programme_id=desk.programme.id, transfer_id=made)


def _preview(quote: TransferQuote) -> Preview:
    final = gettext("This cannot be undone.")
    if quote.cancel_until is not None:
        day = {"day": words.day(quote.cancel_until)}
        final = gettext("What is not spent can be taken back until %(day)s.") % day
    return Preview(
        points=words.points(quote.points),
        fee=words.points(quote.fee) if quote.fee else "",
        left=quote.available,
        arrives=[{"points": points, "last_day": last_day} for points, last_day in quote.arrives],
        final=final,
        key=new_key(),
    )


def _said(desk: Desk, done: Transfer) -> str:
    values = {"amount": words.amount(done.points), "name": _name(desk, done.receiver)}
    return gettext("%(name)s has %(amount)s more.") % values


def _name(desk: Desk, member: UUID) -> str:
    return names_of(desk.conn, member_ids=[member]).get(member) or gettext("Member")


def _main(desk: Desk) -> str:
    return desk.shelf.in_force(desk.now).rulebook.point_types[0].id


def _terms(desk: Desk) -> tuple[Any, ...]:
    return transfer_words(desk.shelf.in_force(desk.now).rulebook)
