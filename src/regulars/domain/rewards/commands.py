"""Writes of the catalogue and of redemptions. Stock and limits are guarded here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from regulars.domain.rewards.contracts import (
    GrantedPart,
    OutOfStock,
    PartState,
    Payment,
    Redemption,
    RedemptionState,
    Reward,
    RewardDraft,
    RewardNotFound,
    SoldOutToday,
)
from regulars.domain.rewards.gifts import encoded
from regulars.domain.rewards.queries import reward as read_reward
from regulars.domain.rewards.reward_type import reward_type
from regulars.kernel.errors import Conflict, Refusal
from regulars.kernel.ids import new_id
from regulars.kernel.text import clean


def save_reward(
    conn: psycopg.Connection[Any],
    draft: RewardDraft,
    *,
    programme_id: int,
    now: datetime,
    reward_id: int | None = None,
) -> Reward:
    """Adds a reward, or changes the one of `reward_id`; what members redeemed before stays as it was."""
    _check(draft)
    values = {
        "programme_id": programme_id, "id": reward_id, "code": draft.code, "type": draft.type,
        "name": clean(draft.name, longest=120, field="name"), "price": draft.price, "now": now,
        "description": clean(draft.description, longest=1_000, field="description"), "point_type": draft.point_type,
        "parameters": Jsonb(draft.parameters), "stock": draft.stock, "limit": draft.limit_per_member,
        "active": draft.active, "terms": Jsonb(draft.terms.document()),
    }  # fmt: skip
    if reward_id is None:
        statement = (
            "insert into rewards_reward (programme_id, code, type, name, description, point_type, price, parameters,"
            " stock, limit_per_member, active, terms, created_at, updated_at)"
            " values (%(programme_id)s, %(code)s, %(type)s, %(name)s, %(description)s, %(point_type)s, %(price)s,"
            " %(parameters)s, %(stock)s, %(limit)s, %(active)s, %(terms)s, %(now)s, %(now)s)"
            " on conflict (programme_id, code) do nothing returning id"
        )
    else:
        statement = (
            "update rewards_reward set name = %(name)s, description = %(description)s, price = %(price)s,"
            " parameters = %(parameters)s, stock = %(stock)s, limit_per_member = %(limit)s, active = %(active)s,"
            " terms = %(terms)s, updated_at = %(now)s"
            " where programme_id = %(programme_id)s and id = %(id)s returning id"
        )
    row = conn.execute(statement, values).fetchone()
    if row is None and reward_id is None:
        raise Conflict(
            "reward_code_in_use",
            "There is a reward of that code",
            detail=f"The catalogue already has a reward {draft.code!r}.",
            remedy="Choose another code, or change the reward that is there.",
            field="code",
        )
    saved = None if row is None else read_reward(conn, programme_id=programme_id, reward_id=row[0])
    if saved is None:
        raise RewardNotFound(reward_id)
    return saved


def _check(draft: RewardDraft) -> None:
    reward_type(draft.type, draft.parameters)
    for field, value, least in (
        ("price", draft.price, 1),
        ("stock", draft.stock, 0),
        ("limit_per_member", draft.limit_per_member, 1),
    ):
        if value is not None and not least <= value <= 1_000_000_000:
            raise Refusal(
                "bad_reward_number",
                "The number is out of range",
                detail=f"{field} is {value}; it must be from {least} to 1,000,000,000.",
                remedy="Correct it.",
                field=field,
            )
    if not clean(draft.name, longest=120, field="name"):
        raise Refusal(
            "field_missing",
            "Something is missing",
            detail="The reward has no name.",
            remedy="Give it the name that members will read.",
            field="name",
        )


def lock_reward(conn: psycopg.Connection[Any], *, programme_id: int, reward_id: int) -> Reward:
    """The reward; held until the transaction ends where there are so many only. Raises RewardNotFound."""
    found = read_reward(conn, programme_id=programme_id, reward_id=reward_id)
    if found is not None and (found.stock is not None or found.terms.is_counted):
        conn.execute("select 1 from rewards_reward where id = %s for no key update", [reward_id])
        found = read_reward(conn, programme_id=programme_id, reward_id=reward_id)
    if found is None:
        raise RewardNotFound(reward_id)
    return found


def take_unit(conn: psycopg.Connection[Any], reward: Reward) -> None:
    """Takes one unit out of stock. Raises OutOfStock."""
    if reward.stock is None:
        return
    done = conn.execute("update rewards_reward set stock = stock - 1 where id = %s and stock > 0", [reward.id])
    if done.rowcount == 0:
        raise OutOfStock(reward.name)


def take_scopes(
    conn: psycopg.Connection[Any], reward: Reward, scopes: Mapping[str, int], *, organisation_id: int
) -> None:
    """Counts one redemption in each scope. scopes: with the room that there is. Raises OutOfStock, and SoldOutToday."""
    for scope, room in sorted(scopes.items()):
        row = conn.execute(
            "insert into rewards_taken as t (programme_id, reward_id, scope, organisation_id, taken)"
            " select %(programme)s, %(reward)s, %(scope)s, %(organisation)s, 1 where %(room)s > 0"
            " on conflict (programme_id, reward_id, scope) do update set taken = t.taken + 1 where t.taken < %(room)s"
            " returning taken",
            {
                "programme": reward.programme_id, "reward": reward.id, "scope": scope, "room": room,
                "organisation": organisation_id,
            },
        ).fetchone()  # fmt: skip
        if row is None:
            raise SoldOutToday(reward.name) if scope.startswith("day ") else OutOfStock(reward.name)


def return_scopes(conn: psycopg.Connection[Any], found: Redemption, *, programme_id: int) -> None:
    """The redemption no longer counts where it was counted."""
    for scope in sorted(found.scopes):
        conn.execute(
            "update rewards_taken set taken = taken - 1 where programme_id = %s and reward_id = %s and scope = %s",
            (programme_id, found.reward_id, scope),
        )


def return_unit(conn: psycopg.Connection[Any], *, reward_id: int) -> None:
    """Puts one unit back into stock, where stock is counted."""
    conn.execute("update rewards_reward set stock = stock + 1 where id = %s and stock is not null", [reward_id])


def record_redemption(
    conn: psycopg.Connection[Any],
    *,
    redemption_id: UUID,
    organisation_id: int,
    member_id: UUID,
    reward: Reward,
    point_type: int,
    state: RedemptionState,
    hold_id: UUID | None,
    transfer_id: UUID,
    choices: Mapping[str, str],
    scopes: Sequence[str],
    now: datetime,
    by: str,
) -> None:
    """Writes a new redemption with its first step."""
    conn.execute(
        "insert into rewards_redemption (bucket, id, organisation_id, programme_id, member_id, reward_id, reward_name,"
        " reward_type, parameters, point_type, price, state, hold_id, transfer_id, choices, scopes, created_at,"
        " changed_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            redemption_id.int & 0xFF, redemption_id, organisation_id, reward.programme_id, member_id, reward.id,
            reward.name, reward.type, Jsonb(reward.parameters), point_type, reward.price, int(state), hold_id,
            transfer_id, Jsonb(dict(choices)), sorted(scopes), now, now,
        ),
    )  # fmt: skip
    _step(conn, redemption_id, organisation_id, state, now=now, by=by, note="")


def move_redemption(
    conn: psycopg.Connection[Any],
    redemption: Redemption,
    *,
    organisation_id: int,
    to: RedemptionState,
    now: datetime,
    by: str,
    note: str = "",
) -> None:
    """Moves a redemption to its next state. Raises Conflict when it has moved meanwhile."""
    done = conn.execute(
        "update rewards_redemption set state = %s, changed_at = %s where bucket = %s and id = %s and state = %s",
        (int(to), now, redemption.id.int & 0xFF, redemption.id, int(redemption.state)),
    )
    if done.rowcount == 0:
        raise Conflict(
            "redemption_moved",
            "The redemption has changed meanwhile",
            detail=f"It was {redemption.state.name} a moment ago and is not any more.",
            remedy="Look at it again.",
        )
    _step(conn, redemption.id, organisation_id, to, now=now, by=by, note=note)


def record_payments(
    conn: psycopg.Connection[Any],
    payments: Sequence[Payment],
    *,
    redemption_id: UUID,
    organisation_id: int,
    programme_id: int,
    household_id: UUID,
) -> None:
    """Writes down who paid how much of a redemption out of a household's pool."""
    with conn.cursor() as cursor:
        cursor.executemany(
            "insert into rewards_payment (bucket, redemption_id, member_id, organisation_id, programme_id,"
            " household_id, points, transfer_id, hold_id) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    redemption_id.int & 0xFF, redemption_id, each.member_id, organisation_id, programme_id,
                    household_id, each.points, each.transfer_id, each.hold_id,
                )
                for each in payments
            ],
        )  # fmt: skip


def record_parts(
    conn: psycopg.Connection[Any], parts: Sequence[GrantedPart], *, organisation_id: int, programme_id: int
) -> None:
    """Writes down what a redemption gave."""
    with conn.cursor() as cursor:
        cursor.executemany(
            "insert into rewards_granted (bucket, redemption_id, part, organisation_id, programme_id, member_id, kind,"
            " gift, due, state, quantity, fulfilled, reference, last_day, granted_at, changed_at)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    each.redemption_id.int & 0xFF, each.redemption_id, each.part, organisation_id, programme_id,
                    each.member_id, each.gift.kind, Jsonb(encoded(each.gift)), int(each.due), int(each.state),
                    each.quantity, each.fulfilled, each.reference, each.last_day, each.granted_at, each.changed_at,
                )
                for each in parts
            ],
        )  # fmt: skip


def move_part(
    conn: psycopg.Connection[Any], part: GrantedPart, *, state: PartState, fulfilled: int, now: datetime
) -> None:
    """What has become of one thing that a redemption gave. Raises Conflict where it changed meanwhile."""
    done = conn.execute(
        "update rewards_granted set state = %s, fulfilled = %s, changed_at = %s"
        " where bucket = %s and redemption_id = %s and part = %s and state = %s and fulfilled = %s",
        (
            int(state), fulfilled, now, part.redemption_id.int & 0xFF, part.redemption_id, part.part, int(part.state),
            part.fulfilled,
        ),
    )  # fmt: skip
    if done.rowcount == 0:
        raise Conflict(
            "redemption_moved",
            "The redemption has changed meanwhile",
            detail=f"Part {part.part} of it was {part.state.name} a moment ago and is not any more.",
            remedy="Look at it again.",
        )


def _step(
    conn: psycopg.Connection[Any],
    redemption_id: UUID,
    organisation_id: int,
    state: RedemptionState,
    *,
    now: datetime,
    by: str,
    note: str,
) -> None:
    bucket = redemption_id.int & 0xFF
    conn.execute(
        "insert into rewards_step (bucket, id, organisation_id, redemption_id, state, at, by_whom, note)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s)",
        (bucket, new_id(bucket), organisation_id, redemption_id, int(state), now, by, note),
    )
