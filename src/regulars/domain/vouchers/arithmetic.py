"""Several discounts on one order: which of them count, how much each gives, and on which lines. Pure, in whole cents.

    lines            what each line of the order costs
    discounts        what each code offers, in the order in which the codes were given
    -> Worked        of every discount: its amount, its share on every line, or why it gives nothing

The shares of a discount sum to its amount, no line goes below zero, and the same input gives the same answer for ever.
Only in the mode `sequential` it matters which code was given first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

Mode = Literal["sequential", "initial", "highest"]
"""Each on what those before it left; each on the order as it was; or only the one that gives most."""
Why = Literal[
    "", "no_lines", "no_shipping", "too_little", "nothing_left", "not_combined", "group", "too_many", "most_off"
]
"""Why a discount gives nothing; empty where it gives something."""
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Discount:
    """What a code offers. key: what tells it from the others, and settles ties. Exactly one of percent and amount, or
    neither where it frees shipping only.

    lines: the places of the lines that it works on; None: all. most: at most so much. group: of one group only the
    best counts; empty: of none. alone: counts only without any other.
    """

    key: str
    percent: Decimal | None = None
    amount: int | None = None
    lines: frozenset[int] | None = None
    most: int | None = None
    shipping: bool = False
    group: str = ""
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Combining:
    """How codes of one order go together. most_codes: so many count; most_off, most_percent: of the order in all."""

    mode: Mode = "sequential"
    most_codes: int | None = None
    most_off: int | None = None
    most_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What one discount gives. amount: shares and shipping together; shares: by line, in their order."""

    key: str
    amount: int
    shares: tuple[int, ...]
    shipping: int = 0
    why: Why = ""


@dataclass(frozen=True, slots=True)
class Worked:
    """given: in the order of the discounts; amount: of all together; lines: what is left to pay of each."""

    given: tuple[Given, ...]
    amount: int
    lines: tuple[int, ...]
    shipping: int


@dataclass(slots=True)
class _Bill:
    """What is left to pay, and how much more may be given."""

    lines: list[int]
    shipping: int
    cap: int | None


def work_out(lines: Sequence[int], discounts: Sequence[Discount], combining: Combining, *, shipping: int = 0) -> Worked:
    """Amounts in the smallest unit of the currency. Lines below zero take no part, as a deposit that comes back."""
    together = [each for each in discounts if not each.alone]
    choices = [together, *([each] for each in discounts if each.alone)]
    worked = [_work(lines, chosen, combining, shipping) for chosen in choices]
    best = min(range(len(choices)), key=lambda n: (-worked[n].amount, n != 0, [each.key for each in choices[n]]))
    found = {each.key: each for each in worked[best].given}
    nothing = tuple(0 for _ in lines)
    given = tuple(found.get(each.key, Given(each.key, 0, nothing, why="not_combined")) for each in discounts)
    return Worked(given, worked[best].amount, worked[best].lines, worked[best].shipping)


def _work(lines: Sequence[int], discounts: Sequence[Discount], combining: Combining, shipping: int) -> Worked:
    """All of these together, as far as groups, mode and caps let them."""
    whole = [max(each, 0) for each in lines]
    alone = {each.key: _give(each, whole, _Bill(list(whole), shipping, None)) for each in discounts}
    ranked = sorted(discounts, key=lambda each: (-alone[each.key].amount, each.key))
    dropped = _dropped(ranked, combining.mode)
    bill = _Bill(list(whole), shipping, _cap(whole, shipping, combining))
    found: dict[str, Given] = {}
    counted = 0
    for each in discounts if combining.mode == "sequential" else ranked:
        why: Why = dropped.get(each.key, "")
        if not why and alone[each.key].amount and counted == combining.most_codes:
            why = "too_many"
        if why and alone[each.key].amount:
            found[each.key] = Given(each.key, 0, tuple(0 for _ in lines), why=why)
            continue
        base = list(bill.lines) if combining.mode == "sequential" else whole
        is_capped = bill.cap == 0
        given = _give(each, base, bill)
        if not given.amount and alone[each.key].amount:
            given = replace(given, why="most_off" if is_capped else "nothing_left")
        found[each.key] = given
        counted += given.amount > 0
    left = tuple(least if least < 0 else rest for least, rest in zip(lines, bill.lines, strict=True))
    return Worked(
        tuple(found[each.key] for each in discounts), sum(each.amount for each in found.values()), left, bill.shipping
    )


def _dropped(ranked: Sequence[Discount], mode: Mode) -> dict[str, Why]:
    """Who does not count beside a better one; ranked: the best first."""
    if mode == "highest":
        return {each.key: "not_combined" for each in ranked[1:]}
    dropped: dict[str, Why] = {}
    seen: set[str] = set()
    for each in ranked:
        if each.group and each.group in seen:
            dropped[each.key] = "group"
        seen.add(each.group)
    return dropped


def _cap(whole: Sequence[int], shipping: int, combining: Combining) -> int | None:
    """How much all codes together may give; None: as much as they do."""
    caps = [] if combining.most_off is None else [combining.most_off]
    if combining.most_percent is not None:
        caps.append(int(Decimal(sum(whole) + shipping) * combining.most_percent / _HUNDRED))
    return min(caps, default=None)


def _give(discount: Discount, base: Sequence[int], bill: _Bill) -> Given:
    """Takes off the bill what one discount gives. base: what percentages are of, by line."""
    places = [n for n in range(len(base)) if base[n] and (discount.lines is None or n in discount.lines)]
    wanted = _wanted(discount, sum(base[n] for n in places))
    room = sum(bill.lines[n] for n in places)
    capped = wanted if bill.cap is None else min(wanted, bill.cap)
    shares = [0] * len(base)
    for n, share in zip(
        places, allocate(min(capped, room), [base[n] for n in places], [bill.lines[n] for n in places]), strict=True
    ):
        shares[n] = share
        bill.lines[n] -= share
    amount = sum(shares)
    if bill.cap is not None:
        bill.cap -= amount
    freed = 0
    if discount.shipping:
        freed = bill.shipping if bill.cap is None else min(bill.shipping, bill.cap)
        bill.shipping -= freed
        bill.cap = None if bill.cap is None else bill.cap - freed
    why: Why = "" if amount + freed else _why(discount, places)
    return Given(discount.key, amount + freed, tuple(shares), freed, why)


def _wanted(discount: Discount, base: int) -> int:
    """What it would give on lines of so much, before anything else limits it. Half a cent is rounded up."""
    if discount.percent is not None:
        exact = Decimal(base) * discount.percent / _HUNDRED
        wanted = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    else:
        wanted = min(discount.amount or 0, base)
    return wanted if discount.most is None else min(wanted, discount.most)


def _why(discount: Discount, places: Sequence[int]) -> Why:
    if discount.shipping and discount.percent is None and discount.amount is None:
        return "no_shipping"
    return "too_little" if places else "no_lines"


def allocate(amount: int, weights: Sequence[int], limits: Sequence[int]) -> list[int]:
    """The amount spread in proportion to the weights, with no part beyond its limit; the parts sum to the amount.

    What a limit keeps out goes to the others in proportion. Units that are left go to the largest remainders, of equal
    ones to the first. The amount is at most the sum of the limits, and whatever has a limit has a weight.
    """
    shares = [0] * len(weights)
    open_places = [n for n, limit in enumerate(limits) if limit > 0]
    total = 0
    while open_places:
        total = sum(weights[n] for n in open_places)
        full = [n for n in open_places if amount * weights[n] >= limits[n] * total]
        if not full:
            break
        for n in full:
            shares[n] = limits[n]
            amount -= limits[n]
        open_places = [n for n in open_places if n not in full]
    if not open_places:
        return shares
    for n in open_places:
        shares[n] = amount * weights[n] // total
    left = amount - sum(shares[n] for n in open_places)
    by_remainder = sorted(open_places, key=lambda n: (-(amount * weights[n] % total), n))
    for n in by_remainder[:left]:
        shares[n] += 1
    return shares
