"""The pages of strategies are those of the files: nobody writes them by hand."""

from __future__ import annotations

import pytest

from regulars.domain.earning.rules import strategies_by_name
from tests.docs.strategies import FOLDER, pages

pytestmark = pytest.mark.capability("B8", "B9")


def test_the_pages_are_those_of_the_strategies() -> None:
    written = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.md")}
    assert written == pages(), "run python -m tests.docs.strategies"


@pytest.mark.parametrize("name", sorted(strategies_by_name()))
def test_a_page_says_every_parameter_and_an_example(name: str) -> None:
    text = pages()[f"{name}.md"]
    for parameter in strategies_by_name()[name].Parameters.model_fields:
        assert f"| `{parameter}` |" in text
    assert f"strategy: {name}" in text.partition("```yaml")[2]
