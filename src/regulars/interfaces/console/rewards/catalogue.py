"""The catalogue of rewards: list, add, change."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext, gettext_lazy

from regulars.domain.rewards.contracts import Reward, RewardDraft, RewardNotFound
from regulars.domain.rewards.queries import reward as reward_by_id
from regulars.domain.rewards.queries import rewards
from regulars.domain.rewards.reward_type import reward_type
from regulars.flows.save_reward import save_reward
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.web import words
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.errors import Refusal

VOUCHER = "discount_voucher"
USUAL_DAYS = 90


@dataclass(frozen=True, slots=True)
class RewardRow:
    """A reward as the list shows one. what: what the member gets, in words."""

    url: str
    name: str
    description: str
    what: str
    price: int
    stock: int | None
    active: bool


class VoucherForm(KitForm):
    """A discount voucher: so much money off an order."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, help_text=gettext_lazy("As members read it"))
    description = forms.CharField(
        label=gettext_lazy("Description"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    price = forms.IntegerField(label=gettext_lazy("Price in points"), min_value=1)
    amount = forms.DecimalField(label=gettext_lazy("Money off the order"), min_value=Decimal("0.01"), decimal_places=2)
    minimum_order = forms.DecimalField(
        label=gettext_lazy("Smallest order"),
        min_value=Decimal(0),
        required=False,
        help_text=gettext_lazy("Leave empty for any order"),
    )
    valid_days = forms.IntegerField(
        label=gettext_lazy("Valid for days"), min_value=1, max_value=3650, initial=USUAL_DAYS
    )
    stock = forms.IntegerField(
        label=gettext_lazy("Units left"), min_value=0, required=False, help_text=gettext_lazy("Empty: no limit")
    )
    limit_per_member = forms.IntegerField(
        label=gettext_lazy("Per member"), min_value=1, required=False, help_text=gettext_lazy("Empty: no limit")
    )
    active = forms.BooleanField(label=gettext_lazy("On offer"), required=False, initial=True)


@operator_page("rewards")
def reward_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The whole catalogue, the cheapest first."""
    found = rewards(desk.conn, programme_id=desk.programme.id)
    return desk.page(request, "console/rewards/list.html", {"rewards": [_row(desk, reward) for reward in found]})


@operator_page("rewards")
def new_reward(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The form for one more voucher."""
    return _form(request, desk, None)


@operator_page("rewards")
def edit_reward(request: HttpRequest, desk: Desk, reward: int) -> HttpResponse:
    """The form for a voucher that is there; what members redeemed before stays as it was."""
    found = reward_by_id(desk.conn, programme_id=desk.programme.id, reward_id=reward)
    if found is None:
        raise RewardNotFound(reward)
    return _form(request, desk, found)


def _row(desk: Desk, reward: Reward) -> RewardRow:
    what = reward_type(reward.type, reward.parameters).words(currency=desk.programme.currency)
    return RewardRow(
        url=reverse("console:reward", args=[reward.id]),
        name=reward.name,
        description=reward.description,
        what=words.sentence_case(words.said(what)),
        price=reward.price,
        stock=reward.stock,
        active=reward.active,
    )


def _form(request: HttpRequest, desk: Desk, reward: Reward | None) -> HttpResponse:
    form = VoucherForm(request.POST) if request.method == "POST" else VoucherForm(initial=_initial(reward))
    if form.is_bound and form.is_valid():
        try:
            saved = save_reward(
                desk.conn,
                _draft(desk, form.cleaned_data, reward),
                programme_id=desk.programme.id,
                now=desk.now,
                reward_id=reward.id if reward else None,
            )
        except Refusal as refusal:
            refusal.field = (refusal.field or "").removeprefix("parameters.")
            form.refuse(in_words(refusal))
        else:
            messages.success(request, gettext("%(reward)s is saved.") % {"reward": saved.name})
            return redirect("console:rewards")
    context = {
        "back_url": reverse("console:rewards"),
        "back_label": gettext("Rewards"),
        "heading": reward.name if reward else gettext("Add a discount voucher"),
        "subtitle": gettext("Members pay with points and get a code for their next order. Amounts are in %(currency)s.")
        % {"currency": words.currency(desk.programme.currency)},
        "form_template": "console/rewards/form.html",
        "form": form,
    }
    return desk.page(request, "console/form_page.html", context, status=422 if form.is_bound else 200)


def _initial(reward: Reward | None) -> dict[str, Any]:
    if reward is None:
        return {}
    given = reward.parameters
    return {
        "name": reward.name,
        "description": reward.description,
        "price": reward.price,
        "amount": given.get("amount"),
        "minimum_order": given.get("minimum_order"),
        "valid_days": str(given.get("valid_for", "")).removesuffix(" days").removesuffix(" day"),
        "stock": reward.stock,
        "limit_per_member": reward.limit_per_member,
        "active": reward.active,
    }


def _draft(desk: Desk, filled: dict[str, Any], reward: Reward | None) -> RewardDraft:
    parameters = {"amount": str(filled["amount"]), "valid_for": f"{filled['valid_days']} days"}
    if filled["minimum_order"]:
        parameters["minimum_order"] = str(filled["minimum_order"])
    return RewardDraft(
        code=reward.code if reward else _code(filled["name"]),
        type=VOUCHER,
        name=filled["name"],
        price=filled["price"],
        description=filled["description"],
        point_type=desk.shelf.latest.rulebook.point_types[0].id,
        parameters=parameters,
        stock=filled["stock"],
        limit_per_member=filled["limit_per_member"],
        active=filled["active"],
    )


def _code(name: str) -> str:
    """A readable code that no other reward has."""
    return f"{slugify(name)[:40] or 'reward'}-{secrets.token_hex(2)}"
