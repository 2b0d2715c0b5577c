"""Form fields from a parameter model: a new reward type gets its form without a line here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from django import forms
from django.utils.translation import gettext, gettext_noop
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from regulars.domain.rewards.reward_type import RewardParameters
from regulars.interfaces.console.rewards.lists import LinesField, PartsField, Ready
from regulars.kernel.errors import Refusal

_PREFIX = "parameters."
_OPTIONS = {
    "code": gettext_noop("With a code at the till"),
    "counter": gettext_noop("Handed over by staff"),
    "sent": gettext_noop("Sent by staff"),
}
"""Values of parameters that are choices, in words."""


def parameter_fields(
    model: type[RewardParameters], ready: Sequence[Ready] = (), given: Mapping[str, Any] | None = None
) -> dict[str, forms.Field]:
    """One field for each parameter, named `parameters.<name>` so that a refusal finds its place.

    ready: the rewards that a bundle can be made of. given: the parameters of the reward that is changed.
    """
    fields: dict[str, forms.Field] = {}
    for name, info in model.model_fields.items():
        if _form_of(info) == "rewards":
            kept = list((given or {}).get(name, ()))
            label = gettext(info.description or "")
            fields[f"{_PREFIX}{name}"] = PartsField(ready=list(ready), kept=kept, label=label)
        else:
            fields[f"{_PREFIX}{name}"] = _field(info)
    return fields


def parameters_from(filled: dict[str, Any]) -> dict[str, Any]:
    """The parameters that were filled in, as the catalogue keeps them; what is left empty takes its default."""
    given = {name.removeprefix(_PREFIX): value for name, value in filled.items() if name.startswith(_PREFIX)}
    return {
        name: str(value) if isinstance(value, Decimal | date) else value
        for name, value in given.items()
        if value is not None and value not in ("", [])
    }


def initial_parameters(given: dict[str, Any]) -> dict[str, Any]:
    """What the form shows for a reward that is there."""
    return {f"{_PREFIX}{name}": value for name, value in given.items()}


def placed(refusal: Refusal, names: list[str]) -> Refusal:
    """The refusal at a field that the form has; a rule over several parameters stands above the form."""
    if refusal.field not in names:
        # What is wrong within a list, parameters.items.0.worth, is said at the list.
        holders = [name for name in names if (refusal.field or "").startswith(f"{name}.")]
        refusal.field = holders[0] if holders else None
    return refusal


def _field(info: FieldInfo) -> forms.Field:
    kind, optional = _kind(info.annotation)
    if get_origin(kind) is tuple:
        return _lines(info, get_args(kind)[0])
    usual = None if info.is_required() or info.default is None else info.default
    label = gettext(info.description) if info.description else ""
    required = info.is_required() and not optional
    if kind is bool:
        return forms.BooleanField(label=label, required=False, initial=usual)
    if kind is int:
        return forms.IntegerField(label=label, required=required, initial=usual)
    if kind is Decimal:
        return forms.DecimalField(label=label, required=required, initial=usual or None)
    if kind is date:
        return forms.DateField(label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}))
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        choices = [(each.value, gettext(_OPTIONS.get(each.value, each.value))) for each in kind]
        return forms.ChoiceField(label=label, required=required, initial=usual, choices=choices)
    if _form_of(info) == "long":
        area = forms.Textarea(attrs={"rows": 6})
        return forms.CharField(label=label, required=required, initial=usual, max_length=10_000, widget=area)
    return forms.CharField(label=label, required=required, initial=usual, max_length=500)


def _lines(info: FieldInfo, of: Any) -> forms.Field:
    label = gettext(info.description) if info.description else ""
    model = of if isinstance(of, type) and issubclass(of, BaseModel) else None
    return LinesField(label=label, required=info.is_required(), of=model)


def _form_of(info: FieldInfo) -> str:
    """What a parameter says about its field; "" for the usual one."""
    extra = info.json_schema_extra
    return str(extra.get("form", "")) if isinstance(extra, dict) else ""


def _kind(annotation: Any) -> tuple[Any, bool]:
    """The plain type of an annotation, and whether it may be left out: `Decimal | None` is (Decimal, True)."""
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, UnionType):
        kinds = [kind for kind in get_args(annotation) if kind is not NoneType]
        return _kind(kinds[0])[0], len(kinds) < len(get_args(annotation))
    return annotation, False
