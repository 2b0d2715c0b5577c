"""The tasks: thin, each calls one flow for every programme."""

from __future__ import annotations

import logging

from regulars.database.pool import connection
from regulars.database.scope import scoped
from regulars.domain.programmes.queries import programme_now, programmes
from regulars.flows.backtests.asking import work_backtests
from regulars.flows.nightly_work import nightly_work
from regulars.flows.publish_draft import publish_due
from regulars.flows.tell_authors import tell_authors
from regulars.flows.tuning.asking import work_tunings
from regulars.interfaces.jobs.objectives import follow_objectives
from regulars.kernel.clock import utc_now

_log = logging.getLogger(__name__)


def publish_scheduled() -> str:
    """The drafts of every programme whose time has come, asked every minute: the version is there when it begins."""
    published = 0
    with connection() as conn:
        for each in programmes(conn):
            try:
                with scoped(conn, each.organisation_id):
                    now = programme_now(conn, programme_id=each.id, at=utc_now())
                    published += publish_due(conn, programme_id=each.id, now=now)
            except Exception:
                _log.exception("What is scheduled for %s was not published; it is tried again in a minute.", each.code)
    return f"{published} versions published"


def tell_operators() -> str:
    """Operators of every programme hear what became of what they wrote or asked for."""
    told = 0
    with connection() as conn:
        for each in programmes(conn):
            try:
                with scoped(conn, each.organisation_id):
                    now = programme_now(conn, programme_id=each.id, at=utc_now())
                    told += tell_authors(conn, programme_id=each.id, now=now)
            except Exception:
                _log.exception("The operators of %s were not told; it is tried again in a minute.", each.code)
    return f"{told} notices given"


def nightly() -> str:
    """Expiry, tiers and holds of every programme, each at its own now.

    Local midnight differs between programmes, so it runs often: it costs what is due, and nothing when nothing is.
    """
    done = []
    with connection() as conn:
        for each in programmes(conn):
            try:
                with scoped(conn, each.organisation_id):
                    now = programme_now(conn, programme_id=each.id, at=utc_now())
                    done.append(nightly_work(conn, programme_id=each.id, now=now))
            except Exception:
                # One programme's trouble must not keep the others' points from expiring on their day.
                _log.exception("The nightly work of %s failed; it is tried again in five minutes.", each.code)
    return (
        f"{sum(each.points_expired for each in done)} points expired, {sum(each.members_moved for each in done)} moved"
    )


def backtests() -> str:
    """Runs the back-tests that wait, of every programme; they read, and write nothing but what they found."""
    done = 0
    with connection() as conn:
        for each in programmes(conn):
            with scoped(conn, each.organisation_id):
                done += work_backtests(conn, programme_id=each.id, clock=utc_now)
    return f"{done} back-tests done"


def tunings() -> str:
    """Runs the tunings that wait, of every programme; like back-tests they read, and write what they found."""
    done = 0
    with connection() as conn:
        for each in programmes(conn):
            with scoped(conn, each.organisation_id):
                done += work_tunings(conn, programme_id=each.id, clock=utc_now)
    return f"{done} tunings done"


def read_objectives() -> str:
    """The figures of every objective at the ends of the local days that are over and not read yet."""
    read = 0
    with connection() as conn:
        for each in programmes(conn):
            try:
                with scoped(conn, each.organisation_id):
                    now = programme_now(conn, programme_id=each.id, at=utc_now())
                    read += follow_objectives(conn, programme_id=each.id, now=now)
            except Exception:
                # One programme's trouble must not keep the others' figures from being read.
                _log.exception("The objectives of %s could not be read; it is tried again in an hour.", each.code)
    return f"{read} figures read"
