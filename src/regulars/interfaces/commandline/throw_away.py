"""A throw-away database on the server that the product uses: for measuring, and for playing scenarios."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django import setup
from django.db import connections

from regulars.database import server
from regulars.database.pool import close_pools
from regulars.database.set_up import set_up_database


@contextmanager
def throw_away_database(purpose: str, *, keep: bool = False) -> Iterator[str]:
    """The address of a fresh, migrated database with which this process works meanwhile; dropped afterwards.

    It is dropped however the work ends, also by Ctrl+C. keep: leave it there.
    """
    setup()
    before = server.database_url()
    admin = server.with_database(before, "postgres")
    name = f"regulars_{purpose}_{os.getpid()}"
    server.drop_database(admin, name)  # of an earlier process of this number, which was killed
    try:
        url = server.create_database(admin, name)
        _point_to(url)
        set_up_database()
        yield url
    finally:
        _point_to(before)
        if not keep:
            server.drop_database(admin, name)


def _point_to(url: str) -> None:
    close_pools()
    connections.close_all()
    server.use(url)
