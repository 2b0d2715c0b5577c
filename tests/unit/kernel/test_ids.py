"""Ids: version 7, increasing, and they know their bucket."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import RFC_4122, UUID

import pytest

from regulars.kernel.ids import BUCKETS, bucket_of, bucket_of_text, new_id, new_id_bytes


@pytest.mark.parametrize("bucket", [0, 1, 137, 255])
def test_an_id_knows_its_bucket(bucket: int) -> None:
    identifier = new_id(bucket)
    assert bucket_of(identifier) == bucket
    assert bucket_of(identifier.bytes) == bucket
    assert bucket_of(new_id_bytes(bucket)) == bucket


def test_an_id_is_a_uuid_of_version_7_of_now() -> None:
    before = time.time_ns() // 1_000_000
    identifier = new_id(9)
    assert (identifier.version, identifier.variant) == (7, RFC_4122)
    # The counter may run ahead of the clock by as many ids as were drawn within a millisecond.
    assert before <= identifier.int >> 80 <= time.time_ns() // 1_000_000 + 1_000


def test_ids_increase_and_are_unique() -> None:
    drawn = [new_id(index % BUCKETS) for index in range(10_000)]
    assert drawn == sorted(drawn)
    assert len({identifier.int >> 8 for identifier in drawn}) == len(drawn)


def test_threads_never_draw_the_same() -> None:
    with ThreadPoolExecutor(8) as pool:
        drawn = list(pool.map(lambda _: [new_id_bytes(7) for _ in range(500)], range(16)))
    flat = [each for part in drawn for each in part]
    assert len(set(flat)) == len(flat) == 8_000
    assert all(part == sorted(part) for part in drawn)


def test_a_forked_child_draws_other_numbers() -> None:
    new_id(0)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, new_id_bytes(0))
        os._exit(0)
    os.waitpid(child, 0)
    ours, theirs = UUID(bytes=new_id_bytes(0)), UUID(bytes=os.read(reader, 16))
    os.close(reader)
    os.close(writer)
    # The random part, without the bucket.
    assert (ours.int & ((1 << 62) - 1)) >> 8 != (theirs.int & ((1 << 62) - 1)) >> 8


def test_the_bucket_of_a_text_is_stable_and_spread() -> None:
    assert bucket_of_text("ada@example.com") == 181
    assert bucket_of_text("") == 227
    assert len({bucket_of_text(f"member-{number}") for number in range(3_000)}) == BUCKETS
