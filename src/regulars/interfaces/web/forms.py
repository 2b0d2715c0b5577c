"""Forms that look right and say refusals where they belong."""

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
        for bound in self.fields.values():
            dress = next((css for kind, css in _CLASSES.items() if isinstance(bound.widget, kind)), "input w-full")
            bound.widget.attrs.setdefault("class", dress)

    def refuse(self, refusal: Refusal) -> None:
        """What happened, why, and what to do: three sentences under the field that caused it."""
        if refusal.field in self.fields:
            self.add_error(refusal.field, [refusal.title + ".", refusal.detail, refusal.remedy])
        else:
            self.refusal = refusal
            self.add_error(None, refusal.title)
