"""Money that members have with a merchant, as others may know it: what was paid in, spent and paid back.

Amounts are in the smallest unit of the programme's currency. An owner is a member or a gift card.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from uuid import UUID

from regulars.kernel.errors import NotFound


class ActKind(IntEnum):
    """What somebody did with an account.

    load: money came in. award: it was given. spend: it paid for something. give_back: what had paid came back.
    pay_back: money went back to where a load had come from. moved_out, moved_in: from one account to another.
    freeze, thaw: nothing goes out any more, and does again. take_back: what was given goes, with what it was given for.
    """

    load = 1
    spend = 2
    give_back = 3
    pay_back = 4
    moved_out = 5
    moved_in = 6
    freeze = 7
    thaw = 8
    award = 9
    take_back = 10


@dataclass(frozen=True, slots=True)
class Act:
    """amount: what moved, or 0. bonus: of a load, given on top; of a payment back, taken back with it.

    paid_out: of a payment back, what goes to the source: less than amount where a part pays for a bonus that was spent.
    reference: of the payment, or of what was paid for. of: the act that this one undoes, or its other side. day: the
    local day whose limits it counts towards. entry_id: the first entry in the statement; None: nothing moved.
    """

    id: UUID
    programme_id: int
    owner: UUID
    point_type: int
    kind: ActKind
    amount: int
    bonus: int
    paid_out: int
    reference: str
    of: UUID | None
    note: str
    day: date
    entry_id: UUID | None
    bonus_entry_id: UUID | None
    created_at: datetime
    by: str


class ActNotFound(NotFound):
    """No act on the account has the id."""

    def __init__(self, identifier: UUID | str) -> None:
        super().__init__(
            "stored_value_not_found",
            "There is no such movement of stored value",
            detail=f"Nothing that was loaded or spent in this account is known as {identifier}.",
            remedy="Take the id from the answer that made it, or from the statement of the account.",
        )


class PartKind(IntEnum):
    """What pays for a part of an order."""

    points = 1
    card = 2
    account = 3
    money = 4


@dataclass(frozen=True, slots=True)
class Part:
    """amount: in minor units. points: how many pay it. owner: the member or card whose money does, by the act."""

    kind: PartKind
    amount: int
    points: int = 0
    owner: UUID | None = None
    act: UUID | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """How an order was paid. key: of the order's number; event: the sender's id of the order's event."""

    key: UUID
    programme_id: int
    member_id: UUID
    order_number: str
    event: str
    total: int
    parts: tuple[Part, ...]
    created_at: datetime
    by: str

    @property
    def money(self) -> int:
        """The part that was paid in money."""
        return sum(each.amount for each in self.parts if each.kind is PartKind.money)


@dataclass(frozen=True, slots=True)
class MoneyBack:
    """What went back of a payment. money: to be paid out; value: to account and cards, by the acts named."""

    key: UUID
    payment: UUID
    reference: str
    money: int
    value: int
    acts: tuple[UUID, ...]
    created_at: datetime
    by: str


class PaymentNotFound(NotFound):
    """No order of that number was paid in parts."""

    def __init__(self, number: str) -> None:
        super().__init__(
            "payment_not_found",
            "There is no such payment",
            detail=f"No order {number[:60]!r} was paid by a payment of this programme.",
            remedy="Use the number of an order that was paid by POST /api/v1/payments.",
            field="order_number",
        )
