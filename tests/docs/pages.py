"""The pages of the documentation as the tests see them: their lines of prose, their code, what they name in backticks.

A check is a function from one page to its findings, as in tests/architecture/source.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from tests.architecture.source import ROOT, Finding, files_below

_FENCE = re.compile(r"^\s*```")
TICKS = re.compile(r"`([^`\n]+)`")
_SHELLS = frozenset({"", "sh", "bash", "shell", "console"})


@dataclass(frozen=True)
class Page:
    """One Markdown file. `path` is relative to the repository."""

    path: Path
    text: str

    @cached_property
    def prose(self) -> list[tuple[int, str]]:
        """Line number and text of what is outside of code blocks."""
        return [(number, line) for number, line, language in self._lines() if language is None]

    @cached_property
    def code(self) -> list[tuple[int, str, str]]:
        """Line number, text and language of what is inside of code blocks."""
        return [(number, line, language) for number, line, language in self._lines() if language is not None]

    @cached_property
    def named(self) -> list[tuple[int, str]]:
        """What stands in backticks in the prose."""
        return [(number, each) for number, line in self.prose for each in TICKS.findall(line)]

    @cached_property
    def commands(self) -> list[tuple[int, str]]:
        """What a reader would type: lines of shell blocks, and what stands in backticks."""
        typed = [
            (number, line.strip().removeprefix("$ ")) for number, line, language in self.code if language in _SHELLS
        ]
        return typed + self.named

    @cached_property
    def code_words(self) -> frozenset[str]:
        """The words in the code blocks: what a guide lets its reader write."""
        return frozenset(re.findall(r"\w+", "\n".join(line for _, line, _ in self.code)))

    def finding(self, line: int, what: str, remedy: str) -> Finding:
        return Finding(self.path, line, what, remedy)

    def _lines(self) -> Iterator[tuple[int, str, str | None]]:
        language: str | None = None
        for number, line in enumerate(self.text.splitlines(), start=1):
            if _FENCE.match(line):
                language = line.strip("` ") if language is None else None
                continue
            yield number, line, language


@cache
def all_pages() -> tuple[Page, ...]:
    """Every Markdown file of ours."""
    return tuple(
        Page(path.relative_to(ROOT), path.read_text("utf-8")) for path in files_below(ROOT) if path.suffix == ".md"
    )


def page_of(text: str, *, path: str = "docs/example.md") -> Page:
    """A page that exists only inside a test."""
    return Page(Path(path), text)


def part(text: str, name: str) -> str:
    """What stands between the marks of a generated part."""
    found = re.search(rf"<!-- generated: {name} -->\n(.*?)<!-- end -->", text, flags=re.DOTALL)
    assert found is not None, f"the marks of the generated part {name!r} are missing"
    return found[1].strip()
