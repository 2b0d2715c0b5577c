"""After every test of a flow the books are proved: a flow that answers well and books badly fails here."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from regulars.database.pool import Connection, connect, owning
from regulars.kernel.errors import Refusal
from tests.books import findings, newest_organisation
from tests.factories import Shop

Task = Callable[[Connection], Any]
AtOnce = Callable[[list[Task]], list[Any]]


@pytest.fixture(autouse=True)
def books_stay_right(database_url: str) -> Iterator[None]:
    """Runs every check for each organisation that the test founded."""
    before = newest_organisation()
    yield
    with owning() as conn:
        wrong = [each for number in range(before + 1, newest_organisation() + 1) for each in findings(conn, number)]
    assert not wrong, "\n".join(wrong)


@pytest.fixture(scope="module")
def connections(database_url: str) -> Iterator[list[Connection]]:
    """64 connections, as the program has them in several processes."""
    opened = [connect() for _ in range(64)]
    yield opened
    for conn in opened:
        conn.close()


@pytest.fixture
def at_once(shop: Shop, connections: list[Connection]) -> AtOnce:
    """Runs the tasks at the same moment, each on a connection of its own; refusals are results, defects are raised."""
    for conn in connections:
        conn.organisation_id = shop.programme.organisation_id

    def run(tasks: list[Task]) -> list[Any]:
        barrier = threading.Barrier(len(tasks))

        def work(task: Task, conn: Connection) -> Any:
            barrier.wait(timeout=30)
            try:
                return task(conn)
            except Refusal as refusal:
                return refusal

        with ThreadPoolExecutor(len(tasks)) as threads:
            return list(threads.map(work, tasks, connections))

    return run


def codes(results: list[Any]) -> Counter[str]:
    """How often each refusal came; 'done' for everything else."""
    return Counter(result.code if isinstance(result, Refusal) else "done" for result in results)
