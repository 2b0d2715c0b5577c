"""Every sentence about points names a story or a test that exists, and no story about points is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import ROOT, Finding, assert_none
from tests.docs.pages import Page, all_pages, page_of

PAGE = Path("docs/points-by-sentence.md")
FOLDERS = (
    "expiry", "pending", "returns", "holds", "households", "merging", "night", "earning", "limits", "memory", "tiers",
)  # fmt: skip
_STORY = re.compile(r"\]\(\.\./tests/scenarios/([\w/-]+)\.yaml\)")
_TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`")


def sentences(page: Page) -> Iterator[tuple[int, str, str]]:
    """Line, promise and proofs of every row."""
    for number, line in page.prose:
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("| ") and len(cells) == 2 and cells[0] != "what is promised":
            yield number, cells[0], cells[1]


def unproved(page: Page) -> Iterator[Finding]:
    seen: set[str] = set()
    for number, promise, proofs in sentences(page):
        if promise in seen:
            yield page.finding(number, "this is promised twice", "Name all its proofs in one row")
        seen.add(promise)
        stories, tests = _STORY.findall(proofs), _TEST.findall(proofs)
        if not stories and not tests:
            yield page.finding(number, "nothing proves this", "Write a scenario, and name it here")
        for story in stories:
            if not (ROOT / "tests" / "scenarios" / f"{story}.yaml").is_file():
                yield page.finding(number, f"there is no scenario {story}", "Write it, or name another")
        for file, function in tests:
            text = (ROOT / file).read_text("utf-8") if (ROOT / file).is_file() else ""
            if f"\ndef {function or 'test_'}" not in text:
                yield page.finding(number, f"{file} has no {function or 'tests'}", "Name a test that is there")


def untold(page: Page) -> Iterator[Finding]:
    told = set(_STORY.findall(page.text))
    for folder in FOLDERS:
        for path in sorted((ROOT / "tests" / "scenarios" / folder).glob("*.yaml")):
            if f"{folder}/{path.stem}" not in told:
                yield page.finding(1, f"{folder}/{path.stem} is not on the page", "Add it to the sentence it proves")


def _page() -> Page:
    return next(page for page in all_pages() if page.path == PAGE)


def test_every_sentence_has_a_proof() -> None:
    assert len(list(sentences(_page()))) > 30
    assert_none(unproved(_page()))


def test_every_story_about_points_is_on_the_page() -> None:
    assert_none(untold(_page()))


def test_what_is_not_there_is_found() -> None:
    row = "| Points come | {} |"
    for proof in ("", "words", "[x](../tests/scenarios/expiry/nowhere.yaml)", "`tests/books.py::test_no`"):
        assert len(list(unproved(page_of(row.format(proof))))) == 1
    good = row.format("[expiry/never](../tests/scenarios/expiry/never.yaml)")
    assert list(unproved(page_of(good))) == []
    assert len(list(unproved(page_of(f"{good}\n{good}")))) == 1
    assert "pending/after" in " ".join(each.what for each in untold(page_of(good)))
