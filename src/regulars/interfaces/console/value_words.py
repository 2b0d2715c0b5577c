"""Stored value in words for operators: what was done with it, and why something cannot be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext, gettext_lazy

from regulars.domain.audit.contracts import AuditEntry
from regulars.domain.stored_value.contracts import ActKind
from regulars.interfaces.web import words
from regulars.kernel.money import from_minor

KINDS = {
    ActKind.load: gettext_lazy("Paid in"),
    ActKind.award: gettext_lazy("Given as a reward"),
    ActKind.spend: gettext_lazy("Spent"),
    ActKind.give_back: gettext_lazy("Came back"),
    ActKind.pay_back: gettext_lazy("Paid back to its source"),
    ActKind.take_back: gettext_lazy("Taken back with its reward"),
    ActKind.moved_out: gettext_lazy("Moved on"),
    ActKind.moved_in: gettext_lazy("Moved in"),
    ActKind.freeze: gettext_lazy("Frozen"),
    ActKind.thaw: gettext_lazy("Opened again"),
}
OUTGOING = frozenset({ActKind.spend, ActKind.pay_back, ActKind.take_back, ActKind.moved_out})


def value_act(act: AuditEntry, currency: str) -> str | None:
    """An act on stored value for the list of who did what; None: it is another act."""
    name = act.action.removeprefix("stored_value.")
    if name == act.action or name not in ActKind.__members__:
        return None
    kind = ActKind[name]
    values = {
        "what": str(KINDS[kind]),
        "amount": words.money(from_minor(int(act.details.get("amount", 0)), currency), currency),
        "reference": words.isolated(str(act.details.get("reference", ""))),
        "reason": str(act.details.get("note", "")),
    }
    if kind in (ActKind.freeze, ActKind.thaw):
        return gettext("Stored value: %(what)s, %(reason)s") % values
    return gettext("Stored value: %(what)s, %(amount)s, %(reference)s") % values


VALUE_REFUSALS: Mapping[str, Callable[[], tuple[str, str, str]]] = {
    "load_too_small": lambda: (
        gettext("That is less than can be loaded"),
        gettext("The rulebook says how much a load has at least."),
        gettext("Enter a larger amount."),
    ),
    "load_too_large": lambda: (
        gettext("That is more than can be loaded at once"),
        gettext("The rulebook says how much a load has at most."),
        gettext("Enter a smaller amount."),
    ),
    "load_limit_reached": lambda: (
        gettext("The limit of the day is reached"),
        gettext("The rulebook limits what a member pays in and what a colleague loads in one day."),
        gettext("Load less, or wait until tomorrow."),
    ),
    "account_full": lambda: (
        gettext("The account cannot hold that much"),
        gettext("The rulebook says how much an account holds at most; a gift on top counts as well."),
        gettext("Load less, or let the member spend first."),
    ),
    "account_frozen": lambda: (
        gettext("The account is frozen"),
        gettext("A colleague stopped it, so nothing goes out."),
        gettext("Unfreeze it first."),
    ),
    "not_enough_value": lambda: (
        gettext("There is not enough in the account"),
        gettext("Less can be spent than is asked for."),
        gettext("Enter a smaller amount."),
    ),
    "reference_used": lambda: (
        gettext("This reference was used for something else"),
        gettext("It has moved money before: another amount, or in another account."),
        gettext("Enter the number of the new payment."),
    ),
    "refund_too_large": lambda: (
        gettext("That is more than can go back"),
        gettext("What was spent of a payment, or came back already, cannot go back once more."),
        gettext("Enter a smaller amount, or leave it empty for all that is left."),
    ),
    "not_paid_back": lambda: (
        gettext("What was loaded is not paid back"),
        gettext("The rulebook keeps what was paid in."),
        gettext("Leave it in the account."),
    ),
    "stored_value_amount": lambda: (
        gettext("The amount is not above zero"),
        gettext("Money moves in amounts above zero."),
        gettext("Enter what moves as a positive amount."),
    ),
    "gift_card_ended": lambda: (
        gettext("The gift card has ended"),
        gettext("It was replaced, moved into an account or made void."),
        gettext("Look for the card that took its place."),
    ),
    "gift_card_not_sold": lambda: (
        gettext("The gift card is not sold yet"),
        gettext("It was printed for a shop, and nothing is on it."),
        gettext("Sell it first."),
    ),
    "gift_card_empty": lambda: (
        gettext("Nothing is on the gift card"),
        gettext("What was on it is spent."),
        gettext("Leave it as it is."),
    ),
    "gift_card_not_empty": lambda: (
        gettext("There is still money on the gift card"),
        gettext("It came from another card, so there is no payment that it could go back to."),
        gettext("Replace the card, or move what is on it into an account."),
    ),
    "batch_exported": lambda: (
        gettext("The batch was handed out before"),
        gettext("Numbers and PINs leave once; only hashes of the PINs are kept."),
        gettext("Draw a new PIN for a single card, or make a new batch."),
    ),
    "bad_delivery": lambda: (
        gettext("The card cannot be mailed like that"),
        gettext("A card is mailed to an address, on a day that is not over."),
        gettext("Give the address and a day from today on, or leave both out."),
    ),
    "no_stored_value": lambda: (
        gettext("This programme has no stored value"),
        gettext("The rulebook names no point type that holds money which members pay in."),
        gettext("Name one in the section “stored_value” of the rulebook."),
    ),
    "no_gift_cards": lambda: (
        gettext("This programme has no gift cards"),
        gettext("The rulebook says that there are none."),
        gettext("Write “cards: true” in the section “stored_value” of the rulebook."),
    ),
}
