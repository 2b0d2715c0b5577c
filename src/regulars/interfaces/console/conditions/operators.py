"""The comparisons as a form offers them: what each is called beside its field, and how many values it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext_lazy

from regulars.domain.earning.conditions import Operator
from regulars.domain.earning.facts import Kind
from regulars.domain.earning.fitting import FITTING

Label = object
"""A lazy translation: `str` makes it words."""


@dataclass(frozen=True, slots=True)
class OperatorForm:
    """One comparison to choose.

    label: between field and value; of_days, of_clocks: the same where the value is a date or a time of the day.
    holds: of a comparison that takes no value, what the tree says instead.
    """

    operator: Operator
    label: Label
    takes: Literal["nothing", "one", "several"] = "one"
    of_days: Label = None
    of_clocks: Label = None
    holds: bool = True

    def called(self, kind: Kind) -> str:
        """Its words beside a field of that kind."""
        special = {"date": self.of_days, "clock": self.of_clocks}.get(kind)
        return str(special or self.label)


FORMS: dict[str, OperatorForm] = {
    "is": OperatorForm("is", gettext_lazy("is")),
    "is_not": OperatorForm("is_not", gettext_lazy("is not")),
    "one_of": OperatorForm("one_of", gettext_lazy("is one of"), "several"),
    "none_of": OperatorForm("none_of", gettext_lazy("is none of"), "several"),
    "at_least": OperatorForm(
        "at_least",
        gettext_lazy("is at least"),
        of_days=gettext_lazy("is on or after"),
        of_clocks=gettext_lazy("is at or after"),
    ),
    "more_than": OperatorForm(
        "more_than",
        gettext_lazy("is more than"),
        of_days=gettext_lazy("is after"),
        of_clocks=gettext_lazy("is later than"),
    ),
    "at_most": OperatorForm(
        "at_most",
        gettext_lazy("is at most"),
        of_days=gettext_lazy("is on or before"),
        of_clocks=gettext_lazy("is at or before"),
    ),
    "less_than": OperatorForm(
        "less_than",
        gettext_lazy("is less than"),
        of_days=gettext_lazy("is before"),
        of_clocks=gettext_lazy("is earlier than"),
    ),
    "starts_with": OperatorForm("starts_with", gettext_lazy("starts with")),
    "contains": OperatorForm("contains", gettext_lazy("contains")),
    "is_known": OperatorForm("is_known", gettext_lazy("is known"), "nothing"),
    "is_not_known": OperatorForm("is_known", gettext_lazy("is not known"), "nothing", holds=False),
}
"""By the name that the form sends."""

LITERAL = frozenset({"starts_with", "contains"})
"""They compare letters: whatever is typed is a text."""


def fitting_forms(kind: Kind) -> dict[str, OperatorForm]:
    """The comparisons that make sense for a field of that kind."""
    return {name: form for name, form in FORMS.items() if form.operator in FITTING[kind]}
