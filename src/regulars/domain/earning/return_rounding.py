"""The base class of return roundings, which say what is kept of an order that is partly returned."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import ClassVar

from regulars.domain.earning import returning
from regulars.kernel.registry import variants_in
from regulars.kernel.words import Sentence


class ReturnRounding:
    """Shares the points of an order between what was returned and what was kept.

    name: how rulebooks call it, in `rounding: prorate_floor`. title: how people call it.
    """

    name: ClassVar[str]
    title: ClassVar[str]

    def kept(
        self,
        granted: dict[str, int],
        *,
        recomputed: Callable[[], dict[str, int]],
        returned_minor: int,
        total_minor: int,
    ) -> dict[str, int]:
        """What the member keeps of each rule's points after all returns so far: between 0 and what the rule granted.

        granted: by rule id, of one point type. recomputed: asks what the remaining order would earn by the same
        rulebook, by rule id and of the same point type. returned_minor: the money of all returns so far; total_minor:
        that of the whole order, both in minor units.
        """
        raise NotImplementedError

    def words(self) -> Sentence:
        """The rounding for members."""
        raise NotImplementedError


@cache
def return_roundings() -> dict[str, ReturnRounding]:
    """Every rounding in the folder, by name."""
    return {name: rounding() for name, rounding in variants_in(returning, ReturnRounding).items()}
