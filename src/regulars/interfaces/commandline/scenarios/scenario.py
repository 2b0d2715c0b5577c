"""A scenario as it was read: its head and its steps."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regulars.interfaces.commandline.scenarios.audience_words import AudienceWords
from regulars.interfaces.commandline.scenarios.steps.joins import Joins
from regulars.interfaces.commandline.scenarios.story import Document
from regulars.interfaces.commandline.scenarios.verb import Verb
from regulars.interfaces.commandline.scenarios.words import RewardWords


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens, and what is then true. verb: None where only time passes and somebody looks.

    members: of the key, the one who acts first. at: where it moves the clock to. refused: code of the refusal that is
    expected. then: by member, by word; programme: by word. lines: by member ('' for the programme) and word.
    """

    line: int
    title: str
    members: tuple[str, ...]
    verb: Verb | None
    at: str | None
    times: int
    refused: str | None
    then: dict[str, dict[str, Any]]
    programme: dict[str, Any]
    lines: dict[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story. rulebook: the whole document; waits_for: what has to be built first; members: by name, how they join."""

    path: Path
    title: str
    capability: tuple[str, ...]
    waits_for: str
    clock: str
    rulebook: Document
    rewards: dict[str, RewardWords]
    members: dict[str, Joins]
    audiences: dict[str, AudienceWords]
    steps: tuple[Step, ...]

    @property
    def place(self) -> str:
        """The file, from where one stands."""
        return place_of(self.path)


def place_of(path: Path) -> str:
    """The file, from where one stands."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
