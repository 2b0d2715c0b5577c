"""What stands in a back-test where the live run has a connection: lives are played without tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import psycopg


class NeedsTables(Exception):
    """The life asks for something that only the tables know. Its text is a code: why it cannot be played.

    merged: it became part of another life, or another of it. unknown: something that lives are not known to hold.
    """


class _NothingOnFile:
    """Stands there for what looks at the desk first, and at the tables for what the desk does not have.

    The desk of a life has everything, so nothing is on file beside it.
    """

    def execute(self, *_statement: object, **_how: object) -> _NothingOnFile:
        """No rows."""
        return self

    def fetchall(self) -> list[Any]:
        """None."""
        return []

    def fetchone(self) -> None:
        """None."""

    def __iter__(self) -> Iterator[Any]:
        return iter(())


NOTHING_ON_FILE = cast("psycopg.Connection[Any]", _NothingOnFile())
