"""What a member has: points and their worth, tiers with the way up, what expires when.

Read only. Points whose last day is over but which the nightly work has not yet taken are left out: they can no longer
be spent. What has left a ladder's window since the last order is left out of its score in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.ledger.contracts import Balance, Expiring, PendingLot
from regulars.domain.ledger.queries import balances, expiring, pending_lots
from regulars.domain.programmes.queries import Shelf
from regulars.insight.household_view import pool_total
from regulars.insight.standing_view import LadderView, ladder_views
from regulars.kernel.clock import local_day
from regulars.kernel.words import Money


@dataclass(frozen=True, slots=True)
class MemberView:
    """Everything at a glance. point_type: the ledger's id of the points shown; worth: None where none is stated.

    pending: points on their way, the next ones first.
    pooled: what the member can spend with a household that pools its points; None: only their own.
    """

    point_type: int
    points_name: str
    available: int
    held: int
    worth: Money | None
    expiring: Sequence[Expiring]
    pending: Sequence[PendingLot]
    ladders: Sequence[LadderView]
    pooled: int | None


def member_view(conn: psycopg.Connection[Any], rules: Shelf, *, member_id: UUID, now: datetime) -> MemberView:
    """The member by the rulebook in force. Raises Refusal when none is in force."""
    rulebook = rules.in_force(now)
    main = rulebook.rulebook.point_types[0]
    today = local_day(now, rules.programme.time_zone)
    number = rules.point_types[main.id]
    balance = balances(conn, owners=[member_id]).get((member_id, number), Balance())
    dated = expiring(conn, owner=member_id, point_type=number)
    available = balance.available - sum(lot.points for lot in dated if lot.last_day < today)
    return MemberView(
        point_type=number,
        points_name=main.name,
        available=available,
        held=balance.held,
        worth=None if main.worth is None else Money(max(available, 0) * main.worth, rules.programme.currency),
        expiring=[lot for lot in dated if lot.last_day >= today],
        pending=pending_lots(conn, owner=member_id, point_type=number),
        ladders=ladder_views(conn, rules, member_id=member_id, now=now),
        pooled=pool_total(conn, member_id=member_id, point_type=number, now=now),
    )
