"""Single rules and campaigns of a draft: read, put, taken out, without sending the whole rulebook."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import ConfigDict, Field

from regulars.domain.access.contracts import Scope
from regulars.domain.programmes.contracts import Draft
from regulars.domain.programmes.queries import draft, programme
from regulars.flows.draft_rulebook import LONGEST_NOTE
from regulars.flows.edit_draft import (
    Change,
    Part,
    change_text,
    edit_draft,
    put_part,
    require_part,
    take_part,
    values_in,
)
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.v1.drafts import DraftNumber, DraftShown, draft_shown, stated_revision
from regulars.interfaces.api.v1.publishing import FindingShown, findings_shown
from regulars.interfaces.api.v1.shapes import Input, Output

router = Router()
_LARGEST = 2**31 - 1
Code = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{0,59}$", description="Its id")]
Revision = Annotated[
    int | None,
    Query(ge=1, le=_LARGEST, description="The revision that you read, where you cannot send it as If-Match"),
]
Merge = Annotated[bool, Query(description="When somebody else was faster: join both changes")]


class _Sent(Input):
    """What goes with a rule or a campaign."""

    note: str = Field("", max_length=LONGEST_NOTE, description="What changed")
    revision: int | None = Field(
        None, ge=1, le=_LARGEST, description="The revision that you read, where you cannot send it as If-Match"
    )
    merge: bool = Field(
        False, description="When somebody else was faster: join both changes, where they are in different places"
    )


class RuleSent(_Sent):
    """A rule of a draft."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"rule": {"name": "Hello", "on": "member.enrolled", "earn": {"strategy": "fixed_bonus", "points": 50}}}
            ]
        }
    )

    rule: dict[str, Any] = Field(description="As it stands in a rulebook, under earn_rules; its id is that of the path")


class CampaignSent(_Sent):
    """A campaign of a draft."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"campaign": {"name": "Spring", "budget": {"points": 20000}}}]}
    )

    campaign: dict[str, Any] = Field(
        description="As it stands in a rulebook, under campaigns; its id is that of the path"
    )


class PartShown(Output):
    """A rule or a campaign of a draft, and the draft around it."""

    draft: DraftShown
    document: dict[str, Any] = Field(description="As it stands in the draft")
    findings: list[FindingShown] = Field(description="What is wrong with it, or worth a look")


@router.get(
    "/rulebook/drafts/{draft_id}/rules/{rule}",
    auth=ApiKeyAuth(Scope.rulebook_read),
    response=PartShown,
    summary="Get a rule of a draft",
    operation_id="get_rulebook_draft_rule",
)
def get_rule(request: ApiRequest, response: HttpResponse, draft_id: DraftNumber, rule: Code) -> PartShown:
    """One rule as it stands there. The ETag is the revision of the draft."""
    return _shown(request, response, draft_id, Part("earn_rules", rule))


@router.put(
    "/rulebook/drafts/{draft_id}/rules/{rule}",
    auth=ApiKeyAuth(Scope.rulebook_write),
    response=PartShown,
    summary="Put a rule into a draft",
    operation_id="put_rulebook_draft_rule",
)
def put_rule(
    request: ApiRequest, response: HttpResponse, draft_id: DraftNumber, rule: Code, body: RuleSent
) -> PartShown:
    """In the place of the rule with that id, or behind all others. Nothing else of the draft changes.

    Send the ETag of the draft as If-Match. A rule with mistakes is refused; the same rule again changes nothing.
    """
    part = Part("earn_rules", rule)
    found = _edited(request, draft_id, put_part(part, body.rule), (part,), body)
    return _of(response, found, part)


@router.delete(
    "/rulebook/drafts/{draft_id}/rules/{rule}",
    auth=ApiKeyAuth(Scope.rulebook_write),
    response=DraftShown,
    summary="Take a rule out of a draft",
    operation_id="delete_rulebook_draft_rule",
)
def delete_rule(
    request: ApiRequest,
    response: HttpResponse,
    draft_id: DraftNumber,
    rule: Code,
    revision: Revision = None,
    merge: Merge = False,
) -> DraftShown:
    """What was published with it stays readable for ever, and so do the points that it gave."""
    return _taken(request, response, draft_id, Part("earn_rules", rule), revision, merge=merge)


@router.get(
    "/rulebook/drafts/{draft_id}/campaigns/{campaign}",
    auth=ApiKeyAuth(Scope.rulebook_read),
    response=PartShown,
    summary="Get a campaign of a draft",
    operation_id="get_rulebook_draft_campaign",
)
def get_campaign(request: ApiRequest, response: HttpResponse, draft_id: DraftNumber, campaign: Code) -> PartShown:
    """One campaign as it stands there; its rules name it. The ETag is the revision of the draft."""
    return _shown(request, response, draft_id, Part("campaigns", campaign))


@router.put(
    "/rulebook/drafts/{draft_id}/campaigns/{campaign}",
    auth=ApiKeyAuth(Scope.rulebook_write),
    response=PartShown,
    summary="Put a campaign into a draft",
    operation_id="put_rulebook_draft_campaign",
)
def put_campaign(
    request: ApiRequest, response: HttpResponse, draft_id: DraftNumber, campaign: Code, body: CampaignSent
) -> PartShown:
    """In the place of the campaign with that id, or behind all others. What it gives are rules that name it.

    Send the ETag of the draft as If-Match. A campaign with mistakes is refused; the same again changes nothing.
    """
    part = Part("campaigns", campaign)
    found = _edited(request, draft_id, put_part(part, body.campaign), (part,), body)
    return _of(response, found, part)


@router.delete(
    "/rulebook/drafts/{draft_id}/campaigns/{campaign}",
    auth=ApiKeyAuth(Scope.rulebook_write),
    response=DraftShown,
    summary="Take a campaign out of a draft",
    operation_id="delete_rulebook_draft_campaign",
)
def delete_campaign(
    request: ApiRequest,
    response: HttpResponse,
    draft_id: DraftNumber,
    campaign: Code,
    revision: Revision = None,
    merge: Merge = False,
) -> DraftShown:
    """Its rules go with it. What was published stays readable for ever, and so do the points that it gave."""
    return _taken(request, response, draft_id, Part("campaigns", campaign), revision, merge=merge)


def _edited(request: ApiRequest, draft_id: int, change: Change, parts: tuple[Part, ...], body: _Sent) -> Draft:
    return edit_draft(
        request.conn, draft_id, change, parts, of=programme(request.conn, programme_id=request.programme_id),
        revision=stated_revision(request, body.revision), by=request.key.by, now=request.now, note=body.note,
        merge=body.merge,
    )  # fmt: skip


def _taken(
    request: ApiRequest, response: HttpResponse, draft_id: int, part: Part, revision: int | None, *, merge: bool
) -> DraftShown:
    found = edit_draft(
        request.conn, draft_id, take_part(part), (), of=programme(request.conn, programme_id=request.programme_id),
        revision=stated_revision(request, revision), by=request.key.by, now=request.now, merge=merge,
    )  # fmt: skip
    response["ETag"] = f'"{found.revision}"'
    return draft_shown(found)


def _shown(request: ApiRequest, response: HttpResponse, draft_id: int, part: Part) -> PartShown:
    return _of(response, draft(request.conn, programme_id=request.programme_id, draft_id=draft_id), part)


def _of(response: HttpResponse, found: Draft, part: Part) -> PartShown:
    looked = change_text(found.text, lambda values: values, (part,))
    response["ETag"] = f'"{found.revision}"'
    return PartShown(
        draft=draft_shown(found),
        document=require_part(values_in(found.text), part),
        findings=findings_shown(looked.found),
    )
