"""Whose points pay for a reward, where a household pools them: shown before, or chosen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext

from regulars.domain.households.contracts import Mode
from regulars.domain.households.debit_order import debit_orders
from regulars.domain.members.queries import names_of
from regulars.domain.rewards.contracts import Redemption
from regulars.domain.rewards.queries import payments_of
from regulars.flows.redeem_reward import quote_reward
from regulars.insight.household_view import household_view_of
from regulars.interfaces.portal.labels import isolated
from regulars.interfaces.portal.visit import Visit
from regulars.interfaces.web import words

_FIELD = re.compile(r"share-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class ShareShown:
    """One who pays. field, value: of the number to enter, where the spender chooses."""

    name: str
    points: str
    field: str
    value: int
    most: int


def shares_shown(visit: Visit, reward_id: int) -> list[ShareShown]:
    """Everybody who would pay, or may be asked to; nobody where the member pays alone."""
    found = household_view_of(visit.conn, member_id=visit.person.id, point_type=visit.main_point_type, now=visit.now)
    if found is None or found.household.mode is not Mode.pool:
        return []
    asks = debit_orders()[found.household.debit].asks
    quote = quote_reward(
        visit.conn, programme_id=visit.programme.id, member_id=visit.person.id, reward_id=reward_id, now=visit.now
    )
    planned: dict[UUID, int] = dict(quote.shares)
    if asks and not planned:
        planned = _suggested(quote.price, visit.person.id, {e.membership.member_id: e.available for e in found.mates})
    shown = []
    for each in found.mates:
        member_id = each.membership.member_id
        part = planned.get(member_id, 0)
        if not part and not (asks and each.is_active):
            continue
        name = gettext("You") if member_id == visit.person.id else isolated(each.name) or gettext("A member")
        field = f"share-{member_id}" if asks else ""
        shown.append(ShareShown(name, words.amount(part), field, part, max(each.available, 0)))
    return shown


def shares_paid(visit: Visit, found: Redemption) -> list[ShareShown]:
    """Whose points paid; nobody where the member paid alone."""
    payments = payments_of(visit.conn, redemption=found)
    if [each.member_id for each in payments] == [visit.person.id]:
        return []
    names = names_of(visit.conn, member_ids=[each.member_id for each in payments])
    return [
        ShareShown(
            gettext("You") if each.member_id == visit.person.id else isolated(names.get(each.member_id, "")),
            words.amount(each.points),
            "",
            each.points,
            each.points,
        )
        for each in payments
    ]


def shares_chosen(posted: Mapping[str, str]) -> dict[UUID, int] | None:
    """What the form says about who pays; None: nothing."""
    chosen = {}
    for field, value in posted.items():
        if _FIELD.fullmatch(field) and value.isdecimal():
            chosen[UUID(field.removeprefix("share-"))] = int(value[:12])
    return chosen or None


def _suggested(price: int, me: UUID, available: Mapping[UUID, int]) -> dict[UUID, int]:
    """One's own points first, so that the form can be sent as it is."""
    left, planned = price, {}
    for member_id in sorted(available, key=lambda each: each != me):
        planned[member_id] = min(left, max(available[member_id], 0))
        left -= planned[member_id]
    return planned
