"""The run: drafts in batches to the flow, answers into a tally. Knows neither files nor the database."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from regulars.interfaces.commandline.imports.rows import Problem

BATCH = 500
SHOWN = 20
"""Problems that the summary shows; the errors file has them all."""

D = TypeVar("D")


class Answer(enum.Enum):
    """What became of a draft that was not refused."""

    ADDED = "added"
    THERE = "already there"


@dataclass(slots=True)
class Tally:
    """What happened, in members or orders.

    left_out: those with a problem; problems: the first SHOWN of them. stopped: the person at the keyboard ended it.
    """

    added: int = 0
    there: int = 0
    left_out: int = 0
    problems: list[Problem] = field(default_factory=list)
    stopped: bool = False

    @property
    def read(self) -> int:
        """How many were found in the file."""
        return self.added + self.there + self.left_out


class Run(Generic[D]):
    """One import: drafts go to `submit` in batches, in order, and the answers are counted.

    submit: writes one batch in one transaction and answers for every draft of it. report: takes every problem.
    advance: is told of every item once it is settled, for the progress bar.
    """

    def __init__(
        self,
        *,
        submit: Callable[[Sequence[D]], Sequence[Answer | Problem]],
        report: Callable[[Problem], None],
        advance: Callable[[D | Problem], None],
    ) -> None:
        self.tally = Tally()
        self._submit = submit
        self._report = report
        self._advance = advance

    def take(self, drafts: Iterable[D | Problem]) -> Tally:
        """Import all of them. Ctrl-C ends it between two batches' transactions, with nothing half written."""
        batch: list[D] = []
        try:
            for item in drafts:
                if isinstance(item, Problem):
                    self._settle(item)
                    self._advance(item)
                    continue
                batch.append(item)
                if len(batch) == BATCH:
                    self._send(batch)
                    batch = []
            self._send(batch)
        except KeyboardInterrupt:
            self.tally.stopped = True
        return self.tally

    def _send(self, batch: list[D]) -> None:
        if batch:
            for answer in self._submit(batch):
                self._settle(answer)
            self._advance(batch[-1])

    def _settle(self, answer: Answer | Problem) -> None:
        if isinstance(answer, Problem):
            self.tally.left_out += 1
            self._report(answer)
            if len(self.tally.problems) < SHOWN:
                self.tally.problems.append(answer)
        elif answer is Answer.ADDED:
            self.tally.added += 1
        else:
            self.tally.there += 1
