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


class DraftState(IntEnum):
    """open: somebody writes it. submitted: it waits for a second person. approved: it may be published, or scheduled.

    scheduled: it is published when its time comes. published, discarded: it is done.
    """

    open = 1
    submitted = 2
    approved = 3
    scheduled = 4
    published = 5
    discarded = 6


class StepKind(IntEnum):
    """What was done to a draft. stopped: it was due, and could not be published."""

    opened = 1
    saved = 2
    joined = 3
    renewed = 4
    submitted = 5
    withdrawn = 6
    approved = 7
    declined = 8
    scheduled = 9
    unscheduled = 10
    published = 11
    discarded = 12
    stopped = 13


@dataclass(frozen=True, slots=True)
class Draft:
    """A rulebook that is being written. text: as its author wrote it, valid or not.

    based_on: the version that it changes, 0 before the first. revision: rises with every text that is saved.
    decided_by: who approved it. scheduled_for: the instant at which it comes into force. problem: why it was not
    published then, as a problem document. version: as which it was published.
    """

    id: int
    name: str
    text: str
    based_on: int
    revision: int
    state: DraftState
    created_by: str
    created_at: datetime
    changed_by: str
    changed_at: datetime
    submitted_by: str | None
    submitted_at: datetime | None
    decided_by: str | None
    decided_at: datetime | None
    note: str
    scheduled_for: datetime | None
    scheduled_by: str | None
    problem: dict[str, Any] | None
    version: int | None


@dataclass(frozen=True, slots=True)
class DraftStep:
    """One thing that was done to a draft. text: of what was saved; based_on: what the text changes."""

    number: int
    revision: int
    kind: StepKind
    text: str | None
    based_on: int
    by: str
    at: datetime
    note: str


class DraftNotFound(NotFound):
    """No draft of this programme has the number."""

    def __init__(self, identifier: int) -> None:
        super().__init__(
            "draft_not_found",
            "There is no such draft",
            detail=f"No draft of this programme has the number {identifier}.",
            remedy="Choose one from the list of drafts: GET /api/v1/rulebook/drafts.",
            field="draft",
        )


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
