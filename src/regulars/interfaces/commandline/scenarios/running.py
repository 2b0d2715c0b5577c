"""Many scenario files: which they are, reading all of them first, and what became of each."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from regulars.database.pool import Connection
from regulars.domain.programmes.document_nodes import Unreadable, read_nodes
from regulars.interfaces.commandline.scenarios.playing import Difference, run_scenario
from regulars.interfaces.commandline.scenarios.reading import Heading, ScenarioUnreadable, read_heading, read_scenario
from regulars.interfaces.commandline.scenarios.scenario import Scenario, place_of
from regulars.interfaces.commandline.stopping import Pause, on_and_on
from regulars.kernel.errors import Refusal

State = Literal["ok", "differs", "waiting"]


@dataclass(frozen=True, slots=True)
class Story:
    """A file that was read. scenario: None where it waits for words that do not exist yet."""

    path: Path
    heading: Heading
    scenario: Scenario | None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one file."""

    file: str
    title: str
    state: State
    waits_for: str
    seconds: float
    differences: tuple[Difference, ...]


def scenario_files(places: Iterable[Path]) -> list[Path]:
    """The files, and every scenario below the folders; rulebooks that lie there are passed over.

    Raises Refusal where there is none.
    """
    files: dict[Path, None] = {}
    for place in places:
        found = [place]
        if place.is_dir():
            found = [path for path in sorted(place.rglob("*.yaml")) if not _is_rulebook(path)]
        files.update(dict.fromkeys(found))
        if not found:
            raise Refusal(
                "no_scenarios",
                "There is nothing to play",
                detail=f"There is no scenario below {place_of(place)}.",
                remedy="Name files that end in .yaml, or a folder that holds some.",
            )
    return list(files)


def _is_rulebook(path: Path) -> bool:
    try:
        document = read_nodes(path.read_text(encoding="utf-8"))[0].value
    except (Unreadable, UnicodeDecodeError):
        return False
    return isinstance(document, dict) and "scenario" not in document and isinstance(document.get("rulebook"), int)


def read_all(paths: Iterable[Path]) -> tuple[list[Story], list[ScenarioUnreadable]]:
    """Every file that can be read, and what is wrong with the others."""
    stories, unreadable = [], []
    for path in paths:
        try:
            stories.append(read_story(path))
        except ScenarioUnreadable as found:
            unreadable.append(found)
    return stories, unreadable


def read_story(path: Path) -> Story:
    """One file; one that waits may use words that do not exist yet. Raises ScenarioUnreadable."""
    heading = read_heading(path)
    try:
        return Story(path, heading, read_scenario(path))
    except ScenarioUnreadable:
        if not heading.waits_for:
            raise
        return Story(path, heading, None)


def play(conn: Connection, story: Story, *, pause: Pause = on_and_on) -> Result:
    """Plays one story in a programme of its own. One that waits never passes: it waits, or it need not any more."""
    began = time.perf_counter()
    differences = run_scenario(conn, story.scenario, pause=pause) if story.scenario else []
    state: State = "differs" if differences else "ok"
    if story.heading.waits_for:
        is_over = story.scenario is not None and not differences
        state, differences = ("differs", [_over(story)]) if is_over else ("waiting", [])
    return Result(
        place_of(story.path), story.heading.title, state, story.heading.waits_for,
        time.perf_counter() - began, tuple(differences),
    )  # fmt: skip


def _over(story: Story) -> Difference:
    return Difference(
        place_of(story.path), 0, "the head", "waits for", f"{story.heading.waits_for} is still to be built",
        "everything is as the steps say: remove the line",
    )  # fmt: skip
