"""Households: members who share or pool their points."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Router
from pydantic import ConfigDict, Field

from regulars.domain.access.contracts import Scope
from regulars.domain.households.contracts import HouseholdNotFound, Invitation, Mode, Role
from regulars.domain.households.debit_order import debit_orders
from regulars.domain.programmes.queries import shelf
from regulars.flows.live_together import (
    Act,
    accept_invitation,
    found_household,
    invite,
    leave_household,
    set_household,
    set_member,
    withdraw_invitation,
)
from regulars.insight.household_view import HouseholdView, household_view, household_view_of
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.idempotency import require_key
from regulars.interfaces.api.v1.shapes import Input, MemberNamed, Output, find_member, known_member, names_of

router = Router()

_DEBIT: dict[str, Any] = {"enum": sorted(debit_orders())}
_LIMIT = Field(None, ge=0, le=1_000_000_000, description="Points to be spent in the pool a month; null: no limit")


class HouseholdIn(Input):
    """A new household. The rulebook says whether it pools or shares."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"member": {"external_id": "C-1001"}, "name": "The Lovelaces"}]}
    )

    member: MemberNamed
    name: str = Field("", max_length=60, description="How its members call it")
    debit: str | None = Field(None, json_schema_extra=_DEBIT, description="Whose points pay; null: by the rulebook")


class HouseholdChange(Input):
    """What shall change; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"debit": "proportional"}]})

    name: str | None = Field(None, max_length=60, description="How its members call it")
    mode: Mode | None = Field(None, description="pool: the points of all pay; share: everybody spends their own")
    debit: str | None = Field(None, json_schema_extra=_DEBIT, description="Whose points pay")


class InvitationIn(Input):
    """As what somebody is invited."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"role": "child", "monthly_limit": 500}]})

    role: Literal["adult", "child"] = "adult"
    monthly_limit: int | None = _LIMIT


class InvitationShown(Output):
    """A code with which one member joins."""

    code: str
    role: str = Field(json_schema_extra=names_of(Role))
    monthly_limit: int | None
    expires_at: datetime
    ended_at: datetime | None = Field(description="When it was withdrawn")


class JoinIn(Input):
    """Who joins, with which code."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"member": {"external_id": "C-1002"}, "code": "K7QM-2XPA-9RTD-HW3E"}]}
    )

    member: MemberNamed
    code: str = Field(min_length=1, max_length=40, description="The code of the invitation, in any case")


class HousemateIn(Input):
    """What a member is in the household, and may spend."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"role": "child", "monthly_limit": 500}]})

    role: Literal["owner", "adult", "child"] = Field(description="The owner stays the owner")
    monthly_limit: int | None = _LIMIT


class LeaveIn(Input):
    """Who leaves, or is removed."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"member": {"external_id": "C-1002"}}]})

    member: MemberNamed


class HousemateShown(Output):
    """A member of the household."""

    member_id: UUID
    role: str = Field(json_schema_extra=names_of(Role))
    monthly_limit: int | None
    available: int = Field(description="What the member can spend of their own points")
    joined_at: datetime


class HouseholdShown(Output):
    """A household. total: what its active members can spend together."""

    id: UUID
    name: str
    mode: str = Field(json_schema_extra={"enum": [each.value for each in Mode]})
    debit: str = Field(json_schema_extra=_DEBIT)
    total: int
    members: list[HousemateShown] = Field(description="In the order in which they joined")
    founded_at: datetime
    ended_at: datetime | None = Field(description="When the last member left")


@router.post(
    "/households",
    auth=ApiKeyAuth(Scope.members_write),
    response={201: HouseholdShown},
    summary="Found a household",
    operation_id="create_household",
)
def create_household(request: ApiRequest, body: HouseholdIn) -> HouseholdShown:
    """The member becomes its owner. A member can be in one household at a time. Needs an Idempotency-Key."""
    require_key(request)
    member_id = find_member(request, body.member)
    new = found_household(request.conn, _act(request), member_id=member_id, name=body.name, debit=body.debit)
    return _shown(request, new.id)


@router.post(
    "/households/join",
    auth=ApiKeyAuth(Scope.members_write),
    response=HouseholdShown,
    summary="Join a household",
    operation_id="join_household",
)
def join(request: ApiRequest, body: JoinIn) -> HouseholdShown:
    """The member accepts an invitation. Needs an Idempotency-Key."""
    require_key(request)
    member_id = find_member(request, body.member)
    joined = accept_invitation(request.conn, _act(request), member_id=member_id, code=body.code)
    return _shown(request, joined.id)


@router.get(
    "/households/{household_id}",
    auth=ApiKeyAuth(Scope.points_read),
    response=HouseholdShown,
    summary="Get a household",
    operation_id="get_household",
)
def get_household(request: ApiRequest, household_id: UUID) -> HouseholdShown:
    """One household with its members and what they have."""
    return _shown(request, household_id)


@router.patch(
    "/households/{household_id}",
    auth=ApiKeyAuth(Scope.members_write),
    response=HouseholdShown,
    summary="Change a household",
    operation_id="change_household",
)
def change(request: ApiRequest, household_id: UUID, body: HouseholdChange) -> HouseholdShown:
    """Its name, its mode or its debit order. What was paid before stays as it was."""
    set_household(
        request.conn, _act(request), household_id=household_id, name=body.name, mode=body.mode, debit=body.debit
    )
    return _shown(request, household_id)


@router.post(
    "/households/{household_id}/invitations",
    auth=ApiKeyAuth(Scope.members_write),
    response={201: InvitationShown},
    summary="Invite to a household",
    operation_id="create_household_invitation",
)
def create_invitation(request: ApiRequest, household_id: UUID, body: InvitationIn) -> InvitationShown:
    """A code with which one member joins within seven days. Needs an Idempotency-Key."""
    require_key(request)
    made = invite(
        request.conn,
        _act(request),
        household_id=household_id,
        role=Role[body.role],
        monthly_limit=body.monthly_limit,
    )
    return _said_of_invitation(made)


@router.post(
    "/households/invitations/{code}/withdraw",
    auth=ApiKeyAuth(Scope.members_write),
    response=InvitationShown,
    summary="Withdraw an invitation",
    operation_id="withdraw_household_invitation",
)
def withdraw(request: ApiRequest, code: str) -> InvitationShown:
    """Nobody can join with the code any more. Withdrawing again is refused."""
    return _said_of_invitation(withdraw_invitation(request.conn, _act(request), code=code))


@router.put(
    "/households/{household_id}/members/{member_id}",
    auth=ApiKeyAuth(Scope.members_write),
    response=HouseholdShown,
    summary="Set what a member of a household may",
    operation_id="set_household_member",
)
def put_member(request: ApiRequest, household_id: UUID, member_id: UUID, body: HousemateIn) -> HouseholdShown:
    """The role, and how many points the member may spend in the pool a month, whosever points they are."""
    set_member(
        request.conn,
        _act(request),
        household_id=household_id,
        member_id=member_id,
        role=Role[body.role],
        monthly_limit=body.monthly_limit,
    )
    return _shown(request, household_id)


@router.post(
    "/households/{household_id}/leave",
    auth=ApiKeyAuth(Scope.members_write),
    response=HouseholdShown,
    summary="Leave a household",
    operation_id="leave_household",
)
def leave(request: ApiRequest, household_id: UUID, body: LeaveIn) -> HouseholdShown:
    """A member leaves, or is removed: with their own points, whose last days stay. Needs an Idempotency-Key."""
    require_key(request)
    member_id = find_member(request, body.member)
    leave_household(request.conn, _act(request), household_id=household_id, member_id=member_id)
    return _shown(request, household_id)


@router.get(
    "/members/{member_id}/household",
    auth=ApiKeyAuth(Scope.points_read),
    response=HouseholdShown,
    summary="Get a member's household",
    operation_id="get_member_household",
)
def get_household_of(request: ApiRequest, member_id: UUID) -> HouseholdShown:
    """The household that the member is in; 404 when there is none."""
    known_member(request, member_id)
    found = household_view_of(request.conn, member_id=member_id, point_type=_point_type(request), now=request.now)
    if found is None:
        raise HouseholdNotFound(f"that of member {member_id}")
    return _said(found)


def _said_of_invitation(found: Invitation) -> InvitationShown:
    return InvitationShown(
        code=found.code,
        role=found.role.name,
        monthly_limit=found.monthly_limit,
        expires_at=found.expires_at,
        ended_at=found.ended_at,
    )


def _act(request: ApiRequest) -> Act:
    return Act(request.programme_id, request.now, request.key.by)


def _point_type(request: ApiRequest) -> int:
    """The main one: the first of the rulebook."""
    rules = shelf(request.conn, programme_id=request.programme_id)
    return rules.point_types[rules.latest.rulebook.point_types[0].id]


def _shown(request: ApiRequest, household_id: UUID) -> HouseholdShown:
    return _said(
        household_view(
            request.conn,
            programme_id=request.programme_id,
            household_id=household_id,
            point_type=_point_type(request),
            now=request.now,
        )
    )


def _said(found: HouseholdView) -> HouseholdShown:
    return HouseholdShown(
        id=found.household.id,
        name=found.household.name,
        mode=found.household.mode.value,
        debit=found.household.debit,
        total=found.total,
        members=[
            HousemateShown(
                member_id=each.membership.member_id,
                role=each.membership.role.name,
                monthly_limit=each.membership.monthly_limit,
                available=each.available,
                joined_at=each.membership.joined_at,
            )
            for each in found.mates
        ],
        founded_at=found.household.founded_at,
        ended_at=found.household.ended_at,
    )
