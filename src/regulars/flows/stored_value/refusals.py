"""What is refused of stored value, in words with the amounts."""

from __future__ import annotations

from decimal import Decimal

from regulars.kernel.errors import Conflict, NotAllowed, Refusal
from regulars.kernel.words import Money


def no_stored_value() -> NotAllowed:
    """The rulebook says nothing of stored value."""
    return NotAllowed(
        "no_stored_value",
        "This programme has no stored value",
        detail="The rulebook names no point type that holds money which members pay in.",
        remedy="Name one in the section “stored_value” of the rulebook.",
    )


def award_spent(left: Money, given: Money) -> Conflict:
    """A reward gave the money, and the member has used some of it."""
    return Conflict(
        "credit_spent",
        "The credit was used",
        detail=f"{left} of {given} are left of what the reward gave.",
        remedy="Give goodwill points instead, if the member should have them back.",
    )


def other_currency(given: str, own: str) -> Refusal:
    """Money of one currency in an account of another."""
    return Refusal(
        "stored_value_currency",
        "The account is in another currency",
        detail=f"The amount is in {given[:10]}, and stored value here is in {own}.",
        remedy=f"Send the amount in {own}.",
        field="currency",
    )


def not_above_zero(amount: Decimal, *, field: str) -> Refusal:
    """An amount that moves nothing, or in the wrong direction."""
    return Refusal(
        "stored_value_amount",
        "The amount is not above zero",
        detail=f"{amount} was sent; money moves in amounts above zero.",
        remedy="Send what moves as a positive amount. To give money back, use the refund.",
        field=field,
    )


def load_too_small(amount: Money, least: Money) -> Refusal:
    """Less than the rulebook takes at once."""
    return Refusal(
        "load_too_small",
        "That is less than can be loaded",
        detail=f"{amount} was to be loaded, and a load has at least {least}.",
        remedy=f"Load {least} or more.",
        field="amount",
    )


def load_too_large(amount: Money, most: Money) -> Refusal:
    """More than the rulebook takes at once."""
    return Refusal(
        "load_too_large",
        "That is more than can be loaded at once",
        detail=f"{amount} was to be loaded, and a load has at most {most}.",
        remedy=f"Load {most} or less.",
        field="amount",
    )


def day_is_full(most: Money, loaded: Money, *, of: str) -> Conflict:
    """The limit of a local day. of: whose limit it is."""
    return Conflict(
        "load_limit_reached",
        "The limit of the day is reached",
        detail=f"{of} may load {most} in one day, and {loaded} is loaded today.",
        remedy="Load less, or wait until tomorrow.",
        field="amount",
    )


def account_is_full(most: Money, there: Money) -> Conflict:
    """The account would hold more than it may."""
    return Conflict(
        "account_full",
        "The account cannot hold that much",
        detail=f"An account holds at most {most}, and there is {there} in it; what comes on top counts as well.",
        remedy="Load less, or let the member spend first.",
        field="amount",
    )


def loads_stopped() -> Conflict:
    """The account is frozen, and the rulebook lets nothing in then."""
    return Conflict(
        "account_frozen",
        "The account is frozen",
        detail="Somebody stopped this account, and the rulebook lets no money come into a frozen one.",
        remedy="Let staff unfreeze it first.",
    )


def not_enough_value(available: Money, asked: Money) -> Refusal:
    """Less is there than is asked for."""
    return Refusal(
        "not_enough_value",
        "There is not enough in the account",
        detail=f"{asked} is needed and {available} can be spent.",
        remedy="Spend less, pay the rest in another way, or load the account first.",
        field="amount",
    )


def reference_missing() -> Refusal:
    """Nothing would tell a repeat from a second wish."""
    return Refusal(
        "reference_missing",
        "The reference is missing",
        detail="Nothing says which payment or receipt this is, so a repeat would move the money twice.",
        remedy="Send the number of the payment, or of the receipt.",
        field="reference",
    )


def reference_used(reference: str) -> Conflict:
    """The same reference, and something else with it."""
    return Conflict(
        "reference_used",
        "This reference was used for something else",
        detail=f"{reference!r} has moved money before: another amount, or in another account.",
        remedy="Send the first request unchanged, or use the reference of the new payment.",
        field="reference",
    )


def refund_too_large(left: Money, asked: Money) -> Refusal:
    """More than is left to give back of it."""
    return Refusal(
        "refund_too_large",
        "That is more than can go back",
        detail=f"{asked} was to go back, and {left} is left of it.",
        remedy=f"Send at most {left}." if left.amount else "Leave it as it is: nothing is left of it.",
        field="amount",
    )


def not_paid_back() -> NotAllowed:
    """The rulebook keeps what was paid in."""
    return NotAllowed(
        "not_paid_back",
        "What was loaded is not paid back",
        detail="The rulebook says that money which was paid in is spent, and never goes back to where it came from.",
        remedy="Give it back to the balance instead, or change the section “stored_value” of the rulebook.",
    )


def wrong_act(what: str) -> Conflict:
    """The movement is of another kind. what: of which it would have to be."""
    return Conflict(
        "stored_value_wrong_kind",
        "This movement cannot go back like that",
        detail=f"The id belongs to another movement, and only {what} can go back in this way.",
        remedy=f"Take the id of {what} from the statement of the account.",
    )


def paid_money() -> NotAllowed:
    """Stored value is nobody's gift: it comes from a payment, and leaves for one."""
    return NotAllowed(
        "paid_money",
        "This is money that members have paid",
        detail="Stored value is neither given nor taken by hand: it would come from nothing, or be gone.",
        remedy="Load it with the reference of its payment, or pay it back.",
        field="point_type",
    )


def without_reason() -> Refusal:
    """An account is stopped or opened, and nobody says why."""
    return Refusal(
        "field_missing",
        "Something is missing",
        detail="There is no reason.",
        remedy="Write in a few words why; colleagues will see it.",
        field="reason",
    )


def card_twice() -> Refusal:
    """One card cannot pay twice."""
    return Refusal(
        "gift_card_twice",
        "A gift card is named twice",
        detail="Each gift card pays once, as far as its money goes.",
        remedy="Name every card once.",
        field="cards",
    )
