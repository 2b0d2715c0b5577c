"""Gift cards as others may know them. What is on a card is in the ledger, whose owner the card is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from uuid import UUID

from regulars.kernel.errors import NotFound, Refusal

MOST_TRIES = 5
"""Wrong PINs in a row, after which a card rests."""
RESTS = timedelta(hours=1)


class CardState(IntEnum):
    """made: printed for a shop and not sold yet, so nothing is on it. ended: replaced or void, for ever."""

    made = 1
    active = 2
    ended = 3


class Delivery(IntEnum):
    """none: handed over in the shop. waiting: to be mailed from its day on. done: it was handed over."""

    none = 0
    waiting = 1
    done = 2


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets the card by mail, with which words, from whom, and when. email: empty for nobody."""

    email: str = ""
    name: str = ""
    sender: str = ""
    greeting: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class GiftCard:
    """amount: what it was made for, in minor units. has_pin: whether a PIN was drawn; only its hash is kept.

    replaced_by: the card that its money moved to. moved_to: the member whose account the rest moved into.
    """

    id: UUID
    programme_id: int
    number: str
    state: CardState
    amount: int
    batch_id: UUID | None
    has_pin: bool
    recipient: Recipient
    delivery: Delivery
    replaced_by: UUID | None
    moved_to: UUID | None
    made_at: datetime
    made_by: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Cards that were made together for a shop. exported_at: when their numbers and PINs were handed out, once."""

    id: UUID
    name: str
    cards: int
    amount: int
    made_at: datetime
    made_by: str
    exported_at: datetime | None


class CardNotFound(NotFound):
    """No card of the programme has the id or number."""

    def __init__(self, named: UUID | str) -> None:
        super().__init__(
            "gift_card_not_found",
            "There is no such gift card",
            detail=f"No gift card of this programme is known as {named}.",
            remedy="Take the id from the answer that made it, or look the card up by its number.",
        )


class WrongPin(Refusal):
    """The same answer for a number that does not exist, a wrong PIN, and a card that rests: nothing can be learnt."""

    def __init__(self) -> None:
        super().__init__(
            "gift_card_not_recognised",
            "Number and PIN do not fit",
            detail="There is no gift card with this number and this PIN, or there were too many tries.",
            remedy=f"Check both. After {MOST_TRIES} wrong tries a card rests for an hour.",
            field="pin",
        )
