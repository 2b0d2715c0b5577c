"""Forms that look right and say refusals where they belong."""

from collections.abc import Iterable
from typing import Any

from django import forms

from regulars.kernel.errors import Refusal

_CLASSES: dict[type[forms.Widget], str] = {
    forms.CheckboxInput: "checkbox checkbox-sm",
    forms.RadioSelect: "sr-only",
    forms.Select: "select w-full",
    forms.Textarea: "textarea w-full",
}


class KitForm(forms.Form):
    """A form in the kit's dress. `refuse` puts a Refusal under its field, or above the form if it has none."""

    refusal: Refusal | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        _dress(self.fields.values())

    def add_fields(self, more: dict[str, forms.Field]) -> None:
        """Fields that are known only at run time, in the same dress."""
        self.fields.update(more)
        _dress(more.values())

    def refuse(self, refusal: Refusal) -> None:
        """What happened, why, and what to do: three sentences under the field that caused it."""
        if refusal.field in self.fields:
            self.add_error(refusal.field, [refusal.title + ".", refusal.detail, refusal.remedy])
        else:
            self.refusal = refusal
            self.add_error(None, refusal.title)


def _dress(fields: Iterable[forms.Field]) -> None:
    for each in fields:
        dress = next((css for kind, css in _CLASSES.items() if isinstance(each.widget, kind)), "input w-full")
        each.widget.attrs.setdefault("class", dress)
