"""What a reward asks the member, as questions of a form, and what came back. Drawn with `web/choices.html`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from regulars.domain.rewards.gifts import Choice
from regulars.interfaces.web import words

_PREFIX = "choice."


@dataclass(frozen=True, slots=True)
class Option:
    """One answer. field: the id of its button."""

    field: str
    value: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the form. name: of the field."""

    name: str
    title: str
    options: list[Option]


def questions(asked: Sequence[Choice], posted: Mapping[str, str] | None = None) -> list[Question]:
    """The questions, with what was chosen before."""
    given = {} if posted is None else choices_typed(posted)
    return [
        Question(
            f"{_PREFIX}{each.name}",
            words.said(each.title),
            [
                Option(f"{_PREFIX}{each.name}.{place}", option, given.get(each.name) == option)
                for place, option in enumerate(each.options)
            ],
        )
        for each in asked
    ]


def choices_typed(posted: Mapping[str, str]) -> dict[str, str]:
    """The answers, by question."""
    return {name.removeprefix(_PREFIX): value for name, value in posted.items() if name.startswith(_PREFIX) and value}
