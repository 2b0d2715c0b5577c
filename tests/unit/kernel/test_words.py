"""Sentences: templates with values, in any language, whatever the values contain."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from regulars.kernel.words import Money, Sentence, day_of_year, listing


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (True, "yes"),
        (False, "no"),
        (1234567, "1,234,567"),
        (Decimal("1234.50"), "1,234.50"),
        (date(2026, 11, 2), "2 Nov 2026"),
        (datetime(2026, 11, 2, 9, 5, tzinfo=UTC), "2 Nov 2026, 09:05"),
        (Money(Decimal(1), "EUR"), "1.00 EUR"),
        (Money(Decimal("1234.5"), "EUR"), "1,234.50 EUR"),
        (Money(Decimal("0.005"), "EUR"), "0.005 EUR"),
        (Money(Decimal(1500), "JPY"), "1,500 JPY"),
        (Money(Decimal("1E+3"), "EUR"), "1,000.00 EUR"),
        ("{braces} <b>", "{braces} <b>"),
    ],
)
def test_plain_english(value: object, written: str) -> None:
    assert str(Sentence("it is {value}", {"value": value})) == f"it is {written}"


def test_sentences_inside_sentences_are_translated_too() -> None:
    catalogue = {"{what} is {value}": "{what} ist {value}", "the channel": "der Kanal"}
    sentence = Sentence("{what} is {value}", {"what": Sentence("the channel"), "value": "app"})
    assert sentence.render(lambda text: catalogue.get(text, text), lambda value: f"<{value}>") == "der Kanal ist <app>"


@pytest.mark.parametrize(
    ("parts", "last", "said"),
    [
        (["a"], "and", "a"),
        (["a", "b"], "and", "a and b"),
        (["a", "b", "c"], "and", "a, b and c"),
        (["a", "b", "c", "d"], "or", "a, b, c or d"),
    ],
)
def test_listing(parts: list[Sentence | str], last: str, said: str) -> None:
    assert str(listing(parts, last=last)) == said


def test_a_day_of_every_year() -> None:
    assert [str(day_of_year(month, 3)) for month in (1, 6, 12)] == ["3 January", "3 June", "3 December"]
