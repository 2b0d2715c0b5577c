"""`regulars worker`: does what falls due when nobody asks."""

from __future__ import annotations

import signal
import sys
from types import FrameType

import click

from regulars.database.set_up import set_up_database
from regulars.interfaces.jobs.port import run_worker


@click.command("worker")
def worker_command() -> None:
    """Run expiry, tier reviews and the release of holds, each programme at its own midnight."""
    # Python ends at once on SIGTERM; as SystemExit the embedded database is let go of in order.
    signal.signal(signal.SIGTERM, _leave)
    set_up_database()
    run_worker()


def _leave(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)
