"""Why a back-test cannot be asked for, in words for operators."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext

BACKTEST_REFUSALS: Mapping[str, Callable[[], tuple[str, str, str]]] = {
    "backtest_not_found": lambda: (
        gettext("There is no such back-test"),
        gettext("No back-test of this programme has this number."),
        gettext("Choose one from the list."),
    ),
    "backtest_over": lambda: (
        gettext("The back-test is over"),
        gettext("Nothing is left to stop."),
        gettext("Look at what it found, or ask for another one."),
    ),
    "bad_share": lambda: (
        gettext("The share is out of range"),
        gettext("A sample is more than none of the members, and at most all of them."),
        gettext("Choose a share from the list."),
    ),
    "end_in_future": lambda: (
        gettext("The end has not come yet"),
        gettext("What members do is known until now."),
        gettext("Leave the end out to play it until now."),
    ),
    "window_empty": lambda: (
        gettext("The draft would begin too late"),
        gettext("The day on which it begins has not come, or lies after the end."),
        gettext("Choose an earlier day, or leave it empty: then the draft was always there."),
    ),
    "window_without_events": lambda: (
        gettext("Nothing happened in this time"),
        gettext("There is no event from that day on, so nothing would tell the draft from the live version."),
        gettext("Let the draft begin earlier, or import the events that are missing."),
    ),
    "version_not_readable": lambda: (
        gettext("A version cannot be played here"),
        gettext(
            "A published version asks for something that this installation does not have any more, such as a strategy"
            " of its own."
        ),
        gettext("Put it back. On the command line, regulars rulebook backtest says what it is."),
    ),
    "no_rulebook": lambda: (
        gettext("There is no rulebook yet"),
        gettext("Nothing was ever published here, so there is nothing to compare with."),
        gettext("Publish a rulebook first."),
    ),
    "unknown_redemption_model": lambda: (
        gettext("Nobody knows this way of spending"),
        gettext("There is no such way for members to spend."),
        gettext("Choose one from the list."),
    ),
    "bad_redemption_model": lambda: (
        gettext("The way of spending is not complete"),
        gettext("A share lies between 0 and 100 percent, and days are whole numbers up to ten years."),
        gettext("Correct it, or leave it empty."),
    ),
    "no_reward_to_take": lambda: (
        gettext("There is no reward that members could take"),
        gettext("The catalogue has no active reward that costs points."),
        gettext("Add a reward first, or choose another way of spending."),
    ),
    "reward_not_active": lambda: (
        gettext("There is no such reward"),
        gettext("It is not in the catalogue any more, is paused, or costs no points."),
        gettext("Choose another one, or the cheapest."),
    ),
    "nothing_redeemed": lambda: (
        gettext("Nobody has spent anything yet"),
        gettext("So the share that members spend cannot be observed."),
        gettext("State a share and a number of days, or choose another way of spending."),
    ),
}
"""By code: title, detail, remedy. `no_history` is said with the refusals of drafts."""
