"""Collects what is waiting, and hands it to lanes.

A lane is a thread with a database connection. While its batch is with the database, the next one gathers: idle, a
request is a batch of one at once; under load, batches grow by themselves. There is no timer.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from regulars.domain.events.contracts import Event
from regulars.flows.process_events import Outcome
from regulars.interfaces.ingest import problems
from regulars.kernel.errors import Refusal

Answer = list[Outcome] | Refusal
"""An outcome for each event of a request, or why the request as a whole was refused."""


class Submission:
    """One request: the digest of its key, and its events. refusal: what is wrong with all of it, for key holders."""

    __slots__ = ("events", "future", "key", "refusal")

    def __init__(self, key: bytes, events: list[Event | Refusal], refusal: Refusal | None = None) -> None:
        self.key = key
        self.events = events
        self.refusal = refusal
        self.future: asyncio.Future[Answer] | None = None


class Worker(Protocol):
    """Works a batch off, in a thread of its own."""

    def work(self, batch: Sequence[Submission]) -> list[Answer]:
        """An answer for each submission, in order. Never raises."""

    def close(self) -> None:
        """Lets go of the connection."""


class Batcher:
    """The waiting line of one process. All methods belong to the event loop's thread.

    most: events of one batch (a single larger request is a batch of its own). room: events that may wait.
    """

    def __init__(self, hire: Callable[[], Worker], *, lanes: int, most: int, room: int) -> None:
        self._most = most
        self._room = room
        self._waiting: deque[Submission] = deque()
        self._events = 0
        self._gathering = False
        self._closing = False
        self._loop = asyncio.get_running_loop()
        self._idle = [_Lane(hire(), self._loop, self._finished) for _ in range(lanes)]
        self._lanes = list(self._idle)
        self._drained = asyncio.Event()
        self._drained.set()

    def submit(self, submission: Submission) -> asyncio.Future[Answer]:
        """The answer to come, after the commit."""
        future = submission.future = self._loop.create_future()
        if self._closing:
            future.set_result(problems.closing())
            return future
        size = len(submission.events)
        if self._events and self._events + size > self._room:
            future.set_result(problems.too_busy())
            return future
        self._waiting.append(submission)
        self._events += size
        self._drained.clear()
        if self._idle and not self._gathering:
            self._gathering = True
            self._loop.call_soon(self._gather, 0)
        return future

    async def close(self) -> None:
        """Works off what was taken, then lets the lanes go."""
        self._closing = True
        await self._drained.wait()
        for lane in self._lanes:
            lane.given.put(None)
        await asyncio.to_thread(self._join)

    def _join(self) -> None:
        for lane in self._lanes:
            lane.thread.join()

    def _gather(self, seen: int) -> None:
        """Waits a turn of the loop for as long as every turn brings more: one at rest goes on at once."""
        if seen < len(self._waiting) and self._events < self._most:
            self._loop.call_soon(self._gather, len(self._waiting))
            return
        self._gathering = False
        while self._idle and self._waiting:
            self._idle.pop().given.put(self._next_batch())

    def _next_batch(self) -> list[Submission]:
        batch = [self._waiting.popleft()]
        size = len(batch[0].events)
        while self._waiting and size + len(self._waiting[0].events) <= self._most:
            size += len(self._waiting[0].events)
            batch.append(self._waiting.popleft())
        self._events -= size
        return batch

    def _finished(self, lane: _Lane, batch: list[Submission], answers: list[Answer]) -> None:
        for submission, answer in zip(batch, answers, strict=True):
            future = submission.future
            # Whoever hung up is not told; the event is counted all the same.
            if future is not None and not future.done():
                future.set_result(answer)
        self._idle.append(lane)
        if self._waiting:
            if not self._gathering:
                self._gathering = True
                self._loop.call_soon(self._gather, 0)
        elif len(self._idle) == len(self._lanes):
            self._drained.set()


class _Lane:
    """A thread that works batches off, one after the other. given: batches for it; None ends it."""

    def __init__(
        self,
        worker: Worker,
        loop: asyncio.AbstractEventLoop,
        finished: Callable[[_Lane, list[Submission], list[Answer]], None],
    ) -> None:
        self._worker = worker
        self._loop = loop
        self._finished = finished
        self.given: queue.SimpleQueue[list[Submission] | None] = queue.SimpleQueue()
        self.thread = threading.Thread(target=self._run, name="ingest-lane", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        while (batch := self.given.get()) is not None:
            answers = self._worker.work(batch)
            self._loop.call_soon_threadsafe(self._finished, self, batch, answers)
        self._worker.close()
