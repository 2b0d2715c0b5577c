"""What `regulars scenario` says: for people one line for each file, for programs one document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from regulars.interfaces.commandline.scenarios.reading import ScenarioUnreadable
from regulars.interfaces.commandline.scenarios.running import Result, Story
from regulars.interfaces.commandline.scenarios.scenario import place_of

_STATES = ("ok", "differs", "waiting")


def lines_of(result: Result) -> list[str]:
    """The line of a file, and what differs in it."""
    waits = f"  for {result.waits_for}" if result.state == "waiting" else ""
    line = f"{result.state:<8} {result.file}  {result.seconds:.2f} s{waits}"
    return [line, *map(str, result.differences)]


def summary(results: Sequence[Result], *, seconds: float) -> str:
    """'12 ok, 1 differs, 2 waiting in 3.1 s'."""
    counts = Counter[str](each.state for each in results)
    said = [f"{counts[state]} {state}" for state in _STATES if counts[state]]
    return f"{', '.join(said)} in {seconds:.1f} s"


def problems_of(unreadable: Sequence[ScenarioUnreadable]) -> list[str]:
    """Everything that is wrong with all files, and how much it is."""
    lines = [line for each in unreadable for line in each.lines()]
    count = len(lines)
    return [*lines, f"{count} {'thing' if count == 1 else 'things'} to correct"]


def document_of(results: Sequence[Result], *, seconds: float) -> dict[str, Any]:
    """What was played, for programs. seconds: with everything around it."""
    counts = Counter[str](each.state for each in results)
    return {
        "right": counts["differs"] == 0,
        "seconds": round(seconds, 3),
        "counts": {state: counts[state] for state in _STATES},
        "scenarios": [asdict(each) | {"seconds": round(each.seconds, 3)} for each in results],
    }


def reading_document(stories: Sequence[Story], unreadable: Sequence[ScenarioUnreadable]) -> dict[str, Any]:
    """What was read, for programs: every file that is valid or waits, and the problems of the others."""
    valid: list[dict[str, Any]] = [
        {
            "file": place_of(each.path),
            "title": each.heading.title,
            "state": "valid" if each.scenario else "waiting",
            "waits_for": each.heading.waits_for,
            "problems": [],
        }
        for each in stories
    ]
    wrong = [
        {
            "file": place_of(each.path),
            "title": each.heading.title,
            "state": "unreadable",
            "waits_for": each.heading.waits_for,
            "problems": [
                {"line": found.line, "problem": found.problem, "value": found.value, "remedy": found.remedy}
                for found in each.findings
            ],
        }
        for each in unreadable
    ]
    return {"right": not wrong, "scenarios": [*valid, *wrong]}
