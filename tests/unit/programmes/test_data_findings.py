"""Conditions on what senders put into data, against what the event types of the rulebook declare."""

from __future__ import annotations

import pytest
import yaml

from regulars.domain.programmes.document import check_rulebook
from tests.factories import RULEBOOK

TYPES = [
    {
        "id": "review.written",
        "once_per": "member+subject",
        "fields": [
            {"id": "stars", "name": "Stars", "kind": "number"},
            {"id": "words", "name": "Words", "kind": "text"},
            {"id": "day", "name": "Day", "kind": "date"},
            {"id": "photo", "name": "Photo", "kind": "flag"},
        ],
    },
    {"id": "survey.answered", "fields": [{"id": "stars", "name": "Stars", "kind": "text"}]},
    {"id": "app.downloaded"},
]


def rule(on: str, when: object) -> dict[str, object]:
    earn = {"strategy": "fixed_bonus", "points": 1}
    return {"id": "asks", "name": "Asks", "on": on, "earn": earn, "when": when}


def found(**sections: object) -> list[str]:
    checked = check_rulebook(yaml.safe_dump(RULEBOOK | {"event_types": TYPES} | sections))
    return [f"{each.path}: {each.problem} - {each.remedy}" for each in checked.errors]


@pytest.mark.parametrize(
    ("on", "when"),
    [
        ("review.written", {"field": "data.stars", "at_least": 4}),
        ("review.written", {"field": "data.words", "contains": "good"}),
        ("review.written", {"field": "data.day", "is": "2026-03-02"}),
        ("review.written", {"field": "data.day", "starts_with": "2026-"}),
        ("review.written", {"field": "data.photo", "is": True}),
        ("review.written", {"field": "data.subject", "is": "mug"}),
        ("survey.answered", {"field": "data.stars", "is": "five"}),
        ("app.downloaded", {"field": "data.anything", "at_least": 4}),
        ("order", {"field": "data.code", "is": "SPRING"}),
    ],
)
def test_what_the_type_declares_can_be_asked(on: str, when: object) -> None:
    assert found(earn_rules=[rule(on, when)]) == []


@pytest.mark.parametrize(
    ("on", "when", "told"),
    [
        ("review.written", {"field": "data.words", "at_least": 4}, "when.at_least: data.words is a text, and at_least"),
        ("review.written", {"field": "data.words", "is": 4}, "when.is: data.words is a text - Write the value"),
        ("review.written", {"field": "data.stars", "is": "4"}, "when.is: data.stars is a number - Write a number"),
        ("review.written", {"field": "data.day", "is": "soon"}, "when.is: soon is not a date"),
        ("review.written", {"field": "data.photo", "is": "yes"}, "when.is: data.photo is true or false"),
        (
            "review.written",
            {"all": [{"field": "data.stras", "is": 4}]},
            "when.all[0].field: review.written has no field stras in its data - Did you mean “stars”? Declare it",
        ),
        ("survey.answered", {"field": "data.subject", "is": "x"}, "survey.answered has no field subject"),
    ],
)  # fmt: skip
def test_what_no_event_of_the_type_can_answer_is_found(on: str, when: object, told: str) -> None:
    (said,) = found(earn_rules=[rule(on, when)])
    assert told in said
    assert said.startswith("earn_rules[0].when")


def test_a_measure_of_several_types_asks_what_one_of_them_can_answer() -> None:
    both = ["review.written", "survey.answered"]

    def measuring(when: object, of: list[str] = both) -> list[str]:
        return found(measures=[{"id": "m", "name": "M", "of": of, "window": "lifetime", "when": when}])

    assert measuring({"field": "data.stars", "is": "five"}) == []
    assert measuring({"field": "data.words", "is": 5}) == []
    assert measuring({"field": "data.stars", "is": True}) != []
    assert measuring({"field": "data.nothing", "is": 5}) != []
    assert measuring({"field": "data.nothing", "is": 5}, [*both, "order"]) == []


def test_a_goal_of_a_challenge_is_looked_at_too() -> None:
    goal = {
        "id": "g", "name": "G", "of": ["review.written"], "target": 1, "when": {"field": "data.words", "at_least": 3},
    }  # fmt: skip
    challenge = rule("review.written", {"field": "data.stars", "is": 5})
    challenge["earn"] = {"strategy": "challenge", "points": 5, "goals": [goal]}
    (said,) = found(earn_rules=[challenge])
    assert said.startswith("earn_rules[0].earn.goals[0].when.at_least: data.words is a text")
