"""More points by tier: the points of another rule, as many times as the member's tier says."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from pydantic import Field

from regulars.domain.earning.contracts import Data
from regulars.domain.earning.example import Example, Happened, Word
from regulars.domain.earning.needs import Need
from regulars.domain.earning.rounding import Exact, exact_text, product, shown
from regulars.domain.earning.strategy import Asked, EarnStrategy, StrategyParameters, Terms
from regulars.kernel.words import Sentence


class TierMultiplierParameters(StrategyParameters):
    """of: id of the rule whose points are multiplied, on the same lines. ladder: whose tiers say how many times."""

    of: str = Field(min_length=1, max_length=60, description="The id of the rule whose points are multiplied")
    ladder: str = Field(min_length=1, max_length=40, description="The id of the ladder whose tiers have a multiplier")


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

    def learn_factors(self, factors: Mapping[str, Mapping[str, Decimal]]) -> None:
        self._factors = factors.get(self._parameters.ladder, {})

    def exact(self, asked: Asked) -> Exact:
        return product(self._base(asked), self._factor(asked) - 1)

    def inputs(self, asked: Asked) -> dict[str, Data]:
        return {
            "base": exact_text(self._base(asked)),
            "factor": exact_text(self._factor(asked)),
            "tier": asked.member.tiers.get(self._parameters.ladder, ""),
        }

    def words(self, terms: Terms) -> Sentence:
        return Sentence("the points of “{rule}” as many times as your tier says", self._values(terms, {}))

    def explain(self, inputs: dict[str, Data], terms: Terms) -> Sentence:
        text = "the extra of {factor} times the {base} points of “{rule}” for {tier}"
        return Sentence(text, self._values(terms, inputs))

    def explain_nothing(self, inputs: dict[str, Data], terms: Terms) -> Sentence | None:
        if Decimal(str(inputs.get("factor", 1))) == 1 and inputs.get("tier"):
            return Sentence("{tier} earns no more than the usual points", self._values(terms, inputs))
        return Sentence("“{rule}” gave nothing here that could be multiplied", self._values(terms, inputs))

    def _base(self, asked: Asked) -> Exact:
        other = asked.others.get(self._parameters.of)
        return Decimal(0) if other is None else other(asked.lines)

    def _factor(self, asked: Asked) -> Decimal:
        tier = asked.member.tiers.get(self._parameters.ladder, "")
        return self._factors.get(tier, Decimal(1))

    def _values(self, terms: Terms, inputs: Mapping[str, Data]) -> dict[str, object]:
        rule, tier = self._parameters.of, str(inputs.get("tier", ""))
        return {
            "rule": terms.rule_names.get(rule, rule),
            "tier": terms.tier_names.get(self._parameters.ladder, {}).get(tier, tier),
            "factor": Decimal(str(inputs.get("factor", 1))),
            "base": shown(Decimal(str(inputs.get("base", 0)))),
        }
