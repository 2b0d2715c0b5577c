"""One table: what runs when (cron, UTC)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from regulars.interfaces.jobs.tasks import backtests, nightly


class Planned(NamedTuple):
    """A task and its times."""

    name: str
    cron: str
    run: Callable[[], str]


SCHEDULE = (Planned("nightly", "*/5 * * * *", nightly), Planned("backtests", "* * * * *", backtests))
