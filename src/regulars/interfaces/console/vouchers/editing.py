"""The form of a pool: what its codes give, how often, until when, and for whom."""

from __future__ import annotations

import secrets
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext, gettext_lazy

from regulars.domain.vouchers.contracts import Pool, PoolDraft
from regulars.domain.vouchers.queries import pool_by_code
from regulars.flows.vouchers.pools import save_pool
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.web import words
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.errors import Refusal

KINDS = [
    ("percent", gettext_lazy("Percent off the order")),
    ("amount", gettext_lazy("Money off the order")),
    ("free_shipping", gettext_lazy("Free shipping")),
    ("elsewhere", gettext_lazy("Codes of a partner, used there")),
]
_LISTS = ("categories", "brands", "skus", "channels", "stores")
_DATE: dict[str, Any] = {"type": "date"}


class PoolForm(KitForm):
    """A pool. Lists are written with commas."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, help_text=gettext_lazy("For your colleagues"))
    kind = forms.ChoiceField(label=gettext_lazy("What a code gives"), choices=KINDS)
    value = forms.DecimalField(
        label=gettext_lazy("How much"), required=False, min_value=0, help_text=gettext_lazy("Percent or money")
    )
    minimum_order = forms.DecimalField(label=gettext_lazy("Smallest order"), required=False, min_value=0)
    most = forms.DecimalField(label=gettext_lazy("At most so much money off"), required=False, min_value=0)
    categories = forms.CharField(
        label=gettext_lazy("Only these categories"), required=False, help_text=gettext_lazy("With commas between them")
    )
    brands = forms.CharField(label=gettext_lazy("Only these brands"), required=False)
    skus = forms.CharField(label=gettext_lazy("Only these articles"), required=False)
    channels = forms.CharField(label=gettext_lazy("Only in these channels"), required=False)
    stores = forms.CharField(label=gettext_lazy("Only in these stores"), required=False)
    most_uses = forms.IntegerField(
        label=gettext_lazy("Uses of one code"), required=False, min_value=1, initial=1,
        help_text=gettext_lazy("Empty: no limit"),
    )  # fmt: skip
    uses_per_member = forms.IntegerField(label=gettext_lazy("Uses of one member"), required=False, min_value=1)
    total_uses = forms.IntegerField(label=gettext_lazy("Uses of all codes"), required=False, min_value=1)
    first_day = forms.DateField(
        label=gettext_lazy("First day"), required=False, widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d")
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day"), required=False, widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d")
    )
    valid_for = forms.CharField(
        label=gettext_lazy("Valid for"), required=False, max_length=30,
        help_text=gettext_lazy("So long after a code is made or given, such as 30 days"),
    )  # fmt: skip
    group = forms.CharField(
        label=gettext_lazy("Group"), required=False, max_length=40,
        help_text=gettext_lazy("Of codes of one group, the best counts"),
    )  # fmt: skip
    combinable = forms.BooleanField(label=gettext_lazy("Counts beside other codes"), required=False, initial=True)
    member_bound = forms.BooleanField(label=gettext_lazy("Works only for the member who has the code"), required=False)
    archived = forms.BooleanField(label=gettext_lazy("Ended: the codes do not work any more"), required=False)


@operator_page("vouchers")
def new_pool(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The form for one more pool."""
    return _form(request, desk, None)


@operator_page("vouchers")
def edit_pool(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """The form for a pool that is there."""
    return _form(request, desk, pool_by_code(desk.conn, programme_id=desk.programme.id, code=code))


def _form(request: HttpRequest, desk: Desk, pool: Pool | None) -> HttpResponse:
    form = PoolForm(request.POST) if request.method == "POST" else PoolForm(initial=_initial(pool))
    if form.is_bound and form.is_valid():
        try:
            saved = save_pool(
                desk.conn, _draft(form.cleaned_data, pool), programme=desk.programme, now=desk.now, by=desk.by,
                replacing=None if pool is None else pool.code,
            )  # fmt: skip
        except Refusal as refusal:
            said = in_words(refusal)
            said.field = _PLACES.get(said.field or "", said.field)
            form.refuse(said)
        else:
            messages.success(request, gettext("%(name)s is saved.") % {"name": saved.name})
            return redirect("console:voucher-pool", saved.code)
    back = reverse("console:vouchers") if pool is None else reverse("console:voucher-pool", args=[pool.code])
    context = {
        "back_url": back,
        "back_label": gettext("Vouchers") if pool is None else pool.name,
        "heading": gettext("Add a pool") if pool is None else pool.name,
        "subtitle": gettext(
            "Amounts are in %(currency)s. How often and how long a code works is fixed when it is made."
        )
        % {"currency": words.currency(desk.programme.currency)},
        "form_template": "console/vouchers/form.html",
        "form": form,
    }
    return desk.page(request, "console/form_page.html", context, status=422 if form.is_bound else 200)


_PLACES = {
    "terms.amount": "value",
    "terms.percent": "value",
    "terms": "value",
    "terms.most": "most",
    "terms.minimum_order": "minimum_order",
}
"""Where a refusal of the terms is said."""


def _initial(pool: Pool | None) -> dict[str, Any]:
    if pool is None:
        return {}
    terms = pool.terms
    kind = next((name for name, _ in KINDS if terms.get(name)), "percent")
    lists = {name: ", ".join(terms.get(name, ())) for name in _LISTS}
    return lists | {
        "name": pool.name, "kind": kind, "value": terms.get(kind) if kind in ("percent", "amount") else None,
        "minimum_order": terms.get("minimum_order"), "most": terms.get("most"), "most_uses": pool.most_uses,
        "uses_per_member": pool.uses_per_member, "total_uses": pool.total_uses, "first_day": pool.first_day,
        "last_day": pool.last_day, "valid_for": pool.valid_for, "group": terms.get("group", ""),
        "combinable": terms.get("combinable", True), "member_bound": pool.member_bound, "archived": pool.archived,
    }  # fmt: skip


def _draft(filled: dict[str, Any], pool: Pool | None) -> PoolDraft:
    kind = filled["kind"]
    terms: dict[str, Any] = {kind: True if kind in ("free_shipping", "elsewhere") else _text(filled["value"])}
    for name in ("minimum_order", "most"):
        if filled[name]:
            terms[name] = _text(filled[name])
    for name in _LISTS:
        terms[name] = [each.strip() for each in filled[name].split(",") if each.strip()]
    terms |= {"group": filled["group"].strip(), "combinable": filled["combinable"]}
    return PoolDraft(
        code=pool.code if pool else f"{slugify(filled['name'])[:40] or 'pool'}-{secrets.token_hex(2)}",
        name=filled["name"], terms=terms, most_uses=filled["most_uses"], uses_per_member=filled["uses_per_member"],
        total_uses=filled["total_uses"], first_day=filled["first_day"], last_day=filled["last_day"],
        valid_for=filled["valid_for"], member_bound=filled["member_bound"], archived=filled["archived"],
    )  # fmt: skip


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
