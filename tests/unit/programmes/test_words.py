"""A rulebook in plain words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from regulars.domain.programmes.document import require_valid
from regulars.domain.programmes.rulebook import Rulebook
from regulars.domain.programmes.words import rule_words, rulebook_words

PROGRAMMES = Path(__file__).resolve().parents[3] / "programmes"


def read(name: str) -> dict[str, list[str]]:
    book = require_valid((PROGRAMMES / name).read_text("utf-8"))
    return {str(part.title): [str(sentence) for sentence in part.sentences] for part in rulebook_words(book)}


def test_the_corner_cafe() -> None:
    assert read("corner-cafe.yaml") == {
        "How you earn": [
            "1 bean for every drink: 1 for every item, for what you buy where the category is Coffee or Tea",
            "Double beans on weekday afternoons: 2 times the points of “1 bean for every drink”,"
            " if the day is not Saturday or Sunday, and it is 14:00 or later, and it is before 17:00",
            "Welcome: a bonus of 5, when you join",
            "Ten visits, and we know your name: a badge for doing all of this:"
            " Visits (10, of which 2 are given at the start)",
        ],
        "Regulars": [
            "Guest: from the start",
            "Regular: from 50 earned in Beans in total; gives: The big cup for the price of the small one",
            "You move up at once. When your score falls, you keep the tier that you have reached",
        ],
        "When points expire": ["points never expire"],
        "When you return something": [
            "of an order that you return in part, you keep the points that the rest would have earned",
            "points of what you return are taken back, as far as your balance goes",
            "points that you spent on a returned order come back, and expire when they would have",
        ],
        "What points are worth": ["Beans: 100 are worth 5.00 EUR"],
    }


def test_the_demo_reads_its_tiers_and_expiry() -> None:
    read_aloud = read("complete-journey.yaml")
    assert read_aloud["Status"][0] == "Bronze: from the start"
    assert read_aloud["Status"][2].startswith("Gold: from 2,000.00 USD spent in 12 months; gives: ")
    assert read_aloud["When points expire"] == ["points expire 6 months after you earned them, at the end of the month"]


def test_point_types_are_named_where_there_are_several() -> None:
    document: dict[str, Any] = {
        "rulebook": 1,
        "name": "X",
        "currency": "EUR",
        "time_zone": "UTC",
        "point_types": [{"id": "points", "name": "Points"}, {"id": "stars", "name": "Stars"}],
        "earn_rules": [
            {
                "id": "review",
                "name": "Review",
                "on": "app.review",
                "point_type": "stars",
                "earn": {"strategy": "fixed_bonus", "points": 3},
                "valid_from": "2026-01-01T00:00:00Z",
                "valid_until": "2027-01-01T00:00:00Z",
            }
        ],
    }
    book = Rulebook.model_validate(document)
    assert str(rule_words(book.earn_rules[0], book.terms())) == (
        "Review: a bonus of 3, in Stars, for every event “app.review”, from 1 Jan 2026, 00:00, until 1 Jan 2027, 00:00"
    )
    titles = {str(part.title): [str(each) for each in part.sentences] for part in rulebook_words(book)}
    assert titles["When points expire"] == ["Points: points never expire", "Stars: points never expire"]
    assert "What points are worth" not in titles


PROMISES: dict[str, Any] = {
    "rulebook": 1,
    "name": "X",
    "currency": "EUR",
    "time_zone": "UTC",
    "point_types": [
        {
            "id": "points",
            "name": "Points",
            "expiry": {"policy": "after", "period": "30 days"},
            "pending": {"mode": "after", "period": "14 days"},
        },
        {"id": "stars", "name": "Stars"},
    ],
    "earn_rules": [
        {"id": "base", "name": "Base", "earn": {"strategy": "points_per_amount", "points": 1}, "at_once": True}
    ],
    "ladders": [
        {
            "id": "status",
            "name": "Status",
            "downgrade_on_return": True,
            "tiers": [
                {"id": "bronze", "name": "Bronze", "from_score": 0},
                {"id": "gold", "name": "Gold", "from_score": 100},
            ],
        }
    ],
    "returns": {
        "rounding": "prorate_floor",
        "clawback": "only_pending",
        "restore": {"policy": "grace", "period": "30 days"},
    },
    "orders": {"earn_on": "gross"},
}


def test_pending_points_and_returns_are_told() -> None:
    book = Rulebook.model_validate(PROMISES)
    titles = {str(part.title): [str(each) for each in part.sentences] for part in rulebook_words(book)}
    assert titles["How you earn"] == [
        "Base: 1 for every 1.00 EUR, in Points, to be spent at once",
        "What you pay with points earns as well",
    ]
    assert titles["Status"][-1] == "A return can cost a tier that the order had helped to reach"
    assert titles["When points can be spent"] == [
        "Points: you can spend points 14 days after you earned them",
        "the time until points expire begins when they can be spent",
    ]
    assert titles["When you return something"] == [
        "of an order that you return in part, points are taken back in proportion to the money, rounded in your favour",
        "points of what you return are taken back only while they cannot be spent yet",
        "points that you spent on a returned order come back; those that expired meanwhile can be spent for 30 days",
    ]


def test_points_that_never_expire_have_no_time_that_begins() -> None:
    waiting = {"id": "points", "name": "Points", "pending": {"mode": "on_event", "event": "order_delivered"}}
    document = {"rulebook": 1, "name": "X", "currency": "EUR", "time_zone": "UTC", "point_types": [waiting]}
    titles = {str(part.title): part.sentences for part in rulebook_words(Rulebook.model_validate(document))}
    assert [str(each) for each in titles["When points can be spent"]] == [
        "you can spend points after the event “order_delivered”"
    ]
