"""What a redemption gave is used or handed over, all of it or some; with the last of it, it is fulfilled."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.audit.commands import record_act
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.domain.rewards.commands import move_redemption
from regulars.domain.rewards.contracts import Due, GrantedPart, PartState, Redemption, RedemptionState
from regulars.flows.granting.parts import fulfil_part, parts_of_redemption
from regulars.flows.granting.parts_had import already_had
from regulars.flows.redeem_reward import found_redemption, not_in_state
from regulars.flows.reverse_redemption import locked_redemption
from regulars.kernel.errors import Conflict, Refusal
from regulars.kernel.ids import new_id


def use_voucher(
    conn: psycopg.Connection[Any], *, programme_id: int, redemption_id: UUID, now: datetime, by: str
) -> Redemption:
    """The member used the code: the redemption can no longer be reversed. Raises Conflict."""
    with conn.transaction():
        rules, found = _open(conn, programme_id=programme_id, redemption_id=redemption_id, verb="used")
        parts = [each for each in parts_of_redemption(conn, found) if each.due is Due.use]
        if not parts:
            raise Conflict(
                "nothing_to_use",
                "There is no code to use",
                detail=f"{found.reward_name!r} gave no code.",
                remedy="Look at the redemption for what it gave.",
            )
        for part in parts:
            if part.state is not PartState.granted:
                raise already_had(found, part)
            _fulfil(conn, rules, found, part, part.quantity, now=now, by=by)
        return found_redemption(conn, programme_id=programme_id, redemption_id=redemption_id)


def hand_over(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    redemption_id: UUID,
    now: datetime,
    by: str,
    part: int | None = None,
    count: int | None = None,
) -> Redemption:
    """Staff handed something over, or sent it. part: which of the things that wait; None: the first of them.

    count: how many of it; None: all that are left. Raises Refusal, and Conflict where nothing waits.
    """
    with conn.transaction():
        rules, found = _open(conn, programme_id=programme_id, redemption_id=redemption_id, verb="handed over")
        waiting = [each for each in parts_of_redemption(conn, found) if each.due is Due.hand_over and each.is_open]
        chosen = next((each for each in waiting if part in (None, each.part)), None)
        if chosen is None:
            raise Conflict(
                "nothing_to_hand_over",
                "There is nothing to hand over",
                detail=f"Nothing of {found.reward_name!r} waits for it.",
                remedy="Look at the redemption for what it gave, and what the member has.",
                field="part",
            )
        left = chosen.quantity - chosen.fulfilled
        if count is not None and not 1 <= count <= left:
            raise Refusal(
                "bad_count",
                "So many cannot be handed over",
                detail=f"{count} were to be handed over, and {left} of {chosen.quantity} are left.",
                remedy=f"Hand over from 1 to {left}.",
                field="count",
            )
        _fulfil(conn, rules, found, chosen, left if count is None else count, now=now, by=by)
        return found_redemption(conn, programme_id=programme_id, redemption_id=redemption_id)


def _open(
    conn: psycopg.Connection[Any], *, programme_id: int, redemption_id: UUID, verb: str
) -> tuple[Shelf, Redemption]:
    rules = shelf(conn, programme_id=programme_id)
    found = locked_redemption(conn, programme_id=programme_id, redemption_id=redemption_id)
    if found.state is not RedemptionState.granted:
        raise not_in_state(found, verb)
    return rules, found


def _fulfil(
    conn: psycopg.Connection[Any],
    rules: Shelf,
    found: Redemption,
    part: GrantedPart,
    count: int,
    *,
    now: datetime,
    by: str,
) -> None:
    programme = rules.programme
    is_whole = fulfil_part(conn, rules, found, part, count=count, now=now, by=by)
    if part.due is Due.hand_over:
        record_act(
            conn,
            entry_id=new_id(found.member_id.int & 0xFF),
            organisation_id=programme.organisation_id,
            programme_id=programme.id,
            now=now,
            by=by,
            action="reward.handed_over",
            subject=found.member_id,
            details={"redemption": str(found.id), "reward": found.reward_name, "part": part.part, "count": count},
        )
    if is_whole:
        move_redemption(
            conn, found, organisation_id=programme.organisation_id, to=RedemptionState.fulfilled, now=now, by=by
        )
