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
from regulars.domain.earning.return_rounding import ReturnRounding
from regulars.domain.earning.strategy import Asked, EarnStrategy
from regulars.domain.ledger.activation_policy import ActivationPolicy
from regulars.domain.ledger.clawback_policy import Clawback, ClawbackPolicy
from regulars.domain.ledger.expiry_policy import ExpiryPolicy
from regulars.domain.ledger.restore_policy import RestorePolicy
from regulars.domain.ledger.transfer_expiry_policy import Part, TransferExpiryPolicy
from regulars.domain.rewards.reward_type import RewardType
from regulars.domain.tiers.down_policy import DownPolicy
from tests.architecture.source import ROOT

# Guide, which of its blocks of Python, and what that block builds.
GUIDES = [
    ("add-an-earn-strategy", 0, EarnStrategy),
    ("add-a-reward-type", 0, RewardType),
    ("add-a-tier-policy", 0, DownPolicy),
    ("add-a-policy", 0, ExpiryPolicy),
    ("add-a-policy", 1, ActivationPolicy),
    ("add-a-policy", 2, ClawbackPolicy),
    ("add-a-policy", 3, RestorePolicy),
    ("add-a-policy", 4, TransferExpiryPolicy),
    ("add-a-policy", 5, ReturnRounding),
]
MONDAY = date(2026, 3, 2)


@cache
def built(guide: str, block: int = 0) -> ModuleType:
    """The module that a block of Python in a guide makes."""
    text = (ROOT / "docs" / "guides" / f"{guide}.md").read_text("utf-8")
    code = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)[block]
    module = ModuleType(f"guide_{guide.replace('-', '_')}_{block}")
    sys.modules[module.__name__] = module  # pydantic looks there for the types that annotations name
    exec(compile(code, f"{guide}.md", "exec", dont_inherit=True), vars(module))  # noqa: S102  # the guide's own code
    return module


@pytest.mark.parametrize(("guide", "block", "base"), GUIDES)
def test_a_guide_builds_one_variant_that_says_what_it_is(guide: str, block: int, base: type[object]) -> None:
    module = built(guide, block)
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
    coffee = module.Tasting(module.TastingParameters(item="A coffee", worth="3.20"))
    assert (str(coffee.words(currency="EUR")), coffee.worth()) == ("A taste of A coffee", Decimal("3.20"))
    (gift,) = coffee.grants(today=date(2026, 3, 1), choices={})
    assert (gift.last_day, gift.item) == (date(2026, 3, 31), "A coffee")


def test_the_policy_of_the_guide_goes_down_two_steps_at_most() -> None:
    policy = built("add-a-tier-policy").TwoSteps()
    assert [policy.lowered(held=4, reached=reached) for reached in (0, 1, 2, 3)] == [2, 2, 2, 3]


def test_the_expiry_policy_of_the_guide_ends_with_a_season() -> None:
    policy = built("add-a-policy", 0).EndOfSeason(period="6 months")
    days = [date(2026, 3, 2), date(2026, 3, 31), date(2026, 4, 1), date(2026, 9, 30), date(2026, 10, 1)]
    ends = [date(2026, 9, 30), date(2026, 9, 30), date(2027, 3, 31), date(2027, 3, 31), date(2027, 9, 30)]
    assert [policy.last_day(day) for day in days] == ends
    assert (
        str(policy.words()) == "points expire at the end of the season, 6 months after you earned them at the earliest"
    )


def test_the_activation_policy_of_the_guide_waits_for_friday() -> None:
    policy = built("add-a-policy", 1).Weekday(weekday="friday")
    days = [MONDAY, date(2026, 3, 5), date(2026, 3, 6)]
    assert [policy.term(day).activates_on for day in days] == [date(2026, 3, 6), date(2026, 3, 6), date(2026, 3, 13)]


def test_the_clawback_policy_of_the_guide_leaves_other_points_alone() -> None:
    policy = built("add-a-policy", 2).OwnOnly()
    assert policy.plan(200, pending=40, own=50, others=70) == Clawback(40, 50, 0, 0)
    assert policy.plan(60, pending=40, own=50, others=70) == Clawback(40, 20, 0, 0)


def test_the_restore_policy_of_the_guide_gives_a_month_at_least() -> None:
    policy = built("add-a-policy", 3).AtLeast(period="1 month")
    originals = [date(2026, 2, 1), date(2026, 3, 20), date(2026, 12, 31), None]
    days = [policy.last_day(original, today=MONDAY) for original in originals]
    assert days == [date(2026, 4, 2), date(2026, 4, 2), date(2026, 12, 31), None]


def test_the_transfer_expiry_policy_of_the_guide_lets_all_go_with_the_first() -> None:
    policy = built("add-a-policy", 4).Earliest()
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    paid = [Part(30, noon, date(2026, 6, 30), False), Part(20, noon, date(2026, 12, 31), False)]
    anew = Part(50, noon, date(2027, 3, 31), False)
    assert policy.arrives(paid, anew=anew) == [Part(50, noon, date(2026, 6, 30), False)]


def test_the_return_rounding_of_the_guide_rounds_for_the_shop() -> None:
    rounding = built("add-a-policy", 5).ProrateCeiling()
    kept = [
        rounding.kept({"base": 100}, recomputed=dict, returned_minor=returned, total_minor=3000)
        for returned in (0, 1, 1000, 3000)
    ]
    assert kept == [{"base": 100}, {"base": 99}, {"base": 66}, {"base": 0}]
