"""Orders of a member: the list, and recording one by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import msgspec
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, ngettext

from regulars.domain.events.contracts import (
    ORDER,
    Event,
    MemberReference,
    Order,
    OrderLine,
    OrderSummary,
    PointsUsed,
    ReturnedOrder,
)
from regulars.domain.events.queries import events_by_id
from regulars.domain.events.returned import OrderLeft
from regulars.domain.members.queries import names_of
from regulars.flows.orders_on_file import orders_on_file
from regulars.flows.process_events import process_events
from regulars.interfaces.console.answers import StoredAnswer, read_answer, refusal_in
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.members.reading import known_member, merged_from
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.web import words
from regulars.interfaces.web.amounts import AmountField
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.errors import Refusal
from regulars.kernel.money import from_minor

SOURCE = "console"
_events = msgspec.json.Decoder(Event)


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order as the list shows one. came_back: what returns took of it; return_url: empty when nothing is left.

    merged_from: who had bought it before the two became one person; empty for the member's own.
    """

    at: datetime
    number: str
    lines: str
    amount: str
    points: int
    why_url: str
    came_back: str
    return_url: str
    merged_from: str


class OrderForm(KitForm):
    """number: unique for ever. request_id: makes a second click the same order, not another one."""

    number = forms.CharField(
        label=gettext_lazy("Order number"),
        max_length=100,
        help_text=gettext_lazy("From the receipt. An order counts once."),
    )
    occurred_at = forms.DateTimeField(
        label=gettext_lazy("When it was paid"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    store = forms.CharField(label=gettext_lazy("Store"), max_length=60, required=False)
    points_used = AmountField(
        label=gettext_lazy("Paid with points"),
        money_label=gettext_lazy("Paid with credit"),
        required=False,
        help_text=gettext_lazy("How much of it paid for part of the order."),
    )
    points_amount = forms.DecimalField(
        label=gettext_lazy("What they were worth"),
        min_value=Decimal(0),
        required=False,
        help_text=gettext_lazy("As the receipt says."),
    )
    request_id = forms.UUIDField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Points and their worth stand together."""
        filled = super().clean() or {}
        points, amount = filled.get("points_used"), filled.get("points_amount")
        if points and amount is None and "points_amount" not in self.errors:
            self.add_error("points_amount", gettext("Say what the points were worth on the receipt."))
        if amount is not None and not points and "points_used" not in self.errors:
            self.add_error("points_used", gettext("Say how many points were used."))
        return filled


class LineForm(KitForm):
    """One line of the receipt."""

    name = forms.CharField(label=gettext_lazy("Product"), max_length=200, required=False)
    category = forms.CharField(label=gettext_lazy("Category"), max_length=100, required=False)
    quantity = forms.DecimalField(label=gettext_lazy("Quantity"), min_value=Decimal(0), initial=1)
    amount = forms.DecimalField(label=gettext_lazy("Paid for it"), min_value=Decimal(0))


LineForms = forms.formset_factory(LineForm, extra=0, min_num=1, validate_min=True, max_num=200)


@operator_page("members")
def record_order(request: HttpRequest, desk: Desk, member: UUID) -> HttpResponse:
    """A form for one order; the points follow at once."""
    known_member(desk, member)
    if request.method == "POST":
        form, lines = OrderForm(request.POST), LineForms(request.POST, prefix="lines")
        if form.is_valid() and lines.is_valid():
            try:
                answer = _send(desk, member, form.cleaned_data, [line.cleaned_data for line in lines])
            except Refusal as refusal:
                form.refuse(in_words(_at_field(refusal)))
            else:
                messages.success(request, _thanks(answer))
                return redirect("console:member", member)
    else:
        now = timezone.localtime(desk.now).replace(second=0, microsecond=0)
        form, lines = OrderForm(initial={"occurred_at": now, "request_id": uuid4()}), LineForms(prefix="lines")
    context = {
        "back_url": reverse("console:member", args=[member]),
        "back_label": names_of(desk.conn, member_ids=[member]).get(member) or gettext("Member"),
        "heading": gettext("Record an order"),
        "subtitle": gettext("Points follow at once, by the rulebook in force. Amounts are in %(currency)s.")
        % {"currency": desk.programme.currency},
        "form_template": "console/members/order_form.html",
        "form": form,
        "lines": lines,
    }
    return desk.page(request, "console/form_page.html", context, status=422 if form.is_bound else 200)


def rows_of(desk: Desk, member: UUID, orders: Sequence[OrderSummary]) -> list[OrderRow]:
    """Orders with what they earned, those of others who are part of the member by now among them."""
    others = merged_from(desk, member, (order.member_id for order in orders))
    stored = events_by_id(desk.conn, event_ids=[order.event_id for order in orders])
    named = [(order.source, ReturnedOrder(order.number)) for order in orders]
    left = {each.event.id: each.left for each in orders_on_file(desk.conn, desk.shelf, named).values()}
    rows = []
    for order in orders:
        body = _events.decode(stored[order.event_id].body)
        count = len(body.order.lines) if body.order else 0
        answer = read_answer(stored[order.event_id].answer)
        rows.append(
            OrderRow(
                at=order.occurred_at,
                number=order.number,
                lines=ngettext("%(count)s line", "%(count)s lines", count) % {"count": words.number(count)}
                if count
                else "",
                amount=words.money(from_minor(order.amount_minor, desk.programme.currency), desk.programme.currency),
                points=answer.points,
                why_url=reverse("console:why", args=[member, order.event_id]),
                came_back=_came_back(desk, left.get(order.event_id)),
                return_url=_return_url(order, left.get(order.event_id)),
                merged_from=others.get(order.member_id, ""),
            )
        )
    return rows


def _came_back(desk: Desk, left: OrderLeft | None) -> str:
    if left is None or not left.returned:
        return ""
    if left.whole:
        return gettext("All of it came back")
    currency = desk.programme.currency
    return gettext("%(amount)s came back") % {"amount": words.money(from_minor(left.returned, currency), currency)}


def _return_url(order: OrderSummary, left: OrderLeft | None) -> str:
    return "" if left is None or left.whole else reverse("console:return", args=[order.member_id, order.event_id])


def _send(desk: Desk, member: UUID, order: dict[str, Any], lines: list[dict[str, Any]]) -> StoredAnswer:
    """The order as an event of its own source, through the one path that events take. Raises Refusal."""
    bought = [
        OrderLine(amount=line["amount"], name=line["name"], category=line["category"], quantity=line["quantity"])
        for line in lines
    ]
    event = Event(
        id=str(order["request_id"]),
        type=ORDER,
        member=MemberReference(id=member),
        occurred_at=order["occurred_at"],
        source=SOURCE,
        order=Order(
            number=order["number"],
            currency=desk.programme.currency,
            total=sum((line.amount for line in bought), Decimal(0)),
            store=order["store"],
            lines=bought,
            points_used=_points_used(desk, order),
        ),
    )
    (outcome,) = process_events(desk.conn, [event], programme_id=desk.programme.id, now=desk.now)
    refusal = refusal_in(outcome.status, outcome.body)
    if refusal is not None:
        raise refusal
    return read_answer(outcome.body)


def _points_used(desk: Desk, order: dict[str, Any]) -> PointsUsed | None:
    if not order["points_used"]:
        return None
    return PointsUsed(order["points_used"], order["points_amount"], desk.shelf.latest.rulebook.point_types[0].id)


def _at_field(refusal: Refusal) -> Refusal:
    """The refusal under the field of the form that stands for the event's field."""
    places = {
        "order.number": "number",
        "occurred_at": "occurred_at",
        "order.points_used.points": "points_used",
        "order.points_used.amount": "points_amount",
    }
    refusal.field = places.get(refusal.field or "")
    return refusal


def _thanks(answer: StoredAnswer) -> str:
    points = answer.points
    if not points:
        return gettext("The order is recorded. No rule gave points for it.")
    return gettext("The order is recorded and earned %(amount)s.") % {"amount": words.amount(points)}
