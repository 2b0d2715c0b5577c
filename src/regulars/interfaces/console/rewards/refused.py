"""Refusals about what rewards give, as an operator reads them."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext

REWARD_REFUSALS: dict[str, Callable[[], tuple[str, str, str]]] = {
    "choice_missing": lambda: (
        gettext("Something is to be chosen"),
        gettext("The reward asks what the member wants."),
        gettext("Choose one of the answers."),
    ),
    "credit_spent": lambda: (
        gettext("The credit was used"),
        gettext("The reward gave credit, and not all of it is there any more."),
        gettext("Give goodwill points instead, if the member should have them back."),
    ),
    "already_handed_over": lambda: (
        gettext("The member has it already"),
        gettext("All or some of it was handed over, so the points stay spent."),
        gettext("Give goodwill points instead, if the member should have them back."),
    ),
    "nothing_to_hand_over": lambda: (
        gettext("There is nothing to hand over"),
        gettext("Nothing of it waits any more. A colleague may have been faster."),
        gettext("Look at the list again."),
    ),
    "bad_count": lambda: (
        gettext("So many cannot be handed over"),
        gettext("Fewer are left, or none was meant."),
        gettext("Enter a number up to what is left."),
    ),
    "sold_out_today": lambda: (
        gettext("The reward is sold out for today"),
        gettext("As many as there are in a day were given today."),
        gettext("Choose another reward; no points were taken."),
    ),
    "store_missing": lambda: (
        gettext("The store is to be named"),
        gettext("The reward is counted by store."),
        gettext("Choose the store where the member is."),
    ),
    "reward_not_for_member": lambda: (
        gettext("The reward is for other members"),
        gettext("The member does not fulfil what it asks for."),
        gettext("Choose another reward; no points were taken."),
    ),
    "less_than_given": lambda: (
        gettext("More than that were given already"),
        gettext("What members have, or have set aside, counts."),
        gettext("Enter at least as many as were given; then none is given from now on."),
    ),
    "points_are_not_money": lambda: (
        gettext("These points do not count money"),
        gettext("Credit is money, and this point type counts points."),
        gettext("Choose a point type that counts money, or add one to the rulebook."),
    ),
}
