"""Tunings: every figure of a history that fits on paper, the same lives as a back-test, samples, drafts."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from regulars.database.pool import connect
from regulars.domain.programmes.change_words import differences
from regulars.domain.programmes.document import require_valid
from regulars.domain.programmes.rulebook import Rulebook
from regulars.domain.rewards.commands import save_reward
from regulars.domain.rewards.contracts import RewardDraft
from regulars.domain.tunings.contracts import Tuning
from regulars.flows.backtests.asking import ask_backtest, found_backtest, work_backtests
from regulars.flows.backtests.running import here as backtest_here
from regulars.flows.backtests.wish import Wish
from regulars.flows.draft_rulebook import discard_draft
from regulars.flows.redeem_reward import redeem_reward
from regulars.flows.tuning.asking import Question, ask_tuning, cancel_tuning, found_tuning, work_tunings
from regulars.flows.tuning.drafting import change_of, draft_candidate
from regulars.flows.tuning.playing import Plan
from regulars.flows.tuning.running import here, on_cores, run, share_for_a_minute
from regulars.flows.tuning.terms import terms_of
from regulars.kernel.errors import Conflict, NotFound
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop, open_shop

pytestmark = [pytest.mark.database, pytest.mark.capability("I6")]

RATE: dict[str, Any] = {"lever": "earn_rate", "target": "base", "steps": ["0.5", "1", "2"]}
PRICE: dict[str, Any] = {"lever": "reward_price", "target": "coffee", "steps": ["25", "50"]}


def put_coffee(shop: Shop, price: int = 50) -> int:
    draft = RewardDraft("coffee", "discount_voucher", "Free coffee", price, parameters={"amount": "3.00"})
    return save_reward(shop.conn, draft, programme_id=shop.programme.id, now=shop.now).id


def live_on_paper(shop: Shop) -> None:
    """Ann buys for 30.00 twice, ten days apart; Ben for 40.00; Cem for 250.00 after five days. Then 90 days pass."""
    put_coffee(shop)
    ann, ben, cem = (shop.enrol() for _ in range(3))
    shop.buy(ann, "30.00")
    shop.buy(ben, "40.00")
    shop.later(days=5)
    shop.buy(cem, "250.00")
    shop.later(days=5)
    shop.buy(ann, "30.00")
    shop.later(days=90)


def ask(shop: Shop, **fields: Any) -> Tuning:
    stated: dict[str, Any] = {"levers": [RATE], "margin": Decimal("0.30")} | fields
    question = Question(**stated)
    return ask_tuning(shop.conn, question, programme_id=shop.programme.id, now=shop.now, by="ada")


def work(shop: Shop) -> int:
    return work_tunings(shop.conn, programme_id=shop.programme.id, clock=lambda: shop.now, mapped=here(shop.conn))


def found(shop: Shop, asked: Tuning) -> Tuning:
    return found_tuning(shop.conn, programme_id=shop.programme.id, tuning_id=asked.id)


def played(shop: Shop, **fields: Any) -> dict[str, Any]:
    asked = ask(shop, **fields)
    assert work(shop) == 1, found(shop, asked).problem
    result = found(shop, asked).result
    assert result is not None
    return result


def by_value(result: dict[str, Any]) -> dict[tuple[str, ...], dict[str, Any]]:
    return {tuple(each["values"]): each for each in result["candidates"]}


def value(figure: dict[str, str] | None) -> Decimal:
    assert figure is not None
    assert figure["low"] == figure["value"] == figure["high"], "everybody was played"
    return Decimal(figure["value"])


def test_every_figure_can_be_computed_on_paper(shop: Shop) -> None:
    live_on_paper(shop)
    with_goals = [
        {"goal": "cost_per_order", "at_most": "1.00"},
        {"goal": "first_reward_in_time", "days": 90, "at_least": "0.6"},
    ]
    result = played(shop, goals=with_goals)
    assert (result["members"], result["played"], result["events"], result["left_out"]) == (3, 3, 7, {})
    rows = by_value(result)
    assert [each["as_it_is"] for each in result["candidates"]] == [True, False, False]
    # 350 points for 4 orders and 350.00; half of it is rounded down: 15 + 15, 20, 125; twice as much is 700.
    for step, cost, sales in (("0.5", "0.4375", "0.005"), ("1", "0.875", "0.01"), ("2", "1.75", "0.02")):
        figures = rows[step,]["figures"]
        assert value(figures["cost_per_order"]) == Decimal(cost)
        assert value(figures["cost_of_sales"]) == value(rows[step,]["cost_after_breakage"]) == Decimal(sales)
        assert value(figures["liability_at_end"]) == Decimal(cost) * 4
        assert value(figures["points_expired"]) == 0
    # For 50 points: Cem alone; Ann and Cem; all three.
    reached = [value(rows[step,]["goals"][1]["figure"]) for step in ("0.5", "1", "2")]
    assert reached == [Decimal(n) / 3 for n in (1, 2, 3)] or [round(each * 3) for each in reached] == [1, 2, 3]
    assert [rows[step,]["met"] for step in ("0.5", "1", "2")] == ["no", "surely", "no"]
    assert {each["place"] for each in rows.values()} == {"on"}
    assert result["nearest"] is None
    needed = {step: rows[step,]["break_even"]["needed"] for step in ("0.5", "1", "2")}
    assert needed == {"0.5": "0.01694915", "1": "0.03448276", "2": "0.07142857"}
    assert rows["2",]["break_even"]["than_now"] == "0.03571429", "one per cent of 28"
    assert rows["1",]["break_even"]["than_now"] == "0"
    assert result["measured_uplift"] is None


def test_a_price_is_a_lever_and_what_is_beaten_is_behind(shop: Shop) -> None:
    live_on_paper(shop)
    result = played(shop, levers=[RATE, PRICE])
    rows = by_value(result)
    assert len(rows) == 6
    # For 25 points everybody has their coffee at the present rate; twice the rate costs more for the same.
    assert [rows[each]["place"] for each in (("1", "25"), ("2", "25"), ("2", "50"), ("1", "50"))] == [
        "on", "behind", "behind", "behind",
    ]  # fmt: skip
    assert [each["price"] for each in rows["1", "25"]["rewards"]] == [25]


def test_tiers_are_a_goal_between_two_bounds(shop: Shop) -> None:
    live_on_paper(shop)
    goal = {"goal": "members_on_tier", "ladder": "status", "tier": "silver", "at_least": "0.2", "at_most": "0.5"}
    lever = {"lever": "tier_threshold", "target": "status/silver", "steps": ["50", "200", "400"]}
    rows = by_value(played(shop, levers=[lever], goals=[goal]))
    assert [rows[each,]["met"] for each in ("50", "200", "400")] == ["no", "surely", "no"]
    # From 50: Ann and Cem of three.
    assert round(value(rows["50",]["goals"][0]["figure"]) * 3) == 2


def test_points_that_expire_cost_nothing_in_the_end(shop: Shop) -> None:
    live_on_paper(shop)
    lever = {"lever": "expiry_period", "target": "points", "steps": ["1", "12 months", "never"]}
    goal = {"goal": "points_expired", "at_most": "0.1"}
    rows = by_value(played(shop, levers=[lever], goals=[goal]))
    assert list(rows) == [("1 year",), ("1 month",), ("never",)]
    # Everything was given in March, and ends with April; the end is in June.
    assert value(rows["1 month",]["figures"]["points_expired"]) == 1
    assert value(rows["1 month",]["figures"]["liability_at_end"]) == value(rows["1 month",]["cost_after_breakage"]) == 0
    assert [each["met"] for each in rows.values()] == ["surely", "no", "surely"]


def test_a_goal_that_nobody_meets_names_the_nearest(shop: Shop) -> None:
    live_on_paper(shop)
    result = played(shop, goals=[{"goal": "cost_per_order", "at_most": "0.40"}])
    assert {each["met"] for each in result["candidates"]} == {"no"}
    assert result["candidates"][result["nearest"]]["values"] == ["0.5"]


def test_nothing_pays_where_the_margin_is_smaller_than_the_cost(shop: Shop) -> None:
    live_on_paper(shop)
    rows = by_value(played(shop, margin=Decimal("0.01")))
    assert [rows[each,]["break_even"]["needed"] for each in ("0.5", "1", "2")] == ["1", None, None]
    assert rows["2",]["break_even"]["than_now"] is None


def test_as_it_is_equals_the_back_test_of_the_live_version(shop: Shop) -> None:
    live_on_paper(shop)
    member = shop.enrol()
    shop.give_back(member, shop.buy(member, "80.00"), amount="30.00")
    shop.later(days=400)
    shop.buy(member, "10.00")
    twice = copy.deepcopy(RULEBOOK)
    twice["earn_rules"][0]["earn"]["points"] = 2
    asked = ask_backtest(
        shop.conn, Rulebook.model_validate(twice), programme_id=shop.programme.id, now=shop.now, by="ada"
    )
    work_backtests(shop.conn, programme_id=shop.programme.id, clock=lambda: shop.now, mapped=backtest_here(shop.conn))
    told = found_backtest(shop.conn, programme_id=shop.programme.id, backtest_id=asked.id).result
    assert told is not None
    rows = by_value(played(shop))
    for side, row in (("live", rows["1",]), ("draft", rows["2",])):
        points = told["sides"][side]["points"][0]
        assert round(value(row["figures"]["cost_per_order"]) * 6, 6) == Decimal(points["cost"])
        assert value(row["figures"]["liability_at_end"]) == Decimal(points["months"][-1]["liability"])
        expired = Decimal(points["expired"]) / Decimal(points["earned"])
        assert expired > 0
        assert round(value(row["figures"]["points_expired"]), 6) == round(expired, 6)


def test_who_redeemed_pays_the_price_of_the_candidate(shop: Shop) -> None:
    reward = put_coffee(shop)
    member = shop.enrol()
    shop.buy(member, "100.00")
    redeem_reward(
        shop.conn, programme_id=shop.programme.id, member_id=member, reward_id=reward, now=shop.now, by="till"
    )
    shop.later(days=1)
    rows = by_value(played(shop, levers=[PRICE]))
    assert value(rows["50",]["figures"]["liability_at_end"]) == Decimal("0.50")
    assert value(rows["25",]["figures"]["liability_at_end"]) == Decimal("0.75")


def test_how_far_rewards_are_away_for_a_typical_member(shop: Shop) -> None:
    """Each buys for 10.00 every ten days, a hundred days long: a point for a euro, and a coffee for 50."""
    put_coffee(shop)
    shop.publish(_with_welcome(10))
    members = [shop.enrol() for _ in range(4)]
    for _ in range(10):
        for member in members:
            shop.buy(member, "10.00")
        shop.later(days=10)
    result = played(shop)
    assert [each["quartile"] for each in result["typical"]] == [1, 2, 3]
    assert {each["a_year"] for each in result["typical"]} == {"365.25"}
    assert {each["an_order"] for each in result["typical"]} == {"10"}
    rows = by_value(result)
    # 10 points are there from the beginning; 40 more are 40.00, 20.00, 80.00.
    for step, way in (("1", (4, 40, "40")), ("2", (2, 20, "20")), ("0.5", (8, 80, "80"))):
        (coffee,) = rows[step,]["rewards"]
        first = coffee["ways"][0]
        assert (coffee["price"], first["orders"], first["days"], first["money"]) == (50, *way)


def test_points_that_go_before_are_no_way_to_a_reward(shop: Shop) -> None:
    put_coffee(shop)
    member = shop.enrol()
    for _ in range(10):
        shop.buy(member, "10.00")
        shop.later(days=10)
    lever = {"lever": "expiry_period", "target": "points", "steps": ["20 days", "12 months"]}
    rows = by_value(played(shop, levers=[lever]))
    ways = {key: each["rewards"][0]["ways"][0] for key, each in rows.items()}
    assert ways["20 days",] == {"orders": None, "days": None, "money": None, "expires": True}
    assert ways["1 year",]["days"] == 50


def _with_welcome(points: int) -> dict[str, Any]:
    document = copy.deepcopy(RULEBOOK)
    document["earn_rules"].append(
        {"id": "hello", "name": "Hello", "on": "member.enrolled", "earn": {"strategy": "fixed_bonus", "points": points}}
    )
    return document


@pytest.fixture(scope="module")
def crowd(database_url: str) -> Iterator[Shop]:
    """150 members with one to three orders each, of 5.30 to 74.30."""
    shop = open_shop(connect())
    put_coffee(shop)
    members = [shop.enrol() for _ in range(150)]
    for turn in range(3):
        orders = [
            shop.order(each, f"{5 + (7 * at + 31 * turn) % 70}.30") for at, each in enumerate(members) if at % 3 >= turn
        ]
        for start in range(0, len(orders), 50):
            shop.send(*orders[start : start + 50])
        shop.later(days=40)
    yield shop
    shop.conn.close()


def nearly(figure: dict[str, str], whole: dict[str, str]) -> bool:
    """Whether the whole lies within twice the interval: ids differ in every run, and one sample of twenty is odd."""
    found, low, high = (Decimal(figure[name]) for name in ("value", "low", "high"))
    return 2 * low - found <= value(whole) <= 2 * high - found


def test_a_sample_covers_the_whole_and_is_the_same_for_a_seed(crowd: Shop) -> None:
    goals = [{"goal": "first_reward_in_time", "days": 60, "at_most": "1"}]
    whole = by_value(played(crowd, goals=goals, share=Decimal(1)))
    sample = played(crowd, goals=goals, share=Decimal("0.4"), seed=5)
    assert sample == played(crowd, goals=goals, share=Decimal("0.4"), seed=5)
    assert sample != played(crowd, goals=goals, share=Decimal("0.4"), seed=6)
    assert 30 < sample["played"] < 90
    for key, row in by_value(sample).items():
        for name, figure in row["figures"].items():
            assert nearly(figure, whole[key]["figures"][name]), (key, name)
            assert figure["low"] != figure["high"] or name == "points_expired"
        assert nearly(row["goals"][0]["figure"], whole[key]["goals"][0]["figure"])


def test_what_overlaps_is_told(crowd: Shop) -> None:
    lever = {"lever": "earn_rate", "target": "base", "steps": ["0.98", "1", "9"]}
    rows = by_value(played(crowd, levers=[lever], share=Decimal("0.4"), seed=5))
    assert rows["1",]["alike"] == [1]
    assert rows["9",]["alike"] == []


def test_several_processes_give_what_one_gives(crowd: Shop) -> None:
    asked = ask(crowd)
    terms = terms_of(asked)
    plan = Plan(Wish(asked.programme_id, asked.organisation_id, asked.until), terms.ground, terms.turns)
    one, _ = run(crowd.conn, plan, told=lambda done, of: True, mapped=here(crowd.conn))
    several, _ = run(crowd.conn, plan, told=lambda done, of: True, mapped=on_cores)
    cancel_tuning(crowd.conn, programme_id=crowd.programme.id, tuning_id=asked.id, now=crowd.now)
    assert sorted(several.lives) == sorted(one.lives)
    assert (several.all_members, several.events) == (one.all_members, one.events) == (150, 450)


def test_so_many_are_drawn_that_it_takes_a_minute(crowd: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    place: dict[str, Any] = {"programme_id": crowd.programme.id}
    assert share_for_a_minute(crowd.conn, candidates=60, **place) == 1
    monkeypatch.setattr("regulars.flows.tuning.running.PLAYS_A_MINUTE", 4_500)
    monkeypatch.setattr("regulars.flows.tuning.running.FEWEST", 30)
    assert share_for_a_minute(crowd.conn, candidates=20, **place) == Decimal("0.5")
    assert share_for_a_minute(crowd.conn, candidates=60, **place) == Decimal("0.2"), "thirty at least"
    assert ask(crowd).share == 1


def test_a_budget_that_would_run_out_is_told(shop: Shop) -> None:
    document = copy.deepcopy(RULEBOOK)
    document["earn_rules"][0]["limits"] = {"budget": {"points": 400}}
    shop.publish(document)
    live_on_paper(shop)
    rows = by_value(played(shop))
    assert [rows[each,]["budget_runs_out"] for each in ("0.5", "1", "2")] == [False, False, True]


def test_a_candidate_becomes_a_draft(shop: Shop) -> None:
    live_on_paper(shop)
    asked = ask(shop, levers=[RATE, PRICE])
    place: dict[str, Any] = {"of": shop.programme, "name": "Twice", "by": "ada", "now": shop.now}
    with nothing_changes(shop), pytest.raises(NotFound):
        draft_candidate(shop.conn, asked, 0, **place)
    work(shop)
    done = found(shop, asked)
    assert done.result is not None
    values = [each["values"] for each in done.result["candidates"]]
    made = draft_candidate(shop.conn, done, values.index(["2", "25"]), **place)
    assert (made.name, made.based_on) == ("Twice", 1)
    drafted = require_valid(made.text)
    assert [str(each.words) for each in differences(Rulebook.model_validate(RULEBOOK), drafted)] == [
        "“1 point per euro”: the rate rises from 1 to 2 points per 1.00 EUR"
    ]
    change = change_of(terms_of(done), ["2", "25"])
    assert [(each.code, each.price) for each in change.prices] == [("coffee", 25)]
    discard_draft(shop.conn, made.id, of=shop.programme, by="ada", now=shop.now)
    for other in (["1", "25"], ["1", "50"]):
        with nothing_changes(shop), pytest.raises(Conflict) as refused:
            draft_candidate(shop.conn, done, values.index(other), **place)
        assert refused.value.code == "nothing_to_draft"
    with nothing_changes(shop), pytest.raises(NotFound):
        draft_candidate(shop.conn, done, 6, **place)
