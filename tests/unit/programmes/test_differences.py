"""What differs between two rulebooks, in words."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from regulars.domain.programmes.change_names import LABELS, SAID
from regulars.domain.programmes.change_words import differences
from regulars.domain.programmes.rulebook import Rulebook
from regulars.domain.programmes.schema import rulebook_schema
from tests.factories import RULEBOOK

pytestmark = pytest.mark.capability("B9")


def told(document: dict[str, Any], before: dict[str, Any] = RULEBOOK) -> list[str]:
    found = differences(Rulebook.model_validate(before), Rulebook.model_validate(document))
    return [str(each.words) for each in found]


def changed(**fields: Any) -> dict[str, Any]:
    return copy.deepcopy(RULEBOOK) | copy.deepcopy(fields)


def rule(position: int, **fields: Any) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = copy.deepcopy(RULEBOOK["earn_rules"])
    rules[position] |= fields
    return rules


GIFT = {"id": "gift", "name": "Gift", "on": "review.written", "earn": {"strategy": "fixed_bonus", "points": 60}}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (changed(), []),
        (changed(name="Shop"), ["“Corner Shop” is now called “Shop”"]),
        (
            changed(earn_rules=rule(0, earn={"strategy": "points_per_amount", "points": 3, "per": 1})),
            ["“1 point per euro”: the rate rises from 1 to 3 points per 1.00 EUR"],
        ),
        (
            changed(earn_rules=rule(0, earn={"strategy": "points_per_amount", "points": 1, "per": 2})),
            ["“1 point per euro”, the amount for which they are given: up from 1.00 EUR to 2.00 EUR"],
        ),
        (
            changed(earn_rules=rule(1, when={"field": "event.channel", "is": "app"})),
            ["“Double points on coffee” now asks that the channel is app"],
        ),
        (
            changed(earn_rules=rule(1, name="Beans", lines={"field": "line.category", "is": "tea"})),
            [
                "“Double points on coffee” is now called “Beans”",
                "“Beans” counts what you buy where the category is tea; before, where the category is coffee",
            ],
        ),
        (
            changed(earn_rules=rule(1, earn={"strategy": "fixed_bonus", "points": 5})),
            ["“Double points on coffee” now gives: a bonus of 5; before: 2 times the points of “1 point per euro”"],
        ),
        (changed(earn_rules=[*RULEBOOK["earn_rules"], GIFT]), ["New rule: Gift: a bonus of 60, for: A review"]),
        (
            changed(earn_rules=RULEBOOK["earn_rules"][:1]),
            [
                "Rule removed: Double points on coffee: 2 times the points of “1 point per euro”,"
                " for what you buy where the category is coffee"
            ],
        ),
        (
            changed(earn_rules=RULEBOOK["earn_rules"][::-1]),
            ["“Double points on coffee” is number 1 in the list instead of number 2"],
        ),
        (
            changed(earn_rules=rule(0, rounding="up", valid_until="2027-01-01T00:00:00+01:00")),
            [
                "“1 point per euro”, the rounding: rounded up; before: rounded down",
                "“1 point per euro”, the end: 1 Jan 2027, 00:00, and nothing was stated before",
            ],
        ),
        (
            changed(point_types=[RULEBOOK["point_types"][0] | {"expiry": "never", "reminders": ["30 days"]}]),
            [
                "Points “Points”, when they expire: points never expire; before: points expire 12 months after you"
                " earned them, at the end of the month",
                "Points “Points”, the reminders before points expire: now also 30 days",
            ],
        ),
        (
            changed(households={"allowed": True, "mode": "pool"}),
            [
                "Households together, whether it is allowed: yes instead of no",
                "Households together, the way points are shared: the points of all pay instead of all see the total,"
                " and each spends their own",
            ],
        ),
        (changed(translations={"tr": {"Gold": "Altın"}}), ["New language, tr: “Gold” as “Altın”"]),
    ],
)
def test_what_changed_is_told(document: dict[str, Any], words: list[str]) -> None:
    assert told(document) == words


def test_tiers_are_told_by_what_they_need() -> None:
    document = changed()
    tiers = document["ladders"][0]["tiers"]
    tiers[2] |= {"from_score": 600, "benefits": ["Free coffee"]}
    tiers.append({"id": "platinum", "name": "Platinum", "from_score": 900})
    assert told(document) == [
        "Tier “Gold” now needs 600.00 EUR spent instead of 500.00 EUR spent",
        "Tier “Gold”, the benefits: now also Free coffee",
        "New tier: Platinum: from 900.00 EUR spent in 12 months",
    ]


def test_texts_in_other_languages_are_told_one_by_one() -> None:
    before = changed(translations={"tr": {"Gold": "Altın", "Silver": "Gümüş"}})
    after = changed(translations={"tr": {"Gold": "Altun", "Bronze": "Bronz"}})
    assert told(after, before) == [
        "In tr, “Gold” now reads “Altun” instead of “Altın”",
        "In tr, “Silver” is no longer translated; before, it read “Gümüş”",
        "In tr, “Bronze” now reads “Bronz”",
    ]


def test_what_is_no_rulebook_yet_is_told_as_well() -> None:
    half = {"rulebook": 1, "name": "Half", "earn_rules": [{"id": "x", "name": "X", "earn": {"points": 1}}]}
    more = copy.deepcopy(half)
    more["earn_rules"] = [{"id": "x", "name": "X", "earn": {"points": 2}, "when": {"filed": 3}}, "?"]
    assert [str(each.words) for each in differences(half, half | {"name": "Whole"})] == ["“Half” is now called “Whole”"]
    assert len(differences(half, more)) == 1
    assert differences(half, half) == []


def _fields() -> Iterator[tuple[str, str, Any]]:
    schema = rulebook_schema()
    for name, model in {"Rulebook": schema, **schema["$defs"]}.items():
        for field, about in model.get("properties", {}).items():
            yield name, field, about


OF_THEIR_OWN = frozenset({
    # sections and lists of items, told item by item; and conditions and policies, told as a whole
    "point_types", "earn_rules", "measures", "ladders", "stacking", "campaigns", "badges", "translations", "tiers",
    "member_fields", "consents", "event_types", "options", "fields", "reasons", "goals", "returns", "orders",
    "adjustments", "transfers", "stored_value", "households", "merging", "vouchers", "occasions", "publishing",
    "paused",
})  # fmt: skip


def test_every_field_of_the_format_has_a_name_for_people() -> None:
    told_whole = ("Comparison", "AllOf", "AnyOf", "Not", "expiry_", "pending_", "clawback_", "restore_")
    missing = [
        (model, field)
        for model, field, about in _fields()
        if not model.startswith(told_whole)
        and field not in OF_THEIR_OWN
        and field not in LABELS
        # Parameters of strategies are called as their forms call them.
        and not (model.startswith("strategy_") and about.get("description"))
    ]
    assert missing == [], "add them to LABELS in domain/programmes/change_names.py"


def test_every_choice_of_the_format_has_words() -> None:
    told_whole = ("Comparison", "expiry_", "pending_", "clawback_", "restore_")
    missing = []
    for model, field, about in _fields():
        choices = [*about.get("enum", []), *(each for one in about.get("anyOf", []) for each in one.get("enum", []))]
        if model.startswith((*told_whole, "strategy_")) or field in ("down", "metric") or model == "Returns":
            continue
        missing += [f"{field}.{each}" for each in choices if each is not None and f"{field}.{each}" not in SAID]
    assert missing == [], "add them to SAID in domain/programmes/change_names.py"
