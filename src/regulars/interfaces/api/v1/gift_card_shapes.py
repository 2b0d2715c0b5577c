"""What calls about gift cards send, and what they answer."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from regulars.domain.gift_cards.contracts import CardState, Delivery
from regulars.domain.stored_value.contracts import ActKind
from regulars.flows.gift_cards.issue_cards import LONGEST_GREETING, LONGEST_NAME, MOST_CARDS
from regulars.flows.stored_value.accounts import LONGEST_NOTE, LONGEST_REFERENCE
from regulars.interfaces.api.v1.shapes import Amount, Input, MemberNamed, Output, names_of

_REFERENCE = "Your own number of it; the same one again gives the first answer and moves nothing"


class RecipientIn(Input):
    """Who gets the card by mail."""

    email: str = Field(max_length=254)
    name: str = Field("", max_length=LONGEST_NAME)
    sender: str = Field("", max_length=LONGEST_NAME, description="From whom it is")
    greeting: str = Field("", max_length=LONGEST_GREETING)
    day: date | None = Field(None, description="The local day of delivery; null: today")


class GiftCardIn(Input):
    """A card that was paid for."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "amount": "50.00",
                    "reference": "PAY-20931",
                    "recipient": {"email": "ben@example.com", "name": "Ben", "sender": "Ada", "greeting": "Enjoy!"},
                }
            ]
        }
    )

    amount: Decimal = Field(description="In units of the currency")
    currency: str | None = Field(None, max_length=3, description="Checked where it is given: ISO 4217 code")
    reference: str = Field(max_length=LONGEST_REFERENCE, description=f"Of the payment. {_REFERENCE}")
    recipient: RecipientIn | None = Field(None, description="null: it is handed over by you")


class GiftCardBatchIn(Input):
    """Cards for a shop."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Christmas", "cards": 100, "amount": "25.00"}]})

    name: str = Field("", max_length=LONGEST_NAME)
    cards: int = Field(ge=1, le=MOST_CARDS)
    amount: Decimal = Field(description="Of each card, in units of the currency")


class GiftCardBatchShown(Output):
    """Cards that were made together. Numbers and PINs are exported once, at the console."""

    id: UUID
    name: str
    cards: int
    amount: Amount
    made_at: datetime


class PaidIn(Input):
    """With which payment a card was sold."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reference": "PAY-20931"}]})

    reference: str = Field(max_length=LONGEST_REFERENCE, description=f"Of the payment. {_REFERENCE}")


class NumberAndPin(Input):
    """What is printed on a card."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"number": "6310 4471 0093 2218", "pin": "402913"}]})

    number: str = Field(max_length=40)
    pin: str = Field(max_length=20)


class CardSpendingIn(Input):
    """What is paid with a card."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"amount": "12.40", "reference": "R-1042"}]})

    amount: Decimal = Field(description="In units of the currency")
    currency: str | None = Field(None, max_length=3, description="Checked where it is given: ISO 4217 code")
    reference: str = Field(max_length=LONGEST_REFERENCE, description=f"Of the receipt. {_REFERENCE}")
    partly: bool = Field(False, description="Spend what is there, where it is less; the answer says how much")


class CardRefundIn(Input):
    """What goes back, and where to."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"movement": "01a200d6-7f19-7196-970a-ace10bb4f500", "to": "card", "reference": "RET-7"}]
        }
    )

    movement: UUID = Field(description="The spending that comes back, or the payment that is paid back")
    to: Literal["card", "source"] = Field(description="card: it is on the card again; source: you pay it out")
    amount: Decimal | None = Field(None, description="null: all that is left of it")
    reference: str = Field(max_length=LONGEST_REFERENCE, description=f"Of the refund. {_REFERENCE}")


class CardReasonIn(Input):
    """Why a card is stopped or opened again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "It was lost"}]})

    reason: str = Field(min_length=1, max_length=LONGEST_NOTE, description="For colleagues")


class CardMoveIn(Input):
    """Whose account gets what is on the card."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"member": {"external_id": "C-1001"}}]})

    member: MemberNamed


class CardMovement(Output):
    """Something that was done with the money of a card."""

    id: UUID
    card_id: UUID
    kind: str = Field(json_schema_extra=names_of(ActKind))
    amount: Amount
    paid_out: Amount = Field(description="Of a payment back, what you pay to the source")
    reference: str
    source: str = Field(description="Of a refund, the reference of what goes back; empty otherwise")
    created_at: datetime


class GiftCardShown(Output):
    """A card as it stands. Its PIN is never shown again once it was drawn."""

    id: UUID
    number: str
    state: str = Field(json_schema_extra=names_of(CardState))
    amount: Amount = Field(description="For how much it was made")
    available: Amount = Field(description="What is on it now")
    frozen: bool
    batch_id: UUID | None
    recipient_email: str
    recipient_name: str
    delivery: str = Field(json_schema_extra=names_of(Delivery))
    deliver_on: date | None
    replaced_by: UUID | None
    made_at: datetime
    ended_at: datetime | None


class CardPin(Output):
    """Number and PIN of a card, at the only moment when the PIN is known."""

    number: str
    pin: str = Field(json_schema_extra={"examples": ["402913"]})
