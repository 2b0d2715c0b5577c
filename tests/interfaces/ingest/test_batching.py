"""The waiting line: batches of one at rest, larger ones under load, nothing taken that cannot be kept."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from regulars.flows.process_events import Outcome
from regulars.interfaces.ingest.batching import Answer, Batcher, Submission
from regulars.kernel.errors import Refusal

DONE = Outcome(201, b"{}")


class Slow:
    """A worker that waits to be let go, and remembers what it was given."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.go = threading.Semaphore(0)
        self.closed = False

    def work(self, batch: Sequence[Submission]) -> list[Answer]:
        self.batches.append(len(batch))
        assert self.go.acquire(timeout=10)
        return [[DONE] * len(each.events) for each in batch]

    def close(self) -> None:
        self.closed = True


def one(events: int = 1) -> Submission:
    return Submission(b"key", [Refusal("x", "x", detail="", remedy="")] * events)


async def given(worker: Slow, count: int) -> None:
    """Waits until the worker has so many batches."""
    for _ in range(1000):
        if len(worker.batches) >= count:
            return
        await asyncio.sleep(0.002)
    pytest.fail(f"the worker was given {worker.batches}")


def test_a_request_at_rest_is_a_batch_of_one_and_the_rest_gathers_meanwhile() -> None:
    async def run() -> Slow:
        worker = Slow()
        batcher = Batcher(lambda: worker, lanes=1, most=4, room=100)
        first = batcher.submit(one())
        await given(worker, 1)
        others = [batcher.submit(one()) for _ in range(6)]
        worker.go.release(3)
        assert await first == [DONE]
        assert await asyncio.gather(*others) == [[DONE]] * 6
        await batcher.close()
        return worker

    worker = asyncio.run(run())
    assert worker.batches == [1, 4, 2]
    assert worker.closed


def test_requests_that_arrive_together_share_a_batch() -> None:
    async def run() -> Slow:
        worker = Slow()
        batcher = Batcher(lambda: worker, lanes=1, most=256, room=100)
        worker.go.release(1)
        await asyncio.gather(*[batcher.submit(one()) for _ in range(10)])
        await batcher.close()
        return worker

    assert asyncio.run(run()).batches == [10]


def test_what_finds_no_room_is_told_to_come_again() -> None:
    async def run() -> list[Answer]:
        worker = Slow()
        batcher = Batcher(lambda: worker, lanes=1, most=2, room=5)
        first = batcher.submit(one())
        await given(worker, 1)
        futures = [batcher.submit(one(2)) for _ in range(3)]
        worker.go.release(10)
        answers = [await future for future in (first, *futures)]
        await batcher.close()
        return answers

    *taken, refused = asyncio.run(run())
    assert taken == [[DONE], [DONE] * 2, [DONE] * 2]
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.status) == ("too_busy", 503)


def test_a_request_larger_than_the_room_is_taken_when_nothing_waits() -> None:
    async def run() -> Answer:
        worker = Slow()
        batcher = Batcher(lambda: worker, lanes=1, most=2, room=5)
        worker.go.release(1)
        answer = await batcher.submit(one(9))
        await batcher.close()
        return answer

    assert asyncio.run(run()) == [DONE] * 9


def test_closing_finishes_what_was_taken_and_takes_nothing_new() -> None:
    async def run() -> tuple[list[Answer], Answer]:
        worker = Slow()
        batcher = Batcher(lambda: worker, lanes=1, most=2, room=100)
        futures = [batcher.submit(one()) for _ in range(5)]
        closing = asyncio.ensure_future(batcher.close())
        await given(worker, 1)
        late = await batcher.submit(one())
        worker.go.release(5)
        await closing
        return [future.result() for future in futures], late

    answers, late = asyncio.run(run())
    assert answers == [[DONE]] * 5
    assert isinstance(late, Refusal)
    assert late.code == "closing"


def test_a_sender_who_hangs_up_stops_nobody() -> None:
    async def run() -> Answer:
        worker = Slow()
        batcher = Batcher(lambda: worker, lanes=1, most=256, room=100)
        gone, there = batcher.submit(one()), batcher.submit(one())
        gone.cancel()
        worker.go.release(1)
        answer = await there
        await batcher.close()
        return answer

    assert asyncio.run(run()) == [DONE]
