"""Refusals about what rewards give, as a member should hear them."""

from __future__ import annotations

from django.utils.translation import gettext


def about_gifts() -> dict[str, tuple[str, str, str]]:
    """By code: what happened, why, and what to do."""
    return {
        "choice_missing": (
            gettext("Please choose"),
            gettext("We do not know yet what you want. No points were taken."),
            gettext("Choose one of the answers."),
        ),
        "sold_out_today": (
            gettext("Sold out for today"),
            gettext("As many as there are in a day were given today. No points were taken."),
            gettext("Come back tomorrow."),
        ),
        "store_missing": (
            gettext("Please choose the store"),
            gettext("We do not know yet where you want to collect it. No points were taken."),
            gettext("Choose one of the stores."),
        ),
        "reward_not_for_member": (
            gettext("This one is for other members"),
            gettext("You do not fulfil yet what it asks for. No points were taken."),
            gettext("Have a look at the other rewards."),
        ),
        "credit_spent": (
            gettext("You have used the credit"),
            gettext("It cannot be given back any more."),
            gettext("Ask at the shop if something is wrong with it."),
        ),
        "already_handed_over": (
            gettext("You have it already"),
            gettext("What was handed over cannot be undone here."),
            gettext("Ask at the shop if something is wrong with it."),
        ),
    }
