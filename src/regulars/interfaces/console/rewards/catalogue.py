"""The catalogue of rewards: list, add, change."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext, gettext_lazy

from regulars.domain.rewards.contracts import Reward, RewardDraft, RewardNotFound
from regulars.domain.rewards.queries import count_waiting, rewards
from regulars.domain.rewards.queries import reward as reward_by_id
from regulars.domain.rewards.reward_type import RewardType, reward_type, reward_types
from regulars.domain.rewards.terms import USUAL_TERMS, OfferTerms, offer_terms
from regulars.flows.save_reward import save_reward
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.console.rewards.lists import Ready, StoresField
from regulars.interfaces.console.rewards.parameters import (
    initial_parameters,
    parameter_fields,
    parameters_from,
    placed,
)
from regulars.interfaces.web import words
from regulars.interfaces.web.amounts import AmountField
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.errors import Refusal

TERMS = ("is_draft", "category", "first_day", "last_day", "limit_total", "limit_per_day", "stores")
"""Of the terms on which a reward is offered, those that the form shows."""
USUAL_TYPE = "discount_voucher"


@dataclass(frozen=True, slots=True)
class TypeChoice:
    """A reward type to choose."""

    title: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class RewardRow:
    """A reward as the list shows one. what: what the member gets, in words."""

    url: str
    name: str
    description: str
    what: str
    price: int
    unit: str
    stock: int | None
    active: bool
    is_draft: bool
    category: str


class RewardForm(KitForm):
    """A reward of any type: what all have, and below it the parameters of the type. unit: what its points count."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, help_text=gettext_lazy("As members read it"))
    description = forms.CharField(
        label=gettext_lazy("Description"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    price = AmountField(label=gettext_lazy("Price in points"), money_label=gettext_lazy("Price"))
    stock = forms.IntegerField(
        label=gettext_lazy("Units left"), min_value=0, required=False, help_text=gettext_lazy("Empty: no limit")
    )
    limit_per_member = forms.IntegerField(
        label=gettext_lazy("Per member"), min_value=1, required=False, help_text=gettext_lazy("Empty: no limit")
    )
    category = forms.CharField(label=gettext_lazy("Heading"), max_length=80, required=False)
    first_day = forms.DateField(
        label=gettext_lazy("First day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    limit_total = forms.IntegerField(
        label=gettext_lazy("Altogether"), min_value=1, required=False, help_text=gettext_lazy("Empty: no limit")
    )
    limit_per_day = forms.IntegerField(
        label=gettext_lazy("In a day"), min_value=1, required=False, help_text=gettext_lazy("Empty: no limit")
    )
    stores = StoresField(label=gettext_lazy("Units by store"), required=False)
    is_draft = forms.BooleanField(label=gettext_lazy("A draft: only staff see it"), required=False)
    active = forms.BooleanField(label=gettext_lazy("On offer"), required=False, initial=True)

    def __init__(
        self,
        kind: type[RewardType],
        *args: Any,
        unit: str,
        ready: Sequence[Ready] = (),
        given: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        price = self.fields["price"]
        assert isinstance(price, AmountField)
        price.currency = unit
        self.add_fields(parameter_fields(kind.Parameters, ready, given))

    @property
    def has_terms(self) -> bool:
        """Whether days, limits or stores are stated, or refused: then they are shown at once."""
        return any(self[name].value() or self[name].errors for name in TERMS[1:])

    @property
    def of_the_type(self) -> list[forms.BoundField]:
        """The fields of the reward type, in the order of its model."""
        return [self[name] for name in self.fields if name.startswith("parameters.")]


@operator_page("rewards")
def reward_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The whole catalogue, the cheapest first."""
    found = rewards(desk.conn, programme_id=desk.programme.id)
    waiting = count_waiting(desk.conn, programme_id=desk.programme.id)
    context = {"rewards": [_row(desk, reward) for reward in found], "waiting": waiting}
    return desk.page(request, "console/rewards/list.html", context)


@operator_page("rewards")
def new_reward(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The form for one more reward; ?type= names its type where there are several."""
    asked = request.GET.get("type", "")
    return _form(request, desk, None, asked if asked in reward_types() else USUAL_TYPE)


@operator_page("rewards")
def edit_reward(request: HttpRequest, desk: Desk, reward: int) -> HttpResponse:
    """The form for a reward that is there; what members redeemed before stays as it was."""
    found = reward_by_id(desk.conn, programme_id=desk.programme.id, reward_id=reward)
    if found is None:
        raise RewardNotFound(reward)
    return _form(request, desk, found, found.type)


def _row(desk: Desk, reward: Reward) -> RewardRow:
    what = reward_type(reward.type, reward.parameters).words(currency=desk.programme.currency)
    return RewardRow(
        url=reverse("console:reward", args=[reward.id]),
        name=reward.name,
        description=reward.description,
        what=words.sentence_case(words.said(what)),
        price=reward.price,
        unit=_unit(desk, reward),
        stock=reward.stock,
        active=reward.active,
        is_draft=reward.terms.is_draft,
        category=reward.terms.category,
    )


def _form(request: HttpRequest, desk: Desk, reward: Reward | None, type_name: str) -> HttpResponse:
    kind = reward_types()[type_name]
    unit = _unit(desk, reward)
    posted = request.POST if request.method == "POST" else None
    form = RewardForm(
        kind,
        posted,
        initial=_initial(reward),
        unit=unit,
        ready=_ready(desk),
        given=reward.parameters if reward else None,
    )
    if form.is_bound and form.is_valid():
        try:
            saved = save_reward(
                desk.conn,
                _draft(desk, form.cleaned_data, reward, type_name),
                programme_id=desk.programme.id,
                now=desk.now,
                by=desk.by,
                reward_id=reward.id if reward else None,
            )
        except Refusal as refusal:
            said = in_words(refusal)
            said.field = (said.field or "").removeprefix("terms.")
            form.refuse(placed(said, list(form.fields)))
        else:
            messages.success(request, gettext("%(reward)s is saved.") % {"reward": saved.name})
            return redirect("console:rewards")
    context = {
        "back_url": reverse("console:rewards"),
        "back_label": gettext("Rewards"),
        "heading": reward.name if reward else gettext("Add a reward"),
        "subtitle": gettext("Members pay with points. Amounts are in %(currency)s.")
        % {"currency": words.currency(desk.programme.currency)},
        "form_template": "console/rewards/form.html",
        "form": form,
        "types": [] if reward else _types(type_name),
    }
    return desk.page(request, "console/form_page.html", context, status=422 if form.is_bound else 200)


def _unit(desk: Desk, reward: Reward | None) -> str:
    """The currency that the points of its price count; "" where they are points."""
    return desk.counted_in if reward is None else desk.shelf.latest.rulebook.counted_in(reward.point_type)


def _types(chosen: str) -> list[TypeChoice]:
    """The reward types to choose from; nothing where there is but one."""
    kinds = reward_types()
    if len(kinds) < 2:
        return []
    address = reverse("console:reward-new")
    return [TypeChoice(gettext(kind.title), f"{address}?type={name}", name == chosen) for name, kind in kinds.items()]


def _ready(desk: Desk) -> list[Ready]:
    """The rewards that a bundle can be made of."""
    found = rewards(desk.conn, programme_id=desk.programme.id)
    return [
        Ready(each.name, {"type": each.type, "parameters": each.parameters}) for each in found if each.type != "bundle"
    ]


def _initial(reward: Reward | None) -> dict[str, Any]:
    if reward is None:
        return {}
    return (
        {
            "name": reward.name,
            "description": reward.description,
            "price": reward.price,
            "stock": reward.stock,
            "limit_per_member": reward.limit_per_member,
            "active": reward.active,
        }
        | {name: getattr(reward.terms, name) for name in TERMS}
        | initial_parameters(reward.parameters)
    )


def _draft(desk: Desk, filled: dict[str, Any], reward: Reward | None, type_name: str) -> RewardDraft:
    return RewardDraft(
        code=reward.code if reward else _code(filled["name"]),
        type=type_name,
        name=filled["name"],
        price=filled["price"],
        description=filled["description"],
        point_type=reward.point_type if reward else desk.shelf.latest.rulebook.point_types[0].id,
        parameters=parameters_from(filled),
        stock=filled["stock"],
        limit_per_member=filled["limit_per_member"],
        active=filled["active"],
        terms=_terms(filled, USUAL_TERMS if reward is None else reward.terms),
    )


def _terms(filled: dict[str, Any], before: OfferTerms) -> OfferTerms:
    """What the form states; conditions, which it does not show, stay as they are. Raises Refusal."""
    stated = {name: filled[name] for name in TERMS if filled[name] not in (None, "", False, {})}
    return offer_terms(stated if before.when is None else stated | {"when": before.when})


def _code(name: str) -> str:
    """A readable code that no other reward has."""
    return f"{slugify(name)[:40] or 'reward'}-{secrets.token_hex(2)}"
