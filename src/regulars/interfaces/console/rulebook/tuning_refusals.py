"""Why a tuning cannot be asked for, in words for operators."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext

TUNING_REFUSALS: Mapping[str, Callable[[], tuple[str, str, str]]] = {
    "bad_lever_step": lambda: (
        gettext("A step cannot be read"),
        gettext(
            "A setting is tried at up to twelve values: numbers above 0, whole ones for prices, months for expiry."
        ),
        gettext("Write them with semicolons between them, such as 1; 1.5; 2."),
    ),
    "bad_number_of_levers": lambda: (
        gettext("Too many settings are ticked"),
        gettext("A tuning turns one to four settings at once."),
        gettext("Keep the one or two that matter most."),
    ),
    "grid_too_large": lambda: (
        gettext("There are too many combinations"),
        gettext("The steps of all settings, with what there is now, give more than 60."),
        gettext("Take fewer steps or fewer settings; a second tuning can look closer."),
    ),
    "nothing_to_compare": lambda: (
        gettext("There is nothing to compare"),
        gettext("Every combination is the present one, or no valid rulebook, such as a tier above the next one."),
        gettext("Choose other steps, such as half and twice of what there is now."),
    ),
    "bad_goal": lambda: (
        gettext("A goal cannot be read"),
        gettext("A share lies between 0 and 100 percent, and the lower bound not above the upper one."),
        gettext("Correct the bounds."),
    ),
    "bad_figures": lambda: (
        gettext("These figures cannot be compared"),
        gettext("Two different ones are needed."),
        gettext("Choose another second figure."),
    ),
    "bad_margin": lambda: (
        gettext("The margin is out of range"),
        gettext("It is what is left of sales before points: above 0 and at most 100 percent."),
        gettext("Write 30 for 30 percent."),
    ),
    "no_history": lambda: (
        gettext("There is no history to play"),
        gettext("Nobody did anything yet, so nothing can be tried on it."),
        gettext("Import older orders first, or wait until members have bought something."),
    ),
    "no_reward_to_reach": lambda: (
        gettext("There is no reward to reach"),
        gettext("The catalogue has no active reward."),
        gettext("Put a reward into the catalogue first, or leave this goal out."),
    ),
    "points_without_worth": lambda: (
        gettext("Points have no worth"),
        gettext("The rulebook does not say what a point is worth, so nothing can be said in money."),
        gettext("Write what a point is worth into a draft, and publish it."),
    ),
    "tuning_over": lambda: (
        gettext("The tuning is over"),
        gettext("Nothing is left to stop."),
        gettext("Look at what it found, or ask for another one."),
    ),
    "tuning_not_found": lambda: (
        gettext("There is no such tuning"),
        gettext("No tuning of this programme has this number."),
        gettext("Choose one from the list."),
    ),
    "nothing_to_draft": lambda: (
        gettext("There is nothing to draft"),
        gettext("This combination changes nothing in the rulebook."),
        gettext("Change prices of rewards in the catalogue, or choose another combination."),
    ),
    "candidate_not_found": lambda: (
        gettext("There is no such combination"),
        gettext("The tuning did not play it."),
        gettext("Choose one from the table."),
    ),
}
"""By code: title, detail, remedy."""
