"""Points that one member sends to another, as others may know them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from uuid import UUID

from regulars.kernel.errors import NotFound

TAKEN_BACK = "taken_back"
"""The reason of entries that undo a transfer."""


class TransferState(IntEnum):
    """sent: the receiver has the points. taken_back: the sender has them again."""

    sent = 1
    taken_back = 2


@dataclass(frozen=True, slots=True)
class Transfer:
    """points: what the receiver got; fee: what the sender paid on top. entry_id, fee_entry_id: the sender's entries.

    cancel_until: the last local day on which the sender may take it back; None: never.
    """

    id: UUID
    programme_id: int
    sender: UUID
    receiver: UUID
    point_type: int
    points: int
    fee: int
    state: TransferState
    message: str
    entry_id: UUID
    fee_entry_id: UUID | None
    cancel_until: date | None
    created_at: datetime
    by: str
    ended_at: datetime | None = None

    def can_be_taken_back_on(self, today: date) -> bool:
        """Whether there is still time. Whether the points are still there shows when it is tried."""
        return self.state is TransferState.sent and self.cancel_until is not None and today <= self.cancel_until


@dataclass(frozen=True, slots=True)
class Arrival:
    """A lot that arrived. id: the cause of its postings; lot_id: of the ledger."""

    id: UUID
    lot_id: UUID
    points: int
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Passage:
    """What an entry of a statement belongs to, seen from its owner. other: who is at the other end.

    cancel_until: the last local day on which it can be taken back; None: never, or it was.
    """

    transfer_id: UUID
    other: UUID
    outgoing: bool
    message: str
    cancel_until: date | None
    fee: int


class TransferNotFound(NotFound):
    """No transfer of this programme has the id."""

    def __init__(self, identifier: UUID) -> None:
        super().__init__(
            "transfer_not_found",
            "There is no such transfer",
            detail=f"No transfer between members of this programme has the id {identifier}.",
            remedy="Take the id from the answer that made it, or from the member's list of transfers.",
            field="transfer",
        )
