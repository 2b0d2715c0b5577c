"""Form fields from a parameter model: a new reward type gets its form without a line here."""

from __future__ import annotations

from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from django import forms
from django.utils.translation import gettext
from pydantic.fields import FieldInfo

from regulars.domain.rewards.reward_type import RewardParameters
from regulars.kernel.errors import Refusal

_PREFIX = "parameters."


def parameter_fields(model: type[RewardParameters]) -> dict[str, forms.Field]:
    """One field for each parameter, named `parameters.<name>` so that a refusal finds its place."""
    return {f"{_PREFIX}{name}": _field(info) for name, info in model.model_fields.items()}


def parameters_from(filled: dict[str, Any]) -> dict[str, Any]:
    """The parameters that were filled in, as the catalogue keeps them; what is left empty takes its default."""
    given = {name.removeprefix(_PREFIX): value for name, value in filled.items() if name.startswith(_PREFIX)}
    return {
        name: str(value) if isinstance(value, Decimal) else value
        for name, value in given.items()
        if value is not None and value != ""
    }


def initial_parameters(given: dict[str, Any]) -> dict[str, Any]:
    """What the form shows for a reward that is there."""
    return {f"{_PREFIX}{name}": value for name, value in given.items()}


def placed(refusal: Refusal, names: list[str]) -> Refusal:
    """The refusal at a field that the form has; a rule over several parameters stands above the form."""
    if refusal.field not in names:
        refusal.field = None
    return refusal


def _field(info: FieldInfo) -> forms.Field:
    kind, optional = _kind(info.annotation)
    usual = None if info.is_required() or info.default is None else info.default
    label = gettext(info.description) if info.description else ""
    required = info.is_required() and not optional
    if kind is bool:
        return forms.BooleanField(label=label, required=False, initial=usual)
    if kind is int:
        return forms.IntegerField(label=label, required=required, initial=usual)
    if kind is Decimal:
        return forms.DecimalField(label=label, required=required, initial=usual or None)
    return forms.CharField(label=label, required=required, initial=usual, max_length=200)


def _kind(annotation: Any) -> tuple[Any, bool]:
    """The plain type of an annotation, and whether it may be left out: `Decimal | None` is (Decimal, True)."""
    if get_origin(annotation) in (Union, UnionType):
        kinds = [kind for kind in get_args(annotation) if kind is not NoneType]
        return kinds[0], len(kinds) < len(get_args(annotation))
    return annotation, False
