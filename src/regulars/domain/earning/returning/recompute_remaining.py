"""The member keeps what the remaining order would have earned by itself."""

from __future__ import annotations

from collections.abc import Callable

from regulars.domain.earning.return_rounding import ReturnRounding
from regulars.kernel.words import Sentence


class RecomputeRemaining(ReturnRounding):
    """An order of 50.00 earned 50 points and a bonus of 20 from 40.00 on; 15.00 come back: 35 points stay, no bonus.

    A rule that fires for the remaining order only counts as well, up to what the whole order granted: a rule for small
    orders that would now give 10 lets the member keep 45.
    """

    name = "recompute_remaining"
    title = "What the remaining order would have earned"

    def kept(
        self,
        granted: dict[str, int],
        *,
        recomputed: Callable[[], dict[str, int]],
        returned_minor: int,
        total_minor: int,
    ) -> dict[str, int]:
        again = recomputed()
        kept = {rule: min(points, again.get(rule, 0)) for rule, points in granted.items()}
        more = min(sum(granted.values()), sum(again.values())) - sum(kept.values())
        for rule, points in granted.items():
            extra = min(more, points - kept[rule])
            kept[rule] += extra
            more -= extra
        return kept

    def words(self) -> Sentence:
        return Sentence("of an order that you return in part, you keep the points that the rest would have earned")
