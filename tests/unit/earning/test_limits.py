"""Campaigns, caps and budgets of the pure core: what is given, what is left, and what a member reads."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from regulars.domain.earning.campaigns import Campaign
from regulars.domain.earning.contracts import BudgetKey, Draw, Evaluation, MemberState, Verdict
from regulars.domain.earning.evaluate import evaluate
from regulars.domain.earning.explain import explain
from regulars.domain.earning.limits import BEGINNING, Limits, pause_of, period_start
from regulars.domain.earning.rules import CompiledRules, EarnRule
from tests.unit.earning.stage import MORNING, TERMS, member, order, rule

SUMMER = BudgetKey("campaign:summer", BEGINNING)
WORTH = {"points": Decimal("0.015")}


def campaign(**fields: Any) -> Campaign:
    return Campaign.model_validate({"id": "summer", "name": "Summer", **fields})


def bonus(points: int, identifier: str = "r", **fields: Any) -> EarnRule:
    return rule(id=identifier, earn={"strategy": "fixed_bonus", "points": points}, **fields)


def asked(rules: list[EarnRule], *campaigns: Campaign, of: MemberState | None = None, **event: Any) -> Evaluation:
    compiled = CompiledRules(rules, places=2, campaigns=campaigns, worths=WORTH)
    return evaluate(compiled, of or member(), order(**{"minor": 1000, **event}))


def with_left(**left: str) -> MemberState:
    """left: by key without its kind, of the whole time."""
    someone = member()
    someone.left = {BudgetKey(f"campaign:{key}", BEGINNING): Decimal(amount) for key, amount in left.items()}
    return someone


def words(found: Evaluation, rules: list[EarnRule], *campaigns: Campaign) -> list[str]:
    by_id = {each.id: each for each in rules}
    terms = TERMS.model_copy(update={"campaigns": {each.id: each for each in campaigns}})
    return [str(explain(each, by_id[each.rule], terms)) for each in found.verdicts]


def test_a_cap_for_one_event_cuts_what_is_above() -> None:
    rules = [bonus(100, limits={"per_event": 40})]
    found = asked(rules)
    assert found.verdicts == [Verdict("r", True, "points", 40, "100", wanted=100, by="limits.per_event")]
    assert words(found, rules) == [
        "a bonus of 100 gives 100; 40 of them are given, because there are at most 40 points at once"
    ]
    assert asked([bonus(40, limits={"per_event": 40})]).verdicts == [Verdict("r", True, "points", 40, "40")]


def test_a_campaign_holds_for_all_of_its_rules() -> None:
    app = {"field": "event.channel", "is": "app"}
    summer = campaign(when=app, valid_from=MORNING, valid_until=MORNING + timedelta(days=1))
    rules = [bonus(5, "a", campaign="summer"), bonus(7, "b", campaign="summer"), bonus(9, "c")]
    assert [each.points for each in asked(rules, summer).verdicts] == [5, 7, 9]
    for event, failed in (
        ({"channel": "web"}, "campaign.when"),
        ({"at": MORNING - timedelta(seconds=1)}, "campaign.valid"),
        ({"at": MORNING + timedelta(days=1)}, "campaign.valid"),
    ):
        found = asked(rules, summer, **event)
        assert [(each.points, each.failed) for each in found.verdicts] == [(0, failed), (0, failed), (9, "")]
    assert words(asked(rules, summer, channel="web"), rules, summer)[0] == "the channel was web, and the rule needs app"
    assert words(asked(rules, summer, at=MORNING + timedelta(days=1)), rules, summer)[0] == (
        "“Summer”: this rule is in force from 20 Nov 2026, 06:30 until 21 Nov 2026, 06:30"
    )


def test_a_multiplier_can_be_a_campaign() -> None:
    rules = [
        bonus(10, "base"),
        rule(id="m", campaign="summer", earn={"strategy": "multiplier", "factor": 3, "of": "base"}),
    ]
    assert [each.points for each in asked(rules, campaign()).verdicts] == [10, 20]
    over = campaign(valid_until=MORNING)
    assert [each.points for each in asked(rules, over).verdicts] == [10, 0]


def test_what_is_left_of_a_budget_is_given_and_rules_share_it_in_their_order() -> None:
    summer = campaign(budget={"points": 500})
    rules = [bonus(100, "a", campaign="summer"), bonus(100, "b", campaign="summer"), bonus(100, "c", campaign="summer")]
    found = asked(rules, summer, of=with_left(summer="120"))
    assert [(each.points, each.wanted, each.by, each.failed, each.actual) for each in found.verdicts] == [
        (100, 0, "", "", ""),
        (20, 100, "campaign.budget", "", "480"),
        (0, 100, "", "campaign.budget", "500"),
    ]
    assert found.draws == [
        Draw("a", SUMMER, 100, Decimal(1), WORTH["points"]),
        Draw("b", SUMMER, 20, Decimal(1), WORTH["points"]),
    ]
    assert words(found, rules, summer)[1:] == [
        "a bonus of 100 gives 100; 20 of them are given, because there are 500 points for all members together,"
        " of which 480 were used",
        "it would have given 100, but there are 500 points for all members together, of which 500 were used",
    ]


def test_partial_off_gives_all_or_nothing() -> None:
    summer = campaign(budget={"points": 500})
    off = {"limits": {"partial": "off"}, "campaign": "summer"}
    rules = [bonus(100, "a", **off), bonus(20, "b", **off)]
    found = asked(rules, summer, of=with_left(summer="50"))
    assert [(each.points, each.failed, each.wanted) for each in found.verdicts] == [
        (0, "campaign.budget", 100),
        (20, "", 0),
    ]
    assert asked(rules, summer, of=with_left(summer="100")).verdicts[0].points == 100


def test_a_budget_of_money_counts_what_points_are_worth_exactly() -> None:
    """0.10 EUR at 0.015 EUR a point are 6 points and two thirds: 6 are given, and 0.01 is left."""
    summer = campaign(budget={"money": Decimal("0.10")})
    found = asked([bonus(7, campaign="summer")], summer, of=with_left(summer="0.10"))
    assert found.verdicts[0].points == 6
    assert found.draws == [Draw("r", SUMMER, 6, WORTH["points"], WORTH["points"])]
    exact = asked([bonus(20, campaign="summer")], summer, of=with_left(summer="0.30"))
    assert exact.verdicts[0].points == 20
    assert asked([bonus(20, campaign="summer")], summer, of=with_left(summer="0.2999")).verdicts[0].points == 19


def test_own_budget_and_campaign_both_bound_a_rule() -> None:
    summer = campaign(budget={"points": 500})
    limited = bonus(100, campaign="summer", limits={"budget": {"points": 90, "each": "month"}})
    someone = with_left(summer="80")
    month = BudgetKey("rule:r", date(2026, 11, 1))
    someone.left = {**someone.left, month: Decimal(70)}
    found = asked([limited], summer, of=someone)
    assert (found.verdicts[0].points, found.verdicts[0].by) == (70, "limits.budget")
    assert {(draw.budget, draw.points) for draw in found.draws} == {(month, 70), (SUMMER, 70)}


def test_a_campaign_without_a_budget_counts_what_it_gives_and_is_never_used_up() -> None:
    found = asked([bonus(100, campaign="summer")], campaign())
    assert found.verdicts[0].points == 100
    assert [draw.budget for draw in found.draws] == [SUMMER]


def test_what_does_not_fire_draws_on_nothing() -> None:
    assert asked([bonus(5, campaign="summer", when={"field": "event.channel", "is": "web"})], campaign()).draws == []
    assert asked([bonus(5)]).draws == []


def test_the_members_budgets_are_not_changed() -> None:
    someone = with_left(summer="120")
    asked([bonus(100, campaign="summer")], campaign(budget={"points": 500}), of=someone)
    assert someone.left == {SUMMER: Decimal(120)}


@pytest.mark.parametrize(
    ("each", "start"),
    [
        ("day", date(2026, 11, 20)),
        ("week", date(2026, 11, 16)),
        ("month", date(2026, 11, 1)),
        ("quarter", date(2026, 10, 1)),
        ("year", date(2026, 1, 1)),
        ("lifetime", BEGINNING),
        ("total", BEGINNING),
    ],
)
def test_periods_begin(each: Any, start: date) -> None:
    assert period_start(each, date(2026, 11, 20)) == start


@pytest.mark.parametrize(
    ("text", "pause"),
    [
        ("2 hours", timedelta(hours=2)),
        ("1 minute", timedelta(minutes=1)),
        ("10 days", timedelta(days=10)),
        ("1 week", timedelta(days=7)),
    ],
)
def test_pauses(text: str, pause: timedelta) -> None:
    assert pause_of(text) == pause


@pytest.mark.parametrize(
    "document",
    [
        {"cooldown": "soon"},
        {"cooldown": "0 hours"},
        {"cooldown": "600 weeks"},
        {"per_member": [{"each": "day"}]},
        {"per_member": [{"points": 1, "times": 1, "each": "day"}]},
        {"per_member": [{"points": 0, "each": "day"}]},
        {"budget": {"points": 0}},
        {"budget": {"money": -1}},
        {"budget": {}},
        {"budget": {"points": 1, "money": 1}},
        {"per_event": 0},
        {"per_event": True},
        {"partial": "maybe"},
    ],
)
def test_limits_that_make_no_sense_are_no_limits(document: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Limits.model_validate(document)


def test_on_and_off_may_be_written_as_yes_and_no() -> None:
    assert [Limits.model_validate({"partial": each}).partial for each in ("on", "off", True, False)] == [
        "on", "off", "on", "off",
    ]  # fmt: skip
