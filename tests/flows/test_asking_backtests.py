"""Back-tests as people ask for them: kept, worked off, stopped, refused, failed with a clear answer."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from regulars.database.pool import owning
from regulars.domain.backtests.contracts import Backtest, BacktestNotFound, BacktestState
from regulars.domain.backtests.queries import backtests
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.backtests import asking
from regulars.flows.backtests.asking import ask_backtest, cancel_backtest, found_backtest, work_backtests
from regulars.flows.backtests.parts import Part
from regulars.flows.backtests.running import here
from regulars.kernel.errors import Conflict, Refusal
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop

pytestmark = pytest.mark.database


def double() -> Rulebook:
    document = copy.deepcopy(RULEBOOK)
    document["earn_rules"][0]["earn"]["points"] = 2
    return Rulebook.model_validate(document)


def ask(shop: Shop, **fields: Any) -> Backtest:
    draft = fields.pop("draft", None) or double()
    return ask_backtest(shop.conn, draft, programme_id=shop.programme.id, now=shop.now, by="ada", **fields)


def work(shop: Shop) -> int:
    return work_backtests(shop.conn, programme_id=shop.programme.id, clock=lambda: shop.now, mapped=here(shop.conn))


def found(shop: Shop, asked: Backtest) -> Backtest:
    return found_backtest(shop.conn, programme_id=shop.programme.id, backtest_id=asked.id)


def test_it_waits_is_worked_and_what_it_found_is_kept(shop: Shop) -> None:
    shop.buy(shop.enrol(), "30.00")
    asked = ask(shop, label="Twice as much")
    assert (asked.state, asked.label, asked.based_on) == (BacktestState.waiting, "Twice as much", 1)
    assert work(shop) == 1
    done = found(shop, asked)
    assert (done.state, done.done, done.parts) == (BacktestState.done, 64, 64)
    assert done.result is not None
    earned = {name: side["points"][0]["earned"] for name, side in done.result["sides"].items()}
    assert earned == {"live": 30, "draft": 60}
    assert work(shop) == 0, "nothing waits any more"
    assert [each.id for each in backtests(shop.conn, programme_id=shop.programme.id)] == [asked.id]


def test_it_is_stopped_before_it_began_and_while_it_runs(shop: Shop) -> None:
    shop.buy(shop.enrol(), "30.00")
    place: dict[str, Any] = {"programme_id": shop.programme.id, "now": shop.now}
    waiting = ask(shop)
    cancel_backtest(shop.conn, backtest_id=waiting.id, **place)
    assert work(shop) == 0
    running = ask(shop)

    def stopped(wish: Any, tasks: Any) -> Any:
        yield Part()
        cancel_backtest(shop.conn, backtest_id=running.id, **place)
        yield Part()
        raise AssertionError("it went on")

    assert work_backtests(shop.conn, programme_id=shop.programme.id, clock=lambda: shop.now, mapped=stopped) == 0
    seen = found(shop, running)
    assert (seen.state, seen.done, seen.result) == (BacktestState.cancelled, 1, None)
    with nothing_changes(shop), pytest.raises(Conflict) as refused:
        cancel_backtest(shop.conn, backtest_id=running.id, **place)
    assert refused.value.code == "backtest_over"


def test_a_run_that_lost_its_process_begins_again(shop: Shop) -> None:
    shop.buy(shop.enrol(), "30.00")
    asked = ask(shop)
    shop.conn.execute(
        "update backtests_backtest set state = 2, started_at = %s where id = %s",
        (shop.now - timedelta(hours=3), asked.id),
    )
    assert work(shop) == 1
    assert found(shop, asked).state is BacktestState.done


def test_a_history_without_events_has_its_answer(shop: Shop) -> None:
    asked = ask(shop)
    assert work(shop) == 0
    failed = found(shop, asked)
    assert failed.state is BacktestState.failed
    assert failed.problem is not None
    assert "nobody did anything until 2 Mar 2026" in failed.problem


def test_months_without_events_are_named(shop: Shop) -> None:
    member = shop.enrol()
    shop.buy(member, "30.00")
    shop.later(days=92)
    shop.buy(member, "30.00")
    asked = ask(shop)
    assert work(shop) == 1
    result = found(shop, asked).result
    assert result is not None
    assert result["holes"] == ["2026-04", "2026-05"]


def test_a_strategy_that_is_gone_has_its_answer(shop: Shop) -> None:
    shop.buy(shop.enrol(), "30.00")
    asked = ask(shop)
    document = copy.deepcopy(asked.document)
    document["earn_rules"][0]["earn"] = {"strategy": "moon_phase", "points": 3}
    with owning() as conn:
        conn.execute("update backtests_backtest set document = %s where id = %s", (Jsonb(document), asked.id))
    assert work(shop) == 0
    failed = found(shop, asked)
    assert failed.state is BacktestState.failed
    assert failed.problem is not None
    assert "moon_phase" in failed.problem


def test_an_error_of_ours_fails_it_and_nothing_else(shop: Shop) -> None:
    shop.buy(shop.enrol(), "30.00")
    asked = ask(shop)

    def broken(wish: Any, tasks: Any) -> Any:
        raise ZeroDivisionError

    assert work_backtests(shop.conn, programme_id=shop.programme.id, clock=lambda: shop.now, mapped=broken) == 0
    assert found(shop, asked).state is BacktestState.failed


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"share": Decimal(0)}, "bad_share"),
        ({"share": Decimal("1.1")}, "bad_share"),
        ({"since": datetime(2026, 3, 2, 12, tzinfo=UTC)}, "window_empty"),
        ({"since": datetime(2026, 3, 1, tzinfo=UTC)}, "window_without_events"),
        ({"until": datetime(2026, 3, 2, 12, 1, tzinfo=UTC)}, "end_in_future"),
        ({"label": "x" * 121}, "text_too_long"),
        ({"draft": Rulebook.model_validate(RULEBOOK | {"currency": "USD"})}, "rulebook_of_another_programme"),
    ],
)
def test_what_is_refused(shop: Shop, fields: dict[str, Any], code: str) -> None:
    with nothing_changes(shop), pytest.raises(Refusal) as refused:
        ask(shop, **fields)
    assert refused.value.code == code


def test_a_window_that_lies_in_a_hole_is_refused(shop: Shop) -> None:
    member = shop.enrol()
    shop.buy(member, "30.00")
    shop.later(days=92)
    closed = {"since": shop.now - timedelta(days=60), "until": shop.now - timedelta(days=1)}
    shop.buy(member, "30.00")
    with nothing_changes(shop), pytest.raises(Refusal) as refused:
        ask(shop, **closed)
    assert refused.value.code == "window_without_events"
    assert ask(shop, since=closed["since"]).state is BacktestState.waiting


def test_a_version_with_a_strategy_that_is_gone_has_its_answer(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.buy(shop.enrol(), "30.00")
    asked = ask(shop)
    document = copy.deepcopy(RULEBOOK)
    document["earn_rules"][0]["earn"] = {"strategy": "moon_phase"}
    monkeypatch.setattr(asking, "shelf", lambda conn, *, programme_id: Rulebook.model_validate(document))
    with nothing_changes(shop), pytest.raises(Conflict) as refused:
        ask(shop)
    assert refused.value.code == "version_not_readable"
    assert "moon_phase" in refused.value.detail
    assert work(shop) == 0
    failed = found(shop, asked)
    assert failed.state is BacktestState.failed
    assert failed.problem is not None
    assert "moon_phase" in failed.problem


def test_an_unknown_number(shop: Shop) -> None:
    with nothing_changes(shop), pytest.raises(BacktestNotFound):
        cancel_backtest(shop.conn, programme_id=shop.programme.id, backtest_id=2**31 - 1, now=shop.now)


def test_versions_that_were_published_late_are_named(shop: Shop) -> None:
    """The books worked the first order by version 1, and a back-test plays it by version 2."""
    first = shop.now
    member = shop.enrol()
    shop.buy(member, "30.00")
    shop.later(days=2)
    asked = ask(shop)
    work(shop)
    result = found(shop, asked).result
    assert result is not None
    assert (result["caveats"], result["backdated"]) == ([], []), "version 1 was there before anything happened"
    shop.publish(double().document(), effective_from=first)
    shop.buy(member, "10.00")
    shop.later(days=2)
    quiet_since = shop.now - timedelta(days=1)
    shop.publish(RULEBOOK, effective_from=quiet_since)
    shop.publish(double().document(), effective_from=shop.now)
    asked = ask(shop)
    before = ask(shop, until=first + timedelta(days=1))
    work(shop)
    result = found(shop, asked).result
    assert result is not None
    assert (result["caveats"], result["backdated"]) == (["versions_backdated"], [2]), "nothing happened under version 3"
    assert result["sides"]["live"]["points"][0]["earned"] == 80, "and the books have 50"
    result = found(shop, before).result
    assert result is not None
    assert result["backdated"] == [2]


def test_a_late_version_that_covers_no_event_of_its_time_is_not_named(shop: Shop) -> None:
    """Version 3 begins and ends before the order, and was published after it."""
    first = shop.now
    shop.later(days=2)
    shop.publish(double().document(), effective_from=shop.now)
    shop.buy(shop.enrol(), "30.00")
    shop.later(days=2)
    shop.publish(RULEBOOK, effective_from=first + timedelta(days=1))
    asked = ask(shop)
    work(shop)
    result = found(shop, asked).result
    assert result is not None
    assert result["backdated"] == []
