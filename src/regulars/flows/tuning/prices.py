"""What members spent, at other prices: who took a reward takes it again, for what it costs under a candidate. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.domain.ledger.contracts import CauseKind
from regulars.flows.backtests.reading import Movement
from regulars.flows.tuning.lever import Priced

_OF_REDEMPTIONS = frozenset({int(CauseKind.redemption), int(CauseKind.reversal)})


def at_prices(movements: Sequence[Movement], *, before: Sequence[Priced], after: Sequence[Priced]) -> list[Movement]:
    """The movements, with the points of redemptions as many times as high as the price is now.

    A price of 100 that was 80: who paid 80 pays 100, and who paid 40 of them out of a pool pays 50. Rounded down. What
    belongs to the same redemption (set aside, paid, given back) changes alike; everything else stays.
    """
    prices = {each.code: each.price for each in before}
    ratios = {each.code: (each.price, prices[each.code]) for each in after if each.price != prices[each.code]}
    of_redemption: dict[bytes, tuple[int, int]] = {}
    found = []
    for each in movements:
        if each.cause_kind in _OF_REDEMPTIONS and each.reason in ratios:
            of_redemption.setdefault(each.cause, ratios[each.reason])
        ratio = of_redemption.get(each.cause) if each.cause_kind in _OF_REDEMPTIONS else None
        found.append(each if ratio is None else each._replace(amount=max(each.amount * ratio[0] // ratio[1], 1)))
    return found
