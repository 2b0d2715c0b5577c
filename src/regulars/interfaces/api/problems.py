"""The table of all codes (problems.yaml): what each is called, why it happens, what helps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml


@dataclass(frozen=True, slots=True)
class Problem:
    """One code. cause: why it happens; remedy: what helps, in general; the answer itself says it in particular."""

    code: str
    title: str
    cause: str
    remedy: str


@cache
def problems() -> dict[str, Problem]:
    """Every code with its page's words."""
    table = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return {code: Problem(code, **words) for code, words in table.items()}
