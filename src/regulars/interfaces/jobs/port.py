"""The job library behind one small port: a table of what runs when, and a worker that runs it.

Jobs are rows in the same PostgreSQL (procrastinate). Two workers share the work; a job that was running when its
worker was killed is due again at the next tick, and every task may run twice.
"""

from __future__ import annotations

import logging

import procrastinate
from procrastinate import PsycopgConnector

from regulars.database.server import database_url
from regulars.interfaces.jobs.schedule import SCHEDULE

_log = logging.getLogger(__name__)


def run_worker() -> None:
    """Runs until it is told to stop (SIGINT or SIGTERM); a job under way is finished first."""
    app = procrastinate.App(connector=PsycopgConnector(conninfo=database_url()))
    for planned in SCHEDULE:
        task = app.task(name=planned.name, pass_context=False)(_numbered(planned.run))
        app.periodic(cron=planned.cron, periodic_id=planned.name)(task)
    with app.open():
        app.run_worker(concurrency=2, listen_notify=False, fetch_job_polling_interval=2.0)


def _numbered(run: object) -> object:
    """Periodic tasks are told the time for which they were planned; ours ask the clock and need no number."""

    def task(timestamp: int) -> None:
        assert callable(run)
        _log.info("%s for %s: %s", getattr(run, "__name__", "task"), timestamp, run())

    return task
