"""Why a tier cannot be given, in words for operators."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext

TIER_REFUSALS: Mapping[str, Callable[[], tuple[str, str, str]]] = {
    "tier_already_reached": lambda: (
        gettext("The member has that already"),
        gettext("Their own tier is as high, or higher."),
        gettext("Choose a higher tier."),
    ),
    "tier_by_invitation": lambda: (
        gettext("The tier is given in another way"),
        gettext("Tiers by invitation are given by invitation, and no others are."),
        gettext("Choose the other way."),
    ),
    "day_is_over": lambda: (
        gettext("The last day is over"),
        gettext("The tier would end before it begins."),
        gettext("Choose today or a later day, or leave it open."),
    ),
    "ladder_never_changed": lambda: (
        gettext("There is nothing to take back"),
        gettext("The ladder gives the same tiers as ever."),
        gettext("Go back to the page of tiers."),
    ),
    "ladder_not_found": lambda: (
        gettext("There is no such ladder"),
        gettext("The rulebook in force has no such ladder."),
        gettext("Choose one from the page of tiers."),
    ),
    "ladder_not_the_one_before": lambda: (
        gettext("This ladder is not the one that was there before"),
        gettext("Going back leads to the ladder before the last change alone."),
        gettext("Take the last change back on the page of tiers."),
    ),
}
"""By code: title, detail, remedy."""
