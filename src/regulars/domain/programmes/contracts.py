"""Programmes as others know them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from regulars.kernel.errors import NotFound


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


class ProposalState(IntEnum):
    """waiting: for a second person. declined: by somebody, or withdrawn by who proposed it."""

    waiting = 1
    published = 2
    declined = 3


@dataclass(frozen=True, slots=True)
class Proposal:
    """A rulebook that waits for a second person, because points would expire at once.

    based_on: the latest version when it was proposed. version: as which it was published.
    """

    id: int
    document: dict[str, Any]
    effective_from: datetime
    note: str
    based_on: int
    proposed_by: str
    proposed_at: datetime
    state: ProposalState
    version: int | None
    decided_by: str | None
    decided_at: datetime | None


class ProposalNotFound(NotFound):
    """No proposal of this programme has the number."""

    def __init__(self, identifier: int) -> None:
        super().__init__(
            "proposal_not_found",
            "There is no such proposal",
            detail=f"No rulebook was proposed under the number {identifier}.",
            remedy="Choose one from the list: GET /api/v1/rulebook/proposals.",
            field="proposal",
        )
