"""What a rulebook says of points between members: the fee, the limits, the words, and what is wrong with a document."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from regulars.domain.programmes.document import check_rulebook
from regulars.domain.programmes.rulebook import Rulebook
from regulars.domain.programmes.transfer_terms import TransferFee, Transfers
from regulars.domain.programmes.words import transfer_words

BOOK = """\
rulebook: 1
name: Corner Shop
currency: EUR
time_zone: Europe/Berlin
point_types: [{id: points, name: Points, pending: {mode: after, period: 1 day}}, {id: stars, name: Stars}]
"""


def of(**terms: Any) -> Transfers:
    return Transfers.model_validate(terms)


@pytest.mark.parametrize(
    ("fee", "points", "expected"),
    [
        ({}, 1_000, 0),
        (5, 1_000, 5),
        ({"percent": "2.5"}, 30, 1),
        ({"percent": "2.5"}, 40, 1),
        ({"percent": "2.5"}, 41, 2),
        ({"percent": "0.1"}, 1_000_000_000, 1_000_000),
        ({"points": 2, "percent": 100}, 7, 9),
    ],
)
def test_a_fee_is_in_whole_points_rounded_up(fee: Any, points: int, expected: int) -> None:
    assert of(fee=fee).fee.of(points) == expected


def test_the_time_to_take_back_is_a_period_of_days() -> None:
    assert of().cancel_until(date(2026, 1, 31)) is None
    assert of(cancel_within="1 day").cancel_until(date(2026, 1, 31)) == date(2026, 2, 1)
    assert of(cancel_within="0 days").cancel_until(date(2026, 1, 31)) == date(2026, 1, 31)


def test_which_points_can_be_sent() -> None:
    assert [of(allowed=allowed).allows("points") for allowed in (False, True, ["stars"], ["points"])] == [
        False, True, False, True,
    ]  # fmt: skip
    assert of().fee == TransferFee()


def test_older_documents_stay_what_they_are() -> None:
    checked = check_rulebook(BOOK)
    assert checked.rulebook is not None
    assert "transfers" not in checked.rulebook.document()
    book = check_rulebook(BOOK + "transfers: {allowed: [points], fee: 3}\n").rulebook
    assert book is not None
    assert Rulebook.model_validate(book.document()) == book


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        ("{allowed: yes please}", "transfers.allowed", "this does not say which points can be sent"),
        ("{allowed: [point]}", "transfers.allowed[0]", "Did you mean “points”?"),
        ("{allowed: true, expiry: keeps}", "transfers.expiry", "Did you mean “keep”?"),
        ("{allowed: true, least: 0}", "transfers.least", "the number must be at least 1"),
        ("{allowed: true, least: 10, most: 9}", "transfers", "nothing can ever be sent: least is 10 and most is 9"),
        ("{allowed: true, least: 10, per_day: 9}", "transfers", "least is 10 and per_day is 9"),
        ("{allowed: true, fee: {point: 2}}", "transfers.fee.point", "Did you mean “points”?"),
        ("{allowed: true, fee: {percent: 101}}", "transfers.fee.percent", "at most 100"),
        ("{allowed: true, cancel_within: soon}", "transfers.cancel_within", "is not a period"),
        ("{alowed: true}", "transfers.alowed", "Did you mean “allowed”?"),
        ("{allowed: false, most: 5}", "transfers", "members cannot send points"),
    ],
)
def test_one_mistake_is_one_finding(text: str, path: str, words: str) -> None:
    (finding,) = check_rulebook(f"{BOOK}transfers: {text}\n").findings
    assert words in str(finding)
    assert finding.path == path


def test_the_terms_in_words() -> None:
    text = "{allowed: [points], expiry: reset, least: 10, most: 50, per_day: 60, fee: {points: 2, percent: 5}}"
    book = check_rulebook(f"{BOOK}transfers: {text}\n").rulebook
    assert book is not None
    assert [str(each) for each in transfer_words(book)] == [
        "Points only",
        "points that you send last as long as points that are earned on that day",
        "at least 10 points at once",
        "at most 50 points at once",
        "at most 60 points in one day",
        "sending costs 2 points and 5 % on top",
    ]
