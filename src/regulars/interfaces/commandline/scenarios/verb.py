"""The base classes of what can happen. One verb is one file in `steps/`, found by its name.

A verb is written in one of four ways: after a member (`ada buys: 12.40`), between two (`ada sends ben: 100`), before
one (`operator gives ada: 50`), or alone (`midnight: 2026-04-15`). See docs/guides/add-a-scenario-word.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import ClassVar

from regulars.interfaces.commandline.scenarios import steps
from regulars.interfaces.commandline.scenarios.stage import Outcome, Stage
from regulars.interfaces.commandline.scenarios.story import Complaint, SoFar
from regulars.interfaces.commandline.scenarios.words import Words
from regulars.kernel.registry import variants_in

NAME = "[a-z][a-z0-9-]*"
"""How members are called in a scenario."""


class Verb(Words):
    """Something that can happen; its fields are the words that may stand behind the colon.

    name: as the file writes it; example: a whole step, for the guide, which the docstring of the class goes on to
    explain. changes_nothing: no row of the programme may be new, gone or different afterwards. introduces: the member
    need not be there before.
    """

    name: ClassVar[str]
    example: ClassVar[str]
    changes_nothing: ClassVar[bool] = False
    introduces: ClassVar[bool] = False

    @classmethod
    def pattern(cls) -> str:
        """The key of a step, as a regular expression whose groups are the members."""
        raise NotImplementedError

    @classmethod
    def keys(cls, first: str, members: list[str]) -> list[str]:
        """How a step could begin with it, for “did you mean”. first: the word that the step begins with."""
        raise NotImplementedError

    def let(self, stage: Stage, members: tuple[str, ...]) -> Outcome:
        """Lets it happen to the members of the key. Raises Refusal."""
        raise NotImplementedError

    def moment(self, zone_name: str) -> datetime | None:
        """Where it moves the clock; None: it stays."""
        return None

    def check(self, so_far: SoFar) -> Iterator[Complaint]:
        """What is wrong with it after the steps before it, when the file is read; and what it adds to them."""
        yield from ()


class MemberVerb(Verb):
    """Written after the member who acts: `ada buys`."""

    @classmethod
    def pattern(cls) -> str:
        return f"({NAME}) {cls.name}"

    @classmethod
    def keys(cls, first: str, members: list[str]) -> list[str]:
        return [f"{first} {cls.name}"]

    def let(self, stage: Stage, members: tuple[str, ...]) -> Outcome:
        return self.play(stage, members[0])

    def play(self, stage: Stage, member: str) -> Outcome:
        """Lets it happen. Raises Refusal."""
        raise NotImplementedError


class PairVerb(Verb):
    """Written between two members, of whom the first acts: `ada sends ben`."""

    @classmethod
    def pattern(cls) -> str:
        return f"({NAME}) {cls.name} ({NAME})"

    @classmethod
    def keys(cls, first: str, members: list[str]) -> list[str]:
        return [f"{first} {cls.name} {other}" for other in members]

    def let(self, stage: Stage, members: tuple[str, ...]) -> Outcome:
        return self.play(stage, members[0], members[1])

    def play(self, stage: Stage, member: str, other: str) -> Outcome:
        """Lets it happen between the two. Raises Refusal."""
        raise NotImplementedError


class OperatorVerb(Verb):
    """Written before the member whom it is about, and beginning with `operator`: `operator gives ada`."""

    @classmethod
    def pattern(cls) -> str:
        return f"{cls.name} ({NAME})"

    @classmethod
    def keys(cls, first: str, members: list[str]) -> list[str]:
        return [f"{cls.name} {member}" for member in members]

    def let(self, stage: Stage, members: tuple[str, ...]) -> Outcome:
        return self.play(stage, members[0])

    def play(self, stage: Stage, member: str) -> Outcome:
        """Lets it happen. Raises Refusal."""
        raise NotImplementedError


class ProgrammeVerb(Verb):
    """Written alone, about no member in particular: `midnight`."""

    @classmethod
    def pattern(cls) -> str:
        return cls.name

    @classmethod
    def keys(cls, first: str, members: list[str]) -> list[str]:
        return [cls.name]

    def let(self, stage: Stage, members: tuple[str, ...]) -> Outcome:
        return self.play(stage)

    def play(self, stage: Stage) -> Outcome:
        """Lets it happen. Raises Refusal."""
        raise NotImplementedError


@cache
def verbs() -> dict[str, type[Verb]]:
    """Every verb in the folder, by name; those between two members last, because others could be read into them."""
    found = variants_in(steps, Verb)
    return dict(sorted(found.items(), key=lambda each: (issubclass(each[1], PairVerb), each[0])))
