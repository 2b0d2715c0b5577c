"""What falls due at local midnight, in order: from holds and pending points to audiences, reminders.

Tiers by balance come after expiry, which changes balances; audiences after both.

It can be stopped at any point and run again; a second run, or a second worker, changes nothing more.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import psycopg

from regulars.flows.accept_return import sweep_waiting_returns
from regulars.flows.activate_points import activate_points
from regulars.flows.change_ladders import change_ladders
from regulars.flows.expire_points import expire_points
from regulars.flows.import_list import forget_old_imports
from regulars.flows.publish_draft import publish_due
from regulars.flows.refresh_audiences import refresh_audiences
from regulars.flows.remind_members import remind_members
from regulars.flows.restart_expiry import restart_expiry
from regulars.flows.reverse_redemption import release_past_holds
from regulars.flows.review_tiers import review_balances, review_tiers
from regulars.flows.send_occasions import send_occasions
from regulars.flows.vouchers.use_codes import release_past_reservations
from regulars.flows.vouchers.wrong_codes import forget_old_attempts
from regulars.flows.warn_members import warn_members


class NightlyResult(NamedTuple):
    """What was done for one programme."""

    holds_released: int
    members_moved: int
    points_expired: int
    points_activated: int = 0
    points_cancelled: int = 0
    lots_restarted: int = 0
    messages: int = 0
    occasions: int = 0
    audience_moves: int = 0


def nightly_work(conn: psycopg.Connection[Any], *, programme_id: int, now: datetime) -> NightlyResult:
    """Everything that is due in the programme at `now`.

    Drafts of the rulebook come first: what they say holds for all that follows.
    Points get their new last days before anything expires, and members a changed ladder before a tier is reviewed by
    it; reminders come last, so that nobody is told of what is gone. Audiences see the tiers and balances of the
    new day.
    """
    publish_due(conn, programme_id=programme_id, now=now)
    released = release_past_holds(conn, programme_id=programme_id, now=now)
    release_past_reservations(conn, programme_id=programme_id, now=now)
    forget_old_attempts(conn, programme_id=programme_id, now=now)
    sweep_waiting_returns(conn, programme_id=programme_id, now=now)
    activated = activate_points(conn, programme_id=programme_id, now=now)
    restarted = restart_expiry(conn, programme_id=programme_id, now=now)
    moved = change_ladders(conn, programme_id=programme_id, now=now)
    moved += review_tiers(conn, programme_id=programme_id, now=now)
    expired = expire_points(conn, programme_id=programme_id, now=now)
    moved += review_balances(conn, programme_id=programme_id, now=now)
    joined_or_left = refresh_audiences(conn, programme_id=programme_id, now=now)
    forget_old_imports(conn, programme_id=programme_id, now=now)
    occasions = send_occasions(conn, programme_id=programme_id, now=now)
    told = warn_members(conn, programme_id=programme_id, now=now)
    told += remind_members(conn, programme_id=programme_id, now=now)
    return NightlyResult(
        released, moved, expired, activated.active, activated.cancelled, restarted, told, occasions, joined_or_left
    )
