"""Fields of a reward's form that hold several things: texts and articles line by line, and rewards of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy
from pydantic import BaseModel

_BETWEEN = "="


class LinesField(forms.CharField):
    """One thing in each line. of: the model of a thing with several parts, written as 'Latte = 3.20'."""

    def __init__(self, *, of: type[BaseModel] | None = None, **kwargs: Any) -> None:
        self._parts = list(of.model_fields) if of else []
        kwargs.setdefault("help_text", gettext("One in each line") if not self._parts else gettext(
            "One in each line; its price in the shop may follow, as in Latte = 3.20"
        ))  # fmt: skip
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), max_length=20_000, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list | tuple):
            return value
        return "\n".join(self._written(each) for each in value)

    def _written(self, thing: object) -> str:
        if not isinstance(thing, Mapping):
            return str(thing)
        return f" {_BETWEEN} ".join(str(thing[part]) for part in self._parts if thing.get(part) is not None)

    def clean(self, value: Any) -> Any:
        lines = [line.strip() for line in str(super().clean(value)).splitlines()]
        return [self._read(line) for line in lines if line]

    def _read(self, line: str) -> object:
        if not self._parts:
            return line
        said = [part.strip() for part in line.rsplit(_BETWEEN, len(self._parts) - 1)]
        return {name: part for name, part in zip(self._parts, said, strict=False) if part}


@dataclass(frozen=True, slots=True)
class Ready:
    """A reward that can be a part of another. part: its type and parameters, as a bundle keeps them."""

    name: str
    part: dict[str, Any]


class PartsField(forms.MultipleChoiceField):
    """Rewards of the catalogue, of which a bundle is made. It keeps them as they are at that moment.

    ready: those that there are; parts of the bundle that the catalogue no longer has like this can be kept.
    """

    def __init__(self, *, ready: list[Ready], kept: list[dict[str, Any]], **kwargs: Any) -> None:
        known = [each.part for each in ready]
        others = [
            Ready(gettext("As it was: part %(number)s") % {"number": number}, part)
            for number, part in enumerate(kept, 1)
            if part not in known
        ]
        self._ready = [*ready, *others]
        choices = [(str(place), each.name) for place, each in enumerate(self._ready)]
        super().__init__(
            choices=choices, widget=forms.CheckboxSelectMultiple(attrs={"class": "checkbox checkbox-sm"}),
            help_text=gettext("Two or more. Make them as rewards of their own first; they need not be on offer."),
            **kwargs,
        )  # fmt: skip

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            return [str(place) for place, each in enumerate(self._ready) if each.part in value]
        return value

    def clean(self, value: Any) -> Any:
        return [self._ready[int(place)].part for place in super().clean(value)]


class StoresField(forms.CharField):
    """Units for each store, one in each line: 'Main Street = 10'."""

    def __init__(self, **kwargs: Any) -> None:
        hint = gettext_lazy("One in each line, as in Main Street = 10; those already given count. Empty: no limit")
        super().__init__(widget=forms.Textarea(attrs={"rows": 3}), max_length=60_000, help_text=hint, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return "\n".join(f"{store} {_BETWEEN} {units}" for store, units in value.items())

    def clean(self, value: Any) -> Any:
        found = {}
        for line in str(super().clean(value)).splitlines():
            store, _, units = (part.strip() for part in line.rpartition(_BETWEEN))
            if not store and not units:
                continue
            if not store or not units.isdecimal() or len(units) > 9:
                raise forms.ValidationError(gettext("“%(line)s” is no store with its units.") % {"line": line.strip()})
            found[store] = int(units)
        return found
