"""Blocking members, and releasing them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ninja import Router
from pydantic import ConfigDict, Field

from regulars.domain.access.contracts import Scope
from regulars.flows.block_member import block_member
from regulars.flows.unblock_member import unblock_member
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.v1.shapes import Input, Output

router = Router()


class BlockIn(Input):
    """Why the member is blocked, for colleagues."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The card was reported stolen"}]})

    reason: str = Field(min_length=1, max_length=500, description="In a few words; the member does not see it")


class MemberBlocked(Output):
    """A member who is blocked. The reason is not in it, because the answer is kept for retries: see the member."""

    id: UUID
    status: str = Field(json_schema_extra={"enum": ["blocked"]})
    since: datetime = Field(description="Since when; a second block leaves the first as it is")


class MemberReleased(Output):
    """A member who is active."""

    id: UUID
    status: str = Field(json_schema_extra={"enum": ["active"]})
    released: bool = Field(description="false: the member was not blocked")


@router.post(
    "/members/{member_id}/block",
    auth=ApiKeyAuth(Scope.members_write),
    response=MemberBlocked,
    summary="Block a member",
    operation_id="block_member",
)
def block(request: ApiRequest, member_id: UUID, body: BlockIn) -> MemberBlocked:
    """Points that the member earns from now on wait for the release, and nothing can be spent.

    Blocking again changes nothing.
    """
    done = block_member(
        request.conn,
        programme_id=request.programme_id,
        member_id=member_id,
        reason=body.reason,
        now=request.now,
        by=request.key.by,
    )
    return MemberBlocked(id=member_id, status="blocked", since=done.since)


@router.post(
    "/members/{member_id}/unblock",
    auth=ApiKeyAuth(Scope.members_write),
    response=MemberReleased,
    summary="Release a blocked member",
    operation_id="unblock_member",
)
def unblock(request: ApiRequest, member_id: UUID) -> MemberReleased:
    """What waited becomes active, with the days that it would have had without the block. Again changes nothing."""
    released = unblock_member(
        request.conn, programme_id=request.programme_id, member_id=member_id, now=request.now, by=request.key.by
    )
    return MemberReleased(id=member_id, status="active", released=released)
