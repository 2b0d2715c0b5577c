"""What stamp cards, streaks and challenges refuse, in words that say what to do."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from regulars.domain.earning.rules import EarnRule

GOAL = {"id": "g", "name": "Goal", "target": 3}


@pytest.mark.parametrize(
    ("earn", "problem"),
    [
        ({"strategy": "nth_event", "every": 5, "points": 1, "head_start": 5}, "a head start of 5 fills a card of 5"),
        ({"strategy": "nth_event", "every": 1, "points": 1}, "greater than or equal to 2"),
        ({"strategy": "streak", "points": 1, "each": "day", "length": 1}, "greater than or equal to 2"),
        ({"strategy": "visit", "points": 0}, "greater than 0"),
        ({"strategy": "first_in_category", "points": 1, "within": "0 days"}, "Nothing ever happens within 0 days"),
        ({"strategy": "challenge", "points": 1, "goals": []}, "at least 1 item"),
        (
            {"strategy": "challenge", "points": 1, "goals": [GOAL], "starts_on": "2026-05-01", "ends_on": "2026-04-30"},
            "it ends on 2026-04-30, before it starts on 2026-05-01",
        ),
        (
            {"strategy": "challenge", "points": 1, "goals": [GOAL | {"head_start": 3}]},
            "head start of 3 meets the target",
        ),
        ({"strategy": "challenge", "points": 1, "goals": [GOAL | {"target": "2.5"}]}, "only money is counted in parts"),
        ({"strategy": "challenge", "points": 1, "goals": [GOAL, GOAL]}, "two goals have the same id"),
        (
            {"strategy": "challenge", "points": 1, "goals": [GOAL], "again": True, "within": "30 days"},
            "a challenge within a time is completed once",
        ),
        (
            {"strategy": "challenge", "points": 1, "goals": [GOAL | {"when": {"field": "history.x", "is": 1}}]},
            "there is no field 'history.x'",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(earn: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError) as caught:
        EarnRule.model_validate({"id": "it", "name": "It", "earn": earn})

    assert problem in str(caught.value)
