"""Decisions have one form, fit on one page, and their index lists them all by their own titles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import ROOT, Finding, assert_none
from tests.docs.pages import Page, all_pages, page_of

FOLDER = Path("docs/adr")
SECTIONS = ["Why it came up", "What follows", "What was rejected", "What keeps it"]
LONGEST = 60
"""Lines of a page."""


def decisions() -> list[Page]:
    return [page for page in all_pages() if page.path.parent == FOLDER and page.path.name != "README.md"]


def badly_formed(page: Page) -> Iterator[Finding]:
    lines = page.text.splitlines()
    title = re.match(r"# (\d{4}): \S", lines[0]) if lines else None
    if title is None or title[1] != page.path.name[:4]:
        yield page.finding(1, "the title does not begin with the number of the file", "Write `# 0000: The decision`")
    if not any(line.startswith("> ") for line in lines[1:4]):
        yield page.finding(2, "there is no line to quote", "Say the decision in one line that begins with >")
    found = [line.removeprefix("## ") for line in lines if line.startswith("## ")]
    if [each for each in found if each in SECTIONS] != SECTIONS:
        yield page.finding(1, f"its sections are {', '.join(found)}", f"Have {', '.join(SECTIONS)}, in this order")
    if len(lines) > LONGEST:
        yield page.finding(LONGEST, f"it has {len(lines)} lines", f"One page has {LONGEST}: leave out what is obvious")
    keeps = page.text.partition("## What keeps it")[2]
    if "`" not in keeps:
        yield page.finding(len(lines), "no check is named", "Name the check that fails when somebody forgets")


def test_decisions_have_one_form() -> None:
    assert_none(finding for page in decisions() for finding in badly_formed(page))


def test_the_index_lists_all_decisions_by_their_titles() -> None:
    index = (ROOT / FOLDER / "README.md").read_text("utf-8")
    listed = re.findall(r"^\| \[(\d{4})\]\(([^)]+)\) \| (.+) \|$", index, flags=re.MULTILINE)
    there = [(page.path.name[:4], page.path.name, page.text.splitlines()[0].partition(": ")[2]) for page in decisions()]
    assert listed == sorted(there)


def test_a_badly_formed_decision_is_found() -> None:
    good = "# 0001: We decide\n\n> A line.\n\n" + "\n".join(f"## {each}\n`a check`" for each in SECTIONS)
    path = "docs/adr/0001-we-decide.md"
    assert list(badly_formed(page_of(good, path=path))) == []
    for bad in (
        good.replace("0001", "0002"),
        good.replace("> ", ""),
        good.replace("## What was rejected", "## Rejected"),
        good.replace("`", ""),
        good + "\n" * LONGEST,
    ):
        assert len(list(badly_formed(page_of(bad, path=path)))) == 1
