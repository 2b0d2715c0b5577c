"""Why an objective cannot be set, in words for operators."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext

OBJECTIVE_REFUSALS: Mapping[str, Callable[[], tuple[str, str, str]]] = {
    "objective_target": lambda: (
        gettext("The target cannot be reached"),
        gettext("A share lies above 0 and at most at 100 percent, any other figure above 0."),
        gettext("Choose a figure that the programme can come to."),
    ),
    "objective_days": lambda: (
        gettext("The figure cannot look back so far"),
        gettext("Less than a week has no rhythm, and more than two years no news."),
        gettext("Choose 30, 90 or 365 days, or another number in between."),
    ),
    "objective_due": lambda: (
        gettext("The last day is over"),
        gettext("An objective is due in the future."),
        gettext("Choose a day from tomorrow on."),
    ),
    "objective_closed": lambda: (
        gettext("The objective is closed already"),
        gettext("Somebody closed it before."),
        gettext("Set a new one if it matters again."),
    ),
}
"""By code: title, detail, remedy."""
