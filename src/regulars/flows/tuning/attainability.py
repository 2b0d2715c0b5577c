"""How far rewards are away for typical members, from where they stand: orders, days, money. Pure.

Members are put in order by what they spend in a year, and three of them are typical: those a quarter, a half and three
quarters of the way up. What such a member earns is taken from the eighth of all members around that place, so that one
odd life does not decide.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import NamedTuple

from regulars.domain.ledger.expiry_policy import ExpiryPolicy
from regulars.flows.tuning.outcome import Lives

QUARTILES = (1, 2, 3)
SEEN_AT_LEAST = 60
"""Days: who began later has no year yet that one could speak of."""
_AROUND = 16
"""A sixteenth of the members on each side of the place."""
YEAR = Decimal("365.25")


class Typical(NamedTuple):
    """A typical member. a_year: what is spent in a year; an_order: on average; members: it stands for so many rows."""

    quartile: int
    a_year: Decimal
    orders_a_year: Decimal
    an_order: Decimal
    members: tuple[int, ...]


class Way(NamedTuple):
    """To a reward. None in days: it is never reached; expires: because points are gone before."""

    orders: int | None
    days: int | None
    money: Decimal | None
    expires: bool


def typical_members(lives: Sequence[Lives]) -> list[Typical]:
    """The three, by what was observed; none where nobody bought."""
    rows = [
        (each.member.sales / each.member.active_days, index)
        for index, each in enumerate(lives)
        if each.member.orders and each.member.active_days >= SEEN_AT_LEAST
    ]
    rows.sort()
    found = []
    for quartile in QUARTILES if rows else ():
        place = min(len(rows) * quartile // 4, len(rows) - 1)
        reach = max(len(rows) // _AROUND, 0)
        near = tuple(index for _, index in rows[max(place - reach, 0) : place + reach + 1])
        days = sum(lives[index].member.active_days for index in near)
        orders = sum(lives[index].member.orders for index in near)
        sales = sum((lives[index].member.sales for index in near), Decimal(0))
        found.append(Typical(quartile, sales * YEAR / days, orders * YEAR / days, sales / orders, near))
    return found


def way_to(
    price: int, of: Typical, lives: Sequence[Lives], candidate: int, *, lasts: Callable[[Decimal], int | None]
) -> Way:
    """How a member who begins with nothing comes to so many points, who goes on as those around them did.

    What joining gives is there at once; everything else comes evenly. lasts: how many days a point lives when so many
    days lie between two orders; None: for ever.
    """
    chosen = [lives[index] for index in of.members]
    days = sum(each.member.active_days for each in chosen)
    welcome = Decimal(sum(each.outcomes[candidate].welcome for each in chosen)) / len(chosen)
    earned = sum(each.outcomes[candidate].points - each.outcomes[candidate].welcome for each in chosen)
    missing = max(Decimal(price) - welcome, Decimal(0))
    if not missing:
        return Way(0, 0, Decimal(0), False)
    if earned <= 0:
        return Way(None, None, None, False)
    needed = missing * days / earned
    life = lasts(YEAR / of.orders_a_year)
    if life is not None and needed > life:
        return Way(None, None, None, True)
    orders = max((needed * of.orders_a_year / YEAR).to_integral_value(ROUND_CEILING), Decimal(1))
    money = needed * of.a_year / YEAR
    return Way(int(orders), int(needed.to_integral_value(ROUND_HALF_UP)), money, False)


def lifetime(policy: ExpiryPolicy, today: date) -> Callable[[Decimal], int | None]:
    """How long points live that become active today, by how many days lie between two orders."""
    last_day = policy.last_day(today)
    days = None if last_day is None else (last_day - today).days

    def lasts(gap: Decimal) -> int | None:
        # Points that every order renews live as long as the orders come in time.
        return None if days is None or (policy.renews and gap <= days) else days

    return lasts
