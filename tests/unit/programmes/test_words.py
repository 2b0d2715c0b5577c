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
        ],
        "Regulars": [
            "Guest: from the start",
            "Regular: from 50 earned in Beans in total; gives: The big cup for the price of the small one",
            "You move up at once. When your score falls, you keep the tier that you have reached",
        ],
        "When points expire": ["points never expire"],
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
