"""Vouchers as others know them: pools, codes, the order that they are shown for, and what they give on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from typing import Any, NamedTuple
from uuid import UUID

from regulars.kernel.codes import grouped
from regulars.kernel.errors import Conflict, NotFound, Refusal


class VoucherState(IntEnum):
    """A voucher is valid, used as often as it works, or void."""

    valid = 1
    used = 2
    void = 3


class BatchKind(IntEnum):
    """How the codes of a batch came about. short: drawn as well, with 40 bits, for typing at the till."""

    generated = 1
    short = 2
    imported = 3


class OrderState(IntEnum):
    """Of codes on an order. reserved: until it times out. released: let go before. rolled_back: used, and undone."""

    reserved = 1
    used = 2
    released = 3
    rolled_back = 4


class UseState(IntEnum):
    """Of one code on an order."""

    reserved = 1
    used = 2
    undone = 3


@dataclass(frozen=True, slots=True)
class PoolDraft:
    """A pool as somebody writes it. terms: as VoucherTerms; valid_for: a period after issue, or empty."""

    code: str
    name: str
    terms: dict[str, Any] = field(default_factory=dict)
    most_uses: int | None = 1
    uses_per_member: int | None = None
    total_uses: int | None = None
    first_day: date | None = None
    last_day: date | None = None
    valid_for: str = ""
    member_bound: bool = False
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Pool:
    """Codes that give the same. most_uses: of one code; total_uses: of all; None: without limit.

    member_bound: a code works only for the member to whom it was given. taken: uses and reservations, counted where
    total_uses is stated.
    """

    id: int
    programme_id: int
    code: str
    name: str
    terms: dict[str, Any]
    most_uses: int | None
    uses_per_member: int | None
    total_uses: int | None
    taken: int
    first_day: date | None
    last_day: date | None
    valid_for: str
    member_bound: bool
    archived: bool
    created_at: datetime


class PoolCounts(NamedTuple):
    """How many codes of a pool there are, by what became of them. free: valid, and nobody's. uses: of all."""

    codes: int = 0
    free: int = 0
    given: int = 0
    used: int = 0
    void: int = 0
    uses: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """Codes that were made, or imported, together."""

    id: int
    pool_id: int
    kind: BatchKind
    codes: int
    made_at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Voucher:
    """code: as it is kept; terms: of its own, None: those of its pool. pool_id, redemption_id: one of these."""

    bucket: int
    code: str
    shown: str | None
    pool_id: int | None
    batch_id: int | None
    redemption_id: UUID | None
    member_id: UUID | None
    state: VoucherState
    most_uses: int | None
    uses: int
    reserved: int
    issued_at: datetime
    last_day: date | None
    terms: dict[str, Any] | None

    @property
    def text(self) -> str:
        """As people read it."""
        return self.shown or grouped(self.code)


class Line(NamedTuple):
    """A line of an order, in minor units."""

    amount: int
    sku: str = ""
    category: str = ""
    brand: str = ""


@dataclass(frozen=True, slots=True)
class Basket:
    """An order for which codes are shown, in minor units. shipping: what sending it costs."""

    lines: tuple[Line, ...]
    shipping: int = 0
    channel: str = ""
    store: str = ""


@dataclass(frozen=True, slots=True)
class CodeSaid:
    """What a code gives on an order. code: as it was sent. why: of a code that gives nothing, a word; day: of that.

    shares: by line; amount: with shipping.
    """

    code: str
    amount: int
    shares: tuple[int, ...]
    shipping: int = 0
    why: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What codes give on an order together. lines, shipping: what is left to pay of each."""

    said: tuple[CodeSaid, ...]
    amount: int
    lines: tuple[int, ...]
    shipping: int


@dataclass(frozen=True, slots=True)
class OrderOfCodes:
    """Codes that are reserved or used for an order. codes: those that gave something; checked: what each gave."""

    id: UUID
    source: str
    number: str
    member_id: UUID | None
    state: OrderState
    codes: tuple[str, ...]
    amount: int
    checked: Checked
    made_at: datetime
    changed_at: datetime
    expires_at: datetime | None


class RowProblem(NamedTuple):
    """A row of a list of codes that cannot be taken. row: from 1. why: blank, characters, length, double, known."""

    row: int
    value: str
    why: str


class Attempts(NamedTuple):
    """Wrong codes of one who tries them. kind: key, origin, member or till; shown: a name where there is one."""

    kind: str
    shown: str
    short: bool
    attempts: int
    last_at: datetime


class PoolNotFound(NotFound):
    """No such pool in this programme."""

    def __init__(self, pool: object) -> None:
        super().__init__(
            "voucher_pool_not_found",
            "There is no such voucher pool",
            detail=f"The programme has no voucher pool {pool!r}.",
            remedy="Look at the list of pools, or add one first.",
            field="pool",
        )


class PoolEmpty(Conflict):
    """Every code of the pool was given."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "voucher_pool_empty",
            "The pool has no code left",
            detail=f"Every code of {name!r} was given to somebody, used or made void.",
            remedy="Generate or import more codes.",
            field="pool",
        )


class CodeNotAccepted(Refusal):
    """The one answer to every code that is not the asker's: unknown, void, or another member's. It names nothing.

    place: of the code among those that were sent.
    """

    def __init__(self, *, field: str = "code", place: int = 0) -> None:
        self.place = place
        super().__init__(
            "voucher_not_accepted",
            "The code is not accepted",
            detail="It cannot be used here.",
            remedy="Check the code, letter by letter, and whose it is.",
            field=field,
        )
