"""What happens to a draft of the rulebook until it is in force: submit, approve, schedule, publish."""

from __future__ import annotations

from ninja import Router
from pydantic import AwareDatetime, ConfigDict, Field

from regulars.domain.access.contracts import Scope
from regulars.domain.programmes.queries import programme
from regulars.flows.draft_rulebook import LONGEST_NOTE
from regulars.flows.publish_draft import (
    approve_draft,
    decline_draft,
    publish_draft,
    schedule_draft,
    submit_draft,
    unschedule_draft,
    withdraw_draft,
)
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.idempotency import require_key
from regulars.interfaces.api.v1.drafts import DraftNote, DraftNumber, DraftShown, draft_shown
from regulars.interfaces.api.v1.shapes import Input

router = Router()


class Schedule(Input):
    """When a draft comes into force."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"at": "2030-03-01T00:00:00+01:00"}]})

    at: AwareDatetime = Field(description="The instant from which it prices what happens")
    note: str = Field("", max_length=LONGEST_NOTE, description="For those who come after")


@router.post(
    "/rulebook/drafts/{draft_id}/submit",
    auth=ApiKeyAuth(Scope.rulebook_write),
    response=DraftShown,
    summary="Submit a draft",
    operation_id="submit_rulebook_draft",
)
def submit(request: ApiRequest, draft_id: DraftNumber, body: DraftNote) -> DraftShown:
    """It waits for a second person, and does not change meanwhile. Submitting again changes nothing."""
    of = programme(request.conn, programme_id=request.programme_id)
    done = submit_draft(request.conn, draft_id, of=of, by=request.key.by, now=request.now, note=body.note)
    return draft_shown(done)


@router.post(
    "/rulebook/drafts/{draft_id}/withdraw",
    auth=ApiKeyAuth(Scope.rulebook_write),
    response=DraftShown,
    summary="Withdraw a draft",
    operation_id="withdraw_rulebook_draft",
)
def withdraw(request: ApiRequest, draft_id: DraftNumber) -> DraftShown:
    """It is open again, and approved by nobody."""
    of = programme(request.conn, programme_id=request.programme_id)
    return draft_shown(withdraw_draft(request.conn, draft_id, of=of, by=request.key.by, now=request.now))


@router.post(
    "/rulebook/drafts/{draft_id}/approve",
    auth=ApiKeyAuth(Scope.rulebook_approve),
    response=DraftShown,
    summary="Approve a draft",
    operation_id="approve_rulebook_draft",
)
def approve(request: ApiRequest, draft_id: DraftNumber) -> DraftShown:
    """It may be published or scheduled. Nobody approves what they wrote or submitted. Again changes nothing."""
    of = programme(request.conn, programme_id=request.programme_id)
    return draft_shown(approve_draft(request.conn, draft_id, of=of, by=request.key.by, now=request.now))


@router.post(
    "/rulebook/drafts/{draft_id}/decline",
    auth=ApiKeyAuth(Scope.rulebook_approve),
    response=DraftShown,
    summary="Decline a draft",
    operation_id="decline_rulebook_draft",
)
def decline(request: ApiRequest, draft_id: DraftNumber, body: DraftNote) -> DraftShown:
    """It is open again, with your note for its author."""
    of = programme(request.conn, programme_id=request.programme_id)
    done = decline_draft(request.conn, draft_id, of=of, by=request.key.by, now=request.now, note=body.note)
    return draft_shown(done)


@router.post(
    "/rulebook/drafts/{draft_id}/schedule",
    auth=ApiKeyAuth(Scope.rulebook_write),
    response=DraftShown,
    summary="Schedule a draft",
    operation_id="schedule_rulebook_draft",
)
def schedule(request: ApiRequest, draft_id: DraftNumber, body: Schedule) -> DraftShown:
    """It comes into force at that instant by itself, unless another version is published before."""
    of = programme(request.conn, programme_id=request.programme_id)
    done = schedule_draft(request.conn, draft_id, of=of, at=body.at, by=request.key.by, now=request.now, note=body.note)
    return draft_shown(done)


@router.post(
    "/rulebook/drafts/{draft_id}/unschedule",
    auth=ApiKeyAuth(Scope.rulebook_write),
    response=DraftShown,
    summary="Take a draft from the schedule",
    operation_id="unschedule_rulebook_draft",
)
def unschedule(request: ApiRequest, draft_id: DraftNumber) -> DraftShown:
    """It does not come into force by itself. Again changes nothing."""
    of = programme(request.conn, programme_id=request.programme_id)
    return draft_shown(unschedule_draft(request.conn, draft_id, of=of, by=request.key.by, now=request.now))


@router.post(
    "/rulebook/drafts/{draft_id}/publish",
    auth=ApiKeyAuth(Scope.rulebook_write),
    response=DraftShown,
    summary="Publish a draft",
    operation_id="publish_rulebook_draft",
)
def publish(request: ApiRequest, draft_id: DraftNumber, body: DraftNote) -> DraftShown:
    """It is the next version, in force from now on. Needs an Idempotency-Key."""
    require_key(request)
    of = programme(request.conn, programme_id=request.programme_id)
    done = publish_draft(request.conn, draft_id, of=of, by=request.key.by, now=request.now, note=body.note or None)
    return draft_shown(done)
