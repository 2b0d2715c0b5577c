"""Whatever a rule can ask for has a story: every strategy, every comparison, every fact."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from regulars.domain.earning.conditions import OPERATORS
from regulars.domain.earning.facts import FACTS
from regulars.domain.earning.rules import strategies_by_name

FOLDER = Path(__file__).parent
pytestmark = pytest.mark.capability("B1", "B3", "B8")


def mappings(document: object) -> Iterator[dict[str, Any]]:
    """Every mapping of a document, at any depth."""
    if isinstance(document, dict):
        yield document
    for inner in document.values() if isinstance(document, dict) else document if isinstance(document, list) else ():
        yield from mappings(inner)


@cache
def told() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """(strategies, comparisons, facts) that scenarios use, in rules and below them; not in plain words."""
    found = [each for path in FOLDER.rglob("*.yaml") for each in mappings(yaml.safe_load(path.read_text("utf-8")))]
    compared = [each for each in found if isinstance(each.get("field"), str)]
    return (
        frozenset(str(each["strategy"]) for each in found if "strategy" in each),
        frozenset(key for each in compared for key in each if key != "field"),
        frozenset(each["field"] for each in compared),
    )


def test_every_strategy_has_a_scenario() -> None:
    assert sorted(set(strategies_by_name()) - told()[0]) == []


def test_every_comparison_has_a_scenario() -> None:
    assert sorted(set(OPERATORS) - told()[1]) == []


def test_every_fact_has_a_scenario() -> None:
    assert sorted(set(FACTS) - told()[2]) == []


def test_words_in_a_sentence_are_no_story() -> None:
    words = {"scenario": "banded_rate at_least", "earn_rules": [{"when": {"field": "a", "is": 1}}]}
    assert [each for each in mappings(words) if "field" in each] == [{"field": "a", "is": 1}]
