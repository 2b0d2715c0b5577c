"""A sample order for one member, priced by what is typed at the moment. Nothing is kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy

from regulars.domain.events.contracts import OrderLine
from regulars.domain.programmes.rulebook import Rulebook
from regulars.interfaces.console.desk import Desk
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.console.rulebook.trying import Tried, quote_cart, tried_words
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.errors import Refusal

OF_FORM = {"form": "studio-form"}
"""The fields stand beside the form, and are sent with it."""


class SampleForm(KitForm):
    """who: anything that identifies a member, empty for somebody new."""

    who = forms.CharField(
        label=gettext_lazy("Member"),
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs=OF_FORM),
        help_text=gettext_lazy("Number, e-mail, phone or card. Empty: somebody who joins at that moment."),
    )
    occurred_at = forms.DateTimeField(
        label=gettext_lazy("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", **OF_FORM}, format="%Y-%m-%dT%H:%M"),
    )
    category = forms.CharField(
        label=gettext_lazy("Category"), max_length=120, required=False, widget=forms.TextInput(attrs=OF_FORM)
    )
    amount = forms.DecimalField(
        label=gettext_lazy("Amount"),
        min_value=0,
        max_digits=12,
        decimal_places=3,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any", **OF_FORM}),
    )

    def try_it(self, desk: Desk, rulebook: Rulebook) -> Tried | None:
        """What the order would give; None: something in it is wrong, and said at its place."""
        if not self.is_valid():
            return None
        filled = self.cleaned_data
        line = OrderLine(amount=filled["amount"], name=filled["category"], category=filled["category"])
        try:
            return tried_words(quote_cart(desk, filled, [line], rulebook))
        except Refusal as refusal:
            if refusal.field not in self.fields:
                refusal.field = None
            self.refuse(in_words(refusal))
            return None


def sample_form(desk: Desk, sent: QueryDict | None, *, trying: bool, category: str) -> SampleForm:
    """The form as it was typed; with complaints only where it was tried."""
    if trying:
        return SampleForm(sent, prefix="try")
    now = timezone.localtime(desk.now).replace(second=0, microsecond=0)
    initial: dict[str, Any] = {"occurred_at": now, "category": category, "amount": 20}
    for name in SampleForm.base_fields:
        if sent is not None and (typed := sent.get(f"try-{name}")) is not None:
            initial[name] = typed
    return SampleForm(prefix="try", initial=initial)
