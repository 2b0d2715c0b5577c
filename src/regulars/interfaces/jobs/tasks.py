"""The tasks: thin, each calls one flow for every programme."""

from __future__ import annotations

from regulars.database.pool import connection
from regulars.domain.programmes.queries import programmes
from regulars.flows.nightly_work import nightly_work
from regulars.kernel.clock import utc_now


def nightly() -> str:
    """Expiry, tiers and holds of every programme. Local midnight differs between programmes, so it runs often: it
    costs what is due, and nothing when nothing is."""
    with connection() as conn:
        done = [nightly_work(conn, programme_id=each.id, now=utc_now()) for each in programmes(conn)]
    return f"{sum(each.points_expired for each in done)} points expired, {sum(each.members_moved for each in done)} moved"
