"""Numbers, money, dates and sentences as each language writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from regulars.interfaces.web import words
from regulars.kernel.words import Money, Sentence

EVENING = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "number", "money", "percent", "day"),
    [
        ("en", "1,234,567", "€1,234.50", "19.4%", "20 Nov 2026"),
        ("tr", "1.234.567", "€1.234,50", "%19,4", "20 Kas 2026"),
        ("ar", "1,234,567", "\u200f1,234.50\xa0€", "19.4%", "20 نوفمبر 2026"),
    ],
)
def test_each_language_writes_in_its_own_way(language: str, number: str, money: str, percent: str, day: str) -> None:
    with translation.override(language):
        assert words.number(1_234_567) == number
        assert words.money(Decimal("1234.50"), "EUR") == money
        assert words.percent(0.194) == percent
        assert words.day(date(2026, 11, 20)) == day


def test_a_signed_number_has_a_true_minus_and_zero_has_no_sign() -> None:
    assert [words.signed(value) for value in (1200, 0, -287)] == ["+1,200", "0", "\N{MINUS SIGN}287"]


def test_moments_are_told_in_the_active_time_zone() -> None:
    with timezone.override("Europe/Istanbul"):
        assert words.moment(EVENING) == "21 Nov 2026, 01:30"
        assert words.day(EVENING) == "21 Nov 2026"


def test_a_sentence_is_said_with_its_values_in_the_language() -> None:
    sentence = Sentence(
        "{amount} at {points} for every {per}",
        {"amount": Money(Decimal("45.90"), "EUR"), "points": Decimal(1), "per": Money(Decimal(1), "EUR")},
    )
    assert words.said(sentence) == "€45.90 at 1 for every €1.00"
    with translation.override("tr"):
        assert words.said(sentence) == "her €1,00 için 1 puanla €45,90"


def test_periods_of_a_rulebook_are_words() -> None:
    assert words.period("12 months") == "12 months"
    with translation.override("tr"):
        assert words.write("1 month") == "1 ay"
    with translation.override("ar"):
        assert words.write("3 years") == "3 سنوات"


def test_a_phrase_becomes_a_sentence() -> None:
    assert words.sentence_case("points never expire") == "Points never expire."
    assert words.sentence_case("Really?") == "Really?"
