"""A household as its members see it: who is in it, and what they have together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.households.contracts import Household, HouseholdNotFound, Invitation, Membership, Mode
from regulars.domain.households.queries import household, household_of, memberships, open_invitations
from regulars.domain.ledger.queries import balances
from regulars.domain.members.contracts import MemberStatus
from regulars.domain.members.queries import names_of, statuses_of


@dataclass(frozen=True, slots=True)
class Housemate:
    """One member of a household. available: what they can spend; is_active: whether the pool draws on it."""

    membership: Membership
    name: str
    available: int
    is_active: bool


@dataclass(frozen=True, slots=True)
class HouseholdView:
    """A household as a whole. total: what its active members can spend together."""

    household: Household
    mates: tuple[Housemate, ...]
    total: int
    invitations: tuple[Invitation, ...]

    def mate(self, member_id: UUID) -> Housemate | None:
        """One of its members, or None."""
        return next((each for each in self.mates if each.membership.member_id == member_id), None)


def household_view_of(
    conn: psycopg.Connection[Any], *, member_id: UUID, point_type: int, now: datetime
) -> HouseholdView | None:
    """The household that the member is in, or None."""
    found = household_of(conn, member_id=member_id)
    return None if found is None else _view(conn, found, point_type=point_type, now=now)


def household_view(
    conn: psycopg.Connection[Any], *, programme_id: int, household_id: UUID, point_type: int, now: datetime
) -> HouseholdView:
    """One household of the programme, ended or not. Raises HouseholdNotFound."""
    found = household(conn, household_id=household_id)
    if found is None or found.programme_id != programme_id:
        raise HouseholdNotFound(household_id)
    return _view(conn, found, point_type=point_type, now=now)


def pool_total(conn: psycopg.Connection[Any], *, member_id: UUID, point_type: int, now: datetime) -> int | None:
    """What the member can spend together with the household; None: the member is in no pool."""
    found = household_of(conn, member_id=member_id)
    if found is None or found.mode is not Mode.pool:
        return None
    return _view(conn, found, point_type=point_type, now=now).total


def _view(conn: psycopg.Connection[Any], found: Household, *, point_type: int, now: datetime) -> HouseholdView:
    living = memberships(conn, household_id=found.id)
    ids = [each.member_id for each in living]
    names, statuses = names_of(conn, member_ids=ids), statuses_of(conn, member_ids=ids)
    held = balances(conn, owners=ids)
    mates = []
    for each in living:
        balance = held.get((each.member_id, point_type))
        is_active = statuses[each.member_id] is MemberStatus.active
        mates.append(Housemate(each, names.get(each.member_id, ""), balance.available if balance else 0, is_active))
    total = sum(max(each.available, 0) for each in mates if each.is_active)
    invited = open_invitations(conn, household_id=found.id, now=now)
    return HouseholdView(found, tuple(mates), total, tuple(invited))
