"""The variants that the guides build are real ones: the code in the guides runs, and keeps to its worked example."""

from __future__ import annotations

import re
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from types import ModuleType

import pytest

from regulars.domain.earning.contracts import Line, MemberState, Occurrence
from regulars.domain.earning.strategy import Asked, EarnStrategy
from regulars.domain.rewards.reward_type import RewardType
from regulars.domain.tiers.down_policy import DownPolicy
from tests.architecture.source import ROOT

GUIDES = {
    "add-an-earn-strategy": EarnStrategy,
    "add-a-reward-type": RewardType,
    "add-a-tier-policy": DownPolicy,
}


@cache
def built(guide: str) -> ModuleType:
    """The module that the first block of Python in a guide makes."""
    text = (ROOT / "docs" / "guides" / f"{guide}.md").read_text("utf-8")
    found = re.search(r"```python\n(.*?)```", text, flags=re.DOTALL)
    assert found is not None
    module = ModuleType(f"guide_{guide.replace('-', '_')}")
    sys.modules[module.__name__] = module  # pydantic looks there for the types that annotations name
    exec(compile(found[1], f"{guide}.md", "exec", dont_inherit=True), vars(module))  # noqa: S102  # the guide's own code
    return module


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_builds_one_variant_that_says_what_it_is(guide: str) -> None:
    module, base = built(guide), GUIDES[guide]
    variants = [
        each for each in vars(module).values() if isinstance(each, type) and issubclass(each, base) and each is not base
    ]
    (variant,) = variants
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", str(getattr(variant, "name", "")))
    assert variant.__doc__


@pytest.mark.capability("B8")
def test_the_strategy_of_the_guide_counts_kilograms() -> None:
    module = built("add-an-earn-strategy")
    at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    apples = Line("", "Apples", "Fruit", "", Decimal("0.75"), 299)
    occurrence = Occurrence("order", at, at, "EUR", 2, 299, [apples], "", "", {})
    strategy = module.PointsForWeight(module.PointsForWeightParameters(points=10))
    assert strategy.exact(Asked(occurrence, MemberState(at), None, {})) == Decimal("7.5")


def test_the_reward_type_of_the_guide_is_a_coffee_for_thirty_days() -> None:
    module = built("add-a-reward-type")
    coffee = module.FreeItem(module.FreeItemParameters(item="A coffee", worth="3.20"))
    assert (str(coffee.words(currency="EUR")), coffee.worth()) == ("A coffee for nothing", Decimal("3.20"))
    assert coffee.last_day(date(2026, 3, 1)) == date(2026, 3, 31)


def test_the_policy_of_the_guide_goes_down_two_steps_at_most() -> None:
    policy = built("add-a-tier-policy").TwoSteps()
    assert [policy.lowered(held=4, reached=reached) for reached in (0, 1, 2, 3)] == [2, 2, 2, 3]
