"""Ctrl+C that waits for the statement in hand: torn out of one, the database driver has warnings for everybody."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

Pause = Callable[[], None]
"""Called between two pieces of work; raises KeyboardInterrupt when somebody asked to stop meanwhile."""


def on_and_on() -> None:
    """The pause of work that nobody asks to stop."""


@contextmanager
def stopping_between() -> Iterator[Pause]:
    """Meanwhile Ctrl+C, and the polite way to end a process, take effect at the next pause; a second time at once."""
    asked = False

    def ask(_signal: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True

    def pause() -> None:
        if asked:
            raise KeyboardInterrupt

    before = {each: signal.signal(each, ask) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield pause
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
