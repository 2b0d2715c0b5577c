"""More points by tier: the points of another rule, as many times as the member's tier says."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pydantic import Field

from regulars.domain.earning.contracts import Data
from regulars.domain.earning.example import Example, Happened, Word
from regulars.domain.earning.needs import Need
from regulars.domain.earning.rounding import Exact, exact_text, product, shown
from regulars.domain.earning.strategy import Asked, EarnStrategy, StrategyParameters, Terms
from regulars.domain.earning.tier_split import Piece, pieces
from regulars.kernel.words import Money, Sentence


class TierMultiplierParameters(StrategyParameters):
    """of: id of the rule whose points are multiplied, on the same lines. ladder: whose tiers say how many times.

    tier: the one held before the order, for all of it; or `split_at_threshold`: the part of an order beyond a threshold
    that it reaches earns as the higher tier does.
    """

    of: str = Field(min_length=1, max_length=60, description="The id of the rule whose points are multiplied")
    ladder: str = Field(min_length=1, max_length=40, description="The id of the ladder whose tiers have a multiplier")
    tier: Literal["at_start", "split_at_threshold"] = Field(
        default="at_start",
        exclude_if=lambda value: value == "at_start",
        description="By which tier an order earns that reaches a higher one: the tier before it, or each for its part",
    )


class TierMultiplier(EarnStrategy):
    """Gold has the benefit {kind: multiplier, factor: 1.25}: for an order of 40.00 the base gives 40, this 10 more.

    A tier without that benefit earns nothing more. The exact points of the base are multiplied, before its rounding.
    """

    name = "tier_multiplier"
    title = "Multiply the points of another rule by the member's tier"
    Parameters = TierMultiplierParameters
    after_others = True
    need = Need.more
    example = Example(
        {"of": "base", "ladder": "status"},
        (
            Happened(amount="40.00", tier="silver", what=Word("of a silver member")),
            Happened(amount="40.00", tier="gold", what=Word("of a gold member, whose tier earns 1.25 times as much")),
        ),
    )

    def __init__(self, parameters: TierMultiplierParameters) -> None:
        self._parameters = parameters
        self._factors: Mapping[str, Decimal] = {}
        self.splits = parameters.ladder if parameters.tier == "split_at_threshold" else ""

    def learn_factors(self, factors: Mapping[str, Mapping[str, Decimal]]) -> None:
        self._factors = factors.get(self._parameters.ladder, {})

    def exact(self, asked: Asked) -> Exact:
        parts = self._parts(asked)
        if len(parts) < 2:
            return product(self._base(asked), self._factor(asked) - 1)
        whole = asked.occurrence.amount_minor
        share = sum(Fraction(part.amount, whole) * Fraction(self._of(part.tier) - 1) for part in parts)
        return product(self._base(asked), Fraction(share))

    def inputs(self, asked: Asked) -> dict[str, Data]:
        parts = self._parts(asked)
        inputs: dict[str, Data] = {
            "base": exact_text(self._base(asked)),
            "factor": exact_text(self._factor(asked)),
            "tier": asked.member.tiers.get(self._parameters.ladder, ""),
        }
        if len(parts) > 1 or (parts and parts[0].tier != inputs["tier"]):
            first = Decimal(parts[0].amount).scaleb(-asked.occurrence.places)
            inputs |= {"parts": len(parts), "first": str(first), "top": parts[-1].tier}
            inputs["top_factor"] = exact_text(self._of(parts[-1].tier))
        return inputs

    def words(self, terms: Terms) -> Sentence:
        text = "the points of “{rule}” as many times as your tier says"
        if self.splits:
            text = "the points of “{rule}” as many times as your tier says, beyond a threshold as the higher tier says"
        return Sentence(text, self._values(terms, {}))

    def explain(self, inputs: dict[str, Data], terms: Terms) -> Sentence:
        text = "the extra of {factor} times the {base} points of “{rule}” for {tier}"
        if inputs.get("parts") == 2:
            text = (
                "the extra of {factor} times for {tier} on the first {first} and of {top_factor} times for {top} on the"
                " rest, of {base} points of “{rule}”"
            )
        elif "parts" in inputs:
            text = "the extra of the {base} points of “{rule}” by the tiers up to {top}, each for its part of the order"
        return Sentence(text, self._values(terms, inputs))

    def explain_nothing(self, inputs: dict[str, Data], terms: Terms) -> Sentence | None:
        if Decimal(str(inputs.get("factor", 1))) == 1 and inputs.get("tier") and "parts" not in inputs:
            return Sentence("{tier} earns no more than the usual points", self._values(terms, inputs))
        return Sentence("“{rule}” gave nothing here that could be multiplied", self._values(terms, inputs))

    def _base(self, asked: Asked) -> Exact:
        other = asked.others.get(self._parameters.of)
        return Decimal(0) if other is None else other(asked.lines)

    def _factor(self, asked: Asked) -> Decimal:
        return self._of(asked.member.tiers.get(self._parameters.ladder, ""))

    def _of(self, tier: str) -> Decimal:
        return self._factors.get(tier, Decimal(1))

    def _parts(self, asked: Asked) -> list[Piece]:
        """The order, cut where the tier changes; empty where it is not cut at all."""
        ladder, ahead = self._parameters.ladder, asked.member.ahead
        if not self.splits or ladder not in ahead:
            return []
        return pieces(asked.occurrence.amount_minor, asked.member.tiers.get(ladder, ""), ahead[ladder])

    def _values(self, terms: Terms, inputs: Mapping[str, Data]) -> dict[str, object]:
        rule, tier = self._parameters.of, str(inputs.get("tier", ""))
        names, top = terms.tier_names.get(self._parameters.ladder, {}), str(inputs.get("top", ""))
        return {
            "top": names.get(top, top),
            "top_factor": Decimal(str(inputs.get("top_factor", 1))),
            "first": Money(Decimal(str(inputs.get("first", 0))), terms.currency),
            "rule": terms.rule_names.get(rule, rule),
            "tier": names.get(tier, tier),
            "factor": Decimal(str(inputs.get("factor", 1))),
            "base": shown(Decimal(str(inputs.get("base", 0)))),
        }
