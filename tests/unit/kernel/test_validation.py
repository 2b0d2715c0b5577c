"""What was probably meant."""

from __future__ import annotations

import pytest

from regulars.kernel.errors import Refusal
from regulars.kernel.validation import complaint, instead, nearest, refused, unknown_name

DAYS = ["monday", "tuesday", "sunday", "friday"]


@pytest.mark.parametrize(
    ("given", "meant"),
    [("munday", "monday"), ("Sonday", "sunday"), ("FRIDAY", "friday"), ("xyz", None), ("", None)],
)
def test_nearest(given: str, meant: str | None) -> None:
    assert nearest(given, DAYS) == meant


def test_nearest_gives_the_name_as_it_is_written() -> None:
    assert nearest("europe/istambul", ["Europe/Istanbul", "Asia/Istanbul"]) == "Europe/Istanbul"


def test_instead() -> None:
    assert instead("munday", DAYS) == "Did you mean “monday”?"
    assert instead("xyz", ["b", "a"]) == "There are: a, b."
    assert instead("xyz", []) == "There are none yet."
    assert instead("xyz", [f"n{number:02}" for number in range(14)]).endswith("n11 and 2 more.")


def test_complaints_carry_problem_and_remedy() -> None:
    assert str(unknown_name("policy", "nevr", ["never"])) == "there is no policy 'nevr'; Did you mean “never”?"
    assert str(complaint("it is wrong", "Repair it.")) == "it is wrong Repair it."
    refusal = Refusal("x", "X", detail="It is wrong.", remedy="Repair it.")
    assert str(refused(refusal)) == "It is wrong Repair it."
    assert str(refused(refusal, close="right")) == "It is wrong Did you mean “right”?"
