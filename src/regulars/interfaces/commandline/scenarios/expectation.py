"""The base classes of what can be expected. One word below `then` is one file in `expectations/`, found by its name.

See docs/guides/add-a-scenario-word.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

from pydantic import TypeAdapter

from regulars.interfaces.commandline.scenarios import expectations
from regulars.interfaces.commandline.scenarios.looking import MemberScene, Scene
from regulars.interfaces.commandline.scenarios.stage import Stage
from regulars.kernel.registry import variants_in


class Expectation:
    """Something that is true after a step.

    name: as the file writes it; example: a value, as YAML, for the guide; Value: the type of the value.
    The docstring of the class is what editors and the guide say about it.
    """

    name: ClassVar[str]
    example: ClassVar[str]
    Value: ClassVar[Any]

    @classmethod
    def adapter(cls) -> TypeAdapter[Any]:
        """Checks what a file states."""
        return TypeAdapter(cls.Value)

    def differences(self, expected: Any, got: Any) -> list[tuple[str, str, str]]:
        """(name within the word, expected, got) of what is otherwise; mappings are compared name by name."""
        expected = list(expected) if isinstance(expected, tuple) else expected
        if not (isinstance(expected, dict) and isinstance(got, dict)):
            return [] if got == expected else [("", shown(expected), shown(got))]
        return [
            (name, shown(expected.get(name)), shown(got.get(name)))
            for name in sorted(expected.keys() | got.keys())
            if expected.get(name) != got.get(name)
        ]


def shown(value: object) -> str:
    """A value as a scenario would write it: [30 until 2026-12-31, 80 for ever]; nothing where there is none."""
    if isinstance(value, list):
        return f"[{', '.join(map(shown, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    return "nothing" if value is None else str(value)


class MemberExpectation(Expectation):
    """Asked of a member: below `then`, or below the member's name there."""

    def read(self, scene: MemberScene, expected: Any) -> object:
        """What is true, in the form of the value. A list or mapping is exact: nothing more, nothing less."""
        raise NotImplementedError

    def glance(self, stage: Stage, members: Mapping[str, UUID]) -> dict[str, str]:
        """What is watched of members after every step, in words: whoever is not mentioned keeps it. Most: nothing."""
        return {}


class ProgrammeExpectation(Expectation):
    """Asked of the programme, below `then`. forbids_changes: no row of the programme may be new, gone or different."""

    forbids_changes: ClassVar[bool] = False

    def read(self, scene: Scene, expected: Any) -> object:
        """What is true, in the form of the value."""
        raise NotImplementedError


@cache
def _all() -> dict[str, type[Expectation]]:
    return variants_in(expectations, Expectation)


@cache
def of_member() -> dict[str, MemberExpectation]:
    """What can be asked of a member, by its word."""
    return {name: each() for name, each in _all().items() if issubclass(each, MemberExpectation)}


@cache
def of_programme() -> dict[str, ProgrammeExpectation]:
    """What can be asked of the programme, by its word."""
    return {name: each() for name, each in _all().items() if issubclass(each, ProgrammeExpectation)}
