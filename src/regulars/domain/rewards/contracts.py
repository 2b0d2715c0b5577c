"""Rewards and redemptions as others know them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum
from typing import Any, NamedTuple
from uuid import UUID

from regulars.domain.rewards.gifts import Gift
from regulars.domain.rewards.terms import USUAL_TERMS, OfferTerms
from regulars.domain.vouchers.contracts import VoucherState
from regulars.kernel.errors import Conflict, NotFound, Refusal

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class RedemptionState(IntEnum):
    """held: points are set aside. granted: paid, the member has it. fulfilled: used. released, reversed: undone."""

    held = 1
    granted = 2
    fulfilled = 3
    released = 4
    reversed = 5


class Due(IntEnum):
    """Who still has to do something about what was granted: nobody, the member who uses it, or staff."""

    nothing = 0
    use = 1
    hand_over = 2


class PartState(IntEnum):
    """What has become of one thing that a redemption gave. fulfilled: used or handed over, all of it."""

    granted = 1
    fulfilled = 2
    reversed = 3


@dataclass(frozen=True, slots=True)
class RewardDraft:
    """A reward as somebody writes it. type: a reward type; parameters: as its model asks."""

    code: str
    type: str
    name: str
    price: int
    description: str = ""
    point_type: str = "points"
    parameters: dict[str, Any] = field(default_factory=dict)
    stock: int | None = None
    limit_per_member: int | None = None
    active: bool = True
    terms: OfferTerms = USUAL_TERMS


@dataclass(frozen=True, slots=True)
class Reward:
    """A reward of the catalogue. stock: units left, None: without limit."""

    id: int
    programme_id: int
    code: str
    type: str
    name: str
    description: str
    point_type: str
    price: int
    parameters: dict[str, Any]
    stock: int | None
    limit_per_member: int | None
    active: bool
    terms: OfferTerms = USUAL_TERMS


@dataclass(frozen=True, slots=True)
class Redemption:
    """What a member got for points. parameters: of the reward as it was then; voucher_*: where it gives one."""

    id: UUID
    member_id: UUID
    reward_id: int
    reward_name: str
    reward_type: str
    parameters: dict[str, Any]
    point_type: int
    price: int
    state: RedemptionState
    hold_id: UUID | None
    transfer_id: UUID | None
    created_at: datetime
    changed_at: datetime
    voucher_code: str | None
    voucher_state: VoucherState | None
    voucher_last_day: date | None
    choices: dict[str, str] = field(default_factory=dict)
    scopes: tuple[str, ...] = ()

    @property
    def store(self) -> str:
        """Where it is collected; "" where the reward was not counted by store."""
        return next((each.removeprefix("store ") for each in self.scopes if each.startswith("store ")), "")


@dataclass(frozen=True, slots=True)
class GrantedPart:
    """One thing that a redemption gave. part: from 1; gift: as it was given then; fulfilled: how many of quantity.

    reference: what was made for it, such as the lot of a credit.
    """

    redemption_id: UUID
    part: int
    member_id: UUID
    gift: Gift
    due: Due
    state: PartState
    quantity: int
    fulfilled: int
    reference: UUID | None
    last_day: date | None
    granted_at: datetime
    changed_at: datetime

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.due is not Due.nothing and self.state is PartState.granted


class QueuePlace(NamedTuple):
    """Where something stands in the queue of staff: the oldest comes first."""

    granted_at: datetime
    redemption_id: UUID
    part: int

    def written(self) -> str:
        """As text for an address."""
        ticks = (self.granted_at - _EPOCH) // timedelta(microseconds=1)
        return f"{ticks:x}-{self.redemption_id.hex}-{self.part}"

    @classmethod
    def read(cls, text: str) -> QueuePlace | None:
        """The place that was written; None: this is none."""
        try:
            ticks, redemption, part = text.split("-")
            at = _EPOCH + timedelta(microseconds=int(ticks, 16))
            return cls(at, UUID(hex=redemption), min(int(part), 1_000))
        except (ValueError, OverflowError):
            return None


class Waiting(NamedTuple):
    """Something that staff still have to hand over or send."""

    part: GrantedPart
    reward_name: str

    @property
    def place(self) -> QueuePlace:
        """Where it stands in the queue."""
        return QueuePlace(self.part.granted_at, self.part.redemption_id, self.part.part)


class Payment(NamedTuple):
    """What one member paid for a redemption, out of their own lots. hold_id: where the points are or were held."""

    member_id: UUID
    points: int
    transfer_id: UUID
    hold_id: UUID | None


@dataclass(frozen=True, slots=True)
class Quote:
    """What redeeming would take. refusal: why it cannot be done now; None: it can.

    available: what the member can spend, points of the household's pool included. shares: whose points would pay.
    purses: what each who may pay can spend, in the order in which they joined. asks: whether the spender says who pays.
    stores: where there is one left, of a reward that is counted by store; a redemption names one of them.
    """

    reward: Reward
    price: int
    available: int
    missing: int
    refusal: Refusal | None
    shares: dict[UUID, int]
    purses: dict[UUID, int]
    asks: bool = False
    stores: tuple[str, ...] = ()


class RewardNotFound(NotFound):
    """No such reward in this programme."""

    def __init__(self, reward: object) -> None:
        super().__init__(
            "reward_not_found",
            "There is no such reward",
            detail=f"The catalogue has no reward {reward!r}.",
            remedy="Look at the catalogue for what there is.",
            field="reward",
        )


class RedemptionNotFound(NotFound):
    """No such redemption in this programme."""

    def __init__(self, redemption: object) -> None:
        super().__init__(
            "redemption_not_found",
            "There is no such redemption",
            detail=f"No redemption of this programme is {redemption!s}.",
            remedy="Look at the member's redemptions.",
        )


class OutOfStock(Conflict):
    """The last unit is gone."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "out_of_stock",
            "The reward is out of stock",
            detail=f"Somebody else took the last {name!r}.",
            remedy="Choose another reward; no points were taken.",
            field="reward",
        )


class SoldOutToday(Conflict):
    """As many as the reward allows on one day were given today."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "sold_out_today",
            "The reward is sold out for today",
            detail=f"As many of {name!r} as there are in a day were given today.",
            remedy="Come back tomorrow, or choose another reward; no points were taken.",
            field="reward",
        )
