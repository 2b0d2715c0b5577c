"""What the check of a rulebook says of measures: names, windows, circles."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from regulars.domain.programmes.document import check_rulebook, require_valid
from regulars.domain.programmes.rulebook import Rulebook
from tests.factories import RULEBOOK


def found(measures: list[dict[str, Any]], *rules: dict[str, Any]) -> list[str]:
    document = RULEBOOK | {"measures": measures, "earn_rules": [*RULEBOOK["earn_rules"], *rules]}
    return [
        f"{each.path}: {each.problem} - {each.remedy}" for each in check_rulebook(yaml.safe_dump(document)).findings
    ]


def measure(name: str = "coffees", **fields: Any) -> dict[str, Any]:
    return {"id": name, "name": name.title(), "window": "calendar month", **fields}


def asking(name: str, rule: str = "bonus", **fields: Any) -> dict[str, Any]:
    condition = {"field": f"history.{name}", "at_least": 3}
    return {"id": rule, "name": "B", "earn": {"strategy": "fixed_bonus", "points": 1}, "when": condition, **fields}


def test_a_measure_that_is_right_gives_no_findings() -> None:
    assert found([measure(), measure("more", when={"field": "history.coffees", "at_least": 2})], asking("more")) == []


@pytest.mark.parametrize(
    ("measures", "rules", "expected"),
    [
        ([measure("coffees")], [asking("cofees")],
         ["earn_rules[2].when.field: there is no measure cofees - Did you mean “coffees”?"]),
        ([], [asking("coffees")], ["earn_rules[2].when.field: there is no measure coffees - There are none yet."]),
        ([measure(window="0 days")], [asking("coffees")],
         ["measures[0].window: Nothing ever happens within 0 days"
          " - Write a longer window, such as 1 day, 30 days, calendar month or lifetime."]),
        ([measure(window="a while")], [],
         ["measures[0].window: 'a while' is no window"
          " - Write lifetime, calendar month (week, quarter, year), or a period such as 30 days."]),
        ([measure(when={"field": "history.coffees", "at_most": 2})], [],
         ["measures[0]: the measure depends on itself: coffees asks for coffees - Remove one of these conditions."]),
        ([measure("a", when={"field": "history.b", "at_most": 2}), measure("b", when={"field": "history.a", "is": 1})],
         [],
         ["measures[0]: the measure depends on itself: a asks for b asks for a - Remove one of these conditions.",
          "measures[1]: the measure depends on itself: b asks for a asks for b - Remove one of these conditions."]),
        ([measure("given", count="points")], [asking("given")],
         ["measures[0]: the measure counts points of the rule bonus, which asks for the measure"
          " - Name the rules whose points count, under “rules:”, without bonus."]),
        ([measure("given", count="points", rules=["basis"])], [],
         ["measures[0].rules[0]: there is no such earn rule - Did you mean “base”?"]),
        ([measure("given", count="points", point_type="stars")], [],
         ["measures[0].point_type: there is no such point type - There are: points."]),
        ([measure(), measure()], [],
         ["measures[1].id: another measure has this id, on line 35 - Give it an id of its own."]),
        ([measure(windw="30 days")], [], ["measures[0].windw: there is no field windw here - Did you mean “window”?"]),
        ([measure(of="member.enrolled", count="amount")], [],
         ["measures[0].of: member.enrolled carries no order, so nothing of it is ever counted"
          " - Count events, or write “of: order”."]),
        ([measure(of="return")], [],
         ["measures[0].of: returns take back what their orders counted, and count for nothing themselves"
          " - Count orders; what is returned is taken off."]),
        ([measure(when={"field": "event.chanel", "is": "app"})], [],
         ["measures[0].when.field: there is no such field - Did you mean “event.channel”?"
          " What a sender puts into an event is data.<name>."]),
        ([measure()], [asking("coffees") | {"when": {"field": "history.coffees", "is": "many"}}],
         ["earn_rules[2].when.is: history.coffees is a number - Write a number without quotes, such as 10 or 2.50."]),
        ([measure()], [asking("coffees") | {"when": {"field": "history.coffees", "less_than": 0}}],
         ["earn_rules[2].when: the rule can never fire: the conditions on history.coffees contradict each other:"
          " it would have to be at least 0 and at most -1 - Change one of them."]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(measures: list[Any], rules: list[Any], expected: list[str]) -> None:
    assert found(measures, *rules) == expected


def test_points_of_other_rules_may_be_counted() -> None:
    assert found([measure("given", count="points", rules=["base"])], asking("given")) == []


def test_a_document_without_measures_stays_what_it_was() -> None:
    assert "measures" not in Rulebook.model_validate(RULEBOOK).document()
    with_one = require_valid(yaml.safe_dump(RULEBOOK | {"measures": [measure(of="order")]}))
    assert Rulebook.model_validate(with_one.document()) == with_one
    assert with_one.document()["measures"] == [
        {"id": "coffees", "name": "Coffees", "of": ["order"], "count": "events", "window": "calendar month"}
    ]
