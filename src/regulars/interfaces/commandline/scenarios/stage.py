"""The stage of one scenario: its programme, its clock, its members, and whatever has a name in it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from regulars.database.pool import Connection
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.interfaces.commandline.scenarios.moments import read_moment
from regulars.interfaces.commandline.scenarios.story import Document

Fact = TypeVar("Fact")

BY = "scenario"
"""Who does what operators and programs do."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one step.

    refusal: (code, its text). facts: what expectations may ask about, found by its type: a NightlyResult, an
    EventAnswer. unexpected: (what, expected, got) of what must never be, whatever the scenario states.
    """

    facts: tuple[object, ...] = ()
    refusal: tuple[str, str] | None = None
    unexpected: tuple[tuple[str, str, str], ...] = ()

    def fact(self, kind: type[Fact]) -> Fact | None:
        """The fact of this type, where the step left one."""
        return next((each for each in self.facts if isinstance(each, kind)), None)


@dataclass(slots=True)
class Stage:
    """A scenario while it is played. now: moves only when a step moves it; document: the latest rulebook."""

    conn: Connection
    programme: Programme
    now: datetime
    document: Document
    members: dict[str, UUID] = field(default_factory=dict)
    _named: dict[tuple[str, str], Any] = field(default_factory=dict)
    _counted: int = 0

    @property
    def rules(self) -> Shelf:
        """The programme's rulebooks."""
        return shelf(self.conn, programme_id=self.programme.id)

    @property
    def point_type(self) -> int:
        """The ledger's number of the point type 'points'."""
        return self.rules.point_types["points"]

    def moment(self, text: str | None) -> datetime:
        """The instant that the file means; None: now."""
        return self.now if text is None else read_moment(text, zone_name=self.programme.time_zone)

    def keep(self, kind: str, name: str, value: object) -> None:
        """Remembers something under its name, for later steps: ('redemption', 'dinner', its id)."""
        self._named[kind, name] = value

    def kept(self, kind: str, name: str) -> Any:
        """What an earlier step kept. The reader lets no step pass that names something else."""
        return self._named[kind, name]

    def has_kept(self, kind: str, name: str) -> bool:
        """Whether an earlier step kept it."""
        return (kind, name) in self._named

    def next_name(self, kind: str) -> str:
        """A name for what the file leaves unnamed: 'order-3'."""
        self._counted += 1
        return f"{kind}-{self._counted}"


def as_json(value: object) -> Any:
    """What a file states, as a program would send it: decimals as numbers, everything else as its text."""
    return json.loads(json.dumps(value, default=lambda each: float(each) if isinstance(each, Decimal) else str(each)))
