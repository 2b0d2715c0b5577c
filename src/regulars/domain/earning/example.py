"""Worked examples of ways to earn: a rule, and a few events that happen to one member."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from regulars.domain.earning.contracts import Data
from regulars.kernel.words import Sentence


class Word(str):
    """A text of an example, such as a category; pages say it in the reader's language."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Bought:
    """A line of an order. amount: of the whole line, in the example's currency."""

    category: Word
    amount: str
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class Happened:
    """An event. what: in words; an order is told by its lines or its amount. day: so many days after the first one.

    tier: the member's tier at that time.
    """

    lines: tuple[Bought, ...] = ()
    amount: str = ""
    day: int = 0
    type: str = "order"
    what: str = ""
    data: Mapping[str, Data] = field(default_factory=dict)
    tier: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """earn: the parameters. on: the event that the rule waits for. lines: of the rule, where only some lines count.

    remark: what the events are meant to show, where they do not say it themselves.
    """

    earn: Mapping[str, object]
    events: tuple[Happened, ...]
    on: str = "order"
    lines: Mapping[str, object] | None = None
    remark: Sentence | None = None
