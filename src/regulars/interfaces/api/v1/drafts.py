"""Drafts of the rulebook: open one, save it, see what it changes, put it aside."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Path, Router
from ninja.responses import Status
from pydantic import ConfigDict, Field

from regulars.domain.access.contracts import Scope
from regulars.domain.programmes.contracts import Draft, DraftState, StepKind
from regulars.domain.programmes.document import LARGEST
from regulars.domain.programmes.queries import draft, draft_steps, drafts, programme
from regulars.flows.draft_rulebook import (
    LONGEST_NAME,
    LONGEST_NOTE,
    discard_draft,
    open_draft,
    renew_draft,
    save_draft,
)
from regulars.flows.look_at_draft import look_at_draft
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.idempotency import require_key
from regulars.interfaces.api.v1.differences import DifferenceShown, differences_shown
from regulars.interfaces.api.v1.publishing import FindingShown, findings_shown
from regulars.interfaces.api.v1.shapes import Input, Output, names_of
from regulars.kernel.errors import Refusal

router = Router()
DraftNumber = Annotated[int, Path(ge=1, le=2**31 - 1, description="The number of the draft")]
_YAML = "rulebook: 1\nname: Corner Shop\n"


class NewDraft(Input):
    """A draft to open."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Spring", "based_on": 3}]})

    name: str = Field(max_length=LONGEST_NAME, description="What it is about, for your colleagues")
    text: str | None = Field(None, max_length=LARGEST, description="YAML or JSON; null: a copy of the version")
    based_on: int | None = Field(None, ge=1, le=2**31 - 1, description="The version that it changes; null: the latest")
    note: str = Field("", max_length=LONGEST_NOTE, description="What is meant with it")


class DraftText(Input):
    """The next text of a draft."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": _YAML, "note": "Twice as many"}]})

    text: str = Field(max_length=LARGEST, description="YAML or JSON, valid or not yet")
    name: str | None = Field(None, max_length=LONGEST_NAME, description="Another name; null: the one that it has")
    note: str = Field("", max_length=LONGEST_NOTE, description="What changed")
    revision: int | None = Field(
        None, ge=1, le=2**31 - 1, description="The revision that you read, where you cannot send it as If-Match"
    )
    merge: bool = Field(
        False, description="When somebody else was faster: join both changes, where they are in different places"
    )


class DraftNote(Input):
    """Words that go with the step."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "For the spring sale"}]})

    note: str = Field("", max_length=LONGEST_NOTE, description="For those who come after")


class DraftShown(Output):
    """A draft. revision: rises with every text; it is the ETag of the draft."""

    id: int
    name: str
    state: str = Field(json_schema_extra=names_of(DraftState))
    revision: int
    based_on: int = Field(description="The version that it changes; 0: there was none")
    note: str
    created_by: str
    created_at: datetime
    changed_by: str
    changed_at: datetime
    submitted_by: str | None
    approved_by: str | None
    scheduled_for: datetime | None = Field(description="When it comes into force by itself")
    scheduled_by: str | None
    problem: dict[str, Any] | None = Field(description="Why it was not published when it was due")
    version: int | None = Field(description="As which it was published")


class StepShown(Output):
    """One thing that was done to a draft."""

    number: int
    kind: str = Field(json_schema_extra=names_of(StepKind))
    revision: int
    by: str
    at: datetime
    note: str


class DraftWhole(DraftShown):
    """A draft with its text, and what can be said of it."""

    text: str
    findings: list[FindingShown] = Field(description="What is wrong with the text, or worth a look, by line")
    differences: list[DifferenceShown] = Field(description="What it changes in the version that it is based on")
    keeps: str | None = Field(description="What keeps it from being published now; null: nothing")
    needs_second_person: bool = Field(description="Whether somebody else has to approve it")
    behind: int = Field(description="How many versions were published since it was begun")
    history: list[StepShown]


@router.get(
    "/rulebook/drafts",
    auth=ApiKeyAuth(Scope.rulebook_read),
    response=list[DraftShown],
    summary="List drafts of the rulebook",
    operation_id="list_rulebook_drafts",
)
def list_drafts(request: ApiRequest) -> list[DraftShown]:
    """Drafts that are not done, the one that was changed last first."""
    return [draft_shown(each) for each in drafts(request.conn, programme_id=request.programme_id)]


@router.post(
    "/rulebook/drafts",
    auth=ApiKeyAuth(Scope.rulebook_write),
    response={201: DraftShown},
    summary="Open a draft",
    operation_id="open_rulebook_draft",
)
def create(request: ApiRequest, body: NewDraft) -> Status[DraftShown]:
    """A copy of a version to work on, or a text of yours. What is in force is not touched. Needs an Idempotency-Key."""
    require_key(request)
    found = open_draft(
        request.conn, of=programme(request.conn, programme_id=request.programme_id), name=body.name, text=body.text,
        based_on=body.based_on, note=body.note, by=request.key.by, now=request.now,
    )  # fmt: skip
    return Status(201, draft_shown(found))


@router.get(
    "/rulebook/drafts/{draft_id}",
    auth=ApiKeyAuth(Scope.rulebook_read),
    response=DraftWhole,
    summary="Get a draft",
    operation_id="get_rulebook_draft",
)
def get_draft(request: ApiRequest, response: HttpResponse, draft_id: DraftNumber) -> DraftWhole:
    """The text, what is wrong with it, what it changes, what was done to it. Its ETag is the revision."""
    found = draft(request.conn, programme_id=request.programme_id, draft_id=draft_id)
    of = programme(request.conn, programme_id=request.programme_id)
    look = look_at_draft(request.conn, found, of=of, now=request.now)
    steps = draft_steps(request.conn, draft_id=found.id)
    response["ETag"] = f'"{found.revision}"'
    return DraftWhole(
        **draft_shown(found).model_dump(),
        text=found.text,
        findings=findings_shown(look.findings),
        differences=differences_shown(look.changes),
        keeps=None if look.keeps is None else f"{look.keeps.title}. {look.keeps.detail} {look.keeps.remedy}",
        needs_second_person=look.needs_second,
        behind=max(look.behind, 0),
        history=[
            StepShown(number=one.number, kind=one.kind.name, revision=one.revision, by=one.by, at=one.at, note=one.note)
            for one in steps
        ],
    )


@router.put(
    "/rulebook/drafts/{draft_id}",
    auth=ApiKeyAuth(Scope.rulebook_write),
    response=DraftShown,
    summary="Save a draft",
    operation_id="save_rulebook_draft",
)
def save(request: ApiRequest, response: HttpResponse, draft_id: DraftNumber, body: DraftText) -> DraftShown:
    """Another text. Send the ETag that you read as If-Match: when there is a later revision, nothing is lost.

    An approval that the draft had is gone. The same text again changes nothing.
    """
    found = save_draft(
        request.conn, draft_id, of=programme(request.conn, programme_id=request.programme_id), text=body.text,
        revision=stated_revision(request, body.revision), by=request.key.by, now=request.now, name=body.name,
        note=body.note, merge=body.merge,
    )  # fmt: skip
    response["ETag"] = f'"{found.revision}"'
    return draft_shown(found)


@router.post(
    "/rulebook/drafts/{draft_id}/renew",
    auth=ApiKeyAuth(Scope.rulebook_write),
    response=DraftShown,
    summary="Bring a draft up to date",
    operation_id="renew_rulebook_draft",
)
def renew(request: ApiRequest, draft_id: DraftNumber) -> DraftShown:
    """Its own changes, on top of the latest version. Refused where both changed the same thing."""
    of = programme(request.conn, programme_id=request.programme_id)
    return draft_shown(renew_draft(request.conn, draft_id, of=of, by=request.key.by, now=request.now))


@router.post(
    "/rulebook/drafts/{draft_id}/discard",
    auth=ApiKeyAuth(Scope.rulebook_write),
    response=DraftShown,
    summary="Discard a draft",
    operation_id="discard_rulebook_draft",
)
def discard(request: ApiRequest, draft_id: DraftNumber) -> DraftShown:
    """Nobody works on it any more. It can still be read. Discarding again changes nothing."""
    of = programme(request.conn, programme_id=request.programme_id)
    return draft_shown(discard_draft(request.conn, draft_id, of=of, by=request.key.by, now=request.now))


def draft_shown(found: Draft) -> DraftShown:
    """The draft without its text."""
    return DraftShown(
        id=found.id,
        name=found.name,
        state=found.state.name,
        revision=found.revision,
        based_on=found.based_on,
        note=found.note,
        created_by=found.created_by,
        created_at=found.created_at,
        changed_by=found.changed_by,
        changed_at=found.changed_at,
        submitted_by=found.submitted_by,
        approved_by=found.decided_by,
        scheduled_for=found.scheduled_for,
        scheduled_by=found.scheduled_by,
        problem=found.problem,
        version=found.version,
    )


def stated_revision(request: ApiRequest, stated: int | None) -> int:
    """The revision that the caller had read: the ETag in If-Match, or as it is stated. Raises Refusal."""
    if stated is not None and "If-Match" not in request.headers:
        return stated
    given = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    if not given.isdecimal() or len(given) > 9:
        raise Refusal(
            "revision_missing",
            "It is not clear which revision was read",
            detail=f"The header If-Match is {given!r}, and the ETag of the draft was asked for.",
            remedy='Read the draft, and send its ETag as If-Match, such as "4"; or `revision`.',
            field="If-Match",
            status=400,
        )
    return int(given)
