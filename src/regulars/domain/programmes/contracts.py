"""Programmes as others know them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Programme:
    """One loyalty programme of one organisation. accent: the merchant's colour, '#5b3fd1'.

    sandbox: a programme to try things out with. It has a clock of its own, and stays a sandbox for ever.
    """

    id: int
    organisation_id: int
    organisation_name: str
    code: str
    name: str
    currency: str
    time_zone: str
    accent: str
    founded_at: datetime
    sandbox: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of a programme. ahead: how far it runs before the world's; zero for every live programme."""

    sandbox: bool
    ahead: timedelta

    def reads(self, at: datetime) -> datetime:
        """What it reads when the world's clock shows `at`."""
        return at + self.ahead


@dataclass(frozen=True, slots=True)
class RulebookVersion:
    """A published version, for lists."""

    id: int
    version: int
    effective_from: datetime
    note: str
    published_by: str
    published_at: datetime
