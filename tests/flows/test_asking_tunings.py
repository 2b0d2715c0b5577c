"""Tunings as people ask for them: kept, worked off, stopped, refused, failed with a clear answer."""

from __future__ import annotations

import copy
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from regulars.database.pool import owning
from regulars.domain.programmes.rulebook import Rulebook
from regulars.domain.tunings.contracts import TuningNotFound, TuningState
from regulars.domain.tunings.queries import tunings
from regulars.flows.tuning.asking import cancel_tuning, work_tunings
from regulars.flows.tuning.playing import Part
from regulars.kernel.errors import Conflict, Refusal
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop
from tests.flows.test_tunings import RATE, ask, found, live_on_paper, put_coffee, work

pytestmark = pytest.mark.database


def rate(*steps: str) -> list[dict[str, Any]]:
    return [RATE | {"steps": list(steps)}]


def test_it_waits_is_worked_and_what_it_found_is_kept(shop: Shop) -> None:
    live_on_paper(shop)
    asked = ask(shop, label="How much?")
    assert (asked.state, asked.label, asked.based_on, asked.share) == (TuningState.waiting, "How much?", 1, Decimal(1))
    assert work(shop) == 1
    done = found(shop, asked)
    assert (done.state, done.done, done.parts) == (TuningState.done, 64, 64)
    assert work(shop) == 0, "nothing waits any more"
    assert [each.id for each in tunings(shop.conn, programme_id=shop.programme.id)] == [asked.id]


def test_sensible_steps_are_taken_where_none_are_stated(shop: Shop) -> None:
    live_on_paper(shop)
    levers = [{"lever": "earn_rate", "target": "coffee"}, {"lever": "expiry_period", "target": "points"}]
    kept = ask(shop, levers=levers).terms["levers"]
    assert [each["steps"] for each in kept] == [
        ["1.5", "1.75", "2", "2.5", "3"],
        ["3 months", "6 months", "1 year", "2 years", "never"],
    ]
    assert ask(shop, levers=rate("3")).terms["levers"][0]["steps"] == ["1", "3"], "the present value is always there"


def test_combinations_that_are_no_rulebook_are_left_out(shop: Shop) -> None:
    """Silver from 600 lies above Gold from 500."""
    live_on_paper(shop)
    levers = [
        {"lever": "tier_threshold", "target": "status/silver", "steps": ["200", "600"]},
        {"lever": "tier_threshold", "target": "status/gold", "steps": ["500", "700"]},
    ]
    asked = ask(shop, levers=levers)
    work(shop)
    result = found(shop, asked).result
    assert result is not None
    assert [each["values"] for each in result["candidates"]] == [["200", "500"], ["200", "700"], ["600", "700"]]


def test_it_is_stopped_before_it_began_and_while_it_runs(shop: Shop) -> None:
    live_on_paper(shop)
    place: dict[str, Any] = {"programme_id": shop.programme.id, "now": shop.now}
    waiting = ask(shop)
    cancel_tuning(shop.conn, tuning_id=waiting.id, **place)
    assert work(shop) == 0
    running = ask(shop)

    def stopped(plan: Any, tasks: Any) -> Any:
        yield Part()
        cancel_tuning(shop.conn, tuning_id=running.id, **place)
        yield Part()
        raise AssertionError("it went on")

    assert work_tunings(shop.conn, programme_id=shop.programme.id, clock=lambda: shop.now, mapped=stopped) == 0
    seen = found(shop, running)
    assert (seen.state, seen.done, seen.result) == (TuningState.cancelled, 1, None)
    with nothing_changes(shop), pytest.raises(Conflict) as refused:
        cancel_tuning(shop.conn, tuning_id=running.id, **place)
    assert refused.value.code == "tuning_over"
    with nothing_changes(shop), pytest.raises(TuningNotFound):
        cancel_tuning(shop.conn, tuning_id=2**31 - 1, **place)


def test_a_run_that_lost_its_process_begins_again(shop: Shop) -> None:
    live_on_paper(shop)
    asked = ask(shop)
    shop.conn.execute(
        "update tunings_tuning set state = 2, started_at = %s where id = %s", (shop.now - timedelta(hours=3), asked.id)
    )
    assert work(shop) == 1


def test_a_sample_of_nobody_has_its_answer(shop: Shop) -> None:
    live_on_paper(shop)
    asked = ask(shop, share=Decimal("0.00000001"))
    assert work(shop) == 0
    failed = found(shop, asked)
    assert failed.state is TuningState.failed
    assert "nobody bought anything until" in str(failed.problem)


def test_a_sample_of_a_few_has_its_answer(shop: Shop) -> None:
    for _ in range(60):
        shop.buy(shop.enrol(), "10.00")
    asked = ask(shop, share=Decimal("0.2"))
    assert work(shop) == 0
    assert "fewer than 30 say nothing" in str(found(shop, asked).problem)


def test_a_strategy_or_a_lever_that_is_gone_has_its_answer(shop: Shop) -> None:
    live_on_paper(shop)
    gone = ask(shop)
    document = copy.deepcopy(gone.document)
    document["earn_rules"][1]["earn"] = {"strategy": "moon_phase", "points": 3}
    unknown = ask(shop)
    terms = copy.deepcopy(unknown.terms)
    terms["levers"][0]["lever"] = "moon_phase"
    with owning() as conn:
        conn.execute("update tunings_tuning set document = %s where id = %s", (Jsonb(document), gone.id))
        conn.execute("update tunings_tuning set terms = %s where id = %s", (Jsonb(terms), unknown.id))
    assert work(shop) == 0
    for each in (gone, unknown):
        failed = found(shop, each)
        assert failed.state is TuningState.failed
        assert failed.problem is not None


def test_an_error_of_ours_fails_it_and_nothing_else(shop: Shop) -> None:
    live_on_paper(shop)
    asked = ask(shop)

    def broken(plan: Any, tasks: Any) -> Any:
        raise ZeroDivisionError

    assert work_tunings(shop.conn, programme_id=shop.programme.id, clock=lambda: shop.now, mapped=broken) == 0
    assert found(shop, asked).state is TuningState.failed


GOAL: dict[str, Any] = {"goal": "cost_per_order", "at_most": "1"}
NO_TIER: dict[str, Any] = {"goal": "members_on_tier", "ladder": "status", "tier": "tin", "at_most": "1"}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"levers": []}, "bad_number_of_levers"),
        ({"levers": [RATE] * 5}, "bad_number_of_levers"),
        ({"levers": [RATE, RATE]}, "lever_twice"),
        ({"levers": [{"lever": "earn_speed", "target": "base"}]}, "unknown_lever"),
        ({"levers": [{"lever": "earn_rate", "target": "tea"}]}, "unknown_lever_target"),
        ({"levers": rate("fast")}, "bad_lever_step"),
        ({"levers": rate("0")}, "bad_lever_step"),
        ({"levers": rate("NaN")}, "bad_lever_step"),
        ({"levers": rate(*map(str, range(1, 20)))}, "bad_lever_step"),
        ({"levers": rate("1")}, "nothing_to_compare"),
        ({"levers": rate("1", "2000000")}, "nothing_to_compare"),
        ({"levers": [{"lever": "reward_price", "target": "coffee", "steps": ["1.5"]}]}, "bad_lever_step"),
        ({"levers": [{"lever": "expiry_period", "target": "points", "steps": ["soon"]}]}, "bad_lever_step"),
        (
            {
                "levers": [
                    RATE | {"steps": [str(each) for each in range(1, 9)]},
                    {"lever": "reward_price", "target": "coffee", "steps": [str(each) for each in range(1, 8)]},
                ]
            },
            "grid_too_large",
        ),
        ({"margin": Decimal(0)}, "bad_margin"),
        ({"margin": Decimal("-0.1")}, "bad_margin"),
        ({"margin": Decimal("1.01")}, "bad_margin"),
        ({"margin": Decimal("NaN")}, "bad_margin"),
        ({"share": Decimal(0)}, "bad_share"),
        ({"share": Decimal(2)}, "bad_share"),
        ({"goals": [{"goal": "happiness", "at_least": 1}]}, "unknown_goal"),
        ({"goals": [{"goal": "cost_per_order"}]}, "goal_without_bound"),
        ({"goals": [GOAL] * 7}, "too_many_goals"),
        ({"goals": [{"goal": "cost_of_sales", "at_most": "3"}]}, "bad_goal"),
        ({"goals": [{"goal": "cost_per_order", "at_least": "2", "at_most": "1"}]}, "bad_goal"),
        ({"goals": [{"goal": "cost_per_order", "at_most": "1", "colour": "red"}]}, "bad_goal"),
        ({"goals": [NO_TIER]}, "unknown_goal_tier"),
        ({"figures": [{"goal": "cost_per_order"}]}, "bad_figures"),
        ({"figures": [{"goal": "cost_per_order"}] * 2}, "bad_figures"),
        (
            {"figures": [{"goal": "cost_per_order"}, {"goal": "members_on_tier", "ladder": "status", "tier": "gold"}]},
            "bad_figures",
        ),
        ({"label": "x" * 121}, "text_too_long"),
        ({"document": Rulebook.model_validate(RULEBOOK | {"currency": "USD"})}, "rulebook_of_another_programme"),
    ],
)  # fmt: skip
def test_what_is_refused(shop: Shop, fields: dict[str, Any], code: str) -> None:
    put_coffee(shop)
    shop.buy(shop.enrol(), "10.00")
    with nothing_changes(shop), pytest.raises(Refusal) as refused:
        ask(shop, **fields)
    assert refused.value.code == code


def test_without_a_history_a_worth_or_a_reward_it_is_refused(shop: Shop) -> None:
    with nothing_changes(shop), pytest.raises(Refusal, match="nothing can be tried on it"):
        ask(shop)
    shop.buy(shop.enrol(), "10.00")
    goal = {"goal": "first_reward_in_time", "days": 30, "at_least": "0.5"}
    with nothing_changes(shop), pytest.raises(Refusal, match="no active reward"):
        ask(shop, goals=[goal])
    poor = copy.deepcopy(RULEBOOK)
    del poor["point_types"][0]["worth"]
    with nothing_changes(shop), pytest.raises(Refusal, match="nothing can be said in money"):
        ask(shop, document=Rulebook.model_validate(poor))
