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
    freeze, thaw: nothing goes out any more, and does again.
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
