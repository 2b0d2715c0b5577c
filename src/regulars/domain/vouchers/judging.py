"""What codes give on an order, and why one gives nothing. Pure: codes, pools, counts and the day are arguments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from regulars.domain.vouchers.arithmetic import Combining, Discount, work_out
from regulars.domain.vouchers.contracts import Basket, Checked, CodeSaid, Line, Pool, Voucher, VoucherState
from regulars.domain.vouchers.terms import VoucherTerms, one_of
from regulars.kernel.codes import code_form
from regulars.kernel.errors import Refusal
from regulars.kernel.money import to_minor

NOT_ACCEPTED = "not_accepted"
"""The one word for a code that is unknown, void, or another member's."""
UNUSABLE = frozenset(
    {
        "used",
        "in_use",
        "too_early",
        "expired",
        "ended",
        "pool_used_up",
        "member_limit",
        "member_needed",
        "elsewhere",
        "for_an_item",
    }
)
"""Words for codes that do not work now, whatever the order is; the others depend on the order."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A code that is shown for an order. code: as it was sent; form: as it is kept, empty for what is no code."""

    code: str
    form: str


@dataclass(frozen=True, slots=True)
class Asker:
    """Who shows the codes. members: the member, with all who are part of it; none: nobody says who.

    used: how often these members have used codes of a pool;
    before: how many of it they show before this one.
    """

    members: Collection[UUID]
    today: date
    used: Mapping[int, int]
    before: Mapping[int, int] = field(default_factory=dict)

    def after(self, before: Mapping[int, int]) -> Asker:
        """Who has shown these codes of each pool already, for the same order."""
        return replace(self, before=dict(before))


Known = Mapping[str, tuple[Voucher, VoucherTerms, Pool | None]]
"""Codes that exist, by their form."""


def shown(codes: Sequence[str]) -> list[Shown]:
    """The codes as they are looked up; what cannot be a code is an unknown one."""
    found = []
    for each in codes:
        try:
            found.append(Shown(each, code_form(each)))
        except Refusal:
            found.append(Shown(each, ""))
    return found


def judge(
    asked: Sequence[Shown], known: Known, basket: Basket, asker: Asker, combining: Combining, *, currency: str
) -> Checked:
    """What the codes give together."""
    total = sum(max(line.amount, 0) for line in basket.lines)
    whys: dict[int, tuple[str, date | None]] = {}
    discounts: list[Discount] = []
    places: list[int] = []
    before: Counter[int] = Counter()
    for n, each in enumerate(asked):
        if each.form in [other.form for other in asked[:n]] and each.form in known:
            whys[n] = ("twice", None)
            continue
        found = known.get(each.form)
        why = (NOT_ACCEPTED, None) if found is None else _why_not(*found, basket, asker.after(before), total, currency)
        if found is None or why[0]:
            whys[n] = why
            continue
        terms, pool = found[1], found[2]
        if pool is not None:
            before[pool.id] += 1
        discounts.append(terms.discount(each.form, _lines(terms, basket), currency))
        places.append(n)
    worked = work_out([line.amount for line in basket.lines], discounts, combining, shipping=basket.shipping)
    given = dict(zip(places, worked.given, strict=True))
    nothing = tuple(0 for _ in basket.lines)
    said = []
    for n, each in enumerate(asked):
        if n in whys:
            said.append(CodeSaid(each.code, 0, nothing, 0, *whys[n]))
        else:
            one = given[n]
            said.append(CodeSaid(each.code, one.amount, one.shares, one.shipping, one.why))
    return Checked(tuple(said), worked.amount, worked.lines, worked.shipping)


def _lines(terms: VoucherTerms, basket: Basket) -> frozenset[int] | None:
    """The lines that the terms choose: those that are of any category, brand or article that is named."""
    if not (terms.categories or terms.brands or terms.skus):
        return None
    return frozenset(n for n, line in enumerate(basket.lines) if _is_chosen(terms, line))


def _is_chosen(terms: VoucherTerms, line: Line) -> bool:
    named = ((terms.categories, line.category), (terms.brands, line.brand), (terms.skus, line.sku))
    return any(names and one_of(value, names) for names, value in named)


def _why_not(
    voucher: Voucher,
    terms: VoucherTerms,
    pool: Pool | None,
    basket: Basket,
    asker: Asker,
    total: int,
    currency: str,
) -> tuple[str, date | None]:
    """Why the code gives nothing, before any arithmetic; empty where it gives something. Whose it is comes first."""
    if is_anothers(voucher, pool, asker.members) or voucher.state is VoucherState.void:
        return NOT_ACCEPTED, None
    by_time = _by_time(voucher, pool, asker.today)
    if by_time[0]:
        return by_time
    by_count = _by_count(voucher, pool, asker)
    if by_count:
        return by_count, None
    if terms.elsewhere:
        return "elsewhere", None
    if terms.item:
        return "for_an_item", None
    if not (one_of(basket.channel, terms.channels) and one_of(basket.store, terms.stores)):
        return "not_here", None
    if total < to_minor(terms.minimum_order, currency):
        return "below_minimum", None
    return "", None


def is_anothers(voucher: Voucher, pool: Pool | None, members: Collection[UUID]) -> bool:
    """Whether the code belongs to a member who is not among these. A code that was paid with points may be shown
    without saying who the member is, as the till has always taken it."""
    if voucher.member_id is None or voucher.member_id in members:
        return False
    return bool(members) if pool is None else pool.member_bound


def _by_time(voucher: Voucher, pool: Pool | None, today: date) -> tuple[str, date | None]:
    if voucher.last_day is not None and today > voucher.last_day:
        return "expired", voucher.last_day
    if pool is None:
        return "", None
    if pool.archived:
        return "ended", None
    if pool.last_day is not None and today > pool.last_day:
        return "expired", pool.last_day
    if pool.first_day is not None and today < pool.first_day:
        return "too_early", pool.first_day
    return "", None


def _by_count(voucher: Voucher, pool: Pool | None, asker: Asker) -> str:
    if voucher.state is VoucherState.used:
        return "used"
    if voucher.most_uses is not None and voucher.uses + voucher.reserved >= voucher.most_uses:
        return "in_use"
    if pool is None:
        return ""
    if pool.total_uses is not None and pool.taken + asker.before.get(pool.id, 0) >= pool.total_uses:
        return "pool_used_up"
    if (pool.member_bound or pool.uses_per_member is not None) and not asker.members:
        return "member_needed"
    if pool.uses_per_member is not None and _uses(asker, pool) >= pool.uses_per_member:
        return "member_limit"
    return ""


def _uses(asker: Asker, pool: Pool) -> int:
    return asker.used.get(pool.id, 0) + asker.before.get(pool.id, 0)
