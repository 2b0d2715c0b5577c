"""What is refused of gift cards, in words."""

from __future__ import annotations

from regulars.domain.gift_cards.contracts import CardState
from regulars.kernel.errors import Conflict, NotAllowed, Refusal


def no_cards() -> NotAllowed:
    """The rulebook has none."""
    return NotAllowed(
        "no_gift_cards",
        "This programme has no gift cards",
        detail="The rulebook says that there are none.",
        remedy="Write “cards: true” in the section “stored_value” of the rulebook.",
    )


def card_not_active(state: CardState) -> Conflict:
    """Printed and not sold, or ended."""
    if state is CardState.made:
        return Conflict(
            "gift_card_not_sold",
            "The gift card is not sold yet",
            detail="The card was printed for a shop, and nothing is on it until it is sold.",
            remedy="Activate it with the reference of its payment.",
        )
    return Conflict(
        "gift_card_ended",
        "The gift card has ended",
        detail="The card was replaced, moved into an account or made void, so nothing is on it.",
        remedy="Use the card that took its place, or the account that its money moved to.",
    )


def card_sold() -> Conflict:
    """A card is sold once."""
    return Conflict(
        "gift_card_sold",
        "The gift card is sold already",
        detail="A card is sold once; its money is on it, or was spent.",
        remedy="Take another card.",
    )


def bad_batch(cards: int, most: int) -> Refusal:
    """More or fewer cards than one batch has."""
    return Refusal(
        "bad_batch",
        "The number of cards is out of range",
        detail=f"{cards:,} cards were asked for; a batch has from 1 to {most:,}.",
        remedy="Make several batches.",
        field="cards",
    )


def batch_exported() -> Conflict:
    """PINs are handed out once."""
    return Conflict(
        "batch_exported",
        "The batch was handed out before",
        detail="Numbers and PINs leave once; afterwards only hashes of the PINs are kept.",
        remedy="Draw a new PIN for single cards, or make a new batch.",
    )


def bad_delivery() -> Refusal:
    """A day for nobody, or a day that is over."""
    return Refusal(
        "bad_delivery",
        "The card cannot be mailed like that",
        detail="A card is mailed to an address, on a day that is not over.",
        remedy="Give the address and a day from today on, or leave both out.",
        field="recipient",
    )


def nothing_on_card() -> Conflict:
    """An empty card has nothing that could move."""
    return Conflict(
        "gift_card_empty",
        "Nothing is on the gift card",
        detail="What was on the card is spent.",
        remedy="Leave it as it is, or end it.",
    )


def money_on_card() -> Conflict:
    """Money would be gone."""
    return Conflict(
        "gift_card_not_empty",
        "There is still money on the gift card",
        detail="A card that ends takes nothing with it, and this one was not paid for here, so it cannot be paid back.",
        remedy="Replace it, or move what is on it into a member's account first.",
    )
