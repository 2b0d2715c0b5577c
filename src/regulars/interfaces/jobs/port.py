"""The job library behind one small port: a table of what runs when, and a worker that runs it.

Jobs are rows in the same PostgreSQL (procrastinate). Two workers share the work; a job that was running when its
worker was killed is due again at the next tick, and every task may run twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import procrastinate
from procrastinate import PsycopgConnector

from regulars.database.server import database_url
from regulars.interfaces.jobs.schedule import SCHEDULE

_log = logging.getLogger(__name__)


def run_worker() -> None:
    """Runs until it is told to stop (SIGINT or SIGTERM); a job under way is finished first."""
    app = procrastinate.App(connector=PsycopgConnector(conninfo=database_url()))
    for planned in SCHEDULE:
        app.periodic(cron=planned.cron, periodic_id=planned.name)(app.task(name=planned.name)(_numbered(planned.run)))
    with app.open():
        app.run_worker(concurrency=2, listen_notify=False, fetch_job_polling_interval=2.0)


def _numbered(run: Callable[[], str]) -> Callable[[int], None]:
    """Periodic tasks are told the time for which they were planned; ours ask the clock, and only log the number."""

    def task(timestamp: int) -> None:
        _log.info("planned for %s: %s", timestamp, run())

    return task
