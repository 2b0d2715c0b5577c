"""What a back-test counts, in sums that can be added: by month, by rule, by tier, by member. Pure.

Everything is counted from entries, so the figures of live books and of books that were played mean the same.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from datetime import date
from math import sqrt
from typing import NamedTuple

from regulars.domain.ledger.contracts import Account

Moved = tuple[int, int, int, int]
"""(month as year * 12 + month - 1, point type, debit, credit)"""


@dataclass(slots=True)
class Figures:
    """moved: points by month and accounts. rules: (point type, rule) -> points that events gave; fired: how often.

    tiers: (month, ladder, tier) -> members who came to it, less those who left it. days: days from joining to the first
    day with points enough for a reward -> members. reached: how many; members: all. refused: code -> events that were
    not accepted under these rules. short: points that could not be spent as they had been.
    """

    moved: Counter[Moved] = field(default_factory=Counter)
    rules: Counter[tuple[int, str]] = field(default_factory=Counter)
    fired: Counter[tuple[int, str]] = field(default_factory=Counter)
    tiers: Counter[tuple[int, str, str]] = field(default_factory=Counter)
    days: Counter[int] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    members: int = 0
    events: int = 0
    short: int = 0
    seen: Counter[int] = field(default_factory=Counter)
    """Month -> events that happened in it."""

    def add(self, other: Figures) -> None:
        """Adds those of other members."""
        for each in fields(self):
            mine, theirs = getattr(self, each.name), getattr(other, each.name)
            if isinstance(mine, Counter):
                for key, value in theirs.items():
                    mine[key] += value
            else:
                setattr(self, each.name, mine + theirs)


class MemberFigures(NamedTuple):
    """Of one member: points that events gave, less what returns took; spent, expired, and left at the end."""

    earned: int
    spent: int
    expired: int
    left: int


@dataclass(slots=True)
class Spread:
    """Sums and sums of squares over members, for intervals of a sample."""

    members: int = 0
    sums: list[float] = field(default_factory=lambda: [0.0] * len(MemberFigures._fields))
    squares: list[float] = field(default_factory=lambda: [0.0] * len(MemberFigures._fields))

    def count(self, of: MemberFigures) -> None:
        """One member more."""
        self.members += 1
        for index, value in enumerate(of):
            self.sums[index] += value
            self.squares[index] += value * value

    def add(self, other: Spread) -> None:
        """The members of another part."""
        self.members += other.members
        for index in range(len(self.sums)):
            self.sums[index] += other.sums[index]
            self.squares[index] += other.squares[index]

    def totals(self, *, of: int) -> dict[str, tuple[float, float]]:
        """By name: what all `of` members come to, and half the width of the 95 % interval; 0 where all were looked at.

        Members are drawn without putting them back, so the interval closes as the sample grows.
        """
        found = {}
        n = self.members
        for name, total, squares in zip(MemberFigures._fields, self.sums, self.squares, strict=True):
            if n == 0:
                found[name] = (0.0, 0.0)
                continue
            mean = total / n
            variance = max(squares - n * mean * mean, 0.0) / (n - 1) if n > 1 else 0.0
            left_out = 1 - n / of if of else 0.0
            found[name] = (mean * of, 1.96 * of * sqrt(variance / n * max(left_out, 0.0)))
        return found


def month_of(day: date) -> int:
    """The month as one number."""
    return day.year * 12 + day.month - 1


def month_text(month: int) -> str:
    """'2026-03'."""
    return f"{month // 12}-{month % 12 + 1:02}"


_OWN = frozenset({int(Account.available), int(Account.held), int(Account.pending)})


def outstanding(moved: Counter[Moved], point_type: int) -> dict[int, int]:
    """What members have at the end of each month in which something moved: available, held and on its way."""
    changes: Counter[int] = Counter()
    for (month, kind, debit, credit), amount in moved.items():
        if kind == point_type:
            changes[month] += amount * ((credit in _OWN) - (debit in _OWN))
    found, level = {}, 0
    for month in range(min(changes), max(changes) + 1) if changes else ():
        level += changes[month]
        found[month] = level
    return found


def tier_mix(tiers: Counter[tuple[int, str, str]], ladder: str) -> dict[int, dict[str, int]]:
    """Members on each tier at the end of each month."""
    months = [month for month, code, _ in tiers if code == ladder]
    found: dict[int, dict[str, int]] = {}
    level: Counter[str] = Counter()
    for month in range(min(months), max(months) + 1) if months else ():
        for (at, code, tier), count in tiers.items():
            if at == month and code == ladder:
                level[tier] += count
        found[month] = {tier: count for tier, count in level.items() if count}
    return found


def sum_of(
    moved: Counter[Moved], point_type: int, *, debit: Account | None = None, credit: Account | None = None
) -> int:
    """Points of one kind of movement in all months."""
    return sum(
        amount
        for (_, kind, from_account, to_account), amount in moved.items()
        if kind == point_type and (debit is None or from_account == debit) and (credit is None or to_account == credit)
    )
