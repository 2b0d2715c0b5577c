"""The parts of a redemption, together: granted when it is granted, taken back when it is undone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.programmes.queries import Shelf
from regulars.domain.rewards.commands import move_part, record_parts
from regulars.domain.rewards.contracts import GrantedPart, PartState, Redemption, Reward, RewardDraft
from regulars.domain.rewards.gifts import Gift
from regulars.domain.rewards.queries import granted_parts
from regulars.domain.rewards.reward_type import answered, reward_type
from regulars.flows.granting.effect import Occasion, all_effects, effect_of
from regulars.flows.granting.parts_had import already_had
from regulars.kernel.clock import local_day
from regulars.kernel.errors import Refusal

_SOME_DAY = date(2026, 1, 1)


def check_grantable(draft: RewardDraft, rules: Shelf) -> None:
    """Raises Refusal for a reward that this programme could never grant."""
    for gift in _gifts(draft.type, draft.parameters):
        effect_of(gift).check(gift, rules)


def not_grantable(
    conn: psycopg.Connection[Any], rules: Shelf, rewards: Sequence[Reward], *, member_id: UUID, now: datetime
) -> dict[int, Refusal]:
    """Why rewards could not be granted to the member now, by their ids; asked once for each kind of gift."""
    wanted: dict[str, dict[int, list[Gift]]] = {}
    for each in rewards:
        for gift in _gifts(each.type, each.parameters):
            wanted.setdefault(gift.kind, {}).setdefault(each.id, []).append(gift)
    found: dict[int, Refusal] = {}
    for kind, gifts in wanted.items():
        found |= all_effects()[kind].ready(conn, gifts, rules, member_id=member_id, now=now)
    return found


def _gifts(name: str, parameters: dict[str, Any]) -> Sequence[Gift]:
    """What a reward gives to whoever takes the first answers."""
    kind = reward_type(name, parameters)
    first = {each.name: each.options[0] for each in kind.asks()}
    return kind.grants(today=_SOME_DAY, choices=first)


def grant_parts(conn: psycopg.Connection[Any], rules: Shelf, redemption: Redemption, *, now: datetime, by: str) -> None:
    """Gives all that the reward gives, and writes down what that was."""
    kind = reward_type(redemption.reward_type, redemption.parameters)
    today = local_day(now, rules.programme.time_zone)
    gifts = kind.grants(today=today, choices=answered(kind, redemption.choices))
    parts = []
    for number, gift in enumerate(gifts, 1):
        at = Occasion(rules, redemption, number, today, now, by)
        parts.append(_granted(gift, at, effect_of(gift).grant(conn, gift, at)))
    programme = rules.programme
    record_parts(conn, parts, organisation_id=programme.organisation_id, programme_id=programme.id)


def _granted(gift: Gift, at: Occasion, reference: Any) -> GrantedPart:
    effect = effect_of(gift)
    return GrantedPart(
        at.redemption.id, at.part, at.redemption.member_id, gift, effect.due, PartState.granted,
        effect.quantity(gift), 0, reference, effect.last_day(gift), at.now, at.now,
    )  # fmt: skip


def parts_of_redemption(conn: psycopg.Connection[Any], redemption: Redemption) -> Sequence[GrantedPart]:
    """What the redemption gave."""
    return granted_parts(conn, redemption_ids=[redemption.id]).get(redemption.id, [])


def fulfil_part(
    conn: psycopg.Connection[Any],
    rules: Shelf,
    redemption: Redemption,
    part: GrantedPart,
    *,
    count: int,
    now: datetime,
    by: str,
) -> bool:
    """So many more of it are used or handed over; whether all that the redemption gave is fulfilled now."""
    done = part.fulfilled + count
    is_whole = done == part.quantity
    if is_whole:
        at = Occasion(rules, redemption, part.part, local_day(now, rules.programme.time_zone), now, by)
        effect_of(part.gift).fulfil(conn, part.gift, part, at)
    move_part(conn, part, state=PartState.fulfilled if is_whole else PartState.granted, fulfilled=done, now=now)
    return not any(each.is_open for each in parts_of_redemption(conn, redemption))


def reverse_parts(
    conn: psycopg.Connection[Any], rules: Shelf, redemption: Redemption, *, now: datetime, by: str
) -> None:
    """Takes back all that was given. Raises Conflict where a part of it was used, and nothing may be written then."""
    today = local_day(now, rules.programme.time_zone)
    for part in parts_of_redemption(conn, redemption):
        if part.fulfilled:
            raise already_had(redemption, part)
        at = Occasion(rules, redemption, part.part, today, now, by)
        effect_of(part.gift).reverse(conn, part.gift, part, at)
        move_part(conn, part, state=PartState.reversed, fulfilled=0, now=now)
