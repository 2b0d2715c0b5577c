"""Refusals around who of a household pays, as an operator reads them."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext


def _change_numbers() -> str:
    return gettext("Change the numbers and try again.")


SHARING: dict[str, Callable[[], tuple[str, str, str]]] = {
    "shares_do_not_add_up": lambda: (
        gettext("The parts do not make the price"),
        gettext("Together they are more or less than it."),
        _change_numbers(),
    ),
    "share_above_purse": lambda: (
        gettext("Somebody has fewer points than that"),
        gettext("Nobody can pay more than they have."),
        _change_numbers(),
    ),
    "shares_below_zero": lambda: (
        gettext("One of the parts is no amount"),
        gettext("A part is nothing, or more."),
        _change_numbers(),
    ),
    "shares_not_asked": lambda: (
        gettext("The household pays otherwise now"),
        gettext("Whose points pay is no longer chosen for each reward."),
        gettext("Open the page again."),
    ),
}
