"""One table: what runs when (cron, UTC)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from regulars.interfaces.jobs.tasks import (
    backtests,
    nightly,
    publish_scheduled,
    read_objectives,
    tell_operators,
    tunings,
)


class Planned(NamedTuple):
    """A task and its times."""

    name: str
    cron: str
    run: Callable[[], str]


SCHEDULE = (
    Planned("nightly", "*/5 * * * *", nightly),
    # Hourly, because evenings end at another time in every time zone.
    Planned("objectives", "7 * * * *", read_objectives),
    Planned("backtests", "* * * * *", backtests),
    Planned("tunings", "* * * * *", tunings),
    Planned("publish scheduled", "* * * * *", publish_scheduled),
    Planned("notices", "* * * * *", tell_operators),
)
