"""What an event costs, counted: no clock decides here, so a busy machine changes nothing. (Processor time has a file of
its own, test_processor_time.py.)

`baseline.json` holds the bytes of write-ahead log that were last agreed on. A change that needs more writes the new
figure there, and says why in its commit.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import msgspec
import psycopg
import pytest
from django.db import connections

from regulars.database.pool import connect
from regulars.domain.events.contracts import Event
from regulars.flows.process_events import process_events
from regulars.interfaces.commandline.benchmarks.costs import Costs, Meter, bytes_per_transfer
from regulars.interfaces.commandline.benchmarks.ground import RULEBOOK
from regulars.interfaces.commandline.benchmarks.orders import orders
from tests.factories import Shop, open_shop

BASELINE = Path(__file__).with_name("baseline.json")
BATCH = 500
BATCHES = 8
MEMBERS = 400
MOST_STATEMENTS = 0.05
MOST_FLUSHES = 0.02
MOST_BYTES_PER_TRANSFER = 600


@pytest.fixture(scope="module")
def shop(database_url: str) -> Iterator[Shop]:
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute("create extension if not exists pg_stat_statements")
    with connect() as conn:
        yield open_shop(conn, RULEBOOK)


@pytest.fixture(scope="module")
def costs(shop: Shop, database_url: str) -> Costs:
    """Of events in batches of 500, after as many that are not counted: the better of two counts.

    Log and flushes are the whole server's, and its own housekeeping may fall into one of them.
    """
    for number in range(MEMBERS):
        shop.enrol(f"m{number}")
    source = orders("gate", members=MEMBERS, seed=1)
    decoder = msgspec.json.Decoder(Event)

    def work(batches: int) -> None:
        for _ in range(batches):
            events = [decoder.decode(each) for each in islice(source, BATCH)]
            outcomes = process_events(shop.conn, events, programme_id=shop.programme.id, now=shop.now)
            assert {outcome.status for outcome in outcomes} == {201}

    # An idle connection tells after ten seconds what it did before: the one that migrated would tell it between counts.
    connections.close_all()
    meter = Meter(database_url, [os.getpid()])
    # After a checkpoint the first change of a page logs the whole page: most pages are changed before counting begins.
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute("checkpoint")
    work(BATCHES)
    counts = []
    for _ in range(2):
        before = meter.read()
        work(BATCHES)
        counts.append(meter.read().since(before))
    meter.close()
    return replace(min(counts, key=lambda count: count.wal_bytes), flushes=min(each.flushes for each in counts))


def each(total: float) -> float:
    return total / (BATCH * BATCHES)


def test_a_bulk_event_costs_a_fraction_of_a_statement(costs: Costs) -> None:
    assert 0 < each(costs.statements) <= MOST_STATEMENTS


def test_a_bulk_event_costs_a_fraction_of_a_flush(costs: Costs) -> None:
    assert 0 < each(costs.flushes) <= MOST_FLUSHES


def test_the_write_ahead_log_does_not_grow(costs: Costs) -> None:
    agreed = json.loads(BASELINE.read_text())
    assert each(costs.wal_bytes) <= agreed["wal_bytes_per_event"] * 1.05


def test_a_transfer_with_its_indexes_stays_small(costs: Costs, shop: Shop) -> None:
    assert 0 < bytes_per_transfer(shop.conn) <= MOST_BYTES_PER_TRANSFER
