"""Reads of the catalogue and of redemptions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.rewards.contracts import (
    Due,
    GrantedPart,
    PartState,
    Payment,
    QueuePlace,
    Redemption,
    RedemptionState,
    Reward,
    Waiting,
)
from regulars.domain.rewards.gifts import decoded
from regulars.domain.rewards.terms import OfferTerms
from regulars.domain.vouchers.queries import vouchers_by_code, vouchers_of_redemptions

_REWARD = """
    select id, programme_id, code, type, name, description, point_type, price, parameters, stock, limit_per_member,
           active, terms
    from rewards_reward
"""
_REDEMPTION = """
    select r.id, r.member_id, r.reward_id, r.reward_name, r.reward_type, r.parameters, r.point_type, r.price, r.state,
           r.hold_id, r.transfer_id, r.created_at, r.changed_at, r.choices, r.scopes
    from rewards_redemption r
"""


_PART = """
    select redemption_id, part, member_id, kind, gift, due, state, quantity, fulfilled, reference, last_day, granted_at,
           changed_at
    from rewards_granted
"""


def rewards(conn: psycopg.Connection[Any], *, programme_id: int, only_active: bool = False) -> list[Reward]:
    """The catalogue, the cheapest first."""
    rows = conn.execute(
        f"{_REWARD} where programme_id = %s and (active or not %s) order by price, id", (programme_id, only_active)
    )
    return [_reward(row) for row in rows]


def reward(conn: psycopg.Connection[Any], *, programme_id: int, reward_id: int) -> Reward | None:
    """One reward, or None."""
    row = conn.execute(f"{_REWARD} where programme_id = %s and id = %s", (programme_id, reward_id)).fetchone()
    return None if row is None else _reward(row)


def reward_by_code(conn: psycopg.Connection[Any], *, programme_id: int, code: str) -> Reward | None:
    """One reward by its code, or None."""
    row = conn.execute(f"{_REWARD} where programme_id = %s and code = %s", (programme_id, code)).fetchone()
    return None if row is None else _reward(row)


def given(conn: psycopg.Connection[Any], *, programme_id: int, reward_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """How often each of these rewards was given, by scope, where that is limited; undone redemptions not counted."""
    rows = conn.execute(
        "select reward_id, scope, taken from rewards_taken where programme_id = %s and reward_id = any(%s)",
        (programme_id, list(reward_ids)),
    )
    found: dict[int, dict[str, int]] = {}
    for reward_id, scope, taken in rows:
        found.setdefault(reward_id, {})[scope] = taken
    return found


def times_redeemed(
    conn: psycopg.Connection[Any], *, member_ids: Sequence[UUID], reward_ids: Sequence[int]
) -> dict[int, int]:
    """How often the member and those who are part of it have each of these rewards, undone redemptions not counted.

    Rewards that they never had are left out.
    """
    rows = conn.execute(
        "select reward_id, count(*) from rewards_redemption where bucket = any(%s::smallint[]) and member_id = any(%s)"
        " and reward_id = any(%s) and state in (1, 2, 3) group by reward_id",
        ([each.int & 0xFF for each in member_ids], list(member_ids), list(reward_ids)),
    )
    return dict(rows.fetchall())


def redemption(conn: psycopg.Connection[Any], *, programme_id: int, redemption_id: UUID) -> Redemption | None:
    """One redemption, or None."""
    row = conn.execute(
        f"{_REDEMPTION} where r.bucket = %s and r.id = %s and r.programme_id = %s",
        (redemption_id.int & 0xFF, redemption_id, programme_id),
    ).fetchone()
    return None if row is None else _with_vouchers(conn, [row])[0]


def redemptions_of_member(
    conn: psycopg.Connection[Any],
    *,
    member_ids: Sequence[UUID],
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[Redemption]:
    """Redemptions of a member, and of those who are part of it, the latest first.

    before: (created_at, id) of the last one of the page before.
    """
    at, identifier = before or (None, None)
    rows = conn.execute(
        f"{_REDEMPTION} where r.bucket = any(%(buckets)s::smallint[]) and r.member_id = any(%(members)s)"
        " and (%(at)s::timestamptz is null or (r.created_at, r.id) < (%(at)s, %(id)s::uuid))"
        " order by r.created_at desc, r.id desc limit %(limit)s",
        {
            "buckets": [each.int & 0xFF for each in member_ids],
            "members": list(member_ids),
            "at": at,
            "id": identifier,
            "limit": limit,
        },
    )
    return _with_vouchers(conn, rows.fetchall())


def count_redemptions(conn: psycopg.Connection[Any], *, programme_id: int) -> int:
    """How many rewards members have, undone redemptions not counted."""
    row = conn.execute(
        "select count(*) from rewards_redemption where programme_id = %s and state in (2, 3)", [programme_id]
    ).fetchone()
    return int(row[0]) if row else 0


def redemption_of_code(conn: psycopg.Connection[Any], *, programme_id: int, code: str) -> Redemption | None:
    """The redemption behind a voucher code in the form in which it is kept, or None."""
    found = vouchers_by_code(conn, programme_id=programme_id, forms=[code]).get(code)
    if found is None or found.redemption_id is None:
        return None
    return redemption(conn, programme_id=programme_id, redemption_id=found.redemption_id)


def payments_of(conn: psycopg.Connection[Any], *, redemption: Redemption) -> list[Payment]:
    """Who paid for a redemption: the member alone, or those whose points came out of the household's pool."""
    rows = conn.execute(
        "select member_id, points, transfer_id, hold_id from rewards_payment"
        " where bucket = %s and redemption_id = %s order by transfer_id",
        (redemption.id.int & 0xFF, redemption.id),
    ).fetchall()
    if rows:
        return [Payment(*row) for row in rows]
    if redemption.transfer_id is None:
        raise RuntimeError(f"redemption {redemption.id} has no transfer")
    return [Payment(redemption.member_id, redemption.price, redemption.transfer_id, redemption.hold_id)]


def granted_parts(conn: psycopg.Connection[Any], *, redemption_ids: Sequence[UUID]) -> dict[UUID, list[GrantedPart]]:
    """What each of these redemptions gave, in its order; those that gave nothing yet are left out."""
    rows = conn.execute(
        f"{_PART} where bucket = any(%s::smallint[]) and redemption_id = any(%s) order by redemption_id, part",
        ([each.int & 0xFF for each in redemption_ids], list(redemption_ids)),
    )
    found: dict[UUID, list[GrantedPart]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(_part(row))
    return found


def waiting_parts(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    is_sent: bool | None = None,
    after: QueuePlace | None = None,
    limit: int = 50,
) -> list[Waiting]:
    """What staff have to hand over (is_sent False), to send (True), or both, the oldest first.

    after: the place of the last one of the page before.
    """
    at, identifier, part = after or (None, None, None)
    rows = conn.execute(
        "select g.redemption_id, g.part, g.member_id, g.kind, g.gift, g.due, g.state, g.quantity, g.fulfilled,"
        " g.reference, g.last_day, g.granted_at, g.changed_at, r.reward_name"
        " from rewards_granted g join rewards_redemption r on r.bucket = g.bucket and r.id = g.redemption_id"
        " where g.programme_id = %(programme)s and g.due = 2 and g.state = 1"
        " and (%(sent)s::boolean is null or coalesce((g.gift ->> 'is_sent')::boolean, false) = %(sent)s)"
        " and (%(at)s::timestamptz is null"
        "      or (g.granted_at, g.redemption_id, g.part) > (%(at)s, %(id)s::uuid, %(part)s::smallint))"
        " order by g.granted_at, g.redemption_id, g.part limit %(limit)s",
        {"programme": programme_id, "sent": is_sent, "at": at, "id": identifier, "part": part, "limit": limit},
    )
    return [Waiting(_part(row[:13]), row[13]) for row in rows]


def count_waiting(conn: psycopg.Connection[Any], *, programme_id: int) -> int:
    """How many things staff still have to hand over or to send."""
    row = conn.execute(
        "select count(*) from rewards_granted where programme_id = %s and due = 2 and state = 1", [programme_id]
    ).fetchone()
    return int(row[0]) if row else 0


def donated(conn: psycopg.Connection[Any], *, programme_id: int) -> list[tuple[str, int, Decimal]]:
    """(charity, how often, how much) of all donations that members chose, undone ones not counted."""
    rows = conn.execute(
        "select gift ->> 'charity', count(*), sum((gift ->> 'amount')::numeric) from rewards_granted"
        " where programme_id = %s and kind = 'donation' and state = 1 group by 1 order by 1",
        [programme_id],
    )
    return [(charity, number, amount) for charity, number, amount in rows]


def spent_in_household(
    conn: psycopg.Connection[Any], *, member_id: UUID, household_id: UUID, since: datetime, until: datetime
) -> int:
    """Points that a member spent within the household's pool, whosever they were; undone redemptions not counted."""
    row = conn.execute(
        "select coalesce(sum(p.points), 0)::bigint from rewards_redemption r"
        " join rewards_payment p on p.bucket = r.bucket and p.redemption_id = r.id"
        " where r.bucket = %s and r.member_id = %s and r.created_at >= %s and r.created_at < %s"
        " and r.state in (1, 2, 3) and p.household_id = %s",
        (member_id.int & 0xFF, member_id, since, until, household_id),
    ).fetchone()
    return int(row[0]) if row else 0


def _with_vouchers(conn: psycopg.Connection[Any], rows: Sequence[tuple[Any, ...]]) -> list[Redemption]:
    """Redemptions, with the codes that they gave."""
    vouchers = vouchers_of_redemptions(conn, redemption_ids=[row[0] for row in rows])
    found = []
    for row in rows:
        voucher = vouchers.get(row[0])
        code = (None, None, None) if voucher is None else (voucher.text, voucher.state, voucher.last_day)
        found.append(Redemption(*(*row[:8], RedemptionState(row[8]), *row[9:13], *code, row[13], tuple(row[14]))))
    return found


def _reward(row: tuple[Any, ...]) -> Reward:
    return Reward(*(*row[:-1], OfferTerms.model_validate(row[-1])))


def _part(row: tuple[Any, ...]) -> GrantedPart:
    gift = decoded(row[3], row[4])
    return GrantedPart(*(*row[:3], gift, Due(row[5]), PartState(row[6]), *row[7:]))
