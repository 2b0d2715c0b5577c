"""What is wrong with a rulebook, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Step = str | int
Steps = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong in a document.

    path: earn_rules[2].when.all[0].field; line: from 1, in the text; value: what stands there, shortened;
    severity: an error keeps the rulebook from being published, a warning does not.
    """

    path: str
    line: int
    value: str
    problem: str
    remedy: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        value = f" ({self.value})" if self.value else ""
        return f"line {self.line}: {self.problem}{value} - {self.remedy}"


def path_text(steps: Sequence[Step]) -> str:
    """('earn_rules', 2, 'when') -> earn_rules[2].when."""
    text = ""
    for step in steps:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
