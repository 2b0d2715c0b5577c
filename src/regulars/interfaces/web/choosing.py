"""What a reward asks the member, as questions of a form, and what came back.

Drawn with `web/choices.html`, and with `web/stores.html` where the reward is collected in a store.
"""

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


@dataclass(frozen=True, slots=True)
class StoreForm:
    """Where the reward is collected. only: the one store that has any; "" where there are several to choose from."""

    only: str
    options: list[Option]


def store_form(stores: Sequence[str], posted: Mapping[str, str] | None = None) -> StoreForm | None:
    """The stores that have one left, with what was chosen before; None where it is counted by no store."""
    if not stores:
        return None
    chosen = "" if posted is None else store_typed(posted)
    options = [Option(f"store.{place}", store, store == chosen) for place, store in enumerate(stores)]
    return StoreForm(stores[0] if len(stores) == 1 else "", options)


def store_typed(posted: Mapping[str, str]) -> str:
    """The store that was chosen; "" for none."""
    return posted.get("store", "")


def choices_typed(posted: Mapping[str, str]) -> dict[str, str]:
    """The answers, by question."""
    return {name.removeprefix(_PREFIX): value for name, value in posted.items() if name.startswith(_PREFIX) and value}
