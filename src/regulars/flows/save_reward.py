"""The catalogue changes: a reward is added, or one that is there is changed; who did it is recorded."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg

from regulars.domain.audiences.queries import audiences
from regulars.domain.audit.commands import record_act
from regulars.domain.audit.contracts import programme_subject
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.domain.rewards import commands
from regulars.domain.rewards.contracts import Reward, RewardDraft, RewardNotFound
from regulars.domain.rewards.queries import given, reward
from regulars.domain.rewards.terms import TOTAL
from regulars.flows.granting.parts import check_grantable
from regulars.flows.member_vocabulary import vocabulary_of
from regulars.flows.save_audience import check_conditions
from regulars.kernel.errors import Conflict, Refusal
from regulars.kernel.ids import new_id


def save_reward(
    conn: psycopg.Connection[Any],
    draft: RewardDraft,
    *,
    programme_id: int,
    now: datetime,
    by: str,
    reward_id: int | None = None,
) -> Reward:
    """Adds the reward, or changes the one of `reward_id`; what members redeemed before stays as it was.

    Raises Refusal for a price in points that the programme does not have, and for a change of code, type or point
    type; nothing is written then.
    """
    with conn.transaction():
        if reward_id is not None:
            _check_same(reward(conn, programme_id=programme_id, reward_id=reward_id), draft, reward_id)
        rules = shelf(conn, programme_id=programme_id)
        known = rules.point_types
        if draft.point_type not in known:
            raise Refusal(
                "unknown_point_type",
                "This point type does not exist",
                detail=f"The programme has no point type {draft.point_type!r}.",
                remedy=f"Use one of {', '.join(sorted(known))}.",
                field="point_type",
            )
        check_grantable(draft, rules)
        _check_terms(conn, rules, draft, reward_id, now=now)
        saved = commands.save_reward(conn, draft, programme_id=programme_id, now=now, reward_id=reward_id)
        record_act(
            conn,
            entry_id=new_id(0),
            organisation_id=rules.programme.organisation_id,
            programme_id=programme_id,
            now=now,
            by=by,
            action="reward.added" if reward_id is None else "reward.changed",
            subject=programme_subject(programme_id),
            details={
                "reward": saved.code, "name": saved.name, "price": saved.price, "parameters": saved.parameters,
                "stock": saved.stock, "limit_per_member": saved.limit_per_member, "active": saved.active,
                "terms": saved.terms.document(),
            },
        )  # fmt: skip
        return saved


def _check_terms(
    conn: psycopg.Connection[Any], rules: Shelf, draft: RewardDraft, reward_id: int | None, *, now: datetime
) -> None:
    """Conditions that can be asked of members, and never less room than was given already."""
    terms = draft.terms
    if terms.when is not None:
        known = audiences(conn, programme_id=rules.programme.id)
        check_conditions(terms.when, vocabulary_of(rules, known, now=now))
    if reward_id is None:
        return
    # Nobody takes one between this look and the change.
    commands.lock_reward(conn, programme_id=rules.programme.id, reward_id=reward_id)
    taken = given(conn, programme_id=rules.programme.id, reward_ids=[reward_id]).get(reward_id, {})
    room = {f"store {store}": units for store, units in terms.stores.items()}
    if terms.limit_total is not None:
        room[TOTAL] = terms.limit_total
    for scope, units in room.items():
        if units < taken.get(scope, 0):
            where = "altogether" if scope == TOTAL else f"in {scope.removeprefix('store ')!r}"
            raise Conflict(
                "less_than_given",
                "More than that were given already",
                detail=f"{units} was asked for, and {taken[scope]} of {draft.name!r} are given or set aside {where}.",
                remedy=f"Enter {taken[scope]} or more; with {taken[scope]} none is given from now on.",
                field="terms.limit_total" if scope == TOTAL else "terms.stores",
            )


def _check_same(found: Reward | None, draft: RewardDraft, reward_id: int) -> None:
    """Programs name a reward by its code, and its type decided what members were granted: what it is, it stays."""
    if found is None:
        raise RewardNotFound(reward_id)
    for field, old, new in (
        ("code", found.code, draft.code),
        ("type", found.type, draft.type),
        ("point_type", found.point_type, draft.point_type),
    ):
        if old != new:
            raise Refusal(
                "reward_part_fixed",
                "This part of a reward cannot change",
                detail=f"The {field.replace('_', ' ')} of the reward {found.code!r} is {old!r}, and {new!r} was given.",
                remedy="Leave it as it is; or add a new reward, and archive this one.",
                field=field,
            )
