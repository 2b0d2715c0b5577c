"""An order comes back: the form with what it would do, and doing it. Nothing is edited: a return is an entry more."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from regulars.domain.events.contracts import RETURN, Event, MemberReference, ReturnedLine, ReturnedOrder
from regulars.domain.events.queries import event as event_by_id
from regulars.domain.members.queries import names_of
from regulars.flows.orders_on_file import OrderOnFile, orders_on_file
from regulars.flows.preview_return import preview_return
from regulars.flows.process_events import Outcome, process_events
from regulars.interfaces.console.answers import refusal_in
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.members.consequences import Consequences, consequences_of
from regulars.interfaces.console.members.reading import known_member
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.web import words
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.errors import NotFound, Refusal
from regulars.kernel.money import from_minor

SOURCE = "console"


class ReturnForm(KitForm):
    """what: the whole order, some of its lines, or an amount. request_id: a second click is the same return."""

    what = forms.ChoiceField(
        choices=[
            ("all", gettext_lazy("All of it")),
            ("lines", gettext_lazy("Some of it")),
            ("amount", gettext_lazy("An amount")),
        ],
        widget=forms.RadioSelect,
        initial="all",
    )
    amount = forms.DecimalField(label=gettext_lazy("Amount that goes back"), min_value=Decimal("0.01"), required=False)
    request_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, order: OrderOnFile, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._order = order
        self.add_fields({f"line_{index}": field for index, field in _line_fields(order).items()})

    @property
    def lines(self) -> list[forms.BoundField]:
        """The fields of lines of which something is left."""
        return [self[name] for name in self.fields if name.startswith("line_")]

    def returned(self) -> ReturnedOrder:
        """What the form says comes back."""
        filled, bought = self.cleaned_data, self._order.left.order
        found = ReturnedOrder(bought.number, source=self._order.event.source)
        if filled["what"] == "amount":
            found.amount = filled["amount"]
        elif filled["what"] == "lines":
            found.lines = [
                ReturnedLine(line=index + 1, quantity=filled[f"line_{index}"])
                for index in range(len(bought.lines))
                if filled.get(f"line_{index}")
            ]
        return found

    def clean(self) -> dict[str, Any]:
        """A choice without its number is no return."""
        filled = super().clean() or {}
        if filled.get("what") == "amount" and not filled.get("amount") and "amount" not in self.errors:
            self.add_error("amount", gettext("Say how much money goes back."))
        lines = [value for name, value in filled.items() if name.startswith("line_")]
        if filled.get("what") == "lines" and not any(lines):
            self.add_error(None, gettext("Say of at least one product how many come back."))
        return filled


def _line_fields(order: OrderOnFile) -> dict[int, forms.Field]:
    found: dict[int, forms.Field] = {}
    for index, line in enumerate(order.left.order.lines):
        left = order.left.quantities[index]
        if left is not None:
            name = line.name or line.sku or line.category or gettext("Line %(number)s") % {"number": index + 1}
            found[index] = forms.DecimalField(
                label=name, min_value=Decimal(0), max_value=left, required=False,
                help_text=gettext("%(count)s can come back") % {"count": words.number(left)},
            )  # fmt: skip
    return found


@operator_page("members")
def return_order(request: HttpRequest, desk: Desk, member: UUID, event_id: UUID) -> HttpResponse:
    """The form, as the body of a dialog or as a page of its own; sent, the return is done."""
    order = _order(desk, member, event_id)
    form = ReturnForm(order, request.POST) if request.method == "POST" else _fresh(order)
    if form.is_bound and form.is_valid():
        (outcome,) = process_events(
            desk.conn, [_event(desk, member, form)], programme_id=desk.programme.id, now=desk.now
        )
        refusal = refusal_in(outcome.status, outcome.body)
        if refusal is None:
            messages.success(request, consequences_of(desk, order, outcome.body).summary)
            return _to_orders(request, member)
        form.refuse(in_words(_at_field(refusal)))
    status = 422 if form.is_bound else 200
    context = _context(desk, member, order, form)
    if request.headers.get("HX-Request"):
        return render(request, "console/members/return_form.html", context | {"in_dialog": True}, status=status)
    page = {
        "back_url": context["orders_url"],
        "back_label": names_of(desk.conn, member_ids=[member]).get(member) or gettext("Member"),
        "heading": gettext("Return order %(number)s") % {"number": order.left.order.number},
        "form_template": "console/members/return_form.html",
    }
    return desk.page(request, "console/form_page.html", context | page, status=status)


@operator_page("members")
def preview(request: HttpRequest, desk: Desk, member: UUID, event_id: UUID) -> HttpResponse:
    """What the return in the form would do, as a fragment; nothing is written."""
    order = _order(desk, member, event_id)
    form = ReturnForm(order, request.POST)
    seen: Consequences | None = None
    refusal: Refusal | None = None
    if form.is_valid():
        outcome = _seen(desk, _event(desk, member, form))
        refusal = refusal_in(outcome.status, outcome.body)
        seen = None if refusal else consequences_of(desk, order, outcome.body)
    context = {"seen": seen, "refusal": in_words(refusal) if refusal else None}
    return render(request, "console/members/return_preview.html", context)


def _seen(desk: Desk, event: Event) -> Outcome:
    return preview_return(desk.conn, event, programme_id=desk.programme.id, now=desk.now)


def _order(desk: Desk, member: UUID, event_id: UUID) -> OrderOnFile:
    known_member(desk, member)
    stored = event_by_id(desk.conn, event_id=event_id)
    if stored is not None and stored.member_id == member and stored.order_number is not None:
        named = ReturnedOrder(stored.order_number)
        for order in orders_on_file(desk.conn, desk.shelf, [(stored.source, named)]).values():
            return order
    raise NotFound(
        "order_not_found",
        gettext("There is no such order"),
        detail=gettext("The address names no order of this member."),
        remedy=gettext("Go back to the member and open it from the list."),
    )


def _fresh(order: OrderOnFile) -> ReturnForm:
    return ReturnForm(order, initial={"what": "all", "request_id": uuid4()})


def _event(desk: Desk, member: UUID, form: ReturnForm) -> Event:
    return Event(
        id=str(form.cleaned_data["request_id"]), type=RETURN, member=MemberReference(id=member), occurred_at=desk.now,
        source=SOURCE, return_=form.returned(),
    )  # fmt: skip


def _context(desk: Desk, member: UUID, order: OrderOnFile, form: ReturnForm) -> dict[str, Any]:
    left, currency = order.left, desk.programme.currency
    values = {
        "total": words.money(from_minor(left.total, currency), currency),
        "left": words.money(from_minor(left.money, currency), currency),
    }
    text = gettext("Nothing of it came back before.") if not left.returned else gettext("%(left)s of it are left.")
    return {
        "return_form": form,
        "return_url": reverse("console:return", args=[member, order.event.id]),
        "preview_url": reverse("console:return-preview", args=[member, order.event.id]),
        "orders_url": reverse("console:member", args=[member]) + "?tab=orders",
        "order_number": left.order.number,
        "order_text": f"{values['total']} · {text % values}",
    }


def _at_field(refusal: Refusal) -> Refusal:
    """The refusal under the field of the form that stands for the event's field."""
    refusal.field = {"return.amount": "amount"}.get(refusal.field or "")
    return refusal


def _to_orders(request: HttpRequest, member: UUID) -> HttpResponse:
    """Back to the member's orders: htmx is told to load the page, a browser is sent there."""
    url = reverse("console:member", args=[member]) + "?tab=orders"
    return HttpResponse(headers={"HX-Redirect": url}) if request.headers.get("HX-Request") else redirect(url)
