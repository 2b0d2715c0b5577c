"""Evaluation: order of rules, verdicts of those that fired and those that did not, bounds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from regulars.domain.earning.contracts import Verdict
from regulars.domain.earning.strategies.points_per_item import PointsPerItem
from regulars.domain.effects import EarnPoints
from tests.unit.earning.stage import BASE, asked, line, member, order, points, rule

_DOUBLE = {
    "id": "double",
    "name": "Double coffee",
    "earn": {"strategy": "multiplier", "factor": 2, "of": "base"},
    "lines": {"field": "line.category", "is": "coffee"},
}


def test_every_rule_answers() -> None:
    found = asked(
        [
            rule(**_DOUBLE),
            rule(**BASE),
            rule(id="web", earn=BASE["earn"], when={"field": "event.channel", "is": "web"}),
        ],
        order(line("coffee", 1240), line("tea", 3350)),
    )
    assert found.effects == [EarnPoints("points", 45, "base"), EarnPoints("points", 12, "double")]
    assert found.verdicts == [
        Verdict("base", True, "points", 45, "45.9", {"amount": "45.90"}),
        Verdict("web", False, failed="when", actual="app"),
        Verdict("double", True, "points", 12, "12.4", {"base": "12.4"}),
    ]


def test_lower_priority_is_asked_first_and_ids_break_ties() -> None:
    rules = [rule(id=name, earn=BASE["earn"], priority=priority) for name, priority in (("c", 1), ("b", 2), ("a", 2))]
    assert [verdict.rule for verdict in asked(rules, order(minor=100)).verdicts] == ["c", "a", "b"]


def test_a_rule_waits_for_its_event_type_only() -> None:
    rules = [rule(id="join", on="member.enrolled", earn={"strategy": "fixed_bonus", "points": 100})]
    assert points(rules, order(minor=100)) == {}
    assert points(rules, order(on="member.enrolled", minor=0)) == {"join": 100}


def test_dates_are_half_open() -> None:
    start, end = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    rules = [rule(**{**BASE, "valid_from": start, "valid_until": end})]
    assert points(rules, order(minor=100, at=start)) == {"base": 1}
    assert points(rules, order(minor=100, at=end)) == {"base": 0}
    early = asked(rules, order(minor=100, at=datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC)))
    assert early.verdicts == [Verdict("base", False, failed="valid")]
    assert early.effects == []


def test_no_line_matches() -> None:
    found = asked([rule(**BASE), rule(**_DOUBLE)], order(line("tea", 500)))
    assert found.verdicts[1] == Verdict("double", False, failed="lines")


def test_less_than_one_point_is_nothing() -> None:
    found = asked([rule(**BASE)], order(minor=99))
    assert found.effects == []
    assert found.verdicts == [Verdict("base", False, exact="0.99", inputs={"amount": "0.99"}, failed="nothing")]


@pytest.mark.parametrize(
    ("rounding", "minor", "expected"),
    [("down", 4599, 45), ("nearest", 4550, 46), ("nearest", 4549, 45), ("up", 4501, 46), ("up", 4500, 45)],
)
def test_rounding(rounding: str, minor: int, expected: int) -> None:
    assert points([rule(**{**BASE, "rounding": rounding})], order(minor=minor)) == {"base": expected}


def test_a_rule_with_more_points_than_can_be_counted_gives_none_and_harms_no_other() -> None:
    flood = rule(**{**BASE, "earn": {"strategy": "points_per_amount", "points": 1_000_000, "per": 0.01}})
    bonus = rule(id="bonus", earn={"strategy": "fixed_bonus", "points": 5})
    found = asked([flood, bonus], order(minor=10**15 - 1))
    assert found.verdicts[0] == Verdict("base", False, failed="broken", actual=str((10**15 - 1) * 10**6))
    assert found.effects == [EarnPoints("points", 5, "bonus")]


def test_all_rules_together_give_no_more_than_can_be_counted() -> None:
    large = {"strategy": "points_per_amount", "points": 1_000_000, "per": 1}
    found = asked([rule(id=name, earn=large) for name in ("a", "b")], order(minor=90_000_000_000))
    assert [(each.rule, each.points, each.failed) for each in found.verdicts] == [
        ("a", 900_000_000_000_000, ""),
        ("b", 0, "broken"),
    ]


def test_a_rule_that_breaks_says_so_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    defect = ZeroDivisionError("a defect in a merchant's strategy")

    def breaks(_self: object, _asked: object) -> None:
        raise defect

    monkeypatch.setattr(PointsPerItem, "exact", breaks)
    broken = rule(id="a", earn={"strategy": "points_per_item", "points": 1})
    extra = rule(id="extra", earn={"strategy": "multiplier", "factor": 2, "of": "a"})
    found = asked([broken, rule(**BASE), extra], order(line("tea", 500)))
    assert [(each.rule, each.failed) for each in found.verdicts] == [
        ("a", "broken"),
        ("base", ""),
        ("extra", "nothing"),
    ]
    assert found.effects == [EarnPoints("points", 5, "base")]
    assert found.defects == [("a", defect)]


def test_the_member_is_not_changed() -> None:
    someone = member(orders=0)
    asked(
        [rule(**BASE), rule(id="first", earn={"strategy": "first_order_bonus", "points": 5})], order(minor=100), someone
    )
    assert someone == member(orders=0)
