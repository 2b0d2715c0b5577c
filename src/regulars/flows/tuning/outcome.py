"""What one member did, and what came of it under one candidate: the rows from which every figure is made. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple


class Member(NamedTuple):
    """The same under every candidate. orders, sales: of all accepted orders, before returns, in money.

    days: between joining and the end. active_days: between the first thing that the member did and the end.
    """

    orders: int
    sales: Decimal
    days: int
    active_days: int


class Outcome(NamedTuple):
    """Under one candidate. earned, expired, left: what these points are worth, in money of the programme.

    left: available, held and pending at the end. reward_day: days from joining to the first day with points enough for
    the cheapest reward; None: never. points: of the kind that buys rewards, given by events; welcome: those of them
    that joining gave. tiers: (ladder, tier) at the end.
    """

    earned: Decimal
    expired: Decimal
    left: Decimal
    reward_day: int | None
    points: int
    welcome: int
    tiers: tuple[tuple[str, str], ...]


class Lives(NamedTuple):
    """One member with its outcomes, one per candidate."""

    member: Member
    outcomes: tuple[Outcome, ...]
