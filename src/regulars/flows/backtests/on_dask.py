"""A back-test on Dask: the function that the cores of this machine call, mapped over members' buckets by a cluster.

Dask is an extra (`regulars[dask]`). Workers need the same Regulars, and must reach the database by its address.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import Any

from regulars.database import server
from regulars.flows.backtests.parts import Part
from regulars.flows.backtests.running import Mapped, play_at
from regulars.flows.backtests.wish import Wish
from regulars.kernel.errors import Refusal

LOCAL = "local"
"""A cluster of this machine's own, which ends with the back-test."""
_SECONDS_TO_ANSWER = 10


def on_dask(address: str) -> Mapped:
    """On the cluster at an address such as tcp://scheduler:8786, or LOCAL. Raises Refusal where there is none.

    Whoever can read the cluster's traffic reads the address of the database with its password: tls:// hides it.
    """
    distributed = _distributed()

    def play(wish: Wish, tasks: Sequence[Sequence[int]]) -> Iterator[Part]:
        with _client(distributed, address) as client:
            futures = client.map(partial(play_at, server.database_url(), wish), tasks, pure=False)
            try:
                for future in distributed.as_completed(futures):
                    yield future.result()
            finally:
                client.cancel(futures)

    return play


@contextmanager
def _client(distributed: Any, address: str) -> Iterator[Any]:
    if address == LOCAL:
        with _silence(), _cluster(distributed) as cluster, distributed.Client(cluster) as client:
            yield client
        return
    try:
        client = distributed.Client(address, timeout=_SECONDS_TO_ANSWER)
    except (OSError, ValueError, TypeError) as error:  # nobody listens there, or it is no address
        raise _no_cluster(address) from error
    with client:
        yield client


def _cluster(distributed: Any) -> Any:
    # Its page of measurements is left out, and the port that it would have is any that is free.
    return distributed.LocalCluster(
        n_workers=os.cpu_count(), threads_per_worker=1, host="127.0.0.1", dashboard_address=None,
        scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
    )  # fmt: skip


@contextmanager
def _silence() -> Iterator[None]:
    """A cluster of our own tells nobody that it begins and ends."""
    log = logging.getLogger("distributed")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(level)


def _distributed() -> Any:
    try:
        return import_module("distributed")
    except ImportError:
        raise Refusal(
            "dask_missing",
            "Dask is not installed",
            detail="A back-test on a cluster needs the package distributed, which was not found in this environment.",
            remedy="Install it with: pip install 'regulars[dask]'. Without a cluster, all cores of this machine play.",
        ) from None


def _no_cluster(address: str) -> Refusal:
    return Refusal(
        "cluster_not_reached",
        "The cluster does not answer",
        detail=f"No Dask scheduler answered at {address} within {_SECONDS_TO_ANSWER} seconds.",
        remedy="Start one with: dask scheduler, and name it as tcp://host:8786; local needs none.",
    )
