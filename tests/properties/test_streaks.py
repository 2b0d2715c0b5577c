"""Events of a streak in whatever order they arrive: no period counts twice, and the order gives and takes nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.domain.earning.contracts import MemberState, Occurrence
from regulars.domain.earning.evaluate import evaluate
from regulars.domain.earning.past import Past
from regulars.domain.earning.rules import CompiledRules, EarnRule
from regulars.domain.effects import EarnPoints

pytestmark = pytest.mark.capability("B5")
MONDAY = date(2026, 1, 5)
JOINED = datetime(2026, 1, 1, tzinfo=UTC)


def streak(length: int, *, again: bool = True, freezes: int = 0) -> CompiledRules:
    earn = {"strategy": "streak", "points": 1, "each": "week", "length": length, "again": again, "freezes": freezes}
    return CompiledRules([EarnRule(id="it", name="It", earn=earn)], places=2)


def wins(rules: CompiledRules, weeks: list[int]) -> int:
    """How often a streak is won when orders of these weeks arrive in this order."""
    past, won = Past(), 0
    for week in weeks:
        at = datetime.combine(MONDAY + timedelta(weeks=week), datetime.min.time(), tzinfo=UTC)
        order = Occurrence("order", at, at, "EUR", 2, 500, [], "", "", {})
        found = evaluate(rules, MemberState(JOINED, past=past.recalled(rules.recalls(order))), order)
        past.add(found.counts)
        won += sum(isinstance(effect, EarnPoints) for effect in found.effects)
    used = [row for key, rows in past.rows.items() if ":used:" in key for row in rows.values()]
    assert all(row == 1 for row in used), "a week counted for two streaks"
    return won


def runs(weeks: set[int]) -> list[int]:
    """The lengths of the runs of weeks without a gap."""
    found: list[int] = []
    for week in sorted(weeks):
        if week - 1 in weeks:
            found[-1] += 1
        else:
            found.append(1)
    return found


@settings(max_examples=300, deadline=None)
@given(length=st.integers(2, 4), weeks=st.lists(st.integers(0, 24), min_size=1, max_size=40), data=st.data())
def test_no_order_of_arrival_gives_more_than_the_weeks_are_worth(
    length: int, weeks: list[int], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(weeks))
    worth = sum(run // length for run in runs(set(weeks)))

    assert wins(streak(length), sorted(weeks)) == worth
    assert wins(streak(length), shuffled) <= worth


@settings(max_examples=300, deadline=None)
@given(length=st.integers(2, 4), data=st.data())
def test_what_comes_late_within_two_streaks_gives_what_it_gives_in_order(length: int, data: st.DataObject) -> None:
    weeks = data.draw(st.lists(st.integers(0, 2 * length), min_size=1, max_size=20))
    shuffled = data.draw(st.permutations(weeks))

    assert wins(streak(length), shuffled) == wins(streak(length), sorted(weeks))


@settings(max_examples=200, deadline=None)
@given(length=st.integers(2, 4), freezes=st.integers(0, 2), again=st.booleans(), data=st.data())
def test_with_freezes_no_week_is_used_twice_either(length: int, freezes: int, again: bool, data: st.DataObject) -> None:
    weeks = data.draw(st.lists(st.integers(0, 16), min_size=1, max_size=20))
    won = wins(streak(length, again=again, freezes=freezes), weeks)

    assert won * length <= len(set(weeks))
    assert (won > 0) or max(runs(set(weeks))) < length, "a whole run gives its points once, in any order"


def test_a_late_week_before_a_streak_that_was_won_waits_for_the_next() -> None:
    # Weeks 1 to 3 are used up; 0 comes late, and makes a streak together with 4 and 5.
    assert [wins(streak(3), weeks) for weeks in ([1, 2, 3], [1, 2, 3, 0], [1, 2, 3, 0, 4], [1, 2, 3, 0, 4, 5])] == [
        1, 1, 1, 2,
    ]  # fmt: skip
