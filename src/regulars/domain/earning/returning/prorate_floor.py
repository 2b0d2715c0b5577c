"""Every rule's points shrink by the share of the money that came back, the part taken back rounded down."""

from __future__ import annotations

from collections.abc import Callable

from regulars.domain.earning.return_rounding import ReturnRounding
from regulars.kernel.words import Sentence


class ProrateFloor(ReturnRounding):
    """100 points for an order of 30.00 of which 10.00 come back: 33 are taken back, 67 stay."""

    name = "prorate_floor"
    title = "In proportion to the money returned, rounded for the member"

    def kept(
        self,
        granted: dict[str, int],
        *,
        recomputed: Callable[[], dict[str, int]],
        returned_minor: int,
        total_minor: int,
    ) -> dict[str, int]:
        if total_minor <= 0:
            return dict(granted)  # an order without money has no share that came back
        returned = min(returned_minor, total_minor)
        return {rule: points - points * returned // total_minor for rule, points in granted.items()}

    def words(self) -> Sentence:
        return Sentence(
            "of an order that you return in part, points are taken back in proportion to the money, rounded in your"
            " favour"
        )
