"""Points as people type them: whole numbers, or money with the places of its currency where points count money."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext, gettext_lazy, ngettext

from regulars.interfaces.web import words
from regulars.kernel.errors import Refusal
from regulars.kernel.money import decimals_of, from_minor, to_minor

MOST_POINTS = 1_000_000_000_000
"""More than anybody has; a longer number is a slip of the hand."""

_POINTS = gettext_lazy("Points")
_AMOUNT = gettext_lazy("Amount")


def typed(points: int, currency: str = words.PAGE) -> str:
    """Points as a field for numbers holds them: 1250, or 12.50 where they count euros."""
    code = words.counting(currency)
    return str(from_minor(points, code)) if code else str(points)


def read_amount(text: str, currency: str = words.PAGE) -> int | None:
    """What was typed, in points; None: it is no amount, or has more places than the currency."""
    code = words.counting(currency)
    try:
        points = to_minor(text.strip(), code) if code else int(text)
    except (Refusal, ValueError):
        return None
    return points if abs(points) <= MOST_POINTS else None


def step_of(currency: str = words.PAGE) -> str:
    """The smallest step of such a field: 1, or 0.01 for euros."""
    code = words.counting(currency)
    return str(from_minor(1, code)) if code else "1"


class AmountField(forms.Field):
    """A number of points, entered as money where the page's points count money. Its value is in points.

    currency: where it is not what the page counts in. least, most: in points. money_label: the label where it is money.
    """

    widget = forms.NumberInput

    def __init__(
        self,
        *,
        currency: str = words.PAGE,
        least: int = 1,
        most: int = MOST_POINTS,
        label: Any = _POINTS,
        money_label: Any = _AMOUNT,
        **kwargs: Any,
    ) -> None:
        super().__init__(label=label, **kwargs)
        self.money_label = money_label
        self.currency = currency
        self.least = least
        self.most = most

    def get_bound_field(self, form: forms.Form, field_name: str) -> BoundField:  # type: ignore[override]  # as Django's
        code = words.counting(self.currency)
        limits = {"min": typed(self.least, code), "max": typed(self.most, code), "step": step_of(code)}
        self.widget.attrs |= limits | {"inputmode": "decimal" if code and decimals_of(code) else "numeric"}
        if code:
            self.label = f"{self.money_label} ({words.currency(code)})"
        return super().get_bound_field(form, field_name)

    def prepare_value(self, value: Any) -> Any:
        return typed(value, self.currency) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        points = read_amount(str(value), self.currency)
        if points is None:
            raise ValidationError(self._unreadable(), code="invalid")
        return points

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        if value < self.least:
            raise ValidationError(
                gettext("At least %(amount)s.") % {"amount": words.points(self.least, self.currency)}, code="min_value"
            )
        if value > self.most:
            raise ValidationError(
                gettext("At most %(amount)s.") % {"amount": words.points(self.most, self.currency)}, code="max_value"
            )

    def _unreadable(self) -> str:
        code = words.counting(self.currency)
        places = decimals_of(code) if code else 0
        if not places:
            return gettext("Enter a whole number.")
        text = ngettext(
            "Enter an amount with at most %(places)s decimal.",
            "Enter an amount with at most %(places)s decimals.",
            places,
        )
        return text % {"places": words.number(places)}
