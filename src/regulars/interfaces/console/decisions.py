"""Refusals around rulebooks that wait and points that are set aside, as an operator reads them."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext

SAID_OF_DECISIONS: dict[str, Callable[[], tuple[str, str, str]]] = {
    "own_rulebook": lambda: (
        gettext("A colleague has to approve it"),
        gettext("You proposed this version yourself."),
        gettext("Ask a colleague to look at it here."),
    ),
    "rulebook_changed": lambda: (
        gettext("Another version was published meanwhile"),
        gettext("What you saw is no longer what would happen."),
        gettext("Decline it, and have the change proposed again."),
    ),
    "proposal_decided": lambda: (
        gettext("This was decided before"),
        gettext("A colleague was faster."),
        gettext("Look at the list of versions."),
    ),
    "hold_not_open": lambda: (
        gettext("The points are no longer set aside"),
        gettext("They were spent or let go meanwhile."),
        gettext("Look at the member's points."),
    ),
    "hold_not_found": lambda: (
        gettext("These points were not set aside"),
        gettext("The address names nothing that was set aside for this member."),
        gettext("Look at the member's points."),
    ),
    "hold_not_settled": lambda: (
        gettext("Nothing was spent of it"),
        gettext("What was set aside is still set aside, or was let go."),
        gettext("Look at the member's points."),
    ),
    "hold_paid_for_order": lambda: (
        gettext("It paid for an order"),
        gettext("What paid for an order comes back with the order."),
        gettext("Return the order, or the part of it that comes back."),
    ),
    "hold_without_reason": lambda: (
        gettext("A reason is missing"),
        gettext("What is given back stays on record, with the reason."),
        gettext("Say in a few words why it was not owed."),
    ),
}
