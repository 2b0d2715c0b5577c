"""Fields of members in forms and in lists: what console and portal show of the rulebook's own fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext

from regulars.domain.earning.contracts import Data
from regulars.domain.programmes.member_fields import LONGEST_TEXT, MemberField, fits, read_text
from regulars.interfaces.web import words

PREFIX = "attributes."
"""Of the fields' names in a form: refusals name them so."""


@dataclass(frozen=True, slots=True)
class FieldShown:
    """One field of a member. text: empty where nothing is stored; used: false where the rulebook no longer has it."""

    label: str
    text: str
    used: bool


def form_fields(fields: Sequence[MemberField], stored: Mapping[str, Data]) -> dict[str, forms.Field]:
    """A field of a form for each, filled with what is stored. A value that no longer fits is left out of the form."""
    made = {}
    for each in fields:
        value = stored.get(each.id)
        made[PREFIX + each.id] = _form_field(each, value if fits(each, value) else None)
    return made


def given_in(form: forms.Form, fields: Sequence[MemberField]) -> dict[str, Data]:
    """What was changed in the form, by field. Raises Refusal for what does not fit."""
    given: dict[str, Data] = {}
    for each in fields:
        if PREFIX + each.id in form.changed_data:
            value = form.cleaned_data[PREFIX + each.id]
            given[each.id] = read_text(each, "" if value is None else str(value))
    return given


def fields_shown(fields: Sequence[MemberField], stored: Mapping[str, Data]) -> list[FieldShown]:
    """Every field that the rulebook has, and after them what is stored for fields that it no longer has.

    A rulebook that declares none keeps what is sent, so all of it is in use.
    """
    shown = [FieldShown(each.name, written(each, stored.get(each.id)), True) for each in fields]
    known = {each.id for each in fields}
    for name, value in stored.items():
        if name not in known:
            shown.append(FieldShown(name.replace("_", " ").capitalize(), plainly(value), not fields))
    return shown


def written(field: MemberField, value: Data) -> str:
    """The value as people read it; empty for none."""
    if field.kind == "date" and fits(field, value):
        return words.day(date.fromisoformat(str(value)))
    if field.kind == "choice":
        return next((each.name for each in field.options if each.id == value), plainly(value))
    return plainly(value)


def plainly(value: object) -> str:
    """A value of which nothing is known but itself."""
    if isinstance(value, list):
        return ", ".join(map(plainly, value))
    return words.write(value) if value is not None else ""


def _form_field(field: MemberField, value: Data) -> forms.Field:
    common: dict[str, Any] = {"label": field.name, "required": False, "initial": value}
    if field.kind == "choice":
        choices = [("", gettext("not given")), *((each.id, each.name) for each in field.options)]
        return forms.ChoiceField(choices=choices, **common)
    if field.kind == "flag":
        choices = [("", gettext("not given")), ("true", gettext("yes")), ("false", gettext("no"))]
        common["initial"] = "" if value is None else "true" if value else "false"
        return forms.ChoiceField(choices=choices, **common)
    if field.kind == "number":
        return forms.DecimalField(widget=forms.NumberInput(attrs={"step": "any"}), **common)
    if field.kind == "date":
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **common)
    return forms.CharField(max_length=LONGEST_TEXT, **common)
