"""The tasks: thin, each calls one flow for every programme."""

from __future__ import annotations

import logging

from regulars.database.pool import connection
from regulars.database.scope import scoped
from regulars.domain.programmes.queries import programme_now, programmes
from regulars.flows.backtests.asking import work_backtests
from regulars.flows.nightly_work import nightly_work
from regulars.kernel.clock import utc_now

_log = logging.getLogger(__name__)


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
