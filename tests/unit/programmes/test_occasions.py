"""Occasions and event types in a rulebook: what is declared, what makes no sense, and how it is told."""

from __future__ import annotations

import pytest

from regulars.domain.programmes.document import check_rulebook
from regulars.domain.programmes.words import rulebook_words

HEAD = """\
rulebook: 1
name: Corner
currency: EUR
time_zone: Europe/Berlin
point_types: [{id: points, name: Points}]
"""


def problems(text: str) -> list[str]:
    return [f"{each.problem} - {each.remedy}" for each in check_rulebook(HEAD + text).findings]


def rule(on: str) -> str:
    return f"earn_rules: [{{id: r, name: R, on: {on}, earn: {{strategy: fixed_bonus, points: 1}}}}]\n"


@pytest.mark.parametrize(
    "section",
    [
        "occasions: {birthday: true, anniversary: true, inactive: [30 days, 8 weeks]}",
        "occasions: {birthday: {known_for: 0 days}}",
        "occasions: {birthday: false, anniversary: false}",
        "event_types: [{id: review.written, once_per: member+subject}, {id: photo, name: A photo}]",
    ],
)
def test_what_makes_sense_is_taken(section: str) -> None:
    assert problems(section) == []


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ("occasions: {inactive: [1 month]}", "a number of days is needed here"),
        ("occasions: {inactive: [0 days]}", "a number of days is needed here"),
        ("occasions: {inactive: [14 days, 2 weeks]}", "14 days are there twice"),
        ("occasions: {birthday: {known_for: 1 year}}", "a number of days is needed here"),
        ("occasions: {birthdays: true}", "Did you mean “birthday”?"),
        ("event_types: [{id: photo}]", "photo has no name"),
        ("event_types: [{id: order, name: Order}]", "order has its meaning already"),
        ("event_types: [{id: member.birthday, name: B}]", "member.birthday has its meaning already"),
        ("event_types: [{id: photo, name: P, once_per: week}]", "this is not one of the words that can stand here"),
        ("event_types: [{id: photo, name: P}, {id: photo, name: P}]", "another event type has this id"),
        (
            "event_types: [{id: p, name: P, fields: [{id: a, name: A, kind: text}, {id: a, name: A, kind: text}]}]",
            "the field a is there twice",
        ),
    ],
)
def test_what_makes_no_sense_is_found(section: str, told: str) -> None:
    assert told in str(problems(section))


@pytest.mark.parametrize("name", ["birthday", "anniversary", "inactive"])
def test_a_rule_for_an_occasion_that_is_off_never_fires(name: str) -> None:
    (found,) = problems(rule(f"member.{name}"))
    assert "the rule can never fire: the programme does not make this event" in found
    switched = "[30 days]" if name == "inactive" else "true"
    assert f"occasions: {{{name}: {switched}}}" in found
    assert problems(f"{rule(f'member.{name}')}occasions: {{{name}: {switched}}}") == []


def test_types_that_are_declared_or_known_are_not_foreign() -> None:
    assert problems(rule("review.written")) == []
    assert problems(f"{rule('photo')}event_types: [{{id: photo, name: P}}]") == []
    (found,) = problems(rule("photo"))
    assert "Regulars itself never makes events of this type" in found


def test_the_page_of_the_rulebook_tells_it() -> None:
    text = f"""{HEAD}
occasions: {{birthday: true, anniversary: true, inactive: [60 days, 30 days]}}
event_types: [{{id: review.written, once_per: member+subject}}, {{id: photo, name: A photo, once_per: member+day}}]
earn_rules:
  - {{id: b, name: Cake, on: member.birthday, earn: {{strategy: fixed_bonus, points: 100}}}}
  - {{id: p, name: Photos, on: photo, earn: {{strategy: fixed_bonus, points: 1}}}}
  - {{id: w, name: Words, on: review.written, earn: {{strategy: fixed_bonus, points: 2}}}}
  - {{id: x, name: Bells, on: bell.rung, earn: {{strategy: fixed_bonus, points: 3}}}}
"""
    found = check_rulebook(text).rulebook
    assert found is not None
    said = [str(each) for section in rulebook_words(found) for each in section.sentences]
    for sentence in (
        "Cake: a bonus of 100, on your birthday",
        "Photos: a bonus of 1, for: A photo",
        "Words: a bonus of 2, for: A review",
        "Bells: a bonus of 3, for every event “bell.rung”",
        "Your birthday counts, once a year, when it has been known for 30 days",
        "The day on which you joined counts every year",
        "It is noticed when nothing has come from you for 30 days and 60 days",
        "A review: counts once about each thing",
        "A photo: counts once a day",
    ):
        assert sentence in said
