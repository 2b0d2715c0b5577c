"""Households: founded, joined by invitation, left whenever one likes. No points move when they do."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from regulars.domain.audit.commands import record_act
from regulars.domain.households.commands import (
    change_household,
    change_membership,
    end_household,
    end_invitation,
    insert_household,
    insert_invitation,
    seat_member,
    unseat_member,
)
from regulars.domain.households.contracts import (
    Household,
    HouseholdNotFound,
    Invitation,
    Membership,
    Mode,
    NotInHousehold,
    Role,
)
from regulars.domain.households.debit_order import debit_orders
from regulars.domain.households.queries import household, invitation, memberships
from regulars.domain.members.commands import lock_members
from regulars.domain.members.contracts import MemberStatus
from regulars.domain.members.queries import member
from regulars.domain.programmes.households import Households
from regulars.domain.programmes.queries import shelf
from regulars.flows.merge_refusals import merged_refusal
from regulars.flows.open_profile import member_not_found
from regulars.kernel.errors import Conflict, NotAllowed, NotFound, Refusal
from regulars.kernel.ids import new_id
from regulars.kernel.text import clean

INVITATION_LASTS = timedelta(days=7)


class Act(NamedTuple):
    """Who changes a household, and when. member_id: the member who does it; None: an operator or a program."""

    programme_id: int
    now: datetime
    by: str
    member_id: UUID | None = None


def found_household(
    conn: psycopg.Connection[Any], act: Act, *, member_id: UUID, name: str = "", debit: str | None = None
) -> Household:
    """The member becomes the owner of a new household. debit: another debit order than the rulebook's. Raises Refusal.

    It begins with the mode of the rulebook in force; later rulebooks leave it as it is.
    """
    name = clean(name, longest=60, field="name")
    with conn.transaction():
        terms = _terms(conn, act)
        _lock_active(conn, act, member_id)
        order = _known_order(debit or terms.debit)
        programme = shelf(conn, programme_id=act.programme_id).programme
        new = Household(
            new_id(member_id.int & 0xFF), programme.organisation_id, act.programme_id, name, terms.mode, order,
            act.now, None,
        )  # fmt: skip
        insert_household(conn, new)
        seat_member(conn, new, Membership(new.id, member_id, Role.owner, None, act.now))
        _record(conn, act, new, "household.founded", member_id, {"mode": new.mode.value, "debit": order})
        return new


def invite(
    conn: psycopg.Connection[Any],
    act: Act,
    *,
    household_id: UUID,
    role: Role = Role.adult,
    monthly_limit: int | None = None,
) -> Invitation:
    """A code with which one member joins within seven days. For the owner, or an operator. Raises Refusal."""
    with conn.transaction():
        terms = _terms(conn, act)
        found, living = _locked(conn, act, household_id)
        _check_owner(act, living)
        _check_role(role, monthly_limit)
        if len(living) >= terms.most_members:
            raise _full(found, terms)
        made = insert_invitation(
            conn, found, role=role, monthly_limit=monthly_limit, now=act.now, expires_at=act.now + INVITATION_LASTS
        )
        _record(conn, act, found, "household.invited", _owner(living).member_id, {"role": role.name})
        return made


def withdraw_invitation(conn: psycopg.Connection[Any], act: Act, *, code: str) -> Invitation:
    """Nobody can join with the code any more. Raises Refusal."""
    with conn.transaction():
        asked = _invitation(conn, act, code)
        found, living = _locked(conn, act, asked.household_id)
        _check_owner(act, living)
        end_invitation(conn, programme_id=act.programme_id, code=asked.code, now=act.now, member_id=None)
        _record(conn, act, found, "household.invitation_withdrawn", _owner(living).member_id, {})
        return _invitation(conn, act, code)


def accept_invitation(conn: psycopg.Connection[Any], act: Act, *, member_id: UUID, code: str) -> Household:
    """The member joins the household that invited. Raises Refusal; the invitation stays as it was then."""
    with conn.transaction():
        terms = _terms(conn, act)
        asked = _invitation(conn, act, code)
        found, living = _locked(conn, act, asked.household_id)
        _lock_active(conn, act, member_id)
        if asked.ended_at is None and asked.expires_at <= act.now:
            raise Conflict(
                "invitation_expired",
                "The invitation is too old",
                detail=f"The code {asked.code} could be used until {asked.expires_at:%-d %b %Y, %H:%M} UTC.",
                remedy="Ask the owner of the household for a new one.",
                field="code",
            )
        end_invitation(conn, programme_id=act.programme_id, code=asked.code, now=act.now, member_id=member_id)
        if len(living) >= terms.most_members:
            raise _full(found, terms)
        joining = Membership(found.id, member_id, asked.role, asked.monthly_limit, act.now)
        seat_member(conn, found, joining)
        _record(conn, act, found, "household.joined", member_id, {"role": asked.role.name})
        return found


def leave_household(conn: psycopg.Connection[Any], act: Act, *, household_id: UUID, member_id: UUID) -> None:
    """The member leaves with their own points, or is made to by the owner or an operator. Raises Refusal.

    Where the owner leaves, who was there longest becomes the owner: an adult, where there is one. Where the last one
    leaves, the household ends.
    """
    with conn.transaction():
        found, living = _locked(conn, act, household_id)
        if act.member_id != member_id:
            _check_owner(act, living)
        unseat_member(conn, found, member_id=member_id, now=act.now)
        staying = [each for each in living if each.member_id != member_id]
        by_themselves = act.member_id in (None, member_id)
        _record(conn, act, found, "household.left" if by_themselves else "household.removed", member_id, {})
        if not staying:
            end_household(conn, found, now=act.now)
            _record(conn, act, found, "household.ended", member_id, {})
        elif all(each.role is not Role.owner for each in staying):
            heir = min(staying, key=lambda each: (each.role, each.joined_at, each.member_id))
            change_membership(conn, found, member_id=heir.member_id, role=Role.owner, monthly_limit=None)
            _record(conn, act, found, "household.inherited", heir.member_id, {})


def set_household(
    conn: psycopg.Connection[Any],
    act: Act,
    *,
    household_id: UUID,
    name: str | None = None,
    mode: Mode | None = None,
    debit: str | None = None,
) -> Household:
    """Changes the name, the mode or the debit order; None: as it is. For the owner, or an operator. Raises Refusal."""
    with conn.transaction():
        terms = _terms(conn, act)
        found, living = _locked(conn, act, household_id)
        _check_owner(act, living)
        if mode is Mode.pool and found.mode is not Mode.pool and terms.mode is not Mode.pool:
            raise Conflict(
                "pool_not_allowed",
                "Households cannot pool their points here",
                detail="The rulebook lets members of a household see each other's points, and spend their own.",
                remedy="Leave the mode as it is, or publish a rulebook with households: {mode: pool}.",
                field="mode",
            )
        name = found.name if name is None else clean(name, longest=60, field="name")
        order = _known_order(debit or found.debit)
        change_household(conn, found, name=name, mode=mode or found.mode, debit=order)
        details = {"name": name, "mode": (mode or found.mode).value, "debit": order}
        _record(conn, act, found, "household.changed", _owner(living).member_id, details)
        return _known(conn, act, household_id)


def set_member(
    conn: psycopg.Connection[Any],
    act: Act,
    *,
    household_id: UUID,
    member_id: UUID,
    role: Role,
    monthly_limit: int | None,
) -> None:
    """Says whether a member is an adult or a child, and how much they may spend in a month. Raises Refusal."""
    with conn.transaction():
        found, living = _locked(conn, act, household_id)
        _check_owner(act, living)
        mine = next((each for each in living if each.member_id == member_id), None)
        if mine is None:
            raise NotInHousehold
        _check_role(Role.adult if mine.role is role is Role.owner else role, monthly_limit)
        if mine.role is Role.owner and role is not Role.owner:
            raise _bad_role("The owner stays the owner until they leave.")
        change_membership(conn, found, member_id=member_id, role=role, monthly_limit=monthly_limit)
        details = {"role": role.name, "monthly_limit": monthly_limit}
        _record(conn, act, found, "household.member_changed", member_id, details)


def _terms(conn: psycopg.Connection[Any], act: Act) -> Households:
    terms = shelf(conn, programme_id=act.programme_id).in_force(act.now).households
    if not terms.allowed:
        raise Conflict(
            "households_not_offered",
            "There are no households here",
            detail="The rulebook in force does not let members found or join households.",
            remedy="Publish a rulebook with households: {allowed: true} first.",
        )
    return terms


def _known(conn: psycopg.Connection[Any], act: Act, household_id: UUID, *, lock: bool = False) -> Household:
    found = household(conn, household_id=household_id, lock=lock)
    if found is None or found.programme_id != act.programme_id or found.ended_at is not None:
        raise HouseholdNotFound(household_id)
    return found


def _locked(conn: psycopg.Connection[Any], act: Act, household_id: UUID) -> tuple[Household, list[Membership]]:
    found = _known(conn, act, household_id, lock=True)
    return found, memberships(conn, household_id=found.id)


def _lock_active(conn: psycopg.Connection[Any], act: Act, member_id: UUID) -> None:
    if member(conn, programme_id=act.programme_id, member_id=member_id) is None:
        raise member_not_found(member_id)
    status = lock_members(conn, [member_id.bytes])[member_id.bytes].status
    if status == MemberStatus.merged:
        raise merged_refusal(field="member")
    if status != MemberStatus.active:
        raise Conflict(
            "member_not_active",
            "The member is not active",
            detail="Only an active member can found or join a household.",
            remedy="Make the member active again first.",
            field="member",
        )


def _owner(living: list[Membership]) -> Membership:
    return next(each for each in living if each.role is Role.owner)


def _check_owner(act: Act, living: list[Membership]) -> None:
    if act.member_id is not None and act.member_id != _owner(living).member_id:
        raise NotAllowed(
            "not_household_owner",
            "Only the owner of the household can do this",
            detail="Inviting, removing and settings are the owner's.",
            remedy="Ask the owner of the household.",
        )


def _check_role(role: Role, monthly_limit: int | None) -> None:
    if role is Role.owner:
        raise _bad_role("A household has one owner already.")
    if monthly_limit is not None and not 0 <= monthly_limit <= 1_000_000_000:
        raise Refusal(
            "bad_household_limit",
            "The limit is out of range",
            detail=f"{monthly_limit:,} points a month were asked for; from 0 to 1,000,000,000 can be allowed.",
            remedy="Enter points from 0, or nothing for no limit.",
            field="monthly_limit",
        )


def _bad_role(detail: str) -> Refusal:
    return Refusal(
        "bad_household_role",
        "The member cannot have this role",
        detail=detail,
        remedy="Choose adult or child.",
        field="role",
    )


def _known_order(debit: str) -> str:
    if debit not in debit_orders():
        raise Refusal(
            "unknown_debit_order",
            "There is no such debit order",
            detail=f"Nobody pays {debit!r}.",
            remedy=f"Use one of {', '.join(sorted(debit_orders()))}.",
            field="debit",
        )
    return debit


def _invitation(conn: psycopg.Connection[Any], act: Act, code: str) -> Invitation:
    found = invitation(conn, programme_id=act.programme_id, code=code.strip().upper())
    if found is None:
        raise NotFound(
            "invitation_not_found",
            "There is no such invitation",
            detail=f"Nobody invites with the code {code.strip()[:40]!r}.",
            remedy="Check the code, or ask the owner of the household for a new one.",
            field="code",
        )
    return found


def _full(found: Household, terms: Households) -> Conflict:
    return Conflict(
        "household_full",
        "The household is full",
        detail=f"A household can have {terms.most_members} members, and this one has as many.",
        remedy="Somebody has to leave first.",
        field="household",
    )


def _record(
    conn: psycopg.Connection[Any], act: Act, found: Household, action: str, subject: UUID, details: dict[str, Any]
) -> None:
    record_act(
        conn,
        entry_id=new_id(subject.int & 0xFF),
        organisation_id=found.organisation_id,
        programme_id=found.programme_id,
        now=act.now,
        by=act.by,
        action=action,
        subject=subject,
        details={"household": str(found.id), **details},
    )
