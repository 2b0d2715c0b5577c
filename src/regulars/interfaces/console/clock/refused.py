"""Refusals around the clock of a sandbox as an operator reads them."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext

CLOCK_REFUSALS: dict[str, Callable[[], tuple[str, str, str]]] = {
    "clock_backwards": lambda: (
        gettext("A clock cannot go back"),
        gettext("This day has begun already in this programme."),
        gettext("Choose a later day, or found another sandbox to begin anew."),
    ),
    "clock_too_far": lambda: (
        gettext("This is too far for one move"),
        gettext("A move goes ten years at most."),
        gettext("Choose an earlier day, and move again from there."),
    ),
    "clock_of_live_programme": lambda: (
        gettext("The clock of a live programme cannot be moved"),
        gettext("The points and tiers of its members go by the real time."),
        gettext("To try things out, found a sandbox: regulars programmes found FILE --sandbox."),
    ),
}
