"""The code in the guides runs as it is printed."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from regulars.domain.earning.strategy import Asked
from tests.unit.earning.stage import TERMS, line, member, order

GUIDES = Path(__file__).resolve().parents[3] / "docs" / "guides"


@pytest.fixture
def printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Imports the first Python file that a guide prints."""

    def read(guide: str) -> Any:
        code = re.search(r"```python\n(.*?)```", (GUIDES / guide).read_text("utf-8"), re.DOTALL)
        assert code is not None
        (tmp_path / "regulars_tests_printed.py").write_text(code[1], "utf-8")
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.delitem(sys.modules, "regulars_tests_printed", raising=False)
        return import_module("regulars_tests_printed")

    return read


def test_the_earn_strategy_of_the_guide(printed: Callable[[str], Any]) -> None:
    guide = printed("add-an-earn-strategy.md")
    strategy = guide.PointsForWeight(guide.PointsForWeightParameters(points=10))
    asked = Asked(order(line("fruit", 300, quantity="0.75")), member(), None, {})
    assert strategy.exact(asked) == Decimal("7.5")
    assert str(strategy.explain(strategy.inputs(asked), TERMS)) == "0.75 kg at 10 each"
    assert str(strategy.words(TERMS)) == "10 for every kilogram"


def test_the_tier_policy_of_the_guide(printed: Callable[[str], Any]) -> None:
    policy = printed("add-a-tier-policy.md").TwoSteps()
    assert [policy.lowered(held=held, reached=reached) for held, reached in ((4, 0), (2, 0), (1, 0), (4, 3))] == [
        2,
        0,
        0,
        3,
    ]
